// An interval that promises 95 in 100 must hold the truth about as often: over a thousand experiments with a known
// mean, with the number of replications fixed, and with as many as a precision takes.
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class CoverageTests
{
    private const int Experiments = 1000;

    // Every fault costs 12 minutes of a job without checkpoints that keeps its state: the mean follows from the rate.
    private static readonly Scenario Known = Scenario.Parse("known.yaml", """
        scenario: known
        seed: 1
        duration: 30 d
        replications: 2
        step: { time: 1 s }
        cluster: { nodes: 8, accelerators_per_node: 8, spares: { hot: 4 } }
        faults:
          - name: lost
            scope: node
            ages: calendar
            time_to_failure: exponential 40 d
            detection: { latency: 12 min }
            remedy: { reset: 1 }
        lifecycle:
          triage: 0 s
          validation: { time: 0 s, catches: 0, rejects_good: 0 }
          remedies: { reset: { time: 1 s, fixes: 1 } }
          repair_crews: 1000
        recovery:
          policy: hot-spare
          restart: { hot_swap: 0 s, decide: 0 s, tear_down: 0 s, schedule: 0 s, initialize: 0 s, first_step: 0 s }
        """);

    private static readonly CampaignSpec Campaign = CampaignPlan.Of(Known, (StatedStep)Known.Step);

    [TestMethod]
    public void Intervals_hold_the_known_mean_in_95_of_100_experiments()
    {
        // Faults of all 12 nodes are a Poisson process by the calendar.
        var expected = 12 * 30 / 40.0;
        Between930And970(Enumerable.Range(0, Experiments).Count(experiment => Holds(
            new ReplicationSet(ReplicationSet.Stretch(Campaign, 3, experiment * 20, 20, 2, default)), expected)));
    }

    [TestMethod]
    public void So_do_those_of_runs_that_go_on_until_they_are_sure()
    {
        var expected = 12 * 30 / 40.0;
        var goal = new PrecisionGoal("faults", 0.09);
        Between930And970(Enumerable.Range(0, Experiments).Count(experiment => Holds(
            goal.Reach(30, (first, count) => ReplicationSet.Stretch(
                Campaign, 5, experiment * 1000 + first, count, 2, default)), expected)));
    }

    private static bool Holds(ReplicationSet set, double mean) =>
        set.Metrics["faults"] is var estimate && estimate.Low <= mean && mean <= estimate.High;

    private static void Between930And970(int held)
    {
        Assert.IsGreaterThanOrEqualTo(930, held);
        Assert.IsLessThanOrEqualTo(970, held);
    }
}
