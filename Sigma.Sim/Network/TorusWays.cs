// Ways through a torus: dimension by dimension, the shorter way round, as deadlock-free hardware routes; around a dead
// link by the fewest hops.
namespace Sigma.Sim.Network;

/// <summary>Ways between the nodes of a torus, as ids of links.</summary>
internal sealed class TorusWays(Topology topology)
{
    private readonly Topology _topology = topology;

    /// <summary>First dimension first; where both ways round are equally long, forward.</summary>
    public int[] Shortest(int node, int other)
    {
        var way = new List<int>();
        var stride = _topology.Nodes;
        for (var dimension = 0; dimension < _topology.Fabric.ScaleOut.Dimensions.Length; dimension++)
        {
            var size = _topology.Fabric.ScaleOut.Dimensions[dimension];
            stride /= size;
            var ahead = (other / stride % size - node / stride % size + size) % size;
            var forward = ahead <= size - ahead;
            for (var hop = forward ? ahead : size - ahead; hop > 0; hop--)
            {
                way.Add(_topology.Numbers.Torus(node, dimension, forward));
                node = _topology.Numbers.Neighbour(node, dimension, forward);
            }
        }

        return [.. way];
    }

    /// <summary>Fewest hops over links that are up, or null where there is no way.</summary>
    public int[]? Around(int node, int other)
    {
        var cameBy = new Dictionary<int, (int From, int Link)> { [node] = (node, -1) };
        var next = new Queue<int>([node]);
        while (next.TryDequeue(out var at) && at != other)
        {
            foreach (var (neighbour, link) in Exits(at))
            {
                if (_topology.HealthOf(link) > 0 && cameBy.TryAdd(neighbour, (at, link))) next.Enqueue(neighbour);
            }
        }

        if (!cameBy.ContainsKey(other)) return null;
        var way = new List<int>();
        for (var at = other; at != node; at = cameBy[at].From) way.Add(cameBy[at].Link);
        way.Reverse();
        return [.. way];
    }

    /// <summary>Two neighbours along a dimension share one link each way: the forward one.</summary>
    private IEnumerable<(int Neighbour, int Link)> Exits(int node)
    {
        for (var dimension = 0; dimension < _topology.Fabric.ScaleOut.Dimensions.Length; dimension++)
        {
            var size = _topology.Fabric.ScaleOut.Dimensions[dimension];
            if (size > 1) yield return Exit(dimension, forward: true);
            if (size > 2) yield return Exit(dimension, forward: false);
        }

        (int Neighbour, int Link) Exit(int dimension, bool forward) =>
            (_topology.Numbers.Neighbour(node, dimension, forward), _topology.Numbers.Torus(node, dimension, forward));
    }
}
