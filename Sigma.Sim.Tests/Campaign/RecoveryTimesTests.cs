// What each policy makes of one fault, by hand; and faults that strike while the job is being brought back.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Tests.Campaign;

[TestClass]
public sealed class RecoveryTimesTests
{
    private const double Second = 1 / 3_600.0;

    private static readonly Constant Latency = new(Duration.FromMinutes(12));

    /// <summary>Four groups of two nodes.</summary>
    private static readonly StepConditions FourPairs = StepConditions.Proportional(4) with
    {
        NodesPerGroup = 2,
        WithoutGroup = 1.3,
        WithoutNode = 1.1,
    };

    [TestMethod]
    public void A_hot_spare_takes_over_with_the_state_of_a_peer_and_only_the_cut_step_is_lost()
    {
        var run = OneFault.Run(With(PolicyKind.HotSpare, spec => spec with
        {
            Cluster = spec.Cluster with { Spares = new SpareSpec(1, 0) { Hot = 1 } },
        }));
        // 200 steps of 7 s and 3 s have passed since the save.
        Assert.AreEqual(3 * Second, OneFault.HoursOfFault(run, TimeBucket.LostWork), 1e-9);
        // A decision of 3 min and a swap of 30 s, with seven of eight nodes until the spare joins.
        Assert.AreEqual(210 * 7 / 8.0 * Second, OneFault.HoursOfFault(run, TimeBucket.Restart), 1e-9);
        Assert.AreEqual(0, run.Ledger[TimeBucket.Restore]);
        Assert.AreEqual((720 + 210 + 7) / 60.0, run.Metrics["mttr_min"], 1e-9);
        // The warm spare becomes a hot one after the two minutes in which its processes start.
        Assert.AreEqual(0, run.Ledger.Of(TimeBucket.SpareWait, 1));
    }

    [TestMethod]
    public void Without_a_hot_spare_the_scheduler_places_the_job_and_the_places_are_filled()
    {
        var run = OneFault.Run(With(PolicyKind.HotSpare, spec => spec));
        Assert.AreEqual(2, run.Metrics["placements"]);
        Assert.AreEqual((720 + 30 + 180 + 300 + 120 + 7) / 60.0, run.Metrics["mttr_min"], 1e-9);
    }

    [TestMethod]
    public void A_restart_waits_for_the_scheduler_and_warm_spares_for_a_swap()
    {
        var restart = OneFault.Run(With(PolicyKind.Restart, spec => spec));
        var swap = OneFault.Run(With(PolicyKind.WarmSpare, spec => spec));
        Assert.AreEqual(300 - 60, (restart.Metrics["mttr_min"] - swap.Metrics["mttr_min"]) * 60, 1e-6);
        Assert.AreEqual((2.0, 1.0), (restart.Metrics["placements"], swap.Metrics["placements"]));
    }

    [TestMethod]
    public void An_elastic_job_goes_on_without_the_group_and_takes_the_node_back_when_it_is_repaired()
    {
        // Four groups of two nodes; without one the step takes 1.3 times as long. No spare: the node is away for
        // 10 min + 5 h + 15 min, and starts its processes for 2 min beside the job.
        var conditions = FourPairs;
        var run = OneFault.Run(With(PolicyKind.Elastic, spec => spec with
        {
            Cluster = spec.Cluster with { Spares = new SpareSpec(0, 0) },
            Conditions = conditions,
        }));
        Assert.AreEqual(3 * Second, OneFault.HoursOfFault(run, TimeBucket.LostWork), 1e-9);
        Assert.AreEqual(0, run.Ledger[TimeBucket.SpareWait]);
        var (degraded, rejoined) = (At(run, "degraded"), At(run, "rejoined"));
        var cordoned = At(run, "cordon");
        Assert.AreEqual(
            600 + 5 * 3_600 + 900 + 120 + 30, (rejoined - cordoned).Seconds, 1e-6, "care, start and a stall of 30 s");
        // The other node of the group stands idle until then, on the fault's account; the new one while it starts.
        Assert.AreEqual((rejoined - degraded).Hours / 8, OneFault.HoursOfFault(run, TimeBucket.Idle), 1e-9);
        Assert.AreEqual(150 * Second / 8, OneFault.Hours(run, TimeBucket.Idle)
            - OneFault.HoursOfFault(run, TimeBucket.Idle), 1e-9);
        var sound = OneFault.Run(With(PolicyKind.Elastic, spec => spec with
        {
            Cluster = spec.Cluster with { Spares = new SpareSpec(0, 0) },
            Conditions = conditions with { WithoutGroup = 1 },
        }));
        var degradedHours = (rejoined - degraded).Hours - (30 + 30) * Second;
        var lost = (sound.Metrics["ettr"] - run.Metrics["ettr"]) * 72;
        Assert.AreEqual(degradedHours * (1 - 1 / 1.3), lost, 60 * Second, "the others do its work");
    }

    [TestMethod]
    public void A_rerouted_job_keeps_the_other_nodes_of_the_group()
    {
        var conditions = FourPairs;
        var run = OneFault.Run(With(PolicyKind.Reroute, spec => spec with
        {
            Cluster = spec.Cluster with { Spares = new SpareSpec(0, 0) },
            Conditions = conditions,
        }));
        Assert.AreEqual(0, run.Ledger.Of(TimeBucket.Idle, 1));
        Assert.AreEqual(1, run.Events.Count(told => told.What == "rejoined"));
        var elastic = OneFault.Run(With(PolicyKind.Elastic, spec => spec with
        {
            Cluster = spec.Cluster with { Spares = new SpareSpec(0, 0) },
            Conditions = conditions,
        }));
        Assert.IsGreaterThan(elastic.Metrics["ettr"], run.Metrics["ettr"]);
    }

    [TestMethod]
    public void A_fault_in_a_restart_begins_it_again()
    {
        // Software fails by the calendar 100 s into the restart after the node's fault.
        var spec = With(PolicyKind.WarmSpare, s => s);
        var first = OneFault.Run(spec);
        var struck = At(first, "fault");
        var second = spec.Faults[0] with
        {
            Name = "software",
            Scope = FaultScope.Job,
            Kind = new FailStop(new Constant(Duration.FromMinutes(1))),
            TimeToFailure = new OnceInFew((struck.SinceStart + Duration.FromSeconds(720 + 100)).Seconds, 1e9),
            Ages = AgeClock.Calendar,
        };
        var both = spec with { Faults = [spec.Faults[0], second] };
        var run = Enumerable.Range(0, 200).Select(replication => CampaignSimulation.Run(both, 1, replication, true))
            .First(r => (int)r.Metrics["faults"] == 2 && At(r, "fault") == struck);
        Assert.AreEqual(1, run.Metrics["interruptions"], "one stop, prolonged");
        const double restart = 30 + 180 + 60 + 120 + 50 + 20 + 7;
        Assert.AreEqual((720 + 100 + 60 + restart) / 60, run.Metrics["mttr_min"], 1e-9);
        Assert.AreEqual(60 * Second * 7 / 8, Ledger.ToHours(run.Ledger.Of(TimeBucket.DetectionWait, 2)) / 64, 1e-9);
        Assert.AreEqual(1_403 * Second, Ledger.ToHours(run.Ledger[TimeBucket.LostWork]) / 64, 3 * Second);
    }

    [TestMethod]
    public void A_fault_during_a_save_leaves_no_copy()
    {
        // 1,806 s of computing and 4 s of saving make a cycle; the fault strikes 2 s into the tenth save.
        var spec = With(PolicyKind.WarmSpare, s => s);
        var software = spec.Faults[0] with
        {
            Scope = FaultScope.Job,
            TimeToFailure = new OnceInFew(10 * 1_806 + 9 * 4 + 2, 1e9),
            Ages = AgeClock.Calendar,
        };
        var run = OneFault.Run(spec with { Faults = [software] });
        Assert.AreEqual(1_806 * Second, OneFault.HoursOfFault(run, TimeBucket.LostWork), 1e-9);
    }

    [TestMethod]
    public void A_copy_on_local_disks_serves_a_restart_and_goes_away_with_a_node()
    {
        CampaignSpec Of(FaultScope scope) => OneFault.Of(new FailStop(Latency), scope) with
        {
            Tiers =
            [
                Campaigns.Tier(
                    CheckpointTarget.LocalDisk, Campaigns.Step * 100, Duration.Zero, Duration.FromSeconds(10)),
                Campaigns.Tier(
                    CheckpointTarget.Storage, Campaigns.Step * 1_000, Duration.Zero, Duration.FromSeconds(10)),
            ],
        };
        var software = OneFault.Run(Of(FaultScope.Job));
        Assert.AreEqual(OneFault.At % 700 * Second, OneFault.HoursOfFault(software, TimeBucket.LostWork), 1e-9);
        var node = OneFault.Run(Of(FaultScope.Node));
        Assert.AreEqual(OneFault.At % 7_000 * Second, OneFault.HoursOfFault(node, TimeBucket.LostWork), 1e-9);
    }

    [TestMethod]
    [DataRow(SurvivedDomain.Node, 7_000)]
    [DataRow(SurvivedDomain.Rack, 700)]
    public void A_copy_in_peer_memory_survives_a_rack_only_if_partners_stand_apart(SurvivedDomain survives, int every)
    {
        var spec = OneFault.Of(new FailStop(Latency), FaultScope.Rack);
        var peers = Campaigns.Tier(CheckpointTarget.PeerMemory, Campaigns.Step * 100, Duration.Zero, Duration.Zero);
        var run = OneFault.Run(spec with
        {
            Faults = [spec.Faults[0] with { TimeToFailure = new OnceInFew(OneFault.At, 0.5) }],
            Tiers =
            [
                peers with { Survives = survives },
                Campaigns.Tier(CheckpointTarget.Storage, Campaigns.Step * 1_000, Duration.Zero, Duration.Zero),
            ],
        });
        Assert.AreEqual(OneFault.At % every * Second, OneFault.HoursOfFault(run, TimeBucket.LostWork), 1e-9);
    }

    [TestMethod]
    public void A_fault_that_announces_itself_is_mended_before_it_strikes()
    {
        var spec = With(PolicyKind.WarmSpare, s => s);
        var announced = spec.Faults[0] with
        {
            Precursor = new Precursor(Fraction.One, new Constant(Duration.FromMinutes(30))),
        };
        var drains = spec.Recovery with { Proactive = new ProactiveSpec(true, null, null) };
        var run = Enumerable.Range(0, 200)
            .Select(r => CampaignSimulation.Run(spec with { Faults = [announced], Recovery = drains }, 1, r, true))
            .First(r => r.Metrics["drains"] == 1);
        Assert.AreEqual((0.0, 0.0), (run.Metrics["faults"], run.Metrics["interruptions"]));
        Assert.AreEqual(0, run.Ledger[TimeBucket.DetectionWait] + run.Ledger.Of(TimeBucket.LostWork, 1));
        var met = OneFault.Run(spec with { Faults = [announced] });
        Assert.AreEqual((1.0, 0.0), (met.Metrics["interruptions"], met.Metrics["drains"]));
    }

    [TestMethod]
    public void A_signature_is_handled_by_people_until_it_has_been_seen_often_enough()
    {
        var spec = With(PolicyKind.WarmSpare, s => s);
        var often = spec.Faults[0] with
        {
            TimeToFailure = new Exponential(Duration.FromHours(200)),
            Unknown = new UnknownModes(1, 3),
        };
        var times = spec.Recovery.Times with { ManualDecide = new Constant(Duration.FromHours(2)) };
        var people = spec with { Faults = [often], Recovery = spec.Recovery with { Times = times } };
        var run = CampaignSimulation.Run(people with { Horizon = Duration.FromDays(20) }, 1, 0, true);
        var spans = run.Events.Where(told => told.What == "resumed")
            .Select(told => told.At - run.Events.Last(e => e.What == "fault" && e.At <= told.At).At).ToArray();
        Assert.IsGreaterThan(5, spans.Length);
        foreach (var span in spans.Take(3)) Assert.IsGreaterThan(2.0, span.Hours);
        foreach (var span in spans.Skip(3)) Assert.IsLessThan(1.0, span.Hours);
    }

    [TestMethod]
    public void A_search_that_finds_nobody_leaves_the_fault_in_the_job_until_it_strikes_again()
    {
        var spec = With(PolicyKind.WarmSpare, s => s);
        var missed = spec.Faults[0] with { Diagnosis = new DiagnosisErrors(Fraction.One, Fraction.Zero) };
        var relapses = spec.Lifecycle with { Relapse = new Constant(Duration.FromHours(10)) };
        var run = Enumerable.Range(0, 200)
            .Select(r => CampaignSimulation.Run(spec with { Faults = [missed], Lifecycle = relapses }, 1, r, true))
            .First(r => r.Metrics["faults"] >= 1);
        var struck = run.Events.Where(told => told.What == "fault").ToArray();
        Assert.IsGreaterThan(3, struck.Length);
        Assert.AreEqual(1, struck.Select(told => told.Node).Distinct().Count());
        Assert.AreEqual(1.0, run.Metrics["availability"]);
    }

    private static CampaignSpec With(PolicyKind policy, Func<CampaignSpec, CampaignSpec> change)
    {
        var spec = OneFault.Of(new FailStop(Latency));
        return change(spec with { Recovery = spec.Recovery with { Policy = policy } });
    }

    private static Instant At(CampaignRun run, string what) => run.Events.First(told => told.What == what).At;
}
