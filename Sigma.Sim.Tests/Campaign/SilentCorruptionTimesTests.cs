// One corruption, once, part by part: what an alarm takes away, and where the job goes back to.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Tests.Campaign;

[TestClass]
public sealed class SilentCorruptionTimesTests
{
    // The only node corrupts a step after 360,000 s; copies are taken every 4,200 s, the last sound one at 357,000 s
    // and the next at 361,200 s.
    private const int Struck = 360_000, LastSound = 357_000;

    // Tear-down, decision, swap, start and slow first step.
    private const int Restart = 30 + 180 + 60 + 120 + 20, Read = 50;

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    [DataRow(700)]
    public void An_alarm_takes_all_work_since_the_last_copy_from_before_the_corruption(int steps)
    {
        var run = Run(CheckpointTarget.Storage, steps);
        var alarm = Struck + 7 * steps;
        Assert.AreEqual(1, run.Metrics["interruptions"]);
        Assert.AreEqual(new CorruptionCounts(1, 0, 0, 1, 0), run.Costs[0].Corruptions);
        Assert.AreEqual(alarm, Of(run, "alarm").At.SinceStart.Seconds, 1e-9);
        Assert.AreEqual(alarm - LastSound, Of(run, "rollback").Lost.Seconds, 1e-9);
        Assert.AreEqual(8 * (alarm - LastSound) / 3_600.0, Ledger.ToHours(run.Ledger.Of(TimeBucket.LostWork, 1)), 1e-9);
        Assert.AreEqual((Restart + Read + 7) / 60.0, run.Metrics["mttr_min"], 1e-9);
        Assert.AreEqual(0, run.Ledger[TimeBucket.DetectionWait]);
        Assert.AreEqual("cordon", run.Events.SkipWhile(told => told.What != "alarm").ElementAt(1).What);
    }

    [TestMethod]
    public void A_corruption_is_told_when_it_strikes_and_when_it_is_noticed()
    {
        var run = Run(CheckpointTarget.Storage, 3);
        Assert.AreEqual("once on unit 0; to be noticed after 3 steps", Of(run, "corruption").Detail);
        Assert.AreEqual("once on unit 0, noticed after 3 steps", Of(run, "alarm").Detail);
        Assert.AreEqual("to the newest copy that may be used; 50.4 min of work is lost", Of(run, "rollback").Detail);
        Assert.AreEqual(Struck, Of(run, "corruption").At.SinceStart.Seconds, 1e-9);
    }

    [TestMethod]
    public void Where_every_copy_is_corrupt_the_run_begins_anew()
    {
        // Peers keep the newest complete copy only: 700 steps after the corruption that is a corrupt one.
        var run = Run(CheckpointTarget.PeerMemory, 700);
        Assert.AreEqual(Struck + 4_900, Of(run, "rollback").Lost.Seconds, 1e-9);
        StringAssert.Contains(
            Of(run, "rollback").Detail, "to the start, since there is no older copy", StringComparison.Ordinal);
        Assert.AreEqual(0, run.Ledger[TimeBucket.Restore]);
        Assert.AreEqual((Restart + 7) / 60.0, run.Metrics["mttr_min"], 1e-9);
        // A sound copy in the memory of the only node goes away with it.
        Assert.AreEqual(Struck, Of(Run(CheckpointTarget.PeerMemory, 0), "rollback").Lost.Seconds, 1e-9);
    }

    /// <summary>A life that ends once; the node goes on after it, and a constant one would end again at once.</summary>
    private sealed record Once(double Seconds) : Distribution
    {
        public override double MeanSeconds => Seconds;

        public override double QuantileSeconds(double p) => Seconds;

        public override double CumulativeHazard(double ageSeconds) => ageSeconds < Seconds ? 0 : 1;

        public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
            ageSeconds < Seconds ? Seconds - ageSeconds : 1e12;

        public override double LogDensity(double ageSeconds) =>
            ageSeconds == Seconds ? double.PositiveInfinity : double.NegativeInfinity;

        public override Distribution Stretched(double factor) => new Once(Seconds * factor);
    }

    private static CampaignEvent Of(CampaignRun run, string what) => run.Events.Single(told => told.What == what);

    private static CampaignRun Run(CheckpointTarget target, int steps)
    {
        var once = new FaultSpec(
            "once", FaultScope.Node, new SilentCorruption(Campaigns.Detection(100, 0, steps)),
            new Once(Struck), null, new Dictionary<Remedy, double> { [Remedy.Replace] = 1 });
        var spec = Campaigns.Plain with
        {
            Cluster = Campaigns.ClusterOf(1, 1, 0),
            Faults = [once],
            Horizon = Duration.FromHours(120),
            Tiers = [Campaigns.Tier(target, Campaigns.Step * 600, Duration.Zero, Duration.Zero)],
        };
        return CampaignSimulation.Run(spec, 1, 0, true);
    }
}
