// A campaign needs nothing of a step but its time: one that is stated must give what the same step gives when it is
// played, and what nobody stated must be in no result.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Tests.Reporting;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class StatedStepTests
{
    private static readonly string[] OfTokens = ["goodput_tokens_per_s", "cost_per_trillion_tokens"];
    private static readonly string[] OfFlops = ["step_mfu", "campaign_mfu"];

    /// <summary>All that a replay finds out about the step of the small scenario, stated.</summary>
    private static StatedStep Known => new(
        SmallRun.Step.Profile.StepTime, SmallRun.Step.Plan.TokensPerStep,
        new Fraction(SmallRun.Step.Profile.Figures.Mfu), SmallRun.Step.Plan.CheckpointSize,
        SmallRun.Outcome.Scenario.Modelled.Fabric.ScaleOut);

    [TestMethod]
    public void A_stated_step_gives_the_campaign_of_the_step_that_was_played()
    {
        var (played, stated) = (SmallRun.Outcome, Run(SmallRun.Outcome.Scenario with { Step = Known }));
        Assert.IsNull(stated.Played);
        CollectionAssert.AreEqual(RunMetrics.Names.ToArray(), stated.Set.Names.ToArray());
        foreach (var metric in RunMetrics.Names) AssertSame(played, stated, metric.Name);
        for (var i = 0; i < played.Set.Runs.Count; i++)
        {
            var (one, other) = (played.Set.Runs[i].Ledger, stated.Set.Runs[i].Ledger);
            foreach (var bucket in TimeBuckets.All.Where(bucket => !TimeBuckets.IsProductive(bucket)))
                Assert.AreEqual(one[bucket], other[bucket], bucket.ToString());
            Assert.AreEqual(one.Sum(TimeBuckets.IsProductive), other[TimeBucket.Compute]);
        }

        CollectionAssert.AreEqual(played.Set.Runs[0].Events.ToArray(), stated.Set.Runs[0].Events.ToArray());
        AssertSameLevers(played, stated);
    }

    [TestMethod]
    public void What_nobody_states_is_in_no_result_and_changes_no_other()
    {
        var bare = Run(SmallRun.Outcome.Scenario with { Step = Known with { Tokens = null, Mfu = null } });
        var names = bare.Set.Names.Select(metric => metric.Name).ToArray();
        var all = RunMetrics.Names.Select(metric => metric.Name).ToArray();
        CollectionAssert.AreEqual(all.Except(OfTokens).Except(OfFlops).ToArray(), names);
        foreach (var name in names) AssertSame(SmallRun.Outcome, bare, name);
        AssertSameLevers(SmallRun.Outcome, bare);
        var tokens = Run(SmallRun.Outcome.Scenario with { Step = Known with { Mfu = null } });
        CollectionAssert.AreEqual(
            all.Except(OfFlops).ToArray(), tokens.Set.Names.Select(metric => metric.Name).ToArray());
    }

    [TestMethod]
    public void A_run_until_work_keeps_that_much_and_no_step_more()
    {
        var step = SmallRun.Step.Profile.StepTime;
        foreach (var (work, steps) in new[] { (step * 1000, 1000L), (step * 1000 + new Duration(1), 1001L) })
        {
            var modelled = SmallRun.Outcome.Scenario with { End = new AfterWork(work), Replications = 3 };
            var campaign = OfSmallStep(modelled);
            Assert.AreEqual(steps, campaign.Steps);
            Assert.IsNull(campaign.Horizon);
            foreach (var run in Run(modelled with { Step = Known }).Set.Runs)
            {
                Assert.AreEqual((step * steps).Seconds, run.Metrics["ettr"] * run.Wall.Seconds, 1e-6);
                var kept = run.Ledger.Sum(TimeBuckets.IsProductive);
                Assert.AreEqual((Int128)(step * steps).Nanoseconds * modelled.Cluster.Accelerators, kept);
            }
        }
    }

    [TestMethod]
    public void Work_and_the_tokens_of_as_many_steps_end_the_same_run()
    {
        var scenario = SmallRun.Outcome.Scenario with { Step = Known, Replications = 3 };
        var work = Run(scenario with { End = new AfterWork(Known.Time * 2000) });
        var tokens = Run(scenario with { End = new AfterTokens(Known.Tokens!.Value * 2000 - 1) });
        foreach (var metric in RunMetrics.Names)
            Assert.AreEqual(work.Set.Metrics[metric.Name], tokens.Set.Metrics[metric.Name], metric.Name);
    }

    [TestMethod]
    public void A_run_without_faults_takes_its_work_and_what_its_checkpoints_block()
    {
        var scenario = Load("scenarios/stated-step.yaml") with { Faults = [], Replications = 2 };
        Assert.AreEqual(Duration.FromDays(64), Run(scenario with { Tiers = [] }).Set.Runs[0].Wall);
        // The last copies are those of the trained model, at the end of the last step.
        var run = Run(scenario).Set.Runs[0];
        var blocked = scenario.Tiers.Sum(tier => (tier.Blocking * (Duration.FromDays(64) / tier.Every!.Value)).Seconds);
        Assert.AreEqual(Duration.FromDays(64) + Duration.FromSeconds(blocked), run.Wall);
        Assert.AreEqual(0.4, run.Metrics["step_mfu"], 1e-15);
        Assert.AreEqual(0.4 * 64 / run.Wall.Days, run.Metrics["campaign_mfu"], 1e-12);
    }

    [TestMethod]
    public void Copies_take_the_time_that_a_tier_states_or_that_their_bytes_take()
    {
        var scenario = Load("scenarios/stated-step.yaml");
        var tiers = CampaignPlan.Of(scenario, (StatedStep)scenario.Step).Tiers;
        Assert.AreEqual((CheckpointTarget.PeerMemory, 20.0, 30.0), Times(tiers[0]));
        Assert.AreEqual((CheckpointTarget.Storage, 15.0, 7.5), Times(tiers[1]));
        var played = SmallRun.Outcome.Scenario with
        {
            Tiers =
            [
                new CheckpointTierSpec(CheckpointTarget.PeerMemory, Duration.FromHours(1), Duration.Zero),
                new CheckpointTierSpec(CheckpointTarget.Storage, Duration.FromHours(1), Duration.Zero),
            ],
        };
        CollectionAssert.AreEqual(
            OfSmallStep(played).Tiers.ToArray(),
            CampaignPlan.Of(played, Known).Tiers.ToArray());
        var slower = played with { Tiers = [played.Tiers[0] with { Read = Duration.FromHours(1) }] };
        var tier = OfSmallStep(slower).Tiers[0];
        Assert.AreEqual(Duration.FromHours(1), tier.Read);
        Assert.AreEqual(CampaignPlan.Of(played, Known).Tiers[0].Write, tier.Write);

        static (CheckpointTarget, double, double) Times(CheckpointTier tier) =>
            (tier.Target, tier.Write.Seconds, tier.Read.Seconds);
    }

    [TestMethod]
    public void A_cluster_may_be_described_and_the_description_changes_nothing()
    {
        var bare = Load("scenarios/stated-step.yaml");
        string[] more =
        [
            "cluster.scale_up.bandwidth_per_accelerator=448 GB/s", "cluster.scale_out.bandwidth_per_nic=400 Gb/s",
            "cluster.host.micro_batch=1 s",
        ];
        var described = Load("scenarios/stated-step.yaml", more);
        Assert.AreEqual(bare.Cluster, described.Cluster with { Unsound = bare.Cluster.Unsound });
        var error = Assert.ThrowsExactly<ScenarioException>(
            () => Load("scenarios/stated-step.yaml", "cluster.scale_up.bandwidth_per_accelerator=448"));
        Assert.AreEqual("S020", error.Diagnostics.InSourceOrder()[0].Code);
    }

    private static Scenario Load(string path, params string[] sets) =>
        Scenario.Load(SourceTree.PathOf(path), [.. sets.Select(set => Override.Parse(set)!)]);

    private static RunOutcome Run(Scenario scenario) =>
        new MainJob(scenario, 2, _ => { }, CancellationToken.None).Run();

    private static void AssertSame(RunOutcome one, RunOutcome other, string metric)
    {
        var (a, b) = (one.Set.Metrics[metric], other.Set.Metrics[metric]);
        Assert.AreEqual(a.Mean, b.Mean, 1e-12 * Math.Abs(a.Mean), metric);
        Assert.AreEqual(a.Low, b.Low, 1e-9 * Math.Abs(a.Mean), metric);
    }

    private static void AssertSameLevers(RunOutcome one, RunOutcome other)
    {
        CollectionAssert.AreEqual(
            one.Levers.Select(lever => lever.Title).ToArray(), other.Levers.Select(lever => lever.Title).ToArray());
        foreach (var (a, b) in one.Levers.Zip(other.Levers))
            Assert.AreEqual(a.Difference.Mean, b.Difference.Mean, 1e-12, a.Title);
    }

    private static CampaignSpec OfSmallStep(Scenario scenario)
    {
        var step = SmallRun.Step;
        return CampaignPlan.Of(scenario, step.Plan, step.Profile, step.Conditions.Table);
    }
}
