// What `auto` answers: an algorithm is chosen by computing all of them, and a planner wants to know why.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>The fastest algorithm of a collective.</summary>
/// <param name="Algorithm">The chosen one.</param>
/// <param name="Time">Its duration.</param>
/// <param name="Reason">One sentence: its time against the next best, and what makes the difference.</param>
public sealed record AlgorithmChoice<T>(T Algorithm, Duration Time, string Reason)
    where T : struct, Enum;
