// A cluster as a graph: which links there are, what they carry and how sound they are, and which way leads from one
// accelerator to another. Links are numbered by arithmetic and made when asked for; only unsound ones are kept.
using System.Globalization;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>
/// Devices and links of a number of equal nodes. Accelerator i is number i mod g of node i / g, with g accelerators per
/// node. A node's NICs are dealt out to its accelerators in order; the way from an accelerator to its NIC is ample. The
/// latency of the network is that of the link out of the NIC, in a torus of each hop.
/// </summary>
public sealed class Topology
{
    private readonly Dictionary<int, double> _health;
    private readonly Routing _routing;

    public Topology(FabricSpec fabric, int nodes)
        : this(fabric, nodes, [])
    {
    }

    private Topology(FabricSpec fabric, int nodes, Dictionary<int, double> health)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        (Fabric, Nodes, _health) = (fabric, nodes, health);
        var dimensions = fabric.ScaleOut.Dimensions;
        var placed = dimensions.Aggregate(1L, (product, size) => product * size);
        if (fabric.ScaleOut.Kind == ScaleOutKind.Torus && placed != nodes)
        {
            var shape = string.Join(" x ", dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture)));
            throw new ArgumentException($"A torus of {shape} has {placed} nodes, not {nodes}.", nameof(nodes));
        }

        Numbers = new LinkNumbers(fabric, nodes);
        _routing = new Routing(this);
    }

    public FabricSpec Fabric { get; }

    public int Nodes { get; }

    public int Accelerators => Nodes * Fabric.AcceleratorsPerNode;

    /// <summary>Numbers in use for links; a few of a mesh or torus stand for none.</summary>
    public int LinkCount => Numbers.Count;

    /// <summary>Whether every link has its whole capacity.</summary>
    public bool IsSound => _health.Count == 0;

    internal LinkNumbers Numbers { get; }

    public int NodeOf(int accelerator) => accelerator / Fabric.AcceleratorsPerNode;

    /// <summary>An accelerator's number in its node.</summary>
    public int PlaceOf(int accelerator) => accelerator % Fabric.AcceleratorsPerNode;

    /// <summary>Everything about one link.</summary>
    public NetworkLink Link(int id)
    {
        var (from, to) = Numbers.Ends(id);
        return new NetworkLink(id, from, to, SoundCapacity(id), LatencyOf(id), HealthOf(id));
    }

    /// <summary>1 sound, 0 down, between: the share of the capacity that is left.</summary>
    public double HealthOf(int link) => _health.GetValueOrDefault(link, 1);

    /// <summary>What a link carries now: capacity x health, and at least a byte a second unless it is down.</summary>
    public Bandwidth CapacityOf(int link)
    {
        var (health, sound) = (HealthOf(link), SoundCapacity(link));
        if (health >= 1) return sound;
        return health <= 0 ? default : new Bandwidth(Math.Max(1, sound.Scaled(health).BytesPerSecond));
    }

    /// <summary>What a link adds to a message's latency.</summary>
    public Duration LatencyOf(int link)
    {
        if (!Numbers.IsInside(link))
        {
            var carries = Fabric.ScaleOut.Kind == ScaleOutKind.Torus
                || (!Numbers.IsTrunk(link) && Numbers.Ends(link).From.Kind == DeviceKind.Nic);
            return carries ? Fabric.ScaleOut.Latency : Duration.Zero;
        }

        return Numbers.Ends(link).From.Kind == DeviceKind.Accelerator ? Fabric.ScaleUp.Latency : Duration.Zero;
    }

    /// <summary>The same cluster with one link in another health, between 0 and 1.</summary>
    public Topology WithHealth(int link, double health) => WithHealth([link], health);

    /// <summary>The same cluster with a device down, and so all links that begin or end at it.</summary>
    public Topology WithDown(NetworkDevice device) =>
        WithHealth(Enumerable.Range(0, LinkCount).Where(link => Touches(link, device)), 0);

    /// <summary>The id of the link from one device to a neighbouring one.</summary>
    public int LinkBetween(NetworkDevice from, NetworkDevice to)
    {
        for (var link = 0; link < LinkCount; link++)
        {
            if (Numbers.Ends(link) == (from, to)) return link;
        }

        throw new ArgumentException($"No link leads from {from} to {to}.", nameof(to));
    }

    /// <summary>
    /// The links from one accelerator to another, around what is down where another way exists. Between nodes of a tree
    /// a message takes its sender's own NIC and, where the receiver's NIC hangs on another leaf, climbs to the spine:
    /// that is what hardware does by itself. Crossing on the receiver's rail takes the help of a neighbour, which the
    /// hierarchical collectives ask for and a route only takes when the sender's or the receiver's own NIC is cut off.
    /// </summary>
    /// <exception cref="NoRouteException">Every way is cut.</exception>
    public NetworkRoute Route(int source, int destination)
    {
        if (source < 0 || source >= Accelerators) throw Beyond(nameof(source), source);
        if (destination < 0 || destination >= Accelerators) throw Beyond(nameof(destination), destination);
        return _routing.Find(source, destination);
    }

    private ArgumentOutOfRangeException Beyond(string name, int accelerator) =>
        new(name, accelerator, $"The cluster has {Accelerators} accelerators.");

    private Topology WithHealth(IEnumerable<int> links, double health)
    {
        if (!(health >= 0 && health <= 1))
            throw new ArgumentOutOfRangeException(nameof(health), health, "Health lies between 0 and 1.");
        var changed = new Dictionary<int, double>(_health);
        foreach (var link in links)
        {
            if (health >= 1) changed.Remove(link);
            else changed[link] = health;
        }

        return new Topology(Fabric, Nodes, changed);
    }

    private bool Touches(int link, NetworkDevice device)
    {
        var (from, to) = Numbers.Ends(link);
        return from == device || to == device;
    }

    private Bandwidth SoundCapacity(int link)
    {
        if (Numbers.IsInside(link)) return Fabric.ScaleUp.PairChannel(Fabric.AcceleratorsPerNode).Rate;
        var node = (Fabric.ScaleOut.BandwidthPerNic * Fabric.ScaleOut.NicsPerNode).BytesPerSecond;
        var efficiency = Fabric.ScaleOut.Efficiency.Value;
        if (Fabric.ScaleOut.Kind == ScaleOutKind.Torus)
            return new Bandwidth(node / Math.Max(1, Fabric.ScaleOut.TorusLinksPerNode)).Scaled(efficiency);
        var nic = new Bandwidth(node / Numbers.Nics).Scaled(efficiency);
        if (!Numbers.IsTrunk(link)) return nic;
        var (from, to) = Numbers.Ends(link);
        var nics = Numbers.NodesOn(from.Kind == DeviceKind.Leaf ? from.Place : to.Place)
            * (Fabric.ScaleOut.Kind == ScaleOutKind.RailFatTree ? 1 : Numbers.Nics);
        return (nic * nics).Scaled(1 / Fabric.ScaleOut.Oversubscription);
    }
}
