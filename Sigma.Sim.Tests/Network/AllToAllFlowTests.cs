// The all-to-all as flows: its closed form where traffic is uniform, never faster than it where it is not.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class AllToAllFlowTests
{
    private static readonly AllToAllAlgorithm[] Algorithms = Enum.GetValues<AllToAllAlgorithm>();

    [TestMethod]
    [DataRow(1, 8)]
    [DataRow(5, 1)]
    [DataRow(2, 4)]
    [DataRow(4, 8)]
    public void N4_and_N5_uniform_traffic_takes_its_closed_form_to_the_nanosecond(int nodes, int perNode)
    {
        foreach (var scaleUp in Enum.GetValues<ScaleUpKind>())
        {
            foreach (var (each, up, nic) in new[] { (8L, 448L, 50L), (1_000_003, 448, 50), (40_000_000, 28, 400) })
            {
                var (latency, far) = (new Duration(1_500), new Duration(4_000));
                var fabric = Fabric.Of(
                    perNode, up * 1_000_000_000, nic * 1_000_000_000, scaleUp, latency, far);
                var traffic = Uniform(nodes, perNode, each);
                foreach (var kind in new[] { ScaleOutKind.RailFatTree, ScaleOutKind.FatTree })
                {
                    var topology = new Topology(
                        fabric with { ScaleOut = fabric.ScaleOut with { Kind = kind, HalfSize = new Bytes(4_096) } },
                        nodes);
                    int[] members = [.. Enumerable.Range(0, traffic.Members)];
                    foreach (var algorithm in Algorithms)
                    {
                        if (nodes == 1 && algorithm == AllToAllAlgorithm.Hierarchical) continue;
                        var closed = AllToAll.Time(algorithm, traffic, topology.Fabric);
                        var flows = FlowTime.Of(
                            AllToAllFlows.Plan(algorithm, topology, members, traffic), topology);
                        Assert.AreEqual(closed, flows, $"{algorithm} {scaleUp} {kind} {each}");
                        Assert.AreEqual(closed, AllToAllFlows.Time(algorithm, topology, members, traffic));
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Uneven_traffic_is_never_faster_than_its_busiest_link() => ForAll((traffic, topology, members) =>
    {
        var direct = AllToAllFlows.Time(AllToAllAlgorithm.Direct, topology, members, traffic);
        var closed = AllToAll.Time(AllToAllAlgorithm.Direct, traffic, topology.Fabric);
        Assert.IsTrue(direct >= closed, $"{direct} {closed}");
    });

    [TestMethod]
    public void Relabelling_the_nodes_changes_nothing() => ForAll((traffic, topology, members) =>
    {
        int[] moved = [.. members.Select(m => (m + traffic.MembersPerNode) % traffic.Members)];
        foreach (var algorithm in Algorithms)
        {
            Assert.AreEqual(
                AllToAllFlows.Time(algorithm, topology, members, traffic).Nanoseconds,
                AllToAllFlows.Time(algorithm, topology, moved, traffic).Nanoseconds);
        }
    });

    [TestMethod]
    public void Twice_the_bandwidth_everywhere_takes_half_the_time_without_latency() =>
        ForAll((traffic, topology, members) =>
        {
            var fabric = topology.Fabric;
            var (up, network) = (fabric.ScaleUp with { Latency = default }, fabric.ScaleOut with { Latency = default });
            var slow = new Topology(fabric with { ScaleUp = up, ScaleOut = network }, topology.Nodes);
            var twice = new Topology(
                fabric with
                {
                    ScaleUp = up with { BandwidthPerAccelerator = up.BandwidthPerAccelerator * 2 },
                    ScaleOut = network with { BandwidthPerNic = network.BandwidthPerNic * 2 },
                },
                topology.Nodes);
            foreach (var algorithm in Algorithms)
            {
                var half = AllToAllFlows.Time(algorithm, twice, members, traffic).Nanoseconds;
                var whole = AllToAllFlows.Time(algorithm, slow, members, traffic).Nanoseconds;
                Assert.IsLessThanOrEqualTo(members.Length * members.Length, Math.Abs(whole - 2 * half));
            }
        });

    [TestMethod]
    public void A_degraded_NIC_holds_up_uniform_traffic_by_as_much_as_it_lost()
    {
        var topology = new Topology(Fabric.Of(1), 4);
        int[] members = [0, 1, 2, 3];
        var traffic = Uniform(4, 1, 1_000_000);
        var weak = topology.WithHealth(topology.Route(0, 1).Links[0], 0.5);
        Assert.AreEqual(
            topology.Fabric.ScaleOut.Latency + new Bytes(3_000_000) / new Bandwidth(25_000_000_000),
            AllToAllFlows.Time(AllToAllAlgorithm.Direct, weak, members, traffic));
    }

    [TestMethod]
    public void Members_that_do_not_lie_as_the_matrix_says_are_refused()
    {
        var topology = new Topology(Fabric.Of(4), 2);
        var traffic = Uniform(2, 4, 1);
        foreach (var members in new int[][] { [0, 1, 2, 4, 3, 5, 6, 7], [0, 1, 2, 3] })
        {
            Assert.ThrowsExactly<ArgumentException>(
                () => AllToAllFlows.Time(AllToAllAlgorithm.Direct, topology, members, traffic));
        }
    }

    [TestMethod]
    public void The_choice_gives_its_reason()
    {
        var fabric = Fabric.Of(8);
        var choice = AllToAll.Choose(Uniform(4, 8, 1 << 20), fabric);
        Assert.AreEqual(AllToAll.Fastest(Uniform(4, 8, 1 << 20), fabric).Time, choice.Time);
        StringAssert.StartsWith(choice.Reason, "direct: ", StringComparison.Ordinal);
        // Tokens for all eight members of a node that cross once: an eighth of the bytes.
        var once = Uniform(4, 8, 1 << 20) with { ToNode = [.. Enumerable.Repeat(1L << 20, 32 * 4)] };
        Assert.AreEqual(
            $"hierarchical: {AllToAll.Choose(once, fabric).Time} against direct "
            + $"{AllToAll.Time(AllToAllAlgorithm.Direct, once, fabric)}, "
            + "since 101 MB cross between nodes where 805 MB would", AllToAll.Choose(once, fabric).Reason);
    }

    private static TrafficMatrix Uniform(int nodes, int perNode, long each)
    {
        var (toMember, toNode) = (new long[nodes * perNode * nodes * perNode], new long[nodes * perNode * nodes]);
        Array.Fill(toMember, each);
        Array.Fill(toNode, each * perNode);
        return new TrafficMatrix(nodes * perNode, perNode, toMember, toNode);
    }

    private static void ForAll(Action<TrafficMatrix, Topology, int[]> holds)
    {
        for (var i = 0; i < 40; i++)
        {
            var dice = new StreamKey(61, 0, "test/a2a-flows", i).Open();
            var (perNode, nodes) = (1 + dice.NextIndex(4), 2 + dice.NextIndex(3));
            var p = perNode * nodes;
            var (toMember, toNode) = (new long[p * p], new long[p * nodes]);
            for (var k = 0; k < p * p; k++)
            {
                toMember[k] = dice.NextIndex(4) == 0 ? 0 : 1 + dice.NextIndex(10_000_000);
                if (k / p != k % p) toNode[k / p * nodes + k % p / perNode] += toMember[k];
            }

            var topology = new Topology(
                Fabric.Of(perNode, 1_000_000_000L * (1 + dice.NextIndex(900)), 50_000_000_000), nodes);
            var traffic = new TrafficMatrix(p, perNode, toMember, toNode);
            holds(traffic, topology, [.. Enumerable.Range(0, p)]);
        }
    }
}
