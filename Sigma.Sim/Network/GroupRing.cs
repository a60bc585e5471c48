// Rings over a group of accelerators in the order in which they are given, and the single message: all-gather and
// reduce-scatter as closed form where the group is uniform, as flows where it is not.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Ring all-gather, ring reduce-scatter and point to point on a topology.</summary>
public static class GroupRing
{
    /// <summary>
    /// All-gather or reduce-scatter of n bytes over a ring: p - 1 steps of n / p bytes each (Thakur et al., 2005).
    /// </summary>
    public static Duration HalfTime(Topology topology, IReadOnlyList<int> members, Bytes bytes)
    {
        if (members.Count <= 1) return Duration.Zero;
        return UniformGroup.Of(topology, members) is { } group
            ? Closed(group, bytes, members.Count - 1)
            : FlowTime.Of(HalfPlan(members, bytes), topology);
    }

    /// <summary>The same as flows, whatever the group.</summary>
    public static FlowPlan HalfPlan(IReadOnlyList<int> members, Bytes bytes) =>
        new(bytes, members.Count, [Steps(members, members.Count - 1, 1)]);

    /// <summary>One message between two accelerators.</summary>
    public static Duration PointToPoint(Topology topology, int source, int destination, Bytes bytes) =>
        FlowTime.OfPhase([new Transfer(source, destination, bytes.Count, Duration.Zero)], topology);

    /// <summary>Equal steps around the ring, each moving some parts from every member to the next.</summary>
    internal static FlowRound Steps(IReadOnlyList<int> members, long steps, long partsPerStep) => new(
        [.. members.Select((member, i) => new Transfer(
            member, members[(i + 1) % members.Count], steps * partsPerStep, Duration.Zero))], steps, steps);

    /// <summary>Inside nodes a ring passes ports or mesh links, between them one NIC of each node.</summary>
    internal static Duration Closed(UniformGroup group, Bytes bytes, long steps)
    {
        var share = Collectives.Share(bytes, steps, group.Members);
        var time = Duration.Zero;
        if (group.PerNode > 1) time = group.Pair.Time(share, steps);
        return group.Nodes > 1 ? Duration.Max(time, group.Across.Time(share, steps)) : time;
    }
}
