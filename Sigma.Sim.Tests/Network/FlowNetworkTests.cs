// Flows that share links over time: alone, together, and in random crowds, exact to the nanosecond where paper is.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class FlowNetworkTests
{
    private const int Cases = 200;
    private static readonly long[] Sizes = [1, 7, 1_000, 1 << 20, 999_999_937, 4L << 34];
    private static readonly long[] Rates = [1_000_003, 49_999_999_937, 50_000_000_000, 448_000_000_000];

    [TestMethod]
    public void A_lone_flow_takes_its_bytes_over_the_bandwidth()
    {
        foreach (var bytes in Sizes)
        {
            foreach (var rate in Rates)
            {
                var network = new FlowNetwork(_ => new Bandwidth(rate));
                network.Start([0, 3, 1], new Bytes(bytes), new Instant(11));
                Assert.AreEqual(new Instant(11) + new Bytes(bytes) / new Bandwidth(rate), network.NextCompletion);
            }
        }
    }

    [TestMethod]
    public void Two_equal_flows_on_one_link_take_twice_as_long()
    {
        foreach (var bytes in Sizes)
        {
            foreach (var rate in Rates)
            {
                var network = new FlowNetwork(_ => new Bandwidth(rate));
                network.Start([0, 1], new Bytes(bytes), Instant.Start);
                network.Start([1, 2], new Bytes(bytes), Instant.Start);
                var end = Instant.Start + new Bytes(2 * bytes) / new Bandwidth(rate);
                Assert.AreEqual(end, network.NextCompletion);
                CollectionAssert.AreEqual(new[] { 0, 1 }, network.AdvanceTo(end).ToArray());
            }
        }
    }

    [TestMethod]
    public void A_flow_speeds_up_when_its_neighbour_ends()
    {
        // Both at 500 B/us: the short one ends after 2 us, the long one has 2,000 B left and ends 2 us later.
        var network = new FlowNetwork(_ => new Bandwidth(1_000_000_000));
        var longer = network.Start([0], new Bytes(3_000), Instant.Start);
        var shorter = network.Start([0], new Bytes(1_000), Instant.Start);
        Assert.AreEqual(new Bandwidth(500_000_000), network.RateOf(longer));
        Assert.AreEqual(new Bytes(500), network.RemainingAt(shorter, new Instant(1_000)));
        Assert.AreEqual(new Bytes(2_500), network.RemainingAt(longer, new Instant(1_000)));
        CollectionAssert.AreEqual(new[] { shorter }, network.AdvanceTo(new Instant(2_000)).ToArray());
        Assert.AreEqual(new Instant(4_000), network.NextCompletion);
        CollectionAssert.AreEqual(new[] { longer }, network.AdvanceTo(new Instant(9_000)).ToArray());
        Assert.AreEqual(Bytes.Zero, network.RemainingAt(longer, new Instant(9_000)));
        Assert.IsNull(network.NextCompletion);
    }

    [TestMethod]
    public void An_ended_or_healed_link_changes_the_rates_at_once()
    {
        var health = 1L;
        var network = new FlowNetwork(_ => new Bandwidth(1_000_000_000 * health));
        var flow = network.Start([0], new Bytes(3_000), Instant.Start);
        health = 0;
        network.Refresh(0, new Instant(1_000));
        Assert.IsNull(network.NextCompletion);
        health = 2;
        network.Refresh(0, new Instant(5_000));
        Assert.AreEqual(new Instant(6_000), network.NextCompletion);
        network.Finish(flow, new Instant(5_500));
        Assert.AreEqual(0, network.Count);
    }

    [TestMethod]
    public void Time_does_not_run_back_nor_past_an_end()
    {
        var network = new FlowNetwork(_ => new Bandwidth(1_000_000_000));
        network.Start([0], new Bytes(1_000), new Instant(10));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.AdvanceTo(new Instant(9)));
        Assert.ThrowsExactly<InvalidOperationException>(() => network.Start([0], new Bytes(1), new Instant(2_000)));
    }

    [TestMethod]
    public void A_flow_without_links_is_there_at_once()
    {
        var network = new FlowNetwork(_ => new Bandwidth(1));
        network.Start([], new Bytes(1L << 40), new Instant(5));
        Assert.AreEqual(new Instant(5), network.NextCompletion);
    }

    [TestMethod]
    public void A_link_that_is_never_idle_carries_its_bytes_in_their_time_whoever_comes_and_goes()
    {
        for (var i = 0; i < Cases; i++)
        {
            var dice = new StreamKey(41, 0, "test/work", i).Open();
            var rate = new Bandwidth(1_000_000 + dice.NextIndex(1_000_000_000));
            var network = new FlowNetwork(_ => rate);
            var (all, end, flows) = (0L, Instant.Start, 1 + dice.NextIndex(20));
            for (var f = 0; f < flows; f++)
            {
                var bytes = 1 + dice.NextIndex(10_000_000);
                all += bytes;
                var now = network.NextCompletion is { } next && dice.NextIndex(2) == 0
                    ? new Instant((network.Now.Nanoseconds + next.Nanoseconds) / 2)
                    : network.Now;
                network.Start([0], new Bytes(bytes), now);
            }

            while (network.NextCompletion is { } next)
            {
                end = next;
                network.AdvanceTo(next);
            }

            // Each end waits for its nanosecond to be over, and a share counts whole units.
            var least = new Bytes(all) / rate;
            Assert.IsTrue(end.SinceStart >= least && end.SinceStart <= least + new Duration(1 + flows), $"{i}");
        }
    }

    [TestMethod]
    public void Strangers_change_nothing()
    {
        // Flows on links of their own leave the others' rates alone, to the nanosecond.
        for (var i = 0; i < Cases; i++)
        {
            var alone = Ends(i, strangers: false);
            var among = Ends(i, strangers: true);
            CollectionAssert.AreEqual(alone, among);
        }
    }

    private static List<long> Ends(int seed, bool strangers)
    {
        var dice = new StreamKey(43, 0, "test/strangers", seed).Open();
        var network = new FlowNetwork(link => new Bandwidth(1_000_000_000L * (1 + link % 5)));
        var mine = new List<int>();
        for (var f = 0; f < 12; f++)
        {
            var first = dice.NextIndex(4);
            int[] route = [first, first + 1 + dice.NextIndex(3)];
            var bytes = new Bytes(1 + dice.NextIndex(1_000_000));
            mine.Add(network.Start(route, bytes, network.Now));
            if (strangers) network.Start([100 + first, 110 + first], bytes * 3, network.Now);
        }

        var ends = new List<long>();
        while (network.NextCompletion is { } next)
        {
            foreach (var id in network.AdvanceTo(next))
            {
                if (mine.Contains(id)) ends.Add(mine.IndexOf(id) * 1_000_000_000_000 + next.Nanoseconds);
            }
        }

        return ends;
    }
}
