// The links of a cluster: the fabric inside a node and the network between nodes.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>How the accelerators of a node are joined.</summary>
public enum ScaleUpKind
{
    /// <summary>A link from each to each: a pair has its own share and no other's.</summary>
    FullMesh,

    /// <summary>A switch: one accelerator may give all its bandwidth to one peer.</summary>
    Switch,
}

/// <summary>The fabric inside a node; bandwidth per accelerator and direction.</summary>
public sealed record ScaleUpSpec(ScaleUpKind Kind, Bandwidth BandwidthPerAccelerator, Duration Latency);

/// <summary>How nodes are joined.</summary>
public enum ScaleOutKind
{
    /// <summary>NIC i of every node hangs on rail i; what stays on its rail does not climb to the spine.</summary>
    RailFatTree,

    /// <summary>All NICs of a node hang on one leaf.</summary>
    FatTree,
}

/// <summary>The network between nodes; bandwidth per NIC and direction.</summary>
public sealed record ScaleOutSpec(
    ScaleOutKind Kind, int NicsPerNode, Bandwidth BandwidthPerNic, Duration Latency, int NodesPerLeaf,
    double Oversubscription);

/// <summary>Both levels, and what an accelerator sees of them.</summary>
public sealed record FabricSpec(ScaleUpSpec ScaleUp, ScaleOutSpec ScaleOut, int AcceleratorsPerNode)
{
    /// <summary>One accelerator's share of its node's NICs, per direction, before the spine.</summary>
    public Bandwidth ScaleOutPerAccelerator =>
        new(ScaleOut.BandwidthPerNic.BytesPerSecond * ScaleOut.NicsPerNode / AcceleratorsPerNode);

    /// <summary>
    /// The scale-out share of an accelerator whose group reaches across leaves: an oversubscribed spine divides it.
    /// On rails only traffic beyond one leaf of the rail climbs.
    /// </summary>
    public Bandwidth ScaleOutAcross(int nodesInGroup) => nodesInGroup <= ScaleOut.NodesPerLeaf
        ? ScaleOutPerAccelerator
        : ScaleOutPerAccelerator.Scaled(1 / ScaleOut.Oversubscription);
}
