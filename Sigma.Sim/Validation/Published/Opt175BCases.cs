// OPT-175B on 124 nodes (Zhang et al., 2022): two machines lost a day, and three fifths of 56 days left. The time until
// people acted is fitted to that; what machines and their repair alone would cost is shown beside it.
namespace Sigma.Sim.Validation.Published;

/// <summary>Effective time, and the machines lost.</summary>
internal sealed record Opt175BCases() : PublishedReliability("OPT175B")
{
    public override IEnumerable<CaseResult> Cases(PublishedFolder folder)
    {
        var run = folder.Run("opt-175b.yaml");
        yield return run.Case(Id, "effective time over 56 d [%]", 100 * run.Mean("ettr"), 60, 1);
        yield return run.Case(
            Id, "machines lost a day", run.Mean("faults") / run.Campaign.Horizon!.Value.Days, 2, 0.2);

        // Whether machines explain the loss: nobody waits for people here, so this must stay above what was seen.
        var automatic = folder.Run("opt-175b.yaml", ("recovery.restart.decide", "0 s"));
        yield return automatic.Bound(
            Id, "effective time if nobody waited for people [%]", 100 * automatic.Mean("ettr"), KnownAs.AtLeast, 61);
    }
}
