// The tree of what can fail: accelerators and NICs in nodes, nodes in racks and behind leaf switches, racks in power
// zones, and above all the storage and the job's own software. A fault of a domain takes all nodes below it.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Faults;

/// <summary>The unit that fails, and with it everything below it.</summary>
public enum FaultScope
{
    Accelerator,
    Node,
    Nic,
    Link,
    Rack,
    LeafSwitch,
    PowerZone,
    Storage,
    Job,
}

/// <summary>Which units of a scope a cluster has, and which nodes lie below each.</summary>
/// <param name="nodes">All nodes, spares included.</param>
/// <param name="acceleratorsPerNode">In each node.</param>
/// <param name="domains">What nodes share.</param>
public sealed class DomainTree(int nodes, int acceleratorsPerNode, DomainSpec domains)
{
    public int Nodes => nodes;

    public static DomainTree Of(ClusterSpec cluster) =>
        new(cluster.AllNodes, cluster.AcceleratorsPerNode, cluster.Domains);

    /// <summary>Whether each unit of a scope belongs to one node.</summary>
    public static bool IsInNode(FaultScope scope) => scope <= FaultScope.Link;

    /// <summary>Whether a fault of a scope takes nodes away, rather than storage or software.</summary>
    public static bool TakesNodes(FaultScope scope) => scope < FaultScope.Storage;

    /// <summary>Units of a scope in one node; 0 for those that no node holds.</summary>
    public int UnitsPerNode(FaultScope scope) => scope switch
    {
        FaultScope.Accelerator => acceleratorsPerNode,
        FaultScope.Node => 1,
        FaultScope.Nic or FaultScope.Link => domains.NicsPerNode,
        _ => 0,
    };

    /// <summary>Units of a scope in a part of the cluster that begins at its first node.</summary>
    public int UnitsOf(FaultScope scope, int ofNodes) => scope switch
    {
        FaultScope.Storage or FaultScope.Job => 1,
        _ when IsInNode(scope) => ofNodes * UnitsPerNode(scope),
        _ => (ofNodes + NodesPerUnit(scope) - 1) / NodesPerUnit(scope),
    };

    /// <summary>Units of a scope in the whole cluster.</summary>
    public int UnitsOf(FaultScope scope) => UnitsOf(scope, nodes);

    /// <summary>The nodes below a unit, from the first to the one before the last; none for storage and job.</summary>
    public (int First, int End) NodesOf(FaultScope scope, int unit)
    {
        if (!TakesNodes(scope)) return (0, 0);
        if (IsInNode(scope)) return (unit / UnitsPerNode(scope), unit / UnitsPerNode(scope) + 1);
        var first = unit * NodesPerUnit(scope);
        return (first, Math.Min(nodes, first + NodesPerUnit(scope)));
    }

    /// <summary>Consecutive nodes below one unit of a domain that spans nodes; 1 for those inside a node.</summary>
    public int NodesPerUnit(FaultScope scope) => scope switch
    {
        FaultScope.Rack => domains.NodesPerRack,
        FaultScope.LeafSwitch => domains.NodesPerLeaf,
        FaultScope.PowerZone => domains.NodesPerRack * domains.RacksPerPowerZone,
        FaultScope.Storage or FaultScope.Job => nodes,
        _ => 1,
    };
}
