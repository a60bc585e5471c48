// The ring all-gather as ASTRA-sim's analytical network plays it (astra-sim/astra-sim: Ring.cc, PacketBundle.cc), so
// that our numbers can be held against its: chunks one after the other, and a delay in every endpoint.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>
/// A vector cut into chunks of which one is under way at a time (`active-chunks-per-dimension: 1`). A chunk of s bytes
/// makes p - 1 steps around the ring, each of a link's latency and s / b in whole nanoseconds, cut off as ASTRA-sim
/// does. A member's endpoint delay comes before its first message and after each that it receives: p times.
/// </summary>
public static class ChunkedRing
{
    /// <summary>k ((p-1) (a + floor(n/k / b)) + p e) for k chunks.</summary>
    /// <param name="members">Members of the ring, p.</param>
    /// <param name="perMember">What each member brings to the all-gather, n.</param>
    /// <param name="chunks">Chunks, k, in which n is cut.</param>
    /// <param name="latency">Of a link, a.</param>
    /// <param name="bandwidth">Of a link, b.</param>
    /// <param name="endpointDelay">In a member, e.</param>
    public static Duration AllGather(
        int members, Bytes perMember, int chunks, Duration latency, Bandwidth bandwidth, Duration endpointDelay)
    {
        if (members <= 1) return Duration.Zero;
        var chunk = (UInt128)(perMember.Count / chunks);
        var passing = chunk * Duration.NanosecondsPerSecond / (UInt128)bandwidth.BytesPerSecond;
        return chunks * ((latency + new Duration((long)passing)) * (members - 1) + endpointDelay * members);
    }
}
