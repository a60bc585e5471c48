// Reads what the money buys: nodes and spares, what they share and lose together, storage and disks.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds the `cluster` section.</summary>
internal static class ClusterReader
{
    public static ClusterSpec Read(MapReader cluster, out FabricSpec fabric)
    {
        var (nodes, perNode, spares) = Size(cluster);
        var accelerator = AcceleratorReader.Read(cluster.Section("accelerator"));
        var up = LinkReader.ScaleUp(cluster.Section("scale_up"));
        var outside = LinkReader.ScaleOut(cluster.Section("scale_out"), nodes);
        fabric = new FabricSpec(up, outside, Math.Max(1, perNode));
        var domains = Domains(cluster, outside);
        var (storage, disk) = (Storage(cluster.Sub("storage")), LocalDisk(cluster.Sub("local_disk")));
        var host = Host(cluster.Sub("host"));
        var unsound = Unsound(cluster, nodes, outside);
        cluster.Close();
        return new ClusterSpec(nodes, spares, perNode, accelerator, storage)
        {
            Host = host,
            Domains = domains,
            LocalDisk = disk,
            Unsound = unsound,
        };
    }

    /// <summary>
    /// A cluster whose step is stated. What it says of accelerators, links and hosts is held to the same rules, since
    /// it describes the machine, and has no effect on the step; a node that differs would be expected to have one.
    /// </summary>
    /// <param name="cluster">The section.</param>
    /// <param name="links">Links between nodes, which copies to peer memory take, or null.</param>
    public static ClusterSpec ReadBare(MapReader cluster, out ScaleOutSpec? links)
    {
        var (nodes, perNode, spares) = Size(cluster);
        var accelerator = cluster.Has("accelerator")
            ? AcceleratorReader.Read(cluster.Section("accelerator")) : AcceleratorSpec.Unstated;
        if (cluster.Has("scale_up")) LinkReader.ScaleUp(cluster.Section("scale_up"));
        links = cluster.Has("scale_out") ? LinkReader.ScaleOut(cluster.Section("scale_out"), nodes) : null;
        var domains = Domains(cluster, links);
        var (storage, disk) = (Storage(cluster.Sub("storage")), LocalDisk(cluster.Sub("local_disk")));
        if (cluster.Has("host")) Host(cluster.Sub("host"));
        if (cluster.Has("unsound"))
        {
            cluster.Reject(
                "unsound", "S060", "`cluster.unsound` cannot stand beside `step`: a stated step knows no nodes",
                "state the time of the step with such nodes, or take `unsound` out");
        }

        cluster.Close();
        return new ClusterSpec(nodes, spares, perNode, accelerator, storage) { Domains = domains, LocalDisk = disk };
    }

    private static (int Nodes, int PerNode, SpareSpec Spares) Size(MapReader cluster)
    {
        var nodes = (int)cluster.Required("nodes", Words.CountWithin(1, 16_384));
        var perNode = (int)cluster.Optional("accelerators_per_node", Words.CountWithin(1, 72), "8");
        return (nodes, perNode, Spares(cluster.Sub("spares")));
    }

    /// <summary>Leaves and NICs are those of the links, or common ones where nobody says.</summary>
    private static DomainSpec Domains(MapReader cluster, ScaleOutSpec? links) => new(
        (int)cluster.Optional("nodes_per_rack", Words.CountWithin(1, 1024), "4"),
        (int)cluster.Optional("racks_per_power_zone", Words.CountWithin(1, 16_384), "8"),
        links?.NodesPerLeaf ?? DomainSpec.Common.NodesPerLeaf,
        links?.NicsPerNode ?? DomainSpec.Common.NicsPerNode);

    private static SpareSpec Spares(MapReader spares)
    {
        int Count(string key) => (int)spares.Optional(key, Words.CountWithin(0, 4096), "0");
        var (hot, borrowed) = (Count("hot"), Count("borrowed"));
        var spec = new SpareSpec(Count("warm"), Count("cold")) { Hot = hot, Borrowed = borrowed };
        spares.Close();
        return spec;
    }

    /// <summary>What the other users of the storage leave to the job.</summary>
    private static StorageSpec Storage(MapReader storage)
    {
        var write = storage.Optional("write", UnitParser.Bandwidth, "100 GB/s");
        var read = storage.Optional("read", UnitParser.Bandwidth, "200 GB/s");
        var busy = storage.Optional("busy", BusyShare, "0 %");
        storage.Close();
        return new StorageSpec(write.Scaled(1 - busy.Value), read.Scaled(1 - busy.Value));
    }

    private static DiskSpec LocalDisk(MapReader disk)
    {
        var spec = new DiskSpec(
            disk.Optional("write", UnitParser.Bandwidth, "5 GB/s"),
            disk.Optional("read", UnitParser.Bandwidth, "6 GB/s"));
        disk.Close();
        return spec;
    }

    private static Parsed<Fraction> BusyShare(string text)
    {
        var share = UnitParser.Fraction(text);
        return share is { Succeeded: true, Value.Value: > 0.99 }
            ? new Parsed<Fraction>(default, $"others leave at least 1 % of the bandwidth to the job, found `{text}`")
            : share;
    }

    private static List<UnsoundNode> Unsound(MapReader cluster, int nodes, ScaleOutSpec links)
    {
        var unsound = new List<UnsoundNode>();
        foreach (var item in cluster.Items("unsound"))
        {
            var node = (int)item.Required("node", Words.CountWithin(0, Math.Max(0, nodes - 1)));
            var kernels = item.Optional("kernels", Words.NumberWithin(1, 100), "1");
            var nics = item.Optional("nics", UnitParser.Fraction, "100 %");
            item.Close();
            if (nics.Value <= 0 && nodes > 1 && item.Has("nics"))
            {
                item.Reject("nics", "S038",
                    $"{links.NicsPerNode} NICs x 0 % leave node {node} no bandwidth: no route leads from it to the "
                    + $"{UnitText.Count(nodes - 1)} other nodes",
                    "a job needs a way to all its nodes; take the node out of it");
            }
            else if (unsound.Any(other => other.Node == node))
            {
                item.Reject("node", "S038", $"node {node} is named twice", "say all of a node in one item");
            }

            unsound.Add(new UnsoundNode(node, kernels, nics));
        }

        return unsound;
    }

    private static HostSpec Host(MapReader host)
    {
        Duration Time(string key) => host.Optional(key, UnitParser.Duration, "0 s");
        var spec = new HostSpec(Time("forward_layer"), Time("backward_layer"), Time("micro_batch"), Time("collective"));
        host.Close();
        return spec;
    }
}
