// The all-to-all as flows on a topology: for groups, spines and links in states for which no closed form holds.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>
/// An all-to-all of any traffic matrix over accelerators of a topology, of which each run of
/// <see cref="TrafficMatrix.MembersPerNode"/> shares a node.
/// </summary>
public static class AllToAllFlows
{
    /// <summary>The closed form where traffic and group are uniform, the flows else.</summary>
    /// <exception cref="ArgumentException">The members do not lie in nodes as the matrix says.</exception>
    /// <exception cref="NoRouteException">Two members that must talk have no sound way.</exception>
    public static Duration Time(
        AllToAllAlgorithm algorithm, Topology topology, IReadOnlyList<int> members, TrafficMatrix traffic)
    {
        Require(topology, members, traffic);
        return HasClosedForm(algorithm, topology, members, traffic)
            ? AllToAll.Time(algorithm, traffic, topology.Fabric)
            : FlowTime.Of(Plan(algorithm, topology, members, traffic), topology);
    }

    /// <summary>The flows: one round, since messages run in parallel and phases in a pipeline.</summary>
    public static FlowPlan Plan(
        AllToAllAlgorithm algorithm, Topology topology, IReadOnlyList<int> members, TrafficMatrix traffic)
    {
        Require(topology, members, traffic);
        var transfers = algorithm switch
        {
            AllToAllAlgorithm.Direct => Direct(members, traffic),
            AllToAllAlgorithm.Hierarchical =>
                [.. Crossing(members, traffic, topology.Fabric.ScaleUp.Latency), .. Inside(members, traffic)],
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
        };
        return new FlowPlan(new Bytes(1), 1, [new FlowRound([.. transfers], 1, 1)]);
    }

    private static IEnumerable<Transfer> Direct(IReadOnlyList<int> members, TrafficMatrix traffic) =>
        from source in Enumerable.Range(0, traffic.Members)
        from target in Enumerable.Range(0, traffic.Members)
        where source != target
        let bytes = traffic.ToMember[source * traffic.Members + target]
        select new Transfer(members[source], members[target], bytes, Duration.Zero);

    /// <summary>Each member sends once to every other node: to the member there that has its own place.</summary>
    private static IEnumerable<Transfer> Crossing(
        IReadOnlyList<int> members, TrafficMatrix traffic, Duration spreading) =>
        from source in Enumerable.Range(0, traffic.Members)
        from node in Enumerable.Range(0, traffic.Nodes)
        where node != source / traffic.MembersPerNode
        let peer = node * traffic.MembersPerNode + source % traffic.MembersPerNode
        select new Transfer(members[source], members[peer], traffic.ToNode[source * traffic.Nodes + node], spreading);

    /// <summary>To each neighbour what is one's own, and what arrived for it on one's place.</summary>
    private static IEnumerable<Transfer> Inside(IReadOnlyList<int> members, TrafficMatrix traffic)
    {
        var g = traffic.MembersPerNode;
        for (var target = 0; target < traffic.Members; target++)
        {
            for (var place = 0; place < g; place++)
            {
                var relay = target / g * g + place;
                if (relay == target) continue;
                var bytes = 0L;
                for (var source = place; source < traffic.Members; source += g)
                    bytes += traffic.ToMember[source * traffic.Members + target];
                yield return new Transfer(members[relay], members[target], bytes, Duration.Zero);
            }
        }
    }

    private static bool HasClosedForm(
        AllToAllAlgorithm algorithm, Topology topology, IReadOnlyList<int> members, TrafficMatrix traffic)
    {
        if (UniformGroup.Of(topology, members) is not { } group) return false;
        var (fabric, p) = (topology.Fabric, traffic.Members);
        // In a mesh the closed form of the hierarchical one divides bytes where the links divide bandwidth.
        if (algorithm == AllToAllAlgorithm.Hierarchical && fabric.ScaleUp.Kind == ScaleUpKind.FullMesh) return false;
        var each = p > 1 ? traffic.ToMember[1] : 0;
        for (var pair = 0; pair < p * p; pair++)
        {
            if (pair / p != pair % p && traffic.ToMember[pair] != each) return false;
        }

        var toNode = group.Nodes > 1 ? traffic.ToNode[1] : 0;
        for (var i = 0; i < p * group.Nodes; i++)
        {
            if (i / group.Nodes / group.PerNode != i % group.Nodes && traffic.ToNode[i] != toNode) return false;
        }

        return each > 0 && (toNode > 0 || group.Nodes == 1);
    }

    private static void Require(Topology topology, IReadOnlyList<int> members, TrafficMatrix traffic)
    {
        var g = traffic.MembersPerNode;
        for (var i = 0; i < members.Count; i++)
        {
            var isTogether = topology.NodeOf(members[i]) == topology.NodeOf(members[i - i % g]);
            var startsNode = i % g != 0 || i == 0 || topology.NodeOf(members[i]) != topology.NodeOf(members[i - 1]);
            if (isTogether && startsNode) continue;
            throw new ArgumentException(
                $"Member {i} is accelerator {members[i]}, but the matrix puts {g} members in a node.", nameof(members));
        }

        if (members.Count != traffic.Members || members.Count % g != 0)
        {
            throw new ArgumentException(
                $"{members.Count} members are not the {traffic.Members} of the matrix, {g} in each node.",
                nameof(members));
        }
    }
}
