// Finds the way between two accelerators: the preferred one, and where a link of it is down the next that is sound, in
// an order that depends on nothing but the topology.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Network;

/// <summary>Routes of one topology.</summary>
internal sealed class Routing(Topology topology)
{
    private readonly Topology _topology = topology;

    private bool IsTorus => _topology.Fabric.ScaleOut.Kind == ScaleOutKind.Torus;

    private LinkNumbers Numbers => _topology.Numbers;

    public NetworkRoute Find(int source, int destination)
    {
        if (source == destination) return new NetworkRoute([], Duration.Zero, LeavesNode: false);
        int[]? preferred = null;
        foreach (var way in Ways(source, destination))
        {
            preferred ??= way;
            if (way.All(IsUp)) return RouteOf(way);
        }

        if (IsTorus && _topology.NodeOf(source) != _topology.NodeOf(destination)
            && new TorusWays(_topology).Around(_topology.NodeOf(source), _topology.NodeOf(destination)) is { } around)
        {
            return RouteOf(around);
        }

        var (from, to) = Numbers.Ends(preferred!.First(link => !IsUp(link)));
        throw new NoRouteException(
            $"No way leads from {Name(source)} to {Name(destination)}: "
            + $"the link from {from} to {to} is down, and so is every way around it.");
    }

    private bool IsUp(int link) => _topology.HealthOf(link) > 0;

    private NetworkRoute RouteOf(int[] links)
    {
        var latency = Duration.Zero;
        foreach (var link in links) latency += _topology.LatencyOf(link);
        return new NetworkRoute(links, latency, links.Any(link => !Numbers.IsInside(link)));
    }

    private NetworkDevice Name(int accelerator) =>
        new(DeviceKind.Accelerator, _topology.NodeOf(accelerator), _topology.PlaceOf(accelerator));

    private IEnumerable<int[]> Ways(int source, int destination)
    {
        var (node, other) = (_topology.NodeOf(source), _topology.NodeOf(destination));
        var (from, to) = (_topology.PlaceOf(source), _topology.PlaceOf(destination));
        if (node == other)
        {
            yield return Hop(node, from, to);
            for (var third = 0; third < _topology.Fabric.AcceleratorsPerNode; third++)
            {
                if (_topology.Fabric.ScaleUp.Kind == ScaleUpKind.FullMesh && third != from && third != to)
                    yield return [.. Hop(node, from, third), .. Hop(node, third, to)];
            }
        }

        if (IsTorus)
        {
            if (node != other) yield return new TorusWays(_topology).Shortest(node, other);
            yield break;
        }

        foreach (var (nic, otherNic) in NicPairs(from, to))
        {
            // A NIC does not talk to itself.
            if (node != other || nic != otherNic) yield return Across(node, from, nic, other, to, otherNic);
        }
    }

    /// <summary>Own NICs first, then the receiver's rail, the sender's, any other, and last any two NICs.</summary>
    private IEnumerable<(int Nic, int OtherNic)> NicPairs(int from, int to)
    {
        var (own, others) = (Numbers.NicOf(from), Numbers.NicOf(to));
        yield return (own, others);
        yield return (others, others);
        yield return (own, own);
        for (var rail = 0; rail < Numbers.Nics; rail++) yield return (rail, rail);
        for (var pair = 0; pair < Numbers.Nics * Numbers.Nics; pair++)
            yield return (pair / Numbers.Nics, pair % Numbers.Nics);
    }

    /// <summary>Out by one NIC and in by another, with a hop inside a node where the NIC is not one's own.</summary>
    private int[] Across(int node, int from, int nic, int other, int to, int otherNic)
    {
        var way = new List<int>();
        if (Numbers.NicOf(from) != nic) way.AddRange(Hop(node, from, Numbers.OwnerOf(nic)));
        way.Add(Numbers.NicOut(node, nic));
        var (leaf, otherLeaf) = (Numbers.LeafOf(node, nic), Numbers.LeafOf(other, otherNic));
        if (leaf != otherLeaf) way.AddRange([Numbers.Climb(leaf), Numbers.Descend(otherLeaf)]);
        way.Add(Numbers.NicIn(other, otherNic));
        if (Numbers.NicOf(to) != otherNic) way.AddRange(Hop(other, Numbers.OwnerOf(otherNic), to));
        return [.. way];
    }

    private int[] Hop(int node, int from, int to) => _topology.Fabric.ScaleUp.Kind == ScaleUpKind.Switch
        ? [Numbers.PortOut(node, from), Numbers.PortIn(node, to)]
        : [Numbers.Mesh(node, from, to)];
}
