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

/// <summary>A cluster of equal nodes.</summary>
public sealed record ClusterSpec(
    int Nodes,
    SpareSpec Spares,
    int AcceleratorsPerNode,
    AcceleratorSpec Accelerator,
    StorageSpec Storage)
{
    public HostSpec Host { get; init; } = HostSpec.Instant;

    /// <summary>Accelerators that the job runs on.</summary>
    public int Accelerators => Nodes * AcceleratorsPerNode;

    /// <summary>Nodes with the spares.</summary>
    public int AllNodes => Nodes + Spares.Total;
}
