// The share of bandwidth that messages reach, the ring that ASTRA-sim plays, and what a torus does to both.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class ChannelTests
{
    [TestMethod]
    public void N7_the_chunked_ring_is_ASTRA_sims_to_the_nanosecond() => Assert.AreEqual(
        new Duration(323_560),
        ChunkedRing.AllGather(
            16, new Bytes(1 << 20), 4, new Duration(500), new Bandwidth(50L << 30), new Duration(10)));

    [TestMethod]
    public void A_message_of_half_size_reaches_half_of_the_bandwidth()
    {
        var channel = new Channel(new Duration(100), new Bandwidth(1_000_000_000), new Bytes(4_000));
        Assert.AreEqual(new Bandwidth(500_000_000), channel.EffectiveFor(new Bytes(4_000)));
        Assert.AreEqual(new Bandwidth(900_000_000), channel.EffectiveFor(new Bytes(36_000)));
        foreach (var size in new[] { 4_000L, 36_000 })
        {
            var bytes = new Bytes(size);
            Assert.AreEqual(
                channel.Latency + bytes / channel.EffectiveFor(bytes), Collectives.PointToPoint(bytes, channel));
        }
    }

    [TestMethod]
    public void Every_closed_form_honours_efficiency_and_half_size()
    {
        var full = new Channel(new Duration(100), new Bandwidth(1_000_000_000), Bytes.Zero);
        var reached = full with { Rate = full.Rate.Scaled(0.5) };
        var small = full with { HalfSize = new Bytes(1_000) };
        foreach (var time in new Func<Channel, Duration>[]
        {
            c => Collectives.RingHalf(8, new Bytes(8_000), c),
            c => Collectives.RingAllReduce(8, new Bytes(8_000), c),
            c => Collectives.PointToPoint(new Bytes(1_000), c),
        })
        {
            // Messages of a thousand bytes lose half to the half-size, as all do to an efficiency of a half.
            Assert.AreEqual(time(reached), time(small));
            Assert.IsTrue(time(small) > time(full));
        }

        Assert.IsTrue(
            Collectives.HalvingDoublingAllReduce(8, new Bytes(8_000), small)
            > Collectives.HalvingDoublingAllReduce(8, new Bytes(8_000), full));
    }

    [TestMethod]
    public void A_scenario_states_them_and_a_torus()
    {
        string[] changes =
        [
            "cluster.scale_out.kind=torus", "cluster.scale_out.dimensions=2x1", "cluster.scale_out.efficiency=90 %",
            "cluster.scale_up.half_size=64 KiB",
        ];
        var sound = SourceTree.PathOf("Sigma.Sim.Tests/Diagnostics/base/sound.yaml");
        var fabric = Scenario.Load(sound, [.. changes.Select(change => Override.Parse(change)!)]).Modelled.Fabric;
        Assert.AreEqual(1, new Topology(fabric, 2).Fabric.ScaleOut.TorusLinksPerNode);
        Assert.AreEqual(new Bandwidth(45_000_000_000), fabric.ScaleOutChannel(2).Rate);
        Assert.AreEqual(new Bytes(65_536), fabric.ScaleUp.Channel.HalfSize);
    }

    [TestMethod]
    public void The_defaults_change_nothing()
    {
        var fabric = Fabric.Of(8);
        Assert.AreEqual(
            new Channel(fabric.ScaleUp.Latency, fabric.ScaleUp.BandwidthPerAccelerator, Bytes.Zero),
            fabric.ScaleUp.Channel);
        Assert.AreEqual(
            new Channel(fabric.ScaleOut.Latency, fabric.ScaleOutPerAccelerator, Bytes.Zero), fabric.ScaleOutChannel(2));
        Assert.AreEqual(fabric.ScaleOutChannel(4), fabric.ScaleOutExchange(4));
    }

    [TestMethod]
    public void A_ring_along_a_torus_uses_one_link_of_each_node()
    {
        var topology = new Topology(Fabrics.Torus(1, 8), 8);
        // One NIC feeds two links, one to each neighbour.
        var link = new Channel(
            topology.Fabric.ScaleOut.Latency, new Bandwidth(25_000_000_000), Bytes.Zero);
        Assert.AreEqual(
            Collectives.RingAllReduce(8, new Bytes(1 << 20), link),
            AllReduce.Time(AllReduceAlgorithm.Ring, topology, [.. Enumerable.Range(0, 8)], new Bytes(1 << 20)));
    }

    [TestMethod]
    public void An_exchange_on_a_torus_shares_its_links_among_the_hops()
    {
        // Odd rings route symmetrically: every link carries the same, and the closed form is exact in bytes.
        var topology = new Topology(Fabrics.Torus(1, 5, 3), 15);
        var (toMember, toNode) = (new long[225], new long[225]);
        Array.Fill(toMember, 1_000_000);
        Array.Fill(toNode, 1_000_000);
        var traffic = new TrafficMatrix(15, 1, toMember, toNode);
        var flows = AllToAllFlows.Time(
            AllToAllAlgorithm.Direct, topology, [.. Enumerable.Range(0, 15)], traffic);
        var closed = AllToAll.Time(AllToAllAlgorithm.Direct, traffic, topology.Fabric);
        // The longer dimension is the busier one, which the mean over all links does not see.
        Assert.IsTrue(flows >= closed && flows.Seconds < 1.5 * closed.Seconds, $"{flows} {closed}");
    }
}
