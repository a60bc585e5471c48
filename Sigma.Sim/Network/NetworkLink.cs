// The nouns of a topology: devices, the directed links between them, and routes over links.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>What stands at the end of a link.</summary>
public enum DeviceKind
{
    /// <summary>An accelerator, whose port inside the node is part of it.</summary>
    Accelerator,

    /// <summary>The switch inside a node.</summary>
    NodeSwitch,

    /// <summary>A network port of a node.</summary>
    Nic,

    /// <summary>A switch on which NICs hang.</summary>
    Leaf,

    /// <summary>All switches above the leaves, which spread traffic evenly and so act as one.</summary>
    Spine,

    /// <summary>A node's place in a torus.</summary>
    Router,
}

/// <summary>A device by its place.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Node">Its node; 0 for leaves and the spine.</param>
/// <param name="Place">Its number in the node, or the leaf's number.</param>
public readonly record struct NetworkDevice(DeviceKind Kind, int Node, int Place)
{
    public override string ToString() => Kind switch
    {
        DeviceKind.Accelerator => $"accelerator {Place} of node {Node}",
        DeviceKind.NodeSwitch => $"the switch of node {Node}",
        DeviceKind.Nic => $"NIC {Place} of node {Node}",
        DeviceKind.Leaf => $"leaf {Place}",
        DeviceKind.Spine => "the spine",
        DeviceKind.Router => $"the router of node {Node}",
        _ => throw new InvalidOperationException($"{Kind} is no device."),
    };
}

/// <summary>A directed link.</summary>
/// <param name="Id">From 0 to <see cref="Topology.LinkCount"/> - 1.</param>
/// <param name="From">Where bytes enter.</param>
/// <param name="To">Where they leave.</param>
/// <param name="Capacity">Of the sound link, after <c>efficiency</c>.</param>
/// <param name="Latency">What it adds to a message's latency.</param>
/// <param name="Health">1 sound, 0 down, between: the share of the capacity that is left.</param>
public readonly record struct NetworkLink(
    int Id, NetworkDevice From, NetworkDevice To, Bandwidth Capacity, Duration Latency, double Health);

/// <summary>The links from one accelerator to another in the order of travel.</summary>
/// <param name="Links">Ids; none from an accelerator to itself.</param>
/// <param name="Latency">Sum of the links' latencies.</param>
/// <param name="LeavesNode">Whether it passes a NIC or a torus link.</param>
public sealed record NetworkRoute(int[] Links, Duration Latency, bool LeavesNode);

/// <summary>No sound way leads from one accelerator to another.</summary>
public sealed class NoRouteException : InvalidOperationException
{
    public NoRouteException()
    {
    }

    public NoRouteException(string message)
        : base(message)
    {
    }

    public NoRouteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
