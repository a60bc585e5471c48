// Reads the links inside a node and between nodes.
using System.Collections.Immutable;
using System.Globalization;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `cluster.scale_up` and `cluster.scale_out`.</summary>
internal static class LinkReader
{
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

    public static ScaleUpSpec ScaleUp(MapReader links)
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

    public static ScaleOutSpec ScaleOut(MapReader links, int nodes)
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
