// 98,304 H100 in one synchronous job, as FT-HSDP's authors reckon it: what is left where a failure comes every 18
// minutes and the way back takes ten.
namespace Sigma.Sim.Validation.Published;

/// <summary>The published share, and what it were if the 18 minutes counted computing alone.</summary>
internal sealed record FaultTolerantHsdpCases() : PublishedReliability("FTHSDP")
{
    private const string File = "fthsdp.yaml";
    private const double Between = 18, Recovery = 10, Points = 2;

    public override IEnumerable<CaseResult> Cases(PublishedFolder folder)
    {
        var run = folder.Run(File);
        yield return run.Case(
            Id, "effective time, a failure every 18 min of wall time [%]", 100 * run.Mean("ettr"), 44, Points);
        yield return run.Case(
            Id, "wall time between failures [min]", 60 * run.Mean("mtti_h"), Between, 0.05 * Between);

        var computing = run.Fault.TimeToFailure.Stretched(Between / (Between - Recovery));
        var rarer = folder.Run(File, ("faults.0.time_to_failure", $"{computing}"));
        yield return rarer.Case(
            Id, "effective time if the 18 min were computing time alone, 18 / (18 + 10) [%]",
            100 * rarer.Mean("ettr"), 100 * Between / (Between + Recovery), Points);
    }
}
