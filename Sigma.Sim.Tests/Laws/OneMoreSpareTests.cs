// Does a spare ever hurt? On the same faults it can, in a single run: another node steps in, and what that meets later
// is another life. It must not on average; and where it does not matter which node steps in, it never does.
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Laws;

[TestClass]
public sealed class OneMoreSpareTests
{
    private const int Pairs = 1_000;

    [TestMethod]
    public void A_spare_helps_on_average_and_seldom_hurts_a_single_run()
    {
        var fault = Campaigns.Fault("fault", FaultScope.Node, new Weibull(0.8, Duration.FromHours(150)));
        var gains = Gains(Few([fault]));
        var estimate = Estimate.Of(gains, 0.99);
        Assert.IsGreaterThan(0.0, estimate.Low);
        // Measured: 149 of 1,000 runs lose, the worst 1.0 points; the mean gains.
        var losers = gains.Count(gain => gain < 0);
        Assert.IsLessThan(200, losers, $"mean gain {estimate.Mean}, worst {gains.Min()}");
        Assert.IsGreaterThan(-0.02, gains.Min());
    }

    [TestMethod]
    public void A_spare_never_hurts_where_it_does_not_matter_which_node_steps_in()
    {
        // About a third of the nodes fail at the same moment and never again, so that whoever steps in then stays.
        var fault = Campaigns.Fault("fault", FaultScope.Node, new OnceInFew(50 * 3_600, 0.4)) with
        {
            Ages = AgeClock.Calendar,
            Remedies = new Dictionary<Remedy, double> { [Remedy.Reset] = 1 },
        };
        var gains = Gains(Few([fault]) with { Lifecycle = OneFault.Mending });
        Assert.AreEqual(0, gains.Count(gain => gain < 0), $"worst {gains.Min()}");
        Assert.IsGreaterThan(Pairs / 10, gains.Count(gain => gain > 0));
    }

    private static CampaignSpec Few(IReadOnlyList<FaultSpec> faults) => Campaigns.Plain with
    {
        Horizon = Duration.FromDays(20),
        Cluster = Campaigns.ClusterOf(8, 1, 0),
        Faults = faults,
        Recovery = new RecoverySpec(PolicyKind.WarmSpare, Campaigns.Times(1)),
    };

    private static double[] Gains(CampaignSpec spec)
    {
        var more = spec with { Cluster = Campaigns.ClusterOf(8, 2, 0) };
        return [.. Enumerable.Range(0, Pairs).Select(replication => Ettr(more, replication) - Ettr(spec, replication))];
    }

    private static double Ettr(CampaignSpec spec, int replication) =>
        CampaignSimulation.Run(spec, 7, replication, tellsStory: false).Metrics["ettr"];
}
