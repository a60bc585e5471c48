// What the money buys: nodes, the spares beyond them, and what is inside a node.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Cluster;

/// <summary>Nodes beyond those that the job needs.</summary>
/// <param name="Warm">Booted and validated: ready at once.</param>
/// <param name="Cold">Switched off: boot and validation come first.</param>
public sealed record SpareSpec(int Warm, int Cold)
{
    public int Total => Warm + Cold;
}

/// <summary>Shared storage, as seen by the whole job.</summary>
public sealed record StorageSpec(Bandwidth Write, Bandwidth Read);

/// <summary>A node that differs from the others for as long as the step lasts.</summary>
/// <param name="Node">Which of the job's nodes, from 0.</param>
/// <param name="Kernels">How many times as long its kernels take, at least 1.</param>
/// <param name="Nics">The share of their bandwidth that its NICs have left, above 0.</param>
public sealed record UnsoundNode(int Node, double Kernels, Fraction Nics);

/// <summary>A cluster of equal nodes.</summary>
public sealed record ClusterSpec(
    int Nodes,
    SpareSpec Spares,
    int AcceleratorsPerNode,
    AcceleratorSpec Accelerator,
    StorageSpec Storage)
{
    public HostSpec Host { get; init; } = HostSpec.Instant;

    /// <summary>Nodes that are slow, or whose NICs are; steps are replayed with them.</summary>
    public IReadOnlyList<UnsoundNode> Unsound { get; init; } = [];

    /// <summary>Accelerators that the job runs on.</summary>
    public int Accelerators => Nodes * AcceleratorsPerNode;

    /// <summary>Nodes with the spares.</summary>
    public int AllNodes => Nodes + Spares.Total;
}
