// The groups for which a collective has a closed form: sound links, the same number of members in the same places of
// each of their nodes, a NIC for every accelerator, and no spine that is narrower than its leaves.

namespace Sigma.Sim.Network;

/// <summary>A group that every closed form holds for.</summary>
/// <param name="Nodes">Nodes that hold members.</param>
/// <param name="PerNode">Members in each, one after the other.</param>
/// <param name="Pair">What a pair of accelerators has inside a node.</param>
/// <param name="Across">What an accelerator has between nodes.</param>
internal sealed record UniformGroup(int Nodes, int PerNode, Channel Pair, Channel Across)
{
    public int Members => Nodes * PerNode;

    /// <summary>The group, or null where only flows can tell.</summary>
    public static UniformGroup? Of(Topology topology, IReadOnlyList<int> members)
    {
        var (fabric, network) = (topology.Fabric, topology.Fabric.ScaleOut);
        if (!topology.IsSound || members.Count == 0) return null;
        var perNode = members.TakeWhile(member => topology.NodeOf(member) == topology.NodeOf(members[0])).Count();
        if (!IsRegular(topology, members, perNode)) return null;
        var nodes = members.Count / perNode;
        if (nodes > 1)
        {
            var ownNics = topology.Numbers.Nics == fabric.AcceleratorsPerNode;
            if (!ownNics || network.Kind == ScaleOutKind.Torus || network.Oversubscription > 1) return null;
        }

        var pair = fabric.ScaleUp.PairChannel(fabric.AcceleratorsPerNode);
        return new UniformGroup(nodes, perNode, pair, fabric.ScaleOutChannel(nodes));
    }

    /// <summary>Whole nodes, each once and with the same places in the same order.</summary>
    private static bool IsRegular(Topology topology, IReadOnlyList<int> members, int perNode)
    {
        if (members.Count % perNode != 0) return false;
        var nodes = new HashSet<int>();
        for (var i = 0; i < members.Count; i++)
        {
            if (i % perNode == 0 && !nodes.Add(topology.NodeOf(members[i]))) return false;
            if (topology.NodeOf(members[i]) != topology.NodeOf(members[i - i % perNode])) return false;
            if (topology.PlaceOf(members[i]) != topology.PlaceOf(members[i % perNode])) return false;
        }

        return members.Take(perNode).Distinct().Count() == perNode;
    }
}
