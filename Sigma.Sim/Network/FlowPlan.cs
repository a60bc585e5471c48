// A collective as flows: rounds that follow one another, each of transfers that run side by side. The algorithms build
// plans, and one function turns any plan into time on any topology.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Bytes from one accelerator to another within a round.</summary>
/// <param name="Source">Accelerator of the topology.</param>
/// <param name="Destination">Accelerator of the topology.</param>
/// <param name="Parts">How many parts of <see cref="FlowPlan.Parts"/>, over all messages of the round.</param>
/// <param name="Afterwards">What the last byte still needs once it has arrived, such as a neighbour's hop.</param>
public readonly record struct Transfer(int Source, int Destination, long Parts, Duration Afterwards);

/// <summary>Transfers side by side.</summary>
/// <param name="Transfers">In any order.</param>
/// <param name="Messages">
/// Messages that follow one another on each transfer: a ring's p - 1 equal steps are one round of p - 1 messages.
/// </param>
/// <param name="Relays">
/// Messages through which the first byte passes before it arrives, counted in latency: as many as
/// <paramref name="Messages"/>, or more in a pipeline through a tree.
/// </param>
public sealed record FlowRound(IReadOnlyList<Transfer> Transfers, long Messages, long Relays);

/// <summary>Rounds of a collective over n bytes, cut into parts so that no part need be a whole byte.</summary>
/// <param name="Bytes">All bytes, n.</param>
/// <param name="Parts">Into how many equal parts they are cut.</param>
/// <param name="Rounds">In order; a round begins when the one before has ended everywhere.</param>
public sealed record FlowPlan(Bytes Bytes, long Parts, IReadOnlyList<FlowRound> Rounds);
