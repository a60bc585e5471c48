// A way between members as the alpha-beta model sees it: what a message costs before its first byte, and what a byte
// costs. One place turns bytes and messages into time, so that a share of bandwidth lost to small messages is lost in
// every closed form and in every flow alike.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>
/// Latency per message, effective bandwidth and half-size. A message of n bytes passes at Rate n / (n + HalfSize)
/// (Hockney, "The communication challenge for MPP", 1994), which is to say that each message is HalfSize bytes longer.
/// </summary>
/// <param name="Latency">Per message, from its sending to its arrival.</param>
/// <param name="Rate">Bandwidth of endless messages, per member and direction, after <c>efficiency</c>.</param>
/// <param name="HalfSize">Bytes of a message that reaches half of that, 0 for all sizes alike.</param>
public readonly record struct Channel(Duration Latency, Bandwidth Rate, Bytes HalfSize)
{
    /// <summary>The bandwidth that messages of this size reach.</summary>
    public Bandwidth EffectiveFor(Bytes message) => message.Count + HalfSize.Count == 0
        ? Rate
        : Rate.Scaled((double)message.Count / (message.Count + HalfSize.Count));

    /// <summary>Messages one after the other that carry these bytes together: messages a + (n + messages half) / b.
    /// </summary>
    public Duration Time(Bytes bytes, long messages) =>
        Latency * messages + (bytes + HalfSize * messages) / Rate;

    /// <summary>Messages side by side on one way: their bytes queue, their latencies do not.</summary>
    public Duration TimeSideBySide(Bytes bytes, long messages) =>
        Latency + (bytes + HalfSize * messages) / Rate;
}
