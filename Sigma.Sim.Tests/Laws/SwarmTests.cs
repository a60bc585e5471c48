// Random campaigns with a random part of all features each, held to the laws of every campaign.
using Sigma.Sim.Validation.Swarms;

namespace Sigma.Sim.Tests.Laws;

[TestClass]
public sealed class SwarmTests
{
    [TestMethod]
    public void Random_campaigns_keep_all_laws()
    {
        var verdicts = Swarm.Run(0, 300, Environment.ProcessorCount, _ => { }, CancellationToken.None);
        foreach (var verdict in verdicts)
        {
            Assert.IsNull(
                verdict.Broken,
                $"campaign {verdict.Number}: {verdict.Broken}; sigma validate --swarm 1 --first {verdict.Number}");
        }

        // The laws mean little where nothing happens.
        Assert.IsGreaterThan(2_000, verdicts.Sum(verdict => verdict.Interruptions));
        Assert.IsLessThan(10, verdicts.Count(verdict => verdict.GivenUp));
    }

    [TestMethod]
    public void A_campaign_of_the_swarm_depends_on_its_number_only()
    {
        for (var number = 0; number < 50; number++)
        {
            var (a, b) = (SwarmCampaigns.Of(1, number), SwarmCampaigns.Of(1, number));
            Assert.AreEqual(a.ToString(), b.ToString(), $"campaign {number}");
            Assert.AreEqual(a.Faults.Count, b.Faults.Count, $"campaign {number}");
            Assert.AreNotEqual(a.ToString(), SwarmCampaigns.Of(1, number + 1).ToString(), $"campaign {number}");
        }
    }
}
