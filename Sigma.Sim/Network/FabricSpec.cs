// The links of a cluster: the fabric inside a node and the network between nodes.
using System.Collections.Immutable;
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
public sealed record ScaleUpSpec(ScaleUpKind Kind, Bandwidth BandwidthPerAccelerator, Duration Latency)
{
    /// <summary>Share of the stated bandwidth that endless messages reach; all of it by default.</summary>
    public Fraction Efficiency { get; init; } = Fraction.One;

    /// <summary>Bytes of a message that reaches half of that; 0, the default, where size does not matter.</summary>
    public Bytes HalfSize { get; init; }

    /// <summary>
    /// Share of that which remains for bytes from other nodes that a member passes on, while it also serves the
    /// network.
    /// </summary>
    public Fraction Forwarding { get; init; } = Fraction.One;

    /// <summary>An accelerator's whole bandwidth inside its node.</summary>
    public Channel Channel => new(Latency, BandwidthPerAccelerator.Scaled(Efficiency.Value), HalfSize);

    /// <summary>What one pair has: a mesh divides an accelerator's bandwidth among its peers, a switch does not.
    /// </summary>
    public Channel PairChannel(int acceleratorsPerNode) => Kind == ScaleUpKind.Switch
        ? Channel
        : Channel with
        {
            Rate = new Bandwidth(Channel.Rate.BytesPerSecond / Math.Max(1, acceleratorsPerNode - 1)),
        };
}

/// <summary>How nodes are joined.</summary>
public enum ScaleOutKind
{
    /// <summary>NIC i of every node hangs on rail i; what stays on its rail does not climb to the spine.</summary>
    RailFatTree,

    /// <summary>All NICs of a node hang on one leaf.</summary>
    FatTree,

    /// <summary>Nodes lie in a grid that closes on itself; each has a link to both neighbours in every dimension.
    /// </summary>
    Torus,
}

/// <summary>
/// The network between nodes; bandwidth per NIC and direction, latency per message, in a torus per hop.
/// </summary>
public sealed record ScaleOutSpec(
    ScaleOutKind Kind, int NicsPerNode, Bandwidth BandwidthPerNic, Duration Latency, int NodesPerLeaf,
    double Oversubscription)
{
    /// <summary>Share of the stated bandwidth that endless messages reach; all of it by default.</summary>
    public Fraction Efficiency { get; init; } = Fraction.One;

    /// <summary>Bytes of a message that reaches half of that; 0, the default, where size does not matter.</summary>
    public Bytes HalfSize { get; init; }

    /// <summary>Nodes along each dimension of a torus, whose product is their number; empty for trees.</summary>
    public ImmutableArray<int> Dimensions { get; init; } = [];

    /// <summary>One accelerator's share of its node's NICs, per direction, before the spine.</summary>
    public Bandwidth PerAccelerator(int acceleratorsPerNode) =>
        new(BandwidthPerNic.BytesPerSecond * NicsPerNode / acceleratorsPerNode);

    /// <summary>Links of a node to different neighbours in a torus, which share its NICs evenly.</summary>
    public int TorusLinksPerNode => Dimensions.Sum(size => Math.Min(2, size - 1));

    /// <summary>Hops between two different nodes of a torus, averaged over all pairs; 1 in a tree.</summary>
    public double MeanHops
    {
        get
        {
            if (Kind != ScaleOutKind.Torus) return 1;
            var (nodes, hops) = (1.0, 0.0);
            foreach (var size in Dimensions)
            {
                nodes *= size;
                // Of the `size` places along a ring, the nearer way round to place i takes min(i, size - i) hops.
                hops += size * size / 4 / (double)size;
            }

            return nodes > 1 ? hops * nodes / (nodes - 1) : 1;
        }
    }
}

/// <summary>Both levels, and what an accelerator sees of them.</summary>
public sealed record FabricSpec(ScaleUpSpec ScaleUp, ScaleOutSpec ScaleOut, int AcceleratorsPerNode)
{
    /// <summary>One accelerator's share of its node's NICs, per direction, before the spine.</summary>
    public Bandwidth ScaleOutPerAccelerator => ScaleOut.PerAccelerator(AcceleratorsPerNode);

    /// <summary>
    /// The scale-out share of an accelerator whose group reaches across leaves: an oversubscribed spine divides it.
    /// On rails only traffic beyond one leaf of the rail climbs. A torus has no spine.
    /// </summary>
    public Bandwidth ScaleOutAcross(int nodesInGroup) =>
        nodesInGroup <= ScaleOut.NodesPerLeaf || ScaleOut.Kind == ScaleOutKind.Torus
            ? ScaleOutPerAccelerator
            : ScaleOutPerAccelerator.Scaled(1 / ScaleOut.Oversubscription);

    /// <summary>That share as a channel, for rings whose neighbours are near and use all of a node's links.</summary>
    public Channel ScaleOutChannel(int nodesInGroup) => new(
        ScaleOut.Latency, ScaleOutAcross(nodesInGroup).Scaled(ScaleOut.Efficiency.Value), ScaleOut.HalfSize);

    /// <summary>That share where each sends to each: in a torus a byte takes the place of as many as it has hops.
    /// </summary>
    public Channel ScaleOutExchange(int nodesInGroup)
    {
        var channel = ScaleOutChannel(nodesInGroup);
        if (ScaleOut.Kind != ScaleOutKind.Torus) return channel;
        var farthest = Math.Max(1, ScaleOut.Dimensions.Sum(size => size / 2));
        return channel with
        {
            Latency = channel.Latency * farthest,
            Rate = channel.Rate.Scaled(1 / Math.Max(1, ScaleOut.MeanHops)),
        };
    }
}
