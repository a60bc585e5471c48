// N6: max-min fair rates of flows that share links, from answers known on paper to the definition itself on random
// networks.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class FairShareTests
{
    private const int Cases = 300;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(64)]
    public void N6_flows_on_one_bottleneck_get_the_same_share(int flows)
    {
        foreach (var capacity in new[] { 50_000_000_000L, 1_000_003 })
        {
            var rates = FairShare.Units([new LinkFlow([0], flows)], _ => new Bandwidth(capacity));
            Assert.AreEqual(capacity * FairShare.UnitsPerByte / flows, rates[0]);
            var apart = FairShare.Units(
                [.. Enumerable.Repeat(new LinkFlow([0], 1), flows)], _ => new Bandwidth(capacity));
            Assert.IsTrue(apart.All(rate => rate == rates[0]));
        }
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(10)]
    public void N6_the_long_flow_of_a_parking_lot_gets_half(int links)
    {
        var flows = new List<LinkFlow> { new([.. Enumerable.Range(0, links)], 1) };
        for (var link = 0; link < links; link++) flows.Add(new LinkFlow([link], 1));
        foreach (var rate in FairShare.Rates(flows, _ => new Bandwidth(50_000_000_000)))
            Assert.AreEqual(25e9, rate);
    }

    [TestMethod]
    public void What_a_narrow_link_leaves_goes_to_the_others()
    {
        // Link 0 carries 10, link 1 carries 100: the flow over both stops at 5, and the third takes the rest.
        LinkFlow[] flows = [new([0], 1), new([0, 1], 1), new([1], 1)];
        var rates = FairShare.Rates(flows, link => new Bandwidth(link == 0 ? 10 : 100));
        CollectionAssert.AreEqual(new[] { 5.0, 5.0, 95.0 }, rates);
    }

    [TestMethod]
    public void A_dead_link_stops_its_flows_and_no_others() => CollectionAssert.AreEqual(
        new[] { 0.0, 100.0 },
        FairShare.Rates([new([0, 1], 1), new([1], 1)], link => new Bandwidth(link == 0 ? 0 : 100)));

    [TestMethod]
    public void Every_flow_has_a_full_link_on_which_none_is_faster() => ForAll((flows, capacities) =>
    {
        // The definition of max-min fairness: no flow can gain but from one that has no more.
        var rates = FairShare.Units(flows, link => new Bandwidth(capacities[link]));
        var used = new Int128[capacities.Length];
        var (fastest, count) = (new long[capacities.Length], new long[capacities.Length]);
        for (var f = 0; f < flows.Length; f++)
        {
            foreach (var link in flows[f].Route)
            {
                used[link] += (Int128)rates[f] * flows[f].Multiplicity;
                fastest[link] = Math.Max(fastest[link], rates[f]);
                count[link] += flows[f].Multiplicity;
            }
        }

        for (var link = 0; link < capacities.Length; link++)
            Assert.IsTrue(used[link] <= (Int128)capacities[link] * FairShare.UnitsPerByte);
        for (var f = 0; f < flows.Length; f++)
        {
            // Full but for less than one unit a flow, which a whole number of units cannot give away fairly.
            Assert.IsTrue(flows[f].Route.Any(link =>
                (Int128)capacities[link] * FairShare.UnitsPerByte - used[link] < count[link]
                && rates[f] >= fastest[link] - 1));
        }
    });

    [TestMethod]
    public void The_order_of_flows_changes_nothing() => ForAll((flows, capacities) =>
    {
        var rates = FairShare.Units(flows, link => new Bandwidth(capacities[link]));
        var turned = FairShare.Units([.. flows.Reverse()], link => new Bandwidth(capacities[link]));
        CollectionAssert.AreEqual(rates, turned.Reverse().ToArray());
    });

    [TestMethod]
    public void More_capacity_everywhere_is_more_for_everyone_and_more_on_one_link_never_slows_the_slowest() =>
        ForAll((flows, capacities) =>
        {
            // One link's gain may cost a single flow something; the smallest rate is what max-min maximizes.
            var rates = FairShare.Units(flows, link => new Bandwidth(capacities[link]));
            var twice = FairShare.Units(flows, link => new Bandwidth(capacities[link] * 2));
            for (var f = 0; f < flows.Length; f++) Assert.IsLessThanOrEqualTo(64, Math.Abs(twice[f] - 2 * rates[f]));
            var one = FairShare.Units(flows, link => new Bandwidth(capacities[link] * (link == 0 ? 2 : 1)));
            Assert.IsGreaterThanOrEqualTo(rates.Min(), one.Min());
        });

    private static void ForAll(Action<LinkFlow[], long[]> holds)
    {
        for (var i = 0; i < Cases; i++)
        {
            var dice = new StreamKey(31, 0, "test/fair", i).Open();
            var capacities = new long[1 + dice.NextIndex(12)];
            for (var l = 0; l < capacities.Length; l++) capacities[l] = 1_000_000 + dice.NextIndex(1_000_000_000);
            var flows = new LinkFlow[1 + dice.NextIndex(30)];
            for (var f = 0; f < flows.Length; f++)
            {
                var route = new SortedSet<int>();
                for (var hops = 1 + dice.NextIndex(4); hops > 0; hops--) route.Add(dice.NextIndex(capacities.Length));
                flows[f] = new LinkFlow([.. route], 1 + dice.NextIndex(3));
            }

            holds(flows, capacities);
        }
    }
}
