// Laws of the all-to-all on random traffic: bounds, monotony and symmetry, whatever the tokens do.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class AllToAllLawTests
{
    private const int Cases = 300;
    private static readonly AllToAllAlgorithm[] Algorithms = Enum.GetValues<AllToAllAlgorithm>();

    [TestMethod]
    public void AllToAll_is_never_faster_than_its_busiest_rail() => ForAll((traffic, fabric, algorithm) =>
    {
        var time = AllToAll.Time(algorithm, traffic, fabric);
        for (var member = 0; member < traffic.Members; member++)
        {
            var sent = Row(traffic, member, algorithm);
            if (sent > 0) Assert.IsTrue(time >= new Bytes(sent) / fabric.ScaleOutPerAccelerator, $"{algorithm} {sent}");
        }
    });

    [TestMethod]
    public void AllToAll_is_never_faster_than_what_arrives_in_its_busiest_node() =>
        ForAll((traffic, fabric, algorithm) =>
        {
            var time = AllToAll.Time(algorithm, traffic, fabric);
            for (var node = 0; node < traffic.Nodes; node++)
            {
                long arriving = 0;
                for (var member = 0; member < traffic.Members; member++)
                {
                    if (member / traffic.MembersPerNode == node) continue;
                    if (algorithm == AllToAllAlgorithm.Hierarchical)
                        arriving += traffic.ToNode[member * traffic.Nodes + node];
                    else
                        arriving += ToNodeByMember(traffic, member, node);
                }

                var rate = fabric.ScaleOutPerAccelerator * traffic.MembersPerNode;
                if (arriving > 0) Assert.IsTrue(time >= new Bytes(arriving) / rate, $"{algorithm} {arriving}");
            }
        });

    [TestMethod]
    public void AllToAll_is_never_faster_than_the_busiest_port_of_a_switch() => ForAll((traffic, fabric, algorithm) =>
    {
        var time = AllToAll.Time(algorithm, traffic, fabric);
        for (var member = 0; member < traffic.Members; member++)
        {
            long near = 0;
            for (var peer = 0; peer < traffic.Members; peer++)
            {
                if (peer != member && peer / traffic.MembersPerNode == member / traffic.MembersPerNode)
                    near += traffic.ToMember[peer * traffic.Members + member];
            }

            if (near > 0) Assert.IsTrue(time >= new Bytes(near) / fabric.ScaleUp.BandwidthPerAccelerator);
        }
    });

    [TestMethod]
    public void More_bandwidth_never_takes_longer() => ForAll((traffic, fabric, algorithm) =>
    {
        var time = AllToAll.Time(algorithm, traffic, fabric);
        var (up, nic) = (fabric.ScaleUp.BandwidthPerAccelerator, fabric.ScaleOut.BandwidthPerNic);
        var wideUp = fabric with { ScaleUp = fabric.ScaleUp with { BandwidthPerAccelerator = up * 2 } };
        var wideOut = fabric with { ScaleOut = fabric.ScaleOut with { BandwidthPerNic = nic * 2 } };
        Assert.IsTrue(AllToAll.Time(algorithm, traffic, wideUp) <= time);
        Assert.IsTrue(AllToAll.Time(algorithm, traffic, wideOut) <= time);
    });

    [TestMethod]
    public void More_traffic_never_takes_less_time() => ForAll((traffic, fabric, algorithm) =>
    {
        var more = (long[])traffic.ToMember.Clone();
        var moreToNode = (long[])traffic.ToNode.Clone();
        more[1] += 5_000_000;
        moreToNode[traffic.Nodes - 1] += 5_000_000;
        var time = AllToAll.Time(algorithm, traffic with { ToMember = more, ToNode = moreToNode }, fabric);
        Assert.IsTrue(time >= AllToAll.Time(algorithm, traffic, fabric));
    });

    [TestMethod]
    public void Relabelling_the_members_of_a_node_changes_nothing() => ForAll((traffic, fabric, algorithm) =>
    {
        // Member i of each node takes the place of member i + 1, around the node's end.
        var g = traffic.MembersPerNode;
        var p = traffic.Members;
        int Moved(int member) => member / g * g + (member + 1) % g;
        var (toMember, toNode) = (new long[p * p], new long[p * traffic.Nodes]);
        for (var i = 0; i < p; i++)
        {
            for (var j = 0; j < p; j++) toMember[Moved(i) * p + Moved(j)] = traffic.ToMember[i * p + j];
            for (var n = 0; n < traffic.Nodes; n++)
                toNode[Moved(i) * traffic.Nodes + n] = traffic.ToNode[i * traffic.Nodes + n];
        }

        Assert.AreEqual(
            AllToAll.Time(algorithm, traffic, fabric),
            AllToAll.Time(algorithm, traffic with { ToMember = toMember, ToNode = toNode }, fabric));
    });

    [TestMethod]
    public void Infinite_bandwidth_leaves_only_latency() => ForAll((traffic, fabric, algorithm) =>
    {
        var (up, far) = (fabric.ScaleUp.Latency, fabric.ScaleOut.Latency);
        var endless = Fabric.Of(traffic.MembersPerNode, long.MaxValue / 64, long.MaxValue / 64,
            fabric.ScaleUp.Kind, up, far);
        var time = AllToAll.Time(algorithm, traffic, endless);
        Assert.IsTrue(time <= up + far + new Duration(10), $"{time}");
    });

    [TestMethod]
    public void The_fastest_algorithm_is_never_slower_than_either() => ForAll((traffic, fabric, _) =>
    {
        var (algorithm, time) = AllToAll.Fastest(traffic, fabric);
        Assert.AreEqual(AllToAll.Time(algorithm, traffic, fabric), time);
        Assert.AreEqual(Algorithms.Min(a => AllToAll.Time(a, traffic, fabric)), time);
    });

    [TestMethod]
    public void A_mesh_gives_a_pair_its_own_link_only()
    {
        // One pair talks: at a switch it has the port's whole bandwidth, in a mesh of four one link of three.
        var toMember = new long[16];
        toMember[1] = 3_000_000;
        var traffic = new TrafficMatrix(4, 4, toMember, new long[4]);
        var latency = new Duration(100);
        var port = Fabric.Of(4, 3_000_000_000, 1, ScaleUpKind.Switch, latency, latency);
        var mesh = Fabric.Of(4, 3_000_000_000, 1, ScaleUpKind.FullMesh, latency, latency);
        Assert.AreEqual(new Duration(1_000_100), AllToAll.Time(AllToAllAlgorithm.Direct, traffic, port));
        Assert.AreEqual(new Duration(3_000_100), AllToAll.Time(AllToAllAlgorithm.Direct, traffic, mesh));
    }

    private static long Row(TrafficMatrix traffic, int member, AllToAllAlgorithm algorithm)
    {
        long sent = 0;
        for (var node = 0; node < traffic.Nodes; node++)
        {
            if (node == member / traffic.MembersPerNode) continue;
            sent += algorithm == AllToAllAlgorithm.Hierarchical
                ? traffic.ToNode[member * traffic.Nodes + node]
                : ToNodeByMember(traffic, member, node);
        }

        return sent;
    }

    private static long ToNodeByMember(TrafficMatrix traffic, int member, int node)
    {
        long bytes = 0;
        for (var i = 0; i < traffic.MembersPerNode; i++)
            bytes += traffic.ToMember[member * traffic.Members + node * traffic.MembersPerNode + i];
        return bytes;
    }

    private static void ForAll(Action<TrafficMatrix, FabricSpec, AllToAllAlgorithm> holds)
    {
        for (var i = 0; i < Cases; i++)
        {
            var dice = new StreamKey(21, 0, "test/traffic", i).Open();
            var (perNode, nodes) = (1 + dice.NextIndex(8), 2 + dice.NextIndex(4));
            var p = perNode * nodes;
            var toMember = new long[p * p];
            for (var k = 0; k < toMember.Length; k++) toMember[k] =
                dice.NextIndex(4) == 0 ? 0 : dice.NextIndex(10_000_000);
            var toNode = new long[p * nodes];
            for (var k = 0; k < p * p; k++) toNode[k / p * nodes + k % p / perNode] += toMember[k];
            // A token that several members of a node want crosses once: never more than the sum, never less than the
            // most.
            for (var k = 0; k < toNode.Length; k++) toNode[k] = (long)(toNode[k] * (0.4 + 0.6 * dice.NextUniform()));
            var kind = dice.NextIndex(2) == 0 ? ScaleUpKind.Switch : ScaleUpKind.FullMesh;
            var fabric = Fabric.Of(
                perNode, 1_000_000_000L * (1 + dice.NextIndex(900)), 1_000_000_000L * (1 + dice.NextIndex(100)), kind,
                new Duration(dice.NextIndex(3_000)), new Duration(dice.NextIndex(9_000)));
            var traffic = new TrafficMatrix(p, perNode, toMember, toNode);
            foreach (var algorithm in Algorithms) holds(traffic, fabric, algorithm);
        }
    }
}
