// The all-to-all of mixture-of-experts layers on any traffic matrix: direct (each member sends to each) or hierarchical
// (gather inside the node by destination rail, cross on the own rail, scatter inside the node: the topology-aware one).
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Which way the tokens take.</summary>
public enum AllToAllAlgorithm
{
    /// <summary>Every member sends straight to every other; messages run in parallel.</summary>
    Direct,

    /// <summary>
    /// Bytes for another node cross once, on their sender's rail, and spread inside that node. On a traffic matrix
    /// whose tokens visit few nodes this is the node-limited exchange of DeepSeek-V3.
    /// </summary>
    Hierarchical,
}

/// <summary>
/// Bytes from member to member of one group, and how many of them would cross between nodes if a token that several
/// members of the destination node want crossed only once.
/// </summary>
/// <param name="Members">Size of the group.</param>
/// <param name="MembersPerNode">Consecutive members that share a node.</param>
/// <param name="ToMember">[members, members] bytes, row sends, column receives; the diagonal does not travel.</param>
/// <param name="ToNode">[members, nodes] bytes that a member sends to each other node when tokens cross once.</param>
public sealed record TrafficMatrix(int Members, int MembersPerNode, long[] ToMember, long[] ToNode)
{
    public int Nodes => (Members + MembersPerNode - 1) / MembersPerNode;
}

/// <summary>Durations of an all-to-all on a fabric.</summary>
public static class AllToAll
{
    /// <summary>The time of an algorithm: the busiest link decides.</summary>
    public static Duration Time(AllToAllAlgorithm algorithm, TrafficMatrix traffic, FabricSpec fabric) =>
        algorithm switch
        {
            AllToAllAlgorithm.Direct => Direct(traffic, fabric),
            AllToAllAlgorithm.Hierarchical => Hierarchical(traffic, fabric),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
        };

    /// <summary>The faster of the two; a tie goes to the direct one, which needs no buffers on the way.</summary>
    public static (AllToAllAlgorithm Algorithm, Duration Time) Fastest(TrafficMatrix traffic, FabricSpec fabric)
    {
        var direct = Direct(traffic, fabric);
        if (traffic.Nodes == 1) return (AllToAllAlgorithm.Direct, direct);
        var hierarchical = Hierarchical(traffic, fabric);
        return hierarchical < direct
            ? (AllToAllAlgorithm.Hierarchical, hierarchical)
            : (AllToAllAlgorithm.Direct, direct);
    }

    /// <summary>The faster of the two, and why.</summary>
    public static AlgorithmChoice<AllToAllAlgorithm> Choose(TrafficMatrix traffic, FabricSpec fabric)
    {
        var (algorithm, time) = Fastest(traffic, fabric);
        if (traffic.Nodes == 1)
        {
            return new AlgorithmChoice<AllToAllAlgorithm>(
                algorithm, time, $"direct: {time}, since all {traffic.Members} members share a node");
        }

        var isDirect = algorithm == AllToAllAlgorithm.Direct;
        var other = isDirect ? Hierarchical(traffic, fabric) : Direct(traffic, fabric);
        var (mine, others) = isDirect ? ("direct", "hierarchical") : ("hierarchical", "direct");
        var (crossing, once) = (new Bytes(Crossing(traffic)), new Bytes(traffic.ToNode.Sum() - OwnNode(traffic)));
        var difference = time == other
            ? "which are equal"
            : isDirect
                ? "since nothing waits for a neighbour to spread it"
                : $"since {once} cross between nodes where {crossing} would";
        return new AlgorithmChoice<AllToAllAlgorithm>(
            algorithm, time, $"{mine}: {time} against {others} {other}, {difference}");
    }

    private static Duration Direct(TrafficMatrix traffic, FabricSpec fabric)
    {
        var inside = ScaleUp(traffic, fabric);
        if (traffic.Nodes == 1) return inside;
        var busiest = 0L;
        for (var member = 0; member < traffic.Members; member++)
        {
            long sent = 0, received = 0;
            for (var peer = 0; peer < traffic.Members; peer++)
            {
                if (peer / traffic.MembersPerNode == member / traffic.MembersPerNode) continue;
                sent += traffic.ToMember[member * traffic.Members + peer];
                received += traffic.ToMember[peer * traffic.Members + member];
            }

            busiest = Math.Max(busiest, Math.Max(sent, received));
        }

        return Duration.Max(inside, Across(busiest, traffic.Members - traffic.MembersPerNode, traffic, fabric));
    }

    private static Duration Hierarchical(TrafficMatrix traffic, FabricSpec fabric)
    {
        // Crossing and spreading are pipelined over chunks, so the slower phase decides; each adds its latency.
        var busiest = 0L;
        var arriving = new long[traffic.Nodes];
        for (var member = 0; member < traffic.Members; member++)
        {
            var sent = 0L;
            for (var node = 0; node < traffic.Nodes; node++)
            {
                if (node == member / traffic.MembersPerNode) continue;
                sent += traffic.ToNode[member * traffic.Nodes + node];
                arriving[node] += traffic.ToNode[member * traffic.Nodes + node];
            }

            busiest = Math.Max(busiest, sent);
        }

        // What arrives at a node comes in evenly over its members' rails.
        foreach (var bytes in arriving)
            busiest = Math.Max(busiest, (bytes + traffic.MembersPerNode - 1) / traffic.MembersPerNode);
        var crossing = Across(busiest, traffic.Nodes - 1, traffic, fabric);
        var spreading = new Bytes(BusiestInside(traffic, fabric.ScaleUp.Forwarding.Value));
        var inside = spreading.Count == 0
            ? Duration.Zero
            : fabric.ScaleUp.Channel.TimeSideBySide(spreading, traffic.MembersPerNode - 1) - fabric.ScaleUp.Latency;
        return Duration.Max(crossing, inside) + fabric.ScaleUp.Latency;
    }

    /// <summary>
    /// Bytes into the busiest member over its node's fabric: from neighbours, and from other nodes by way of the rail
    /// member on which they arrive, which is itself in one of g cases. Forwarded bytes count as often as they are
    /// slower.
    /// </summary>
    private static long BusiestInside(TrafficMatrix traffic, double forwarding)
    {
        var g = traffic.MembersPerNode;
        var busiest = 0L;
        for (var member = 0; member < traffic.Members; member++)
        {
            long near = 0, far = 0;
            for (var peer = 0; peer < traffic.Members; peer++)
            {
                if (peer == member) continue;
                var bytes = traffic.ToMember[peer * traffic.Members + member];
                if (peer / g == member / g) near += bytes;
                else far += bytes;
            }

            var forwarded = (far * (g - 1) + g - 1) / g;
            if (forwarding < 1) forwarded = (long)Math.Ceiling(forwarded / forwarding);
            busiest = Math.Max(busiest, near + forwarded);
        }

        return busiest;
    }

    private static Duration Across(long bytes, int messages, TrafficMatrix traffic, FabricSpec fabric) => bytes == 0
        ? Duration.Zero
        : fabric.ScaleOutExchange(traffic.Nodes).TimeSideBySide(new Bytes(bytes), messages);

    /// <summary>Bytes inside a node: over each pair's own link in a mesh, over each member's port else.</summary>
    private static Duration ScaleUp(TrafficMatrix traffic, FabricSpec fabric)
    {
        var perPair = fabric.ScaleUp.Kind == ScaleUpKind.FullMesh;
        var busiest = 0L;
        for (var member = 0; member < traffic.Members; member++)
        {
            long sent = 0, received = 0, widest = 0;
            for (var peer = 0; peer < traffic.Members; peer++)
            {
                if (peer == member || peer / traffic.MembersPerNode != member / traffic.MembersPerNode) continue;
                sent += traffic.ToMember[member * traffic.Members + peer];
                received += traffic.ToMember[peer * traffic.Members + member];
                widest = Math.Max(widest, traffic.ToMember[member * traffic.Members + peer]);
            }

            busiest = Math.Max(busiest, perPair ? widest : Math.Max(sent, received));
        }

        if (busiest == 0) return Duration.Zero;
        return fabric.ScaleUp.PairChannel(fabric.AcceleratorsPerNode)
            .TimeSideBySide(new Bytes(busiest), perPair ? 1 : traffic.MembersPerNode - 1);
    }

    /// <summary>Bytes that members send to other nodes when each member of a node gets its own copy.</summary>
    private static long Crossing(TrafficMatrix traffic)
    {
        var bytes = 0L;
        for (var pair = 0; pair < traffic.ToMember.Length; pair++)
        {
            var (source, target) = (pair / traffic.Members, pair % traffic.Members);
            if (source / traffic.MembersPerNode != target / traffic.MembersPerNode) bytes += traffic.ToMember[pair];
        }

        return bytes;
    }

    private static long OwnNode(TrafficMatrix traffic) => Enumerable.Range(0, traffic.Members)
        .Sum(member => traffic.ToNode[member * traffic.Nodes + member / traffic.MembersPerNode]);
}
