// Limits of the long run: without faults it has a closed form (L2), and it ends exactly where it was told to.
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Laws;

[TestClass]
public sealed class CampaignLimitTests
{
    [TestMethod]
    [DataRow(100, 12)]
    [DataRow(1, 7)]
    [DataRow(37, 0)]
    public void Without_faults_only_checkpoints_cost(int stepsBetween, int blockingSeconds)
    {
        // ETTR = 1 / (1 + w / D) over whole cycles of D computing and w saving.
        var (interval, blocking) = (Campaigns.Step * stepsBetween, Duration.FromSeconds(blockingSeconds));
        var spec = Campaigns.Plain with
        {
            Horizon = (interval + blocking) * 50,
            Tiers = [Campaigns.Tier(CheckpointTarget.Storage, interval, blocking, Duration.Zero)],
        };
        var run = CampaignSimulation.Run(spec, 1, 0, true);
        Assert.AreEqual(1 / (1 + blocking.Over(interval)), run.Metrics["ettr"], 1e-12);
        Assert.AreEqual(0, run.Metrics["interruptions"]);
    }

    [TestMethod]
    public void An_interval_between_two_steps_waits_for_the_end_of_the_step()
    {
        var blocking = Duration.FromSeconds(5);
        var spec = Campaigns.Plain with
        {
            Horizon = (Campaigns.Step * 3 + blocking) * 20,
            Tiers = [Campaigns.Tier(CheckpointTarget.Storage, Campaigns.Step * 2 + new Duration(1), blocking,
                Duration.Zero)],
        };
        var run = CampaignSimulation.Run(spec, 1, 0, true);
        Assert.AreEqual(1 / (1 + blocking.Over(Campaigns.Step * 3)), run.Metrics["ettr"], 1e-12);
    }

    [TestMethod]
    public void Without_faults_and_checkpoints_all_time_is_productive()
    {
        var spec = Campaigns.Plain with
        {
            Tiers = [],
            Horizon = Campaigns.Step * 1_000,
            Cluster = Campaigns.ClusterOf(8, 0, 0)
        };
        var run = CampaignSimulation.Run(spec, 1, 0, true);
        Assert.AreEqual(1, run.Metrics["ettr"]);
        Assert.AreEqual(1, run.Metrics["utilization_productive"]);
        Assert.AreEqual(1, run.Metrics["utilization_non_idle"]);
        Assert.AreEqual(run.Metrics["step_mfu"], run.Metrics["campaign_mfu"], 1e-15);
    }

    [TestMethod]
    public void The_step_that_the_horizon_cuts_is_not_kept()
    {
        var spec = Campaigns.Plain with { Tiers = [], Horizon = Campaigns.Step * 10 + Duration.FromSeconds(3) };
        var run = CampaignSimulation.Run(spec, 1, 0, true);
        Assert.AreEqual(10 * 1_000_000 / 73.0, run.Metrics["goodput_tokens_per_s"], 1e-6);
        Assert.AreEqual(3.0 * 64 / 3_600, run.Ledger.Hours(Sim.Accounting.TimeBucket.LostWork), 1e-12);
    }

    [TestMethod]
    public void One_fault_costs_what_its_parts_cost()
    {
        // A node that dies on its 100th hour, once: the arithmetic of the recovery, part by part.
        var once = new FaultSpec(
            "once", FaultScope.Node, new FailStop(new Constant(Duration.FromSeconds(90))),
            new Constant(Duration.FromHours(100)), null, new Dictionary<Remedy, double> { [Remedy.Replace] = 1 });
        var spec = Campaigns.Plain with
        {
            Cluster = Campaigns.ClusterOf(1, 1, 0),
            Faults = [once],
            Horizon = Duration.FromHours(120),
            Tiers = [Campaigns.Tier(CheckpointTarget.Storage, Campaigns.Step * 600, Duration.Zero,
                Duration.FromSeconds(1))],
        };
        var run = CampaignSimulation.Run(spec, 1, 0, true);
        Assert.AreEqual(1, run.Metrics["interruptions"]);
        // 360,000 s computed, the last whole interval of 4,200 s ends at 357,000 s; detection, tear-down, decision,
        // swap,
        // start, restore and the slow first step follow.
        var down = 90 + 30 + 180 + 60 + 120 + 50 + 20;
        Assert.AreEqual((3_000 * 8) / 3_600.0 + TailHours(432_000 - down),
            run.Ledger.Hours(Sim.Accounting.TimeBucket.LostWork), 1e-9);
        Assert.AreEqual((down + 7) / 60.0, run.Metrics["mttr_min"], 1e-9);
        Assert.AreEqual(90 * 8 / 3_600.0, run.Ledger.Hours(Sim.Accounting.TimeBucket.DetectionWait), 1e-12);
        Assert.AreEqual(50 * 8 / 3_600.0, run.Ledger.Hours(Sim.Accounting.TimeBucket.Restore), 1e-12);

        // The job goes on at 357,000 s of work; the horizon cuts its last step.
        static double TailHours(int computing) => (357_000 + computing - 360_000) % 7 * 8 / 3_600.0;
    }
}
