// Faults that meet something else: a test, an outage, another fault, a node that is not in the running job.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;
using Sigma.Sim.Validation.Swarms;

namespace Sigma.Sim.Tests.Campaign;

[TestClass]
public sealed class MeetingFaultsTests
{
    private static readonly RestartTimes Times = Campaigns.Times(1);

    [TestMethod]
    public void Hot_spares_stay_out_of_the_books_of_a_job_that_is_tested()
    {
        var tests = new QuickValidationSpec(Duration.FromHours(2), Duration.FromMinutes(5), Fraction.One);
        var run = Lawful(With(PolicyKind.HotSpare, new ProactiveSpec(false, null, tests)) with
        {
            Cluster = Campaigns.ClusterOf(8, 0, 0) with { Spares = new SpareSpec(0, 0) { Hot = 3 } },
        });
        Assert.IsGreaterThan(50, run.Phases.Count(span => span.Phase == JobPhase.Testing));
    }

    [TestMethod]
    public void A_checkpoint_that_storage_missed_is_taken_at_the_end_of_the_step_in_which_it_is_back()
    {
        var spec = Campaigns.Plain with { Faults = [Outages(Duration.FromHours(20), Duration.FromHours(3))] };
        var run = Lawful(spec);
        var back = run.Events.First(told => told.What == "storage" && told.Detail == "answers again").At;
        var saved = run.Phases.First(span => span.Phase == JobPhase.Saving && span.Begin >= back);
        Assert.IsLessThan(Campaigns.Step, saved.Begin - back);
    }

    [TestMethod]
    public void A_new_part_of_a_node_that_was_wrongly_blamed_is_a_part_of_that_node()
    {
        var spec = Campaigns.Plain with
        {
            Horizon = Duration.FromDays(60),
            Cluster = Campaigns.ClusterOf(8, 3, 0),
            Faults =
            [
                Campaigns.Fault("wear", FaultScope.Accelerator, new Exponential(Duration.FromDays(4))) with
                {
                    Diagnosis = new DiagnosisErrors(Fraction.Zero, new Fraction(0.7)),
                    Remedies = new Dictionary<Remedy, double> { [Remedy.Replace] = 1 },
                },
            ],
        };
        for (var seed = 1UL; seed < 6; seed++) Lawful(spec, seed);
    }

    [TestMethod]
    public void What_a_drain_has_saved_stands_though_it_ends_within_a_step()
    {
        var spec = With(PolicyKind.HotSpare, new ProactiveSpec(true, null, null)) with
        {
            StepTime = Duration.FromMinutes(40),
            Horizon = Duration.FromDays(100),
            Cluster = Campaigns.ClusterOf(8, 2, 0) with { Spares = new SpareSpec(2, 0) { Hot = 2 } },
            Faults =
            [
                Announced("announced", Duration.FromDays(10)),
                Campaigns.Fault("crash", FaultScope.Job, new Exponential(Duration.FromHours(5))),
            ],
        };
        Assert.IsGreaterThan(5, Lawful(spec).Metrics["drains"]);
    }

    [TestMethod]
    public void Nothing_is_saved_to_storage_that_is_out()
    {
        // A restart takes the job back to what there is: nothing but copies from before the outage.
        var spec = With(PolicyKind.WarmSpare, new ProactiveSpec(true, null, null)) with
        {
            Horizon = Duration.FromDays(60),
            Faults =
            [
                Announced("announced", Duration.FromDays(10)), Outages(Duration.FromHours(4), Duration.FromHours(8)),
            ],
        };
        var (isOut, met) = (0, 0);
        foreach (var told in Lawful(spec).Events)
        {
            if (told.What == "storage") isOut = told.Detail == "answers again" ? 0 : isOut + 1;
            if (told.What == "rollback" && isOut > 0) met++;
            Assert.IsFalse(told.What == "restore" && isOut > 0, $"restored at {told.At}, in an outage");
            Assert.IsFalse(told is { What: "rollback", Lost.IsZero: true } && isOut > 0, $"saved at {told.At}");
        }

        Assert.IsGreaterThan(3, met);
    }

    [TestMethod]
    [DataRow(PolicyKind.Elastic, 2, 6)]
    [DataRow(PolicyKind.Elastic, 3, 4)]
    [DataRow(PolicyKind.Reroute, 2, 6)]
    [DataRow(PolicyKind.Elastic, 1, 24)]
    [DataRow(PolicyKind.Reroute, 1, 24)]
    public void A_job_that_goes_on_without_nodes_counts_those_that_wait_to_come_back(
        PolicyKind policy, int perGroup, int groups)
    {
        var spec = With(policy, ProactiveSpec.None) with
        {
            Horizon = Duration.FromDays(60),
            Cluster = Campaigns.ClusterOf(12, 4, 0),
            Conditions = StepConditions.Proportional(12) with { Groups = groups, NodesPerGroup = perGroup },
            Recovery = new RecoverySpec(policy, Times with { Initialize = Duration.FromHours(2) }),
            Faults =
            [
                Campaigns.Fault("node", FaultScope.Node, new Exponential(Duration.FromDays(1))) with
                {
                    Ages = AgeClock.Calendar,
                },
            ],
        };
        var rejoined = 0;
        for (var seed = 1UL; seed < 9; seed++)
            rejoined += Lawful(spec, seed).Events.Count(told => told.What == "rejoined");
        Assert.IsGreaterThan(100, rejoined);
    }

    [TestMethod]
    public void A_slow_node_on_the_bench_slows_nobody()
    {
        var isIn = true;
        var condition = new JobCondition(StepConditions.Proportional(4), _ => isIn);
        condition.Add(1, default, new FailSlow(2, Fraction.One, null, new Constant(Duration.Zero)));
        Assert.AreEqual(2, condition.Slowdown);
        isIn = false;
        condition.MissGroups(1);
        Assert.AreEqual(4.0 / 3, condition.Slowdown, 1e-12);
    }

    [TestMethod]
    public void Flaps_of_a_link_in_a_job_that_stands_still_cost_nothing_afterwards()
    {
        // A job that is restarted for hours meanwhile waits for at most the flap that is not over yet.
        var down = Duration.FromSeconds(20);
        var spec = Campaigns.Plain with
        {
            Recovery = new RecoverySpec(PolicyKind.WarmSpare, Times with { TearDown = Duration.FromHours(3) }),
            Tiers = [Campaigns.Tier(CheckpointTarget.Storage, Duration.FromMinutes(30), Duration.Zero, Duration.Zero)],
            Faults =
            [
                Campaigns.Fault("flaps", FaultScope.Link, new Exponential(Duration.FromDays(20))) with
                {
                    Ages = AgeClock.Calendar,
                    Kind = new LinkFlap(new Constant(down), 500, new Constant(down), Duration.FromMinutes(1), 1_000),
                },
                Campaigns.Fault("crash", FaultScope.Job, new Exponential(Duration.FromHours(8))),
            ],
        };
        var run = Lawful(spec);
        Assert.IsGreaterThan(50, run.Events.Count(told => told.What == "flap"));
        // Waits for several links in a row are one span; each begins while a link is down, or with a crash.
        foreach (var stall in run.Phases.Where(span => span.Phase == JobPhase.Undetected))
        {
            Assert.IsTrue(
                run.Events.Any(told => told.What == "fault" && told.At == stall.Begin)
                || run.Events.Any(
                    told => told.What == "flap" && told.At <= stall.Begin && told.At + down > stall.Begin),
                $"the job waits from {stall.Begin} to {stall.End}, and no link is down");
        }
    }

    private static CampaignSpec With(PolicyKind policy, ProactiveSpec proactive) => Campaigns.Plain with
    {
        Recovery = new RecoverySpec(policy, Times) { Proactive = proactive },
    };

    private static FaultSpec Outages(Duration apart, Duration lasting) =>
        Campaigns.Fault("storage", FaultScope.Storage, new Exponential(apart)) with
        {
            Ages = AgeClock.Calendar,
            Outage = new Constant(lasting),
        };

    private static FaultSpec Announced(string name, Duration life) =>
        Campaigns.Fault(name, FaultScope.Node, new Exponential(life)) with
        {
            Precursor = new Precursor(Fraction.One, new Constant(Duration.FromMinutes(50))),
        };

    private static CampaignRun Lawful(CampaignSpec spec) => Lawful(spec, 1);

    private static CampaignRun Lawful(CampaignSpec plain, ulong seed)
    {
        // Plain campaigns count FLOPs beyond the peak, which no law of shares allows.
        var spec = plain with { ModelFlopsPerStep = 0 };
        var run = CampaignSimulation.Run(spec, seed, 0, tellsStory: true, new WorldLaws().Look);
        RunLaws.Check(spec, run);
        StoryLaws.Check(spec, run);
        return run;
    }
}
