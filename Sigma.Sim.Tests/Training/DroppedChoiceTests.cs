// A choice that was dropped at an expert's capacity loads no expert, visits no rank, and is counted as dropped.
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Training;

[TestClass]
public sealed class DroppedChoiceTests
{
    private const ushort None = RoutingTrace.Dropped;

    [TestMethod]
    public void Only_kept_choices_load_experts()
    {
        var trace = new RoutingTrace(2, 2, 4, 2, [0, 1, 0, None, 3, 2, 1, 0]);
        CollectionAssert.AreEqual(new[] { 2, 1, 0, 0 }, trace.TokensPerExpert(0));
        Assert.AreEqual(1, trace.DroppedChoices(0));
        Assert.AreEqual(0, trace.DroppedChoices(1));
        var load = ExpertLoad.OfAll(trace);
        // Three kept choices over four experts: the mean is 3/4.
        Assert.AreEqual(2 / 0.75, load[0].MaxOverMean, 1e-12);
        Assert.AreEqual(1, load[0].DroppedChoices);
        Assert.AreEqual(1, load[1].MaxOverMean);
        Assert.AreEqual(1, load[1].Entropy, 1e-6);
    }

    [TestMethod]
    public void A_layer_that_kept_nothing_is_even()
    {
        var load = ExpertLoad.OfAll(new RoutingTrace(1, 2, 4, 1, [None, None]))[0];
        Assert.AreEqual((1.0, 0.0, 1.0), (load.MaxOverMean, load.CoefficientOfVariation, load.Entropy));
    }

    [TestMethod]
    public void Traffic_leaves_dropped_choices_out()
    {
        // Every token chooses expert 0 and drops its second choice; four ranks hold two experts each.
        var choices = new ushort[2 * RoutedTraffic.BlockTokens];
        for (var i = 1; i < choices.Length; i += 2) choices[i] = None;
        var traffic = new RoutedTraffic(new RoutingTrace(1, 64, 8, 2, choices), 4, 2, 64);
        var (experts, ranks) = (new double[8], new double[4]);
        traffic.AddExpertTokens(0, 0, experts);
        traffic.AddRankTokens(0, 0, ranks);
        CollectionAssert.AreEqual(new double[] { 64, 0, 0, 0, 0, 0, 0, 0 }, experts);
        CollectionAssert.AreEqual(new double[] { 64, 0, 0, 0 }, ranks);
    }

    [TestMethod]
    public void A_dropped_choice_is_no_expert_however_many_there_are()
    {
        var most = RoutingTrace.MostExperts;
        var trace = new RoutingTrace(1, 1, most, 2, [(ushort)(most - 1), None]);
        Assert.AreEqual(1, trace.TokensPerExpert(0)[most - 1]);
        Assert.ThrowsExactly<ArgumentException>(() => new RoutingTrace(1, 1, most + 1, 1, [0]));
        Assert.ThrowsExactly<ArgumentException>(() => new RoutingTrace(1, 1, 4, 1, [4]));
    }
}
