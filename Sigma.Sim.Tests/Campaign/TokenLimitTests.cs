// A run that ends with its tokens keeps exactly the steps it was asked for, whatever struck on the way.
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Campaign;

[TestClass]
public sealed class TokenLimitTests
{
    [TestMethod]
    public void Without_faults_every_second_is_kept()
    {
        var plain = Campaigns.Plain with { Horizon = null, Steps = 1_000, Tiers = [] };
        Assert.AreEqual(1, CampaignSimulation.Run(plain, 1, 0, true).Metrics["ettr"]);
    }

    [TestMethod]
    public void A_run_limited_by_tokens_ends_exactly_at_its_steps()
    {
        var runs = 0;
        for (var number = 0; number < 250; number++)
        {
            var spec = Campaigns.Random(number);
            if (spec.Steps is not { } steps) continue;
            var run = CampaignSimulation.Run(spec, 9, 0, true);
            var kept = run.Metrics["goodput_tokens_per_s"] * run.Wall.Seconds / spec.TokensPerStep;
            Assert.AreEqual(steps, kept, 1e-6 * steps, $"campaign {number}");
            runs++;
        }

        Assert.IsGreaterThan(50, runs);
    }

    [TestMethod]
    public void A_run_that_gets_nowhere_is_given_up_with_a_sentence()
    {
        var hourly = new FaultSpec(
            "fault", FaultScope.Node, new FailStop(new Constant(Duration.FromMinutes(1))),
            new Exponential(Duration.FromMinutes(10)), null, new Dictionary<Remedy, double> { [Remedy.Reset] = 1 });
        var hopeless = Campaigns.Plain with { Horizon = null, Steps = 1_000_000, Tiers = [], Faults = [hourly] };
        var error = Assert.ThrowsExactly<EndlessCampaignException>(() => CampaignSimulation.Run(hopeless, 1, 0, false));
        StringAssert.Contains(error.Message, "checkpoint more often", StringComparison.Ordinal);
    }
}
