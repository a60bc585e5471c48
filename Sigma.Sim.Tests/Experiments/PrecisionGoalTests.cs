// As many replications as an answer takes: no fewer, not many more, and a word where it would be too many.
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class PrecisionGoalTests
{
    private static readonly Scenario Stated = Scenario.Load(SourceTree.PathOf("scenarios/stated-step.yaml"), []);

    private static readonly CampaignSpec Campaign = CampaignPlan.Of(Stated, (StatedStep)Stated.Step);

    [TestMethod]
    public void It_is_reached_with_few_replications_to_spare()
    {
        var goal = new PrecisionGoal("interruptions", 0.025);
        var set = goal.Reach(2, Run);
        Assert.IsTrue(goal.IsReached(set));
        Assert.IsGreaterThan(30, set.Runs.Count);
        var fewer = set.First(set.Runs.Count * 2 / 3);
        Assert.IsFalse(goal.IsReached(fewer), $"{set.Runs.Count} were more than it takes");
    }

    [TestMethod]
    public void The_same_replications_come_at_any_number_of_steps()
    {
        var goal = new PrecisionGoal("ettr", 0.0005);
        var set = goal.Reach(2, Run);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, set.Runs.Count).ToList(), set.Runs.Select(run => run.Replication).ToList());
    }

    [TestMethod]
    public void A_goal_that_takes_a_lifetime_is_refused()
    {
        var error = Assert.ThrowsExactly<PrecisionException>(() => new PrecisionGoal("ettr", 1e-7).Reach(2, Run));
        StringAssert.Contains(error.Message, "replications (at most 100,000)", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_metric_that_the_run_has_not_is_refused()
    {
        var uncounted = Campaign with { TokensPerStep = 0 };
        var error = Assert.ThrowsExactly<PrecisionException>(() => new PrecisionGoal("goodput_tokens_per_s", 0.1).Reach(
            2, (first, count) => ReplicationSet.Stretch(uncounted, 1, first, count, 2, default)));
        StringAssert.Contains(error.Message, "no metric `goodput_tokens_per_s`", StringComparison.Ordinal);
    }

    private static IReadOnlyList<CampaignRun> Run(int first, int count) =>
        ReplicationSet.Stretch(Campaign, 1, first, count, 2, default);
}
