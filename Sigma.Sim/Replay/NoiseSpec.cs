// What makes equal ranks unequal: jitter of every kernel, and rare long pauses of a node or a rank.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Replay;

/// <summary>Whom a pause stops.</summary>
public enum PauseScope
{
    Rank,
    Node,
}

/// <summary>A rare, long stop such as page-cache reclaim or garbage collection.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Scope">A rank, or a node with all its ranks.</param>
/// <param name="Every">Time between two pauses of one unit, or null where steps count.</param>
/// <param name="EverySteps">Steps between two pauses of one unit, 0 where time counts.</param>
/// <param name="Lasts">How long one lasts.</param>
/// <param name="Synchronized">All units pause at the same step: the cost is one pause, not the sum over ranks.</param>
public sealed record PauseSpec(
    string Name, PauseScope Scope, Distribution? Every, int EverySteps, Distribution Lasts, bool Synchronized);

/// <summary>Noise of a healthy cluster.</summary>
/// <param name="KernelVariation">Coefficient of variation of a kernel's time (lognormal, mean one).</param>
/// <param name="Pauses">Rare stops.</param>
public sealed record NoiseSpec(double KernelVariation, IReadOnlyList<PauseSpec> Pauses)
{
    /// <summary>Every rank exactly as planned.</summary>
    public static NoiseSpec Silent { get; } = new(0, []);
}
