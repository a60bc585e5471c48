// Links and routes of every kind of fabric: each way is a chain from end to end, as short as the wiring allows, and
// leads around what is dead while there is a way.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Tests.Network;

[TestClass]
public sealed class TopologyTests
{
    private static readonly Duration Up = new(1_500), Out = new(4_000);

    [TestMethod]
    public void Every_route_is_a_chain_of_links_from_its_NIC_or_accelerator_to_the_other()
    {
        foreach (var topology in Fabrics.All())
        {
            for (var source = 0; source < topology.Accelerators; source++)
            {
                for (var target = 0; target < topology.Accelerators; target++) IsChain(topology, source, target);
            }
        }
    }

    [TestMethod]
    public void A_message_pays_one_latency_for_each_network_it_passes()
    {
        foreach (var topology in Fabrics.All())
        {
            var g = topology.Fabric.AcceleratorsPerNode;
            Assert.AreEqual(Duration.Zero, topology.Route(1, 1).Latency);
            Assert.AreEqual(Up, topology.Route(0, 1).Latency);
            if (topology.Fabric.ScaleOut.Kind != ScaleOutKind.Torus)
                Assert.AreEqual(Out, topology.Route(0, 2 * g + 1).Latency);
        }
    }

    [TestMethod]
    public void What_stays_on_its_rail_and_leaf_does_not_climb()
    {
        var topology = new Topology(Fabrics.Tree(ScaleOutKind.RailFatTree, perNode: 4, nics: 4, perLeaf: 2), 4);
        Assert.HasCount(2, topology.Route(1, 5).Links);
        Assert.HasCount(4, topology.Route(1, 6).Links);
        Assert.HasCount(4, topology.Route(1, 9).Links);
        var flat = new Topology(Fabrics.Tree(ScaleOutKind.FatTree, perNode: 4, nics: 4, perLeaf: 2), 4);
        Assert.HasCount(2, flat.Route(1, 6).Links);
        Assert.HasCount(4, flat.Route(1, 9).Links);
    }

    [TestMethod]
    public void A_trunk_carries_its_leaf_over_the_oversubscription()
    {
        var fabric = Fabrics.Tree(ScaleOutKind.FatTree, perNode: 4, nics: 2, perLeaf: 3);
        var topology = new Topology(
            fabric with { ScaleOut = fabric.ScaleOut with { Oversubscription = 2 } }, 5);
        Assert.AreEqual(fabric.ScaleOut.BandwidthPerNic * 3, Trunk(0));
        // Two nodes are left for the second leaf.
        Assert.AreEqual(fabric.ScaleOut.BandwidthPerNic * 2, Trunk(1));

        Bandwidth Trunk(int leaf) => topology.Link(topology.LinkBetween(
            new NetworkDevice(DeviceKind.Leaf, 0, leaf), new NetworkDevice(DeviceKind.Spine, 0, 0))).Capacity;
    }

    [TestMethod]
    public void A_torus_takes_the_shorter_way_round_every_dimension()
    {
        var topology = new Topology(Fabrics.Torus(1, 5, 4, 2), 40);
        var total = 0;
        for (var node = 0; node < 40; node++)
        {
            var (x, y, z) = (node / 8, node / 2 % 4, node % 2);
            var hops = Math.Min(x, 5 - x) + Math.Min(y, 4 - y) + z;
            Assert.HasCount(hops, topology.Route(0, node).Links);
            Assert.AreEqual(Out * hops, topology.Route(0, node).Latency);
            total += hops;
        }

        Assert.AreEqual(total / 39.0, topology.Fabric.ScaleOut.MeanHops, 1e-12);
        Assert.AreEqual(5, topology.Fabric.ScaleOut.TorusLinksPerNode);
    }

    [TestMethod]
    public void Every_single_dead_link_is_passed_by_where_another_way_exists()
    {
        foreach (var topology in Fabrics.All())
        {
            for (var target = 1; target < topology.Accelerators; target++)
            {
                foreach (var link in topology.Route(0, target).Links)
                {
                    var broken = topology.WithHealth(link, 0);
                    if (IsOnlyWay(topology, link, target))
                    {
                        Assert.ThrowsExactly<NoRouteException>(() => broken.Route(0, target));
                        continue;
                    }

                    CollectionAssert.DoesNotContain(broken.Route(0, target).Links, link);
                    IsChain(broken, 0, target);
                    Assert.IsGreaterThanOrEqualTo(
                        topology.Route(0, target).Latency.Nanoseconds, broken.Route(0, target).Latency.Nanoseconds);
                }
            }
        }
    }

    [TestMethod]
    public void A_dead_own_NIC_sends_by_the_receivers_rail()
    {
        var topology = new Topology(Fabrics.Tree(ScaleOutKind.RailFatTree, perNode: 4, nics: 4, perLeaf: 8), 2);
        var broken = topology.WithDown(new NetworkDevice(DeviceKind.Nic, 0, 1));
        var devices = broken.Route(1, 6).Links.Select(link => broken.Link(link).To).ToList();
        Assert.AreEqual(new NetworkDevice(DeviceKind.Accelerator, 0, 2), devices[1]);
        Assert.AreEqual(new NetworkDevice(DeviceKind.Leaf, 0, 2), devices[2]);
        Assert.AreEqual(Up + Out, broken.Route(1, 6).Latency);
    }

    [TestMethod]
    public void Where_every_way_is_cut_the_error_names_both_ends_and_the_dead_link()
    {
        var topology = new Topology(Fabrics.Tree(ScaleOutKind.FatTree, perNode: 2, nics: 1, perLeaf: 8), 3)
            .WithDown(new NetworkDevice(DeviceKind.Nic, 2, 0));
        var error = Assert.ThrowsExactly<NoRouteException>(() => topology.Route(1, 4));
        Assert.AreEqual(
            "No way leads from accelerator 1 of node 0 to accelerator 0 of node 2: "
            + "the link from leaf 0 to NIC 0 of node 2 is down, and so is every way around it.", error.Message);
        Assert.HasCount(2, topology.Route(1, 3).Links);
        var ring = new Topology(Fabrics.Torus(2, 4), 4);
        foreach (var end in new[] { 0, 2 }) ring = ring.WithDown(new NetworkDevice(DeviceKind.Router, end, 0));
        Assert.ThrowsExactly<NoRouteException>(() => ring.Route(2, 6));
    }

    [TestMethod]
    public void Links_of_16384_nodes_are_numbers_until_they_are_asked_for()
    {
        var topology = new Topology(Fabrics.Tree(ScaleOutKind.RailFatTree, perNode: 8, nics: 8, perLeaf: 32), 16_384);
        Assert.AreEqual(16_384 * 8 * 4 + 2 * 8 * 512, topology.LinkCount);
        Assert.HasCount(4, topology.Route(0, 131_071).Links);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => topology.Route(0, 131_072));
    }

    [TestMethod]
    public void A_degraded_link_keeps_its_share_and_a_healed_one_all()
    {
        var topology = new Topology(Fabric.Of(4), 2);
        var link = topology.Route(0, 4).Links[0];
        Assert.AreEqual(new Bandwidth(12_500_000_000), topology.WithHealth(link, 0.25).CapacityOf(link));
        Assert.IsTrue(topology.WithHealth(link, 0.25).WithHealth(link, 1).IsSound);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => topology.WithHealth(link, 1.1));
        Assert.ThrowsExactly<ArgumentException>(() => new Topology(Fabrics.Torus(1, 3, 3), 8));
    }

    /// <summary>
    /// The uplinks of a leaf are one trunk: without it the nodes of a plain fat tree are cut off. An accelerator cut
    /// off from its node's switch still has its NIC, which in a torus leads to other nodes only.
    /// </summary>
    private static bool IsOnlyWay(Topology topology, int link, int target)
    {
        var kind = topology.Fabric.ScaleOut.Kind;
        if (topology.Link(link) is { From.Kind: DeviceKind.Spine } or { To.Kind: DeviceKind.Spine })
            return kind == ScaleOutKind.FatTree;
        return topology.Fabric.ScaleUp.Kind == ScaleUpKind.Switch && topology.NodeOf(target) == 0
            && kind == ScaleOutKind.Torus;
    }

    private static void IsChain(Topology topology, int source, int target)
    {
        var route = topology.Route(source, target);
        var links = route.Links.Select(topology.Link).ToList();
        Assert.AreEqual(source == target, links.Count == 0);
        Assert.HasCount(links.Count, links.DistinctBy(link => link.Id));
        for (var i = 1; i < links.Count; i++)
        {
            // An accelerator reaches its NIC, and the NIC its accelerator, without a link.
            var isOwn = links[i - 1].To.Node == links[i].From.Node
                && (links[i - 1].To.Kind, links[i].From.Kind) is (DeviceKind.Accelerator, DeviceKind.Nic)
                    or (DeviceKind.Nic, DeviceKind.Accelerator);
            Assert.IsTrue(links[i - 1].To == links[i].From || isOwn, $"{links[i - 1]} {links[i]}");
        }

        if (links.Count == 0) return;
        Assert.AreEqual(topology.NodeOf(source), links[0].From.Node);
        Assert.AreEqual(topology.NodeOf(target), links[^1].To.Node);
        Assert.AreEqual(links.Aggregate(Duration.Zero, (sum, link) => sum + link.Latency), route.Latency);
    }
}
