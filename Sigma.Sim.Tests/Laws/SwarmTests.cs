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
    [DataRow(436, "a node on the bench failed with the copy that was being read")]
    [DataRow(986, "a node on the bench failed while its group came back")]
    [DataRow(1511, "a borrowed node came while the job went on without some")]
    [DataRow(16370, "a node on the bench failed, was mended and was back on another bench")]
    [DataRow(19683, "a place was filled before it was decided to go on without its group")]
    public void Campaigns_that_broke_a_law_once_keep_it(int number, string what) =>
        Assert.IsNull(Swarm.Judge(number).Broken, what);

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
