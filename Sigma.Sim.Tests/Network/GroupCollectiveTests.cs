// Collectives as flows on a topology: without contention each is its closed form to the nanosecond, and whatever the
// group, a few laws hold.
using System.Numerics;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class GroupCollectiveTests
{
    private const int Cases = 150;
    private static readonly long[] Sizes = [1, 7, 1_000, 1 << 20, 999_999_937, 4L << 34];
    private static readonly AllReduceAlgorithm[] Algorithms = Enum.GetValues<AllReduceAlgorithm>();

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(8)]
    [DataRow(16)]
    public void Rings_halving_doubling_and_trees_of_one_level_are_their_alpha_beta_forms(int p)
    {
        var node = new Topology(Fabric.Of(p), 1);
        var alone = new Topology(Fabric.Of(1), p);
        int[] members = [.. Enumerable.Range(0, p)];
        foreach (var n in Sizes.Select(size => new Bytes(size)))
        {
            foreach (var (topology, channel) in new[]
                { (node, node.Fabric.ScaleUp.Channel), (alone, alone.Fabric.ScaleOutChannel(p)) })
            {
                Same(AllReduceAlgorithm.Ring, topology, Collectives.RingAllReduce(p, n, channel));
                Same(
                    AllReduceAlgorithm.DoubleBinaryTree, topology,
                    Collectives.DoubleBinaryTreeAllReduce(p, n, channel));
                if (BitOperations.IsPow2(p))
                {
                    Same(
                        AllReduceAlgorithm.HalvingDoubling, topology,
                        Collectives.HalvingDoublingAllReduce(p, n, channel));
                }

                var half = Collectives.RingHalf(p, n, channel);
                Assert.AreEqual(half, FlowTime.Of(GroupRing.HalfPlan(members, n), topology));
                Assert.AreEqual(half, GroupRing.HalfTime(topology, members, n));
                Assert.AreEqual(
                    Collectives.PointToPoint(n, channel), GroupRing.PointToPoint(topology, 0, p - 1, n));
            }

            void Same(AllReduceAlgorithm algorithm, Topology topology, Duration closed)
            {
                var flows = FlowTime.Of(AllReduce.Plan(algorithm, topology, members, n), topology);
                Assert.AreEqual(closed, flows, $"{algorithm} {p} {n.Count}");
                Assert.AreEqual(closed, AllReduce.Time(algorithm, topology, members, n));
            }
        }
    }

    [TestMethod]
    [DataRow(2, 8)]
    [DataRow(4, 8)]
    [DataRow(3, 4)]
    public void A_hierarchical_all_reduce_is_the_sum_of_its_three_phases(int nodes, int perNode)
    {
        var topology = new Topology(Fabric.Of(perNode), nodes);
        int[] members = [.. Enumerable.Range(0, nodes * perNode)];
        foreach (var n in Sizes.Select(size => new Bytes(size)))
        {
            var closed = Collectives.HierarchicalAllReduce(
                nodes, perNode, n, topology.Fabric.ScaleUp.Channel, topology.Fabric.ScaleOutChannel(nodes));
            var flows = FlowTime.Of(AllReduce.Plan(AllReduceAlgorithm.Hierarchical, topology, members, n), topology);
            Assert.AreEqual(closed, flows);
            Assert.AreEqual(closed, AllReduce.Time(AllReduceAlgorithm.Hierarchical, topology, members, n));
        }
    }

    [TestMethod]
    public void The_closed_form_and_the_flows_agree_to_the_nanosecond_on_random_clusters() =>
        ForAll((topology, members, bytes) =>
        {
            foreach (var algorithm in Algorithms.Where(a => AllReduce.Applies(a, topology, members)))
            {
                Assert.AreEqual(
                    FlowTime.Of(AllReduce.Plan(algorithm, topology, members, bytes), topology),
                    AllReduce.Time(algorithm, topology, members, bytes), $"{algorithm}");
            }

            Assert.AreEqual(
                FlowTime.Of(GroupRing.HalfPlan(members, bytes), topology),
                GroupRing.HalfTime(topology, members, bytes));
        });

    [TestMethod]
    public void More_bandwidth_anywhere_never_lengthens_an_all_reduce() => ForAll((topology, members, bytes) =>
    {
        var (fabric, dice) = (topology.Fabric, new StreamKey(53, (int)(bytes.Count % 97), "test/link", 0).Open());
        var (up, nic) = (fabric.ScaleUp.BandwidthPerAccelerator, fabric.ScaleOut.BandwidthPerNic);
        var wideUp = fabric with { ScaleUp = fabric.ScaleUp with { BandwidthPerAccelerator = up * 2 } };
        var wideOut = fabric with { ScaleOut = fabric.ScaleOut with { BandwidthPerNic = nic * 2 } };
        // One link at half its width, and healed: its own transfers are equal, so the busiest link decides.
        var links = topology.Route(members[0], members[^1]).Links;
        var weak = topology.WithHealth(links[dice.NextIndex(links.Length)], 0.5);
        foreach (var algorithm in Algorithms.Where(a => AllReduce.Applies(a, topology, members)))
        {
            var time = AllReduce.Time(algorithm, topology, members, bytes);
            Assert.IsTrue(Time(algorithm, new Topology(wideUp, topology.Nodes), members, bytes) <= time);
            Assert.IsTrue(Time(algorithm, new Topology(wideOut, topology.Nodes), members, bytes) <= time);
            Assert.IsTrue(Time(algorithm, weak, members, bytes) >= time);
        }
    });

    [TestMethod]
    public void A_dead_link_never_shortens_an_all_reduce_of_neighbouring_nodes() => ForAll((topology, members, bytes) =>
    {
        foreach (var link in topology.Route(members[0], members[^1]).Links)
        {
            var broken = topology.WithHealth(link, 0);
            foreach (var algorithm in Algorithms.Where(a => AllReduce.Applies(a, topology, members)))
            {
                try
                {
                    Assert.IsTrue(
                        AllReduce.Time(algorithm, broken, members, bytes)
                        >= AllReduce.Time(algorithm, topology, members, bytes), $"{algorithm}");
                }
                catch (NoRouteException)
                {
                    // A node's only NIC, or the only trunk of a leaf, is dead.
                    var isTree = topology.Fabric.ScaleOut.Kind == ScaleOutKind.FatTree;
                    Assert.IsTrue(topology.Fabric.AcceleratorsPerNode == 1 || isTree);
                }
            }
        }
    });

    [TestMethod]
    public void Relabelling_equal_nodes_changes_nothing() => ForAll((topology, members, bytes) =>
    {
        var g = topology.Fabric.AcceleratorsPerNode;
        int Moved(int member) => (member / g + 1) % topology.Nodes * g + member % g;
        var sound = topology.Fabric.ScaleOut;
        // Leaves of unlike size are no equal nodes.
        if (topology.Nodes % sound.NodesPerLeaf != 0 && sound.NodesPerLeaf < topology.Nodes) return;
        if (sound.NodesPerLeaf < topology.Nodes && sound.NodesPerLeaf > 1) return;
        int[] moved = [.. members.Select(Moved)];
        var link = topology.Route(members[0], members[^1]).Links[0];
        var weak = topology.WithHealth(link, 0.3);
        var movedWeak = topology.WithHealth(topology.Route(moved[0], moved[^1]).Links[0], 0.3);
        foreach (var algorithm in Algorithms.Where(a => AllReduce.Applies(a, topology, members)))
        {
            Assert.AreEqual(
                AllReduce.Time(algorithm, weak, members, bytes), AllReduce.Time(algorithm, movedWeak, moved, bytes));
        }
    });

    [TestMethod]
    public void A_phase_takes_its_shares_anew_when_a_transfer_ends()
    {
        // Both leave one NIC of 50 GB/s: the short one has half of it for 40 us, then the long one all for 80 us.
        var topology = new Topology(Fabric.Of(1), 3);
        Transfer[] transfers = [new(0, 1, 1_000_000, Duration.Zero), new(0, 2, 5_000_000, Duration.Zero)];
        Assert.AreEqual(
            topology.Fabric.ScaleOut.Latency + new Duration(120_000), FlowTime.OfPhase(transfers, topology));
        // The long one arrives over a link at a tenth: 5 GB/s from the beginning, and the short one has the rest.
        var weak = topology.WithHealth(topology.Route(0, 2).Links[1], 0.1);
        Assert.AreEqual(
            topology.Fabric.ScaleOut.Latency + new Duration(1_000_000), FlowTime.OfPhase(transfers, weak));
    }

    [TestMethod]
    public void The_fastest_says_what_makes_it_fast()
    {
        var topology = new Topology(Fabric.Of(8), 4);
        int[] members = [.. Enumerable.Range(0, 32)];
        var large = AllReduce.Fastest(topology, members, new Bytes(1L << 30));
        Assert.AreEqual(
            Algorithms.Min(a => AllReduce.Time(a, topology, members, new Bytes(1L << 30))), large.Time);
        StringAssert.Contains(large.Reason, large.Time.ToString(), StringComparison.Ordinal);
        StringAssert.StartsWith(large.Reason, AllReduce.Word(large.Algorithm) + ": ", StringComparison.Ordinal);
        var small = AllReduce.Fastest(topology, members, new Bytes(64));
        Assert.AreEqual(AllReduceAlgorithm.HalvingDoubling, small.Algorithm);
        StringAssert.Contains(small.Reason, "latency", StringComparison.Ordinal);
    }

    private static Duration Time(AllReduceAlgorithm algorithm, Topology topology, int[] members, Bytes bytes) =>
        AllReduce.Time(algorithm, topology, members, bytes);

    private static void ForAll(Action<Topology, int[], Bytes> holds)
    {
        for (var i = 0; i < Cases; i++)
        {
            var dice = new StreamKey(51, 0, "test/group", i).Open();
            var topology = Fabrics.Random(dice);
            var g = topology.Fabric.AcceleratorsPerNode;
            var (perNode, nodes) = (1 + dice.NextIndex(g), 1 + dice.NextIndex(topology.Nodes));
            if (nodes * perNode < 2) nodes = 2;
            var members = from node in Enumerable.Range(0, nodes)
                          from place in Enumerable.Range(0, perNode)
                          select node * g + place;
            holds(topology, [.. members], new Bytes(Sizes[dice.NextIndex(Sizes.Length)] + dice.NextIndex(1_000)));
        }
    }
}
