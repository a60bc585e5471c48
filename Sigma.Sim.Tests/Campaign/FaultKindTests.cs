// What each kind and scope of fault costs, by hand. The job computes 1,806 s between two saves of 4 s: the fault comes
// 1,403 s after one. A recovery takes 30 s + 3 min + 1 min + 2 min, a restore of 50 s and a slow step of 20 s.
using Sigma.Sim.Accounting;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Tests.Campaign;

[TestClass]
public sealed class FaultKindTests
{
    private const double Second = 1 / 3_600.0;

    // Until a spare steps in, seven of eight nodes wait.
    private const double Restart = (30 + 180) * 7 / 8.0 + 60 + 120 + 20, ToRestart = 30 + 180 + 60 + 120 + 20;

    private static readonly Constant Latency = new(Duration.FromMinutes(12));

    [TestMethod]
    public void A_fail_stop_costs_detection_restart_restore_and_the_work_since_the_last_copy()
    {
        var run = OneFault.Run(OneFault.Of(new FailStop(Latency)));
        Assert.AreEqual(720 * Second, OneFault.HoursOfFault(run, TimeBucket.DetectionWait), 1e-9);
        Assert.AreEqual(Restart * Second, OneFault.HoursOfFault(run, TimeBucket.Restart), 1e-9);
        Assert.AreEqual(50 * Second, OneFault.HoursOfFault(run, TimeBucket.Restore), 1e-9);
        Assert.AreEqual(1_403 * Second, OneFault.HoursOfFault(run, TimeBucket.LostWork), 1e-9);
        Assert.AreEqual((720 + ToRestart + 50 + 7) / 60, run.Metrics["mttr_min"], 1e-9);
        Assert.AreEqual((600 + 5 * 3_600 + 900) * Second, run.Metrics["recycle_h"], 1e-9);
    }

    [TestMethod]
    public void A_hang_costs_the_same_but_its_devices_spin()
    {
        var stop = OneFault.Run(OneFault.Of(new FailStop(Latency)));
        var hang = OneFault.Run(OneFault.Of(new Hang(Latency)));
        foreach (var bucket in TimeBuckets.All) Assert.AreEqual(stop.Ledger[bucket], hang.Ledger[bucket], $"{bucket}");
        // The place of the struck node is empty for 3.5 min: so much less of 72 h is in the job.
        var inJob = 72 - (30 + 180) / 8.0 * Second;
        Assert.AreEqual(
            720 * Second / inJob,
            hang.Metrics["utilization_non_idle"] - stop.Metrics["utilization_non_idle"], 1e-9);
    }

    [TestMethod]
    public void A_slow_node_halves_the_speed_until_it_has_passed()
    {
        var lasts = new Constant(Duration.FromHours(2));
        var run = OneFault.Run(OneFault.Of(new FailSlow(2, Fraction.One, lasts, new Constant(Duration.FromDays(1)))));
        // A checkpoint is saved at full speed, and the clock of the spell goes on meanwhile: two or so in two hours.
        var saves = 2 * 4 * Second;
        Assert.AreEqual(1, OneFault.HoursOfFault(run, TimeBucket.StragglerWait), saves);
        Assert.AreEqual(0, run.Metrics["interruptions"]);
        var sound = OneFault.Run(OneFault.Of(new FailSlow(1, Fraction.One, lasts, Latency)));
        var lost = (sound.Metrics["ettr"] - run.Metrics["ettr"]) * 72;
        Assert.AreEqual(OneFault.HoursOfFault(run, TimeBucket.StragglerWait), lost, 14 * Second);
    }

    [TestMethod]
    public void A_slow_node_is_evicted_after_a_save_and_nothing_is_lost()
    {
        var spec = OneFault.Of(new FailSlow(1.5, Fraction.One, null, Latency));
        var evicting = spec.Recovery with { Proactive = new ProactiveSpec(false, 1.4, null) };
        var run = OneFault.Run(spec with { Recovery = evicting });
        Assert.AreEqual((0.0, 1.0), (run.Metrics["interruptions"], run.Metrics["drains"]));
        Assert.AreEqual(0, run.Ledger.Of(TimeBucket.LostWork, 1));
        // 403 s of work are left to the regular save, 604.5 s at this speed; its write ends 8.5 s after the alarm.
        Assert.AreEqual((8.5 + 4 + 120) * Second, OneFault.HoursOfFault(run, TimeBucket.CheckpointSave), 1e-9);
        Assert.AreEqual(Restart * Second, OneFault.HoursOfFault(run, TimeBucket.Restart), 1e-9);
        Assert.AreEqual((720 - 4) / 3.0 * Second, OneFault.HoursOfFault(run, TimeBucket.StragglerWait), 1e-9);

        var kept = OneFault.Run(spec with { Recovery = spec.Recovery with { Proactive = new(false, 1.6, null) } });
        Assert.AreEqual((0.0, 0.0), (kept.Metrics["interruptions"], kept.Metrics["drains"]));
        Assert.IsGreaterThan(10.0, OneFault.HoursOfFault(kept, TimeBucket.StragglerWait));
    }

    [TestMethod]
    [DataRow(10, 30.0, 0)]
    [DataRow(60, 40.0, 1)]
    public void A_link_that_flaps_stalls_the_job_and_stops_it_when_it_is_down_for_long(
        int down, double undetected, int interruptions)
    {
        var flap = new LinkFlap(
            new Constant(Duration.FromSeconds(down)), 3, new Constant(Duration.FromMinutes(1)),
            Duration.FromSeconds(40), 9);
        var run = OneFault.Run(OneFault.Of(flap));
        Assert.AreEqual(interruptions, run.Metrics["interruptions"]);
        Assert.AreEqual(undetected * Second, OneFault.HoursOfFault(run, TimeBucket.DetectionWait), 1e-9);
        Assert.AreEqual(interruptions == 1, run.Ledger.Of(TimeBucket.LostWork, 1) > 0);
    }

    [TestMethod]
    public void A_false_alarm_stops_the_job_at_once_and_its_node_needs_no_repair()
    {
        var run = OneFault.Run(OneFault.Of(new FalseAlarm()));
        Assert.AreEqual(1, run.Metrics["interruptions"]);
        Assert.AreEqual(0, run.Ledger[TimeBucket.DetectionWait] + run.Ledger[TimeBucket.Repair]);
        Assert.AreEqual((600 + 900) * Second, run.Metrics["recycle_h"], 1e-9);
    }

    [TestMethod]
    public void Software_takes_no_node()
    {
        var run = OneFault.Run(OneFault.Of(new FailStop(Latency), FaultScope.Job));
        Assert.AreEqual(1, run.Metrics["interruptions"]);
        Assert.AreEqual(1.0, run.Metrics["availability"]);
        Assert.AreEqual(1_403 * Second, OneFault.HoursOfFault(run, TimeBucket.LostWork), 1e-9);
    }

    [TestMethod]
    public void A_rack_that_is_out_takes_its_nodes_and_gives_them_back_together()
    {
        // Four nodes and two spares: the job waits for the rack, 3 h after the fault, and for its tests.
        var spec = OneFault.Of(new FailStop(Latency), FaultScope.Rack);
        var rack = spec.Faults[0] with
        {
            Outage = new Constant(Duration.FromHours(3)),
            TimeToFailure = new OnceInFew(OneFault.At, 0.5),
        };
        var run = OneFault.Run(spec with { Faults = [rack] });
        Assert.AreEqual(1, run.Metrics["interruptions"]);
        Assert.IsTrue(run.Events.Any(told => told.Detail.Contains("4 nodes", StringComparison.Ordinal)));
        // Four nodes of eight are there to wait.
        Assert.AreEqual(
            (3 + (900 - 30 - 180) * Second) / 2, OneFault.HoursOfFault(run, TimeBucket.SpareWait), 1e-9);
        Assert.AreEqual(3 + 900 * Second, run.Metrics["recycle_h"], 1e-9);
    }

    [TestMethod]
    public void While_storage_is_out_no_copy_is_made_and_the_next_one_comes_when_it_is_back()
    {
        var spec = OneFault.Of(new FailStop(Latency), FaultScope.Storage);
        var outage = spec.Faults[0] with
        {
            Outage = new Constant(Duration.FromHours(4)),
            TimeToFailure = new OnceInFew(OneFault.At, 1e9),
        };
        var run = OneFault.Run(spec with { Faults = [outage] });
        var (began, back) = (run.Events[0].At, run.Events[1].At);
        Assert.AreEqual(Duration.FromHours(4), back - began);
        var saves = run.Phases.Where(phase => phase.Phase == Sim.Campaign.JobPhase.Saving).ToArray();
        Assert.IsFalse(saves.Any(save => save.Begin > began && save.Begin < back));
        var next = saves.First(save => save.Begin >= back).Begin;
        Assert.IsTrue(next - back <= Campaigns.Step, $"{next - back}");
        Assert.AreEqual(0, run.Metrics["interruptions"]);
    }
}
