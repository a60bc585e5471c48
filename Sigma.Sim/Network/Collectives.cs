// What a collective costs without contention: latency a per message, bandwidth b per member (the alpha-beta model;
// Thakur, Rabenseifner and Gropp, "Optimization of collective communication operations in MPICH", 2005). Pure functions
// of sizes.
using System.Numerics;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Closed forms; p members, n bytes in all, latency a and bandwidth b of the channel of each member.</summary>
public static class Collectives
{
    /// <summary>Ring all-gather or reduce-scatter of n bytes: (p-1) a + (p-1)/p n / b.</summary>
    public static Duration RingHalf(int members, Bytes bytes, Channel channel) => members <= 1
        ? Duration.Zero
        : channel.Time(Share(bytes, members - 1, members), members - 1);

    /// <summary>The same on a channel whose bandwidth messages of all sizes reach.</summary>
    public static Duration RingHalf(int members, Bytes bytes, Duration latency, Bandwidth bandwidth) =>
        RingHalf(members, bytes, new Channel(latency, bandwidth, Bytes.Zero));

    /// <summary>Ring all-reduce of n bytes: 2 (p-1) a + 2 (p-1)/p n / b.</summary>
    public static Duration RingAllReduce(int members, Bytes bytes, Channel channel) => members <= 1
        ? Duration.Zero
        : channel.Time(Share(bytes, 2L * (members - 1), members), 2L * (members - 1));

    /// <summary>The same on a channel whose bandwidth messages of all sizes reach.</summary>
    public static Duration RingAllReduce(int members, Bytes bytes, Duration latency, Bandwidth bandwidth) =>
        RingAllReduce(members, bytes, new Channel(latency, bandwidth, Bytes.Zero));

    /// <summary>Recursive halving and doubling: 2 log2 p a + 2 (p-1)/p n / b; p a power of two.</summary>
    public static Duration HalvingDoublingAllReduce(int members, Bytes bytes, Channel channel)
    {
        if (!BitOperations.IsPow2(members))
        {
            throw new ArgumentException(
                $"Halving-doubling needs a power of two, not {members} members.", nameof(members));
        }

        if (members == 1) return Duration.Zero;
        return channel.Time(Share(bytes, 2L * (members - 1), members), 2L * BitOperations.Log2((uint)members));
    }

    /// <summary>The same on a channel whose bandwidth messages of all sizes reach.</summary>
    public static Duration HalvingDoublingAllReduce(int members, Bytes bytes, Duration latency, Bandwidth bandwidth) =>
        HalvingDoublingAllReduce(members, bytes, new Channel(latency, bandwidth, Bytes.Zero));

    /// <summary>
    /// All-reduce over two binary trees of half the bytes each (Sanders, Speck and Träff, "Two-tree algorithms for full
    /// bandwidth broadcast, reduction and scan", 2009), pipelined: 2 h a + d/2 n / b with h levels and at most d = 4
    /// messages out of one member, which is 2 log2 p a + 2 n / b for many.
    /// </summary>
    public static Duration DoubleBinaryTreeAllReduce(int members, Bytes bytes, Channel channel)
    {
        if (members <= 1) return Duration.Zero;
        var trees = new BinaryTreePair(members);
        return channel.TimeSideBySide(Share(bytes, trees.BusiestMember, 2), trees.BusiestMember)
            + channel.Latency * (2L * trees.Height - 1);
    }

    /// <summary>
    /// All-reduce of m nodes with g members each: reduce-scatter inside the node, all-reduce of each g-th part across
    /// nodes, all-gather inside: 2 (g-1) a_in + 2 (g-1)/g n / b_in + 2 (m-1) a_out + 2 (m-1)/m n/g / b_out.
    /// </summary>
    public static Duration HierarchicalAllReduce(int nodes, int perNode, Bytes bytes, Channel inside, Channel across)
    {
        var members = (long)nodes * perNode;
        var (near, far) = (2L * (perNode - 1), 2L * (nodes - 1));
        var time = Duration.Zero;
        if (near > 0) time += inside.Time(Share(bytes, near * nodes, members), near);
        if (far > 0) time += across.Time(Share(bytes, far, members), far);
        return time;
    }

    /// <summary>One message: a + n / b.</summary>
    public static Duration PointToPoint(Bytes bytes, Channel channel) => channel.Time(bytes, 1);

    /// <summary>The same on a channel whose bandwidth messages of all sizes reach.</summary>
    public static Duration PointToPoint(Bytes bytes, Duration latency, Bandwidth bandwidth) =>
        latency + bytes / bandwidth;

    /// <summary>times / parts of the bytes, rounded up.</summary>
    internal static Bytes Share(Bytes bytes, long times, long parts)
    {
        var scaled = (UInt128)bytes.Count * (UInt128)times;
        return new Bytes(checked((long)((scaled + (UInt128)parts - 1) / (UInt128)parts)));
    }
}
