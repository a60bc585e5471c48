// Reads what the money buys: nodes, accelerator, links, storage.
using System.Collections.Immutable;
using System.Globalization;
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds the `cluster` section.</summary>
internal static class ClusterReader
{
    private static readonly Dictionary<string, Precision> Precisions = new(StringComparer.Ordinal)
    {
        ["fp32"] = Precision.Fp32,
        ["bf16"] = Precision.Bf16,
        ["fp8"] = Precision.Fp8,
    };

    private static readonly Dictionary<string, ScaleUpKind> ScaleUpKinds = new(StringComparer.Ordinal)
    {
        ["full-mesh"] = ScaleUpKind.FullMesh,
        ["switch"] = ScaleUpKind.Switch,
    };

    private static readonly Dictionary<string, ScaleOutKind> ScaleOutKinds = new(StringComparer.Ordinal)
    {
        ["rail-fat-tree"] = ScaleOutKind.RailFatTree,
        ["fat-tree"] = ScaleOutKind.FatTree,
        ["torus"] = ScaleOutKind.Torus,
    };

    public static IReadOnlyDictionary<string, Precision> PrecisionWords => Precisions;

    public static ClusterSpec Read(MapReader cluster, out FabricSpec fabric)
    {
        var (nodes, perNode, spares) = Size(cluster);
        var accelerator = Accelerator(cluster.Section("accelerator"));
        var (up, outside) = (ScaleUp(cluster.Section("scale_up")), ScaleOut(cluster.Section("scale_out"), nodes));
        fabric = new FabricSpec(up, outside, Math.Max(1, perNode));
        var storage = Storage(cluster.Sub("storage"));
        var host = Host(cluster.Sub("host"));
        var unsound = Unsound(cluster, nodes, outside);
        cluster.Close();
        return new ClusterSpec(nodes, spares, perNode, accelerator, storage) { Host = host, Unsound = unsound };
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
            ? Accelerator(cluster.Section("accelerator")) : AcceleratorSpec.Unstated;
        if (cluster.Has("scale_up")) ScaleUp(cluster.Section("scale_up"));
        links = cluster.Has("scale_out") ? ScaleOut(cluster.Section("scale_out"), nodes) : null;
        var storage = Storage(cluster.Sub("storage"));
        if (cluster.Has("host")) Host(cluster.Sub("host"));
        if (cluster.Has("unsound"))
        {
            cluster.Reject(
                "unsound", "S060", "`cluster.unsound` cannot stand beside `step`: a stated step knows no nodes",
                "state the time of the step with such nodes, or take `unsound` out");
        }

        cluster.Close();
        return new ClusterSpec(nodes, spares, perNode, accelerator, storage);
    }

    private static (int Nodes, int PerNode, SpareSpec Spares) Size(MapReader cluster)
    {
        var nodes = (int)cluster.Required("nodes", Words.CountWithin(1, 16_384));
        var perNode = (int)cluster.Optional("accelerators_per_node", Words.CountWithin(1, 72), "8");
        var spares = cluster.Sub("spares");
        var spareSpec = new SpareSpec(
            (int)spares.Optional("warm", Words.CountWithin(0, 4096), "0"),
            (int)spares.Optional("cold", Words.CountWithin(0, 4096), "0"));
        spares.Close();
        return (nodes, perNode, spareSpec);
    }

    private static StorageSpec Storage(MapReader storage)
    {
        var spec = new StorageSpec(
            storage.Optional("write", UnitParser.Bandwidth, "100 GB/s"),
            storage.Optional("read", UnitParser.Bandwidth, "200 GB/s"));
        storage.Close();
        return spec;
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

    private static AcceleratorSpec Accelerator(MapReader accelerator)
    {
        var name = accelerator.Required("name", Words.Sentence);
        var peak = accelerator.Section("peak");
        var peaks = new Dictionary<Precision, FlopRate>();
        foreach (var (word, precision) in Precisions)
        {
            if (peak.Absent(word, UnitParser.FlopRate) is { } rate) peaks[precision] = rate;
        }

        peak.Close();
        var hbm = accelerator.Section("hbm");
        var capacity = hbm.Required("capacity", UnitParser.Bytes);
        var bandwidth = hbm.Required("bandwidth", UnitParser.Bandwidth);
        var reached = hbm.Optional("efficiency", UnitParser.Fraction, "80 %");
        hbm.Close();
        var launch = accelerator.Optional("launch", UnitParser.Duration, "5 us");
        var attention = accelerator.Absent("attention_efficiency", UnitParser.Fraction);
        var softmax = accelerator.Absent("softmax_efficiency", UnitParser.Fraction);
        var factor = accelerator.Optional("efficiency_factor", Words.NumberWithin(0.01, 2), "1");
        var curve = Curve(accelerator, factor);
        accelerator.Close();
        return new AcceleratorSpec(name, peaks, capacity, bandwidth, reached, curve, launch)
        {
            AttentionEfficiency = attention,
            SoftmaxEfficiency = softmax,
        };
    }

    private static EfficiencyCurve Curve(MapReader accelerator, double factor)
    {
        var points = new List<EfficiencyPoint>();
        foreach (var row in accelerator.Items("efficiency"))
        {
            var work = row.Required("work", UnitParser.Flops);
            var share = row.Required("of_peak", UnitParser.Fraction);
            row.Close();
            if (points.Count > 0 && work.Count <= points[^1].Work.Count)
                row.Reject("work", "S031", "the rows of an efficiency table rise in `work`", null);
            if (share.Value < 0.001)
                row.Reject("of_peak", "S031", "a kernel reaches at least 0.1 % of the peak", null);
            points.Add(new EfficiencyPoint(work, share));
        }

        if (points.Count > 0) return new EfficiencyCurve(points, factor);
        if (accelerator.IsGiven && accelerator.Log.IsTreeWhole)
        {
            accelerator.Reject(
                "efficiency", "S015", "`efficiency` is missing: a table of kernel work and share of peak",
                "copy the table of a file in scenarios/hardware/");
        }

        return new EfficiencyCurve([new EfficiencyPoint(new Flops(1), Fraction.One)], 1);
    }

    private static ScaleUpSpec ScaleUp(MapReader links)
    {
        var kind = links.Word("kind", ScaleUpKinds, "full-mesh");
        var bandwidth = links.Required("bandwidth_per_accelerator", UnitParser.Bandwidth);
        var latency = links.Optional("latency", UnitParser.Duration, "2 us");
        var efficiency = links.Optional("efficiency", LinkShare, "100 %");
        var halfSize = links.Optional("half_size", UnitParser.Bytes, "0 B");
        var forwarding = links.Optional("forwarding", LinkShare, "100 %");
        links.Close();
        return new ScaleUpSpec(kind, bandwidth, latency)
        {
            Efficiency = efficiency,
            HalfSize = halfSize,
            Forwarding = forwarding,
        };
    }

    private static ScaleOutSpec ScaleOut(MapReader links, int nodes)
    {
        var kind = links.Word("kind", ScaleOutKinds, "rail-fat-tree");
        var nics = (int)links.Optional("nics_per_node", Words.CountWithin(1, 72), "8");
        var bandwidth = links.Required("bandwidth_per_nic", UnitParser.Bandwidth);
        var latency = links.Optional("latency", UnitParser.Duration, "5 us");
        var efficiency = links.Optional("efficiency", LinkShare, "100 %");
        var halfSize = links.Optional("half_size", UnitParser.Bytes, "0 B");
        var perLeaf = (int)links.Optional("nodes_per_leaf", Words.CountWithin(1, 16_384), "32");
        var oversubscription = links.Optional("oversubscription", Words.NumberWithin(1, 64), "1");
        var dimensions = Torus(links, kind, nodes);
        links.Close();
        return new ScaleOutSpec(kind, nics, bandwidth, latency, perLeaf, oversubscription)
        {
            Efficiency = efficiency,
            HalfSize = halfSize,
            Dimensions = dimensions,
        };
    }

    /// <summary>The dimensions of a torus, which are needed there and mean nothing elsewhere.</summary>
    private static ImmutableArray<int> Torus(MapReader links, ScaleOutKind kind, int nodes)
    {
        var given = links.Absent("dimensions", Dimensions);
        if (!links.IsGiven || !links.Log.IsTreeWhole) return [];
        if (kind != ScaleOutKind.Torus)
        {
            if (!links.Has("dimensions")) return [];
            links.Reject(
                "dimensions", "S037", "only a torus has `dimensions`", "add `kind: torus`, or leave `dimensions` out");
            return [];
        }

        if (given is not { IsDefaultOrEmpty: false } sizes)
        {
            if (!links.Has("dimensions"))
            {
                links.Reject(
                    "kind", "S037", "a torus needs `dimensions`: the nodes along each, such as `dimensions: 8x8x4`",
                    $"they multiply to the cluster's {UnitText.Count(nodes)} nodes");
            }

            return [];
        }

        var product = sizes.Aggregate(1L, (all, size) => all * size);
        if (nodes > 0 && product != nodes)
        {
            var shape = string.Join(" x ", sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));
            links.Reject(
                "dimensions", "S037",
                $"{shape} = {UnitText.Count(product)} nodes, but the cluster has {UnitText.Count(nodes)}",
                "the dimensions of a torus multiply to `cluster.nodes`, without its spares");
        }

        return sizes;
    }

    private static Parsed<ImmutableArray<int>> Dimensions(string text)
    {
        var (sizes, nodes) = (new List<int>(), 1L);
        foreach (var word in text.Split('x'))
        {
            var isSize = int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                && size is >= 1 and <= 16_384;
            if (isSize && sizes.Count < 6 && (nodes *= size) <= 16_384)
            {
                sizes.Add(size);
                continue;
            }

            return new Parsed<ImmutableArray<int>>(
                [], "expected one to six numbers of nodes with `x` between, at most 16,384 nodes in all, "
                + $"such as `8x8x4`, found `{text}`");
        }

        return ImmutableArray.CreateRange(sizes);
    }

    /// <summary>A share of bandwidth below a hundredth is a misplaced unit.</summary>
    private static Parsed<Fraction> LinkShare(string text)
    {
        var parsed = UnitParser.Fraction(text);
        return parsed is { Succeeded: true, Value.Value: < 0.01 }
            ? new Parsed<Fraction>(Fraction.One, $"a link reaches at least 1 % of its bandwidth, found `{text}`")
            : parsed;
    }
}
