// What the money buys: nodes, the spares beyond them, and what is inside a node.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Cluster;

/// <summary>Nodes beyond those that the job needs.</summary>
/// <param name="Warm">Booted and validated: ready at once.</param>
/// <param name="Cold">Switched off: boot and validation come first.</param>
public sealed record SpareSpec(int Warm, int Cold)
{
    /// <summary>Allocated to the job, with its processes running and nothing to do.</summary>
    public int Hot { get; init; }

    /// <summary>Lent to jobs of lower priority, which give them up one by one when asked.</summary>
    public int Borrowed { get; init; }

    public int Total => Hot + Warm + Cold + Borrowed;
}

/// <summary>What several nodes share and lose together.</summary>
/// <param name="NodesPerRack">Consecutive nodes; the last rack may hold fewer.</param>
/// <param name="RacksPerPowerZone">Consecutive racks on one power feed.</param>
/// <param name="NodesPerLeaf">Consecutive nodes behind one leaf switch.</param>
/// <param name="NicsPerNode">Each has a link of its own to a leaf.</param>
public sealed record DomainSpec(int NodesPerRack, int RacksPerPowerZone, int NodesPerLeaf, int NicsPerNode)
{
    /// <summary>Racks of four, eight racks a power zone, 32 nodes a leaf, eight NICs a node.</summary>
    public static DomainSpec Common { get; } = new(4, 8, 32, 8);
}

/// <summary>Shared storage, as seen by the whole job.</summary>
public sealed record StorageSpec(Bandwidth Write, Bandwidth Read);

/// <summary>A node's own disks together.</summary>
public sealed record DiskSpec(Bandwidth Write, Bandwidth Read)
{
    /// <summary>One fast NVMe disk: 5 GB/s in, 6 GB/s out.</summary>
    public static DiskSpec Common { get; } =
        new(Bandwidth.FromGigabytesPerSecond(5), Bandwidth.FromGigabytesPerSecond(6));
}

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

    /// <summary>What nodes share.</summary>
    public DomainSpec Domains { get; init; } = DomainSpec.Common;

    /// <summary>The disks of each node.</summary>
    public DiskSpec LocalDisk { get; init; } = DiskSpec.Common;

    /// <summary>Nodes that are slow, or whose NICs are; steps are replayed with them.</summary>
    public IReadOnlyList<UnsoundNode> Unsound { get; init; } = [];

    /// <summary>Accelerators that the job runs on.</summary>
    public int Accelerators => Nodes * AcceleratorsPerNode;

    /// <summary>Nodes with the spares.</summary>
    public int AllNodes => Nodes + Spares.Total;
}
