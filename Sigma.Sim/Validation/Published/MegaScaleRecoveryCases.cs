// Weeks on more than 10,000 accelerators (Jiang et al., MegaScale, NSDI'24): all that is published of them is bounds,
// so the scenario stands at the bounds, and the run must stay inside the others.
namespace Sigma.Sim.Validation.Published;

/// <summary>Restarts, catching up and effective time.</summary>
internal sealed record MegaScaleRecoveryCases() : PublishedReliability("MEGASCALER")
{
    private const double MostMinutesToCatchUp = 15;

    public override IEnumerable<CaseResult> Cases(PublishedFolder folder)
    {
        var run = folder.Run("megascale-recovery.yaml");
        var (interruptions, accelerators) = (run.Mean("interruptions"), run.Campaign.Cluster.Accelerators);
        yield return run.Bound(Id, "restarts in five weeks", interruptions, KnownAs.AtLeast, 100);

        var lost = run.Mean([run.Fault.Name], cost => cost.LostHours) / accelerators / interruptions;
        yield return run.Bound(
            Id, "catching up: copy read and lost work done again, mean [min]",
            60 * lost + run.Campaign.Tiers.Single().Read.Minutes, KnownAs.AtMost, MostMinutesToCatchUp);
        yield return run.Bound(Id, "effective time", run.Mean("ettr"), KnownAs.AtLeast, 0.90);
    }
}
