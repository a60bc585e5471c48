// All-reduce on a topology: four algorithms as closed forms where the group is uniform, as flows where it is not, and
// the fastest of them with the reason.
using System.Numerics;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>How the members of a group add up their vectors so that each has the sum.</summary>
public enum AllReduceAlgorithm
{
    /// <summary>Reduce-scatter and all-gather around a ring (Thakur et al., 2005).</summary>
    Ring,

    /// <summary>Two binary trees of half the bytes each, pipelined (Sanders, Speck and Träff, 2009).</summary>
    DoubleBinaryTree,

    /// <summary>Pairs at doubling distance exchange halves, and back (Rabenseifner, 2004); powers of two only.
    /// </summary>
    HalvingDoubling,

    /// <summary>Reduce-scatter inside the node, all-reduce across nodes on all NICs, all-gather inside.</summary>
    Hierarchical,
}

/// <summary>Durations of an all-reduce of n bytes over accelerators of a topology, in the order of their ranks.
/// </summary>
public static class AllReduce
{
    /// <summary>Whether an algorithm is defined for a group.</summary>
    public static bool Applies(AllReduceAlgorithm algorithm, Topology topology, IReadOnlyList<int> members) =>
        algorithm switch
        {
            AllReduceAlgorithm.Ring or AllReduceAlgorithm.DoubleBinaryTree => true,
            AllReduceAlgorithm.HalvingDoubling => BitOperations.IsPow2(members.Count),
            AllReduceAlgorithm.Hierarchical => AllReducePlans.ByNode(topology, members) is not null,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
        };

    /// <summary>The time of an algorithm: its closed form where the group is uniform, its flows else.</summary>
    /// <exception cref="ArgumentException">The algorithm is not defined for the group.</exception>
    /// <exception cref="NoRouteException">Two members that must talk have no sound way.</exception>
    public static Duration Time(
        AllReduceAlgorithm algorithm, Topology topology, IReadOnlyList<int> members, Bytes bytes)
    {
        if (members.Count <= 1) return Duration.Zero;
        if (!Applies(algorithm, topology, members)) throw Undefined(algorithm, members.Count);
        return UniformGroup.Of(topology, members) is { } group && ClosedForm(algorithm, group, topology, bytes) is { } t
            ? t
            : FlowTime.Of(Plan(algorithm, topology, members, bytes), topology);
    }

    /// <summary>The flows of an algorithm, whatever the group.</summary>
    /// <exception cref="ArgumentException">The algorithm is not defined for the group.</exception>
    public static FlowPlan Plan(
        AllReduceAlgorithm algorithm, Topology topology, IReadOnlyList<int> members, Bytes bytes)
    {
        if (!Applies(algorithm, topology, members)) throw Undefined(algorithm, members.Count);
        return algorithm switch
        {
            AllReduceAlgorithm.Ring => AllReducePlans.Ring(members, bytes),
            AllReduceAlgorithm.DoubleBinaryTree => AllReducePlans.Trees(members, bytes),
            AllReduceAlgorithm.HalvingDoubling => AllReducePlans.Halving(members, bytes),
            AllReduceAlgorithm.Hierarchical => AllReducePlans.Hierarchical(topology, members, bytes),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
        };
    }

    /// <summary>The fastest algorithm that is defined for the group; a tie goes to the first of the list.</summary>
    public static AlgorithmChoice<AllReduceAlgorithm> Fastest(
        Topology topology, IReadOnlyList<int> members, Bytes bytes)
    {
        var ranked = Enum.GetValues<AllReduceAlgorithm>()
            .Where(algorithm => Applies(algorithm, topology, members))
            .Select(algorithm => (Algorithm: algorithm, Time: Time(algorithm, topology, members, bytes)))
            .OrderBy(found => found.Time).ToList();
        var (best, next) = (ranked[0], ranked[1]);
        var nodes = members.Select(topology.NodeOf).Distinct().Count();
        return new AlgorithmChoice<AllReduceAlgorithm>(
            best.Algorithm, best.Time,
            $"{Word(best.Algorithm)}: {best.Time} against {Word(next.Algorithm)} {next.Time}, "
            + (best.Time == next.Time ? "which are equal" : Difference()));

        string Difference()
        {
            var (few, many) = (Latency(best.Algorithm), Latency(next.Algorithm));
            // Where latency makes most of the difference, say so; else bytes do.
            if ((many - few) * 2 > next.Time - best.Time)
                return $"since {few} of it is latency against {many}";
            if (nodes == 1) return "since it sends fewer bytes over the busiest link of the node";
            return best.Algorithm == AllReduceAlgorithm.Hierarchical
                ? $"since {nodes} nodes share the NICs of {UnitText.Count(members.Count)} accelerators"
                : $"since it sends fewer bytes over the busiest link between {nodes} nodes";
        }

        Duration Latency(AllReduceAlgorithm algorithm) => Time(algorithm, topology, members, Bytes.Zero);
    }

    /// <summary>The algorithm in the words of a scenario.</summary>
    public static string Word(AllReduceAlgorithm algorithm) => algorithm switch
    {
        AllReduceAlgorithm.Ring => "ring",
        AllReduceAlgorithm.DoubleBinaryTree => "double-binary-tree",
        AllReduceAlgorithm.HalvingDoubling => "halving-doubling",
        AllReduceAlgorithm.Hierarchical => "hierarchical",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
    };

    private static Duration? ClosedForm(
        AllReduceAlgorithm algorithm, UniformGroup group, Topology topology, Bytes bytes)
    {
        var isMesh = topology.Fabric.ScaleUp.Kind == ScaleUpKind.FullMesh;
        var (p, oneLevel) = (group.Members, group.Nodes == 1 || group.PerNode == 1);
        var only = group.Nodes == 1 ? group.Pair : group.Across;
        return algorithm switch
        {
            AllReduceAlgorithm.Ring => GroupRing.Closed(group, bytes, 2L * (p - 1)),
            // Trees on a mesh or on two levels load unlike links unevenly.
            AllReduceAlgorithm.DoubleBinaryTree => oneLevel && !(isMesh && group.Nodes == 1)
                ? Collectives.DoubleBinaryTreeAllReduce(p, bytes, only)
                : null,
            AllReduceAlgorithm.HalvingDoubling => oneLevel
                ? Collectives.HalvingDoublingAllReduce(p, bytes, only)
                : null,
            // A mesh exchanges with all neighbours at once, which is no ring.
            AllReduceAlgorithm.Hierarchical => isMesh && group.PerNode > 1
                ? null
                : Collectives.HierarchicalAllReduce(group.Nodes, group.PerNode, bytes, group.Pair, group.Across),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
        };
    }

    private static ArgumentException Undefined(AllReduceAlgorithm algorithm, int members) => new(
        algorithm == AllReduceAlgorithm.HalvingDoubling
            ? $"Halving-doubling needs a power of two, not {members} members."
            : $"A hierarchical all-reduce needs equally many of its {members} members in each node.",
        nameof(algorithm));
}
