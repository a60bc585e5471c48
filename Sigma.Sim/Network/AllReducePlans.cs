// The flows of each all-reduce algorithm.
using System.Numerics;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Plans over accelerators in the order of their ranks; p members, n bytes.</summary>
internal static class AllReducePlans
{
    /// <summary>2 (p - 1) steps of n / p.</summary>
    public static FlowPlan Ring(IReadOnlyList<int> members, Bytes bytes) =>
        new(bytes, members.Count, [GroupRing.Steps(members, 2L * (members.Count - 1), 1)]);

    /// <summary>Half of the bytes up and down each tree, so finely cut that all edges are busy all the time.</summary>
    public static FlowPlan Trees(IReadOnlyList<int> members, Bytes bytes)
    {
        var trees = new BinaryTreePair(members.Count);
        var transfers = new List<Transfer>();
        foreach (var (child, parent) in trees.Edges())
        {
            transfers.Add(new Transfer(members[child], members[parent], 1, Duration.Zero));
            transfers.Add(new Transfer(members[parent], members[child], 1, Duration.Zero));
        }

        return new FlowPlan(bytes, 2, [new FlowRound(transfers, 1, 2L * trees.Height)]);
    }

    /// <summary>
    /// Round i exchanges n / 2^(i+1) with the member at distance 2^i, and back in reverse: the largest messages go to
    /// the nearest, which share a node.
    /// </summary>
    public static FlowPlan Halving(IReadOnlyList<int> members, Bytes bytes)
    {
        var p = members.Count;
        var rounds = new List<FlowRound>();
        for (var i = 0; i < BitOperations.Log2((uint)p); i++)
        {
            var (distance, parts) = (1 << i, (long)p >> (i + 1));
            // There and back are alike, so both are one round of two messages.
            var transfers = members.Select((member, rank) =>
                new Transfer(member, members[rank ^ distance], 2 * parts, Duration.Zero));
            rounds.Add(new FlowRound([.. transfers], 2, 2));
        }

        return new FlowPlan(bytes, p, rounds);
    }

    /// <summary>
    /// g members in each of m nodes: reduce-scatter and all-gather inside the node around a ring, or in a mesh straight
    /// with all neighbours at once; between them member i of every node joins the ring of number i.
    /// </summary>
    public static FlowPlan Hierarchical(Topology topology, IReadOnlyList<int> members, Bytes bytes)
    {
        var nodes = ByNode(topology, members)!;
        var (m, g) = ((long)nodes.Count, (long)nodes[0].Count);
        var rounds = new List<FlowRound>();
        if (g > 1)
        {
            var isMesh = topology.Fabric.ScaleUp.Kind == ScaleUpKind.FullMesh;
            var steps = isMesh ? 2 : 2 * (g - 1);
            rounds.Add(Side(
                nodes.Select(node => isMesh ? Exchange(node, 2 * m) : GroupRing.Steps(node, steps, m).Transfers),
                steps));
        }

        if (m > 1)
        {
            var rings = Enumerable.Range(0, (int)g).Select(i => (int[])[.. nodes.Select(node => node[i])]);
            rounds.Add(Side(rings.Select(ring => GroupRing.Steps(ring, 2 * (m - 1), 1).Transfers), 2 * (m - 1)));
        }

        return new FlowPlan(bytes, m * g, rounds);
    }

    /// <summary>The members of each node in order, or null where nodes hold unequally many.</summary>
    public static List<List<int>>? ByNode(Topology topology, IReadOnlyList<int> members)
    {
        var nodes = members.GroupBy(topology.NodeOf).Select(node => node.ToList()).ToList();
        return nodes.TrueForAll(node => node.Count == nodes[0].Count) ? nodes : null;
    }

    private static IEnumerable<Transfer> Exchange(List<int> node, long parts) =>
        from source in node
        from destination in node
        where source != destination
        select new Transfer(source, destination, parts, Duration.Zero);

    private static FlowRound Side(IEnumerable<IEnumerable<Transfer>> groups, long steps) =>
        new([.. groups.SelectMany(transfers => transfers)], steps, steps);
}
