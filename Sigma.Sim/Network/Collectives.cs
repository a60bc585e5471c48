// What a collective costs without contention: latency a per message, bandwidth b per member (the alpha-beta model;
// Thakur, Rabenseifner and Gropp, "Optimization of collective communication operations in MPICH", 2005). Pure functions
// of sizes.
using System.Numerics;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Closed forms; p members, n bytes in all, latency a, bandwidth per member.</summary>
public static class Collectives
{
    /// <summary>Ring all-gather or reduce-scatter of n bytes: (p-1) a + (p-1)/p n / bandwidth.</summary>
    public static Duration RingHalf(int members, Bytes bytes, Duration latency, Bandwidth bandwidth)
    {
        if (members <= 1) return Duration.Zero;
        return latency * (members - 1) + Share(bytes, members - 1, members) / bandwidth;
    }

    /// <summary>Ring all-reduce of n bytes: 2 (p-1) a + 2 (p-1)/p n / bandwidth.</summary>
    public static Duration RingAllReduce(int members, Bytes bytes, Duration latency, Bandwidth bandwidth)
    {
        if (members <= 1) return Duration.Zero;
        return latency * (2L * (members - 1)) + Share(bytes, 2L * (members - 1), members) / bandwidth;
    }

    /// <summary>Recursive halving and doubling: 2 log2 p a + 2 (p-1)/p n / bandwidth; p a power of two.</summary>
    public static Duration HalvingDoublingAllReduce(int members, Bytes bytes, Duration latency, Bandwidth bandwidth)
    {
        if (!BitOperations.IsPow2(members))
        {
            throw new ArgumentException(
                $"Halving-doubling needs a power of two, not {members} members.", nameof(members));
        }

        if (members == 1) return Duration.Zero;
        var rounds = 2L * BitOperations.Log2((uint)members);
        return latency * rounds + Share(bytes, 2L * (members - 1), members) / bandwidth;
    }

    /// <summary>One message: a + n / bandwidth.</summary>
    public static Duration PointToPoint(Bytes bytes, Duration latency, Bandwidth bandwidth) =>
        latency + bytes / bandwidth;

    private static Bytes Share(Bytes bytes, long times, long parts)
    {
        var scaled = (UInt128)bytes.Count * (UInt128)times;
        return new Bytes(checked((long)((scaled + (UInt128)parts - 1) / (UInt128)parts)));
    }
}
