// A campaign in which exactly one unit fails, once, at a known second: so that what a kind of fault or a policy costs
// can be worked out by hand.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Tests.Campaign;

/// <summary>Fails at a second of its clock if its first draw is small, and never again.</summary>
/// <param name="Seconds">When.</param>
/// <param name="Below">The largest draw with mean one of a unit that fails.</param>
internal sealed record OnceInFew(double Seconds, double Below) : Distribution
{
    public override double MeanSeconds => Seconds;

    public override double QuantileSeconds(double p) => Seconds;

    public override double CumulativeHazard(double ageSeconds) => ageSeconds < Seconds ? 0 : 1;

    public override double LogDensity(double seconds) => 0;

    public override double Hazard(double ageSeconds) => 0;

    public override Distribution Stretched(double factor) => new OnceInFew(Seconds * factor, Below);

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
        ageSeconds < Seconds && unitExponential < Below ? Seconds - ageSeconds : 1e12;
}

internal static class OneFault
{
    /// <summary>Computing seconds until the fault: 200 steps of 7 s and 3 s after the 47th save.</summary>
    public const int At = 47 * 1_806 + 1_403;

    /// <summary>One of the eight nodes, two spares; nothing that is drawn but the node.</summary>
    public static CampaignSpec Of(FaultKind kind, FaultScope scope = FaultScope.Node) => Campaigns.Plain with
    {
        Horizon = Duration.FromHours(72),
        Faults = [new FaultSpec(
            "once", scope, kind, new OnceInFew(At, scope == FaultScope.Job ? 1e9 : 0.15), null,
            new Dictionary<Remedy, double> { [Remedy.Replace] = 1 })],
        Lifecycle = Mending,
    };

    /// <summary>Triage 10 min, a remedy of 5 h that always helps, tests of 15 min that are always right.</summary>
    public static readonly LifecycleSpec Mending = new(
        new Constant(Duration.FromMinutes(10)),
        Enum.GetValues<Remedy>().ToDictionary(
            remedy => remedy, _ => new RemedySpec(new Constant(Duration.FromHours(5)), Fraction.One)),
        new ValidationSpec(new Constant(Duration.FromMinutes(15)), Fraction.One, Fraction.Zero), 8,
        new Constant(Duration.Zero), null);

    /// <summary>The first replication in which the fault strikes a node of the job and no other unit fails.</summary>
    public static CampaignRun Run(CampaignSpec spec)
    {
        for (var replication = 0; replication < 200; replication++)
        {
            var run = CampaignSimulation.Run(spec, 1, replication, tellsStory: true);
            if ((int)run.Metrics["faults"] == 1 && run.Costs[0].Strikes == 1) return run;
        }

        throw new AssertFailedException("no replication has exactly one fault");
    }

    /// <summary>Hours of one accelerator of the job: 64 have them together.</summary>
    public static double Hours(CampaignRun run, TimeBucket bucket) => run.Ledger.Hours(bucket) / 64;

    public static double HoursOfFault(CampaignRun run, TimeBucket bucket) =>
        Ledger.ToHours(run.Ledger.Of(bucket, 1)) / 64;
}
