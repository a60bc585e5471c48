// A control variate must not bend the answer: its mean must be what the formula says, the estimate must hold the truth
// as often as it promises, and the gain must be real.
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Randomness;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class ControlVariateTests
{
    private static Scenario Kept(string law, string more) => Scenario.Parse("control.yaml", $$"""
        scenario: control
        seed: 4
        duration: 40 d
        replications: 2
        step: { time: 10 s }
        cluster: { nodes: 24, accelerators_per_node: 8, spares: { warm: 2 } }
        faults:
          - { name: worn, scope: accelerator, time_to_failure: {{law}}, detection: { latency: 1 min }{{more}} }
          - { name: switch, scope: leaf-switch, time_to_failure: exponential 400 d, detection: { latency: 1 min } }
        lifecycle: { lemon: { fraction: 20 %, factor: 5 } }
        checkpoint: { tiers: [{ to: storage, every: 1 h, blocking: 10 s, write: 1 min, read: 1 min }] }
        recovery: { policy: restart }
        """);

    [TestMethod]
    [DataRow("exponential 900 d", "")]
    [DataRow("weibull shape 0.7 mean 500 d", "")]
    [DataRow("weibull shape 3 mean 90 d", ", remedy: { replace: 1 }")]
    [DataRow("lognormal median 200 d sigma 1", ", remedy: { replace: 1 }")]
    [DataRow("exponential 900 d", ", early_life: { factor: 4, decays_over: 10 d }")]
    [DataRow("exponential 900 d", ", growth: { shape: 0.5, since: 20 d }")]
    [DataRow("gamma shape 2 mean 300 d", ", remedy: { replace: 1 }")]
    public void First_failures_have_the_mean_that_is_known_before(string law, string more)
    {
        var scenario = Kept(law, more);
        var campaign = CampaignPlan.Of(scenario, (StatedStep)scenario.Step);
        var counts = Enumerable.Range(0, 400)
            .Select(i => CampaignSimulation.Run(campaign, 9, i, tellsStory: false).FirstFailures).ToList();
        var estimate = Estimate.Of(counts, 0.999);
        var expected = campaign.FirstFailures.Expected();
        Assert.IsGreaterThan(3, expected);
        Assert.IsGreaterThanOrEqualTo(estimate.Low, expected);
        Assert.IsLessThanOrEqualTo(estimate.High, expected);
    }

    [TestMethod]
    public void Its_intervals_hold_the_truth_as_often_as_they_say_and_are_narrower()
    {
        var (held, gains) = (0, 0.0);
        for (var experiment = 0; experiment < 1000; experiment++)
        {
            var dice = new StreamKey(7, experiment, "synthetic", 0).Open();
            var (values, controls) = (new double[30], new double[30]);
            for (var i = 0; i < values.Length; i++)
            {
                controls[i] = dice.NextUnitExponential();
                values[i] = 3 - 0.5 * controls[i] + 0.2 * (dice.NextUniform() - 0.5);
            }

            var controlled = ControlledEstimate.Of(values, controls, 1)!;
            gains += controlled.Gain;
            if (controlled.Estimate.Low <= 2.5 && 2.5 <= controlled.Estimate.High) held++;
        }

        Assert.IsGreaterThanOrEqualTo(930, held);
        Assert.IsLessThanOrEqualTo(970, held);
        // Of a variance of 1/4 + 1/300 the control explains all but 1/300.
        Assert.IsGreaterThan(50, gains / 1000);
    }

    [TestMethod]
    public void It_is_silent_where_nothing_varies()
    {
        Assert.IsNull(ControlledEstimate.Of([1, 2, 3, 4, 5], [2, 2, 2, 2, 2], 2));
        Assert.IsNull(ControlledEstimate.Of([1, 1, 1, 1, 1], [1, 2, 3, 4, 5], 3));
        Assert.IsNull(ControlledEstimate.Of([1, 2, 3], [1, 2, 4], 2));
        Assert.IsNull(ControlledEstimate.Of([1, 2, double.PositiveInfinity, 4], [1, 2, 4, 5], 2));
    }
}
