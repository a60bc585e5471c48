// What makes equal ranks unequal: jitter of every kernel, rare long pauses of a node or a rank, and slow nodes.
using Sigma.Sim.Quantities;
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
    string Name, PauseScope Scope, Distribution? Every, int EverySteps, Distribution Lasts, bool Synchronized)
{
    /// <summary>Comes from a full page cache: it does not happen where caches are dropped before the job.</summary>
    public bool IsOfCaches { get; init; }
}

/// <summary>Nodes whose kernels take longer than others' for as long as the step lasts.</summary>
/// <param name="Share">Of all nodes; each is slow with this chance.</param>
/// <param name="Factor">How many times as long a kernel takes there, above 1.</param>
public sealed record SlowNodeSpec(Fraction Share, double Factor);

/// <summary>Noise of a healthy cluster.</summary>
/// <param name="KernelVariation">Coefficient of variation of a kernel's time (lognormal, mean one).</param>
/// <param name="Pauses">Rare stops.</param>
public sealed record NoiseSpec(double KernelVariation, IReadOnlyList<PauseSpec> Pauses)
{
    /// <summary>Slow nodes, or null for none.</summary>
    public SlowNodeSpec? SlowNodes { get; init; }

    /// <summary>Caches are dropped before the job (SIGMA): pauses that come from full ones stay away.</summary>
    public bool DropsCaches { get; init; }

    /// <summary>Slow nodes are found and replaced before they cost a step.</summary>
    public bool EvictsSlowNodes { get; init; }

    /// <summary>The noise that is left after what is done against it.</summary>
    public NoiseSpec Remaining => this with
    {
        Pauses = DropsCaches ? [.. Pauses.Where(pause => !pause.IsOfCaches)] : Pauses,
        SlowNodes = EvictsSlowNodes ? null : SlowNodes,
    };

    /// <summary>Every rank exactly as planned.</summary>
    public static NoiseSpec Silent { get; } = new(0, []);

    /// <summary>True where ranks differ by their nodes' speed at most, and not from kernel to kernel.</summary>
    public bool IsSteady => KernelVariation <= 0 && Pauses.All(pause => pause.Synchronized);
}
