// One small topology of each kind, for tests that hold for all of them.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Network;

internal static class Fabrics
{
    public static FabricSpec Tree(ScaleOutKind kind, int perNode, int nics, int perLeaf)
    {
        var fabric = Fabric.Of(perNode);
        return fabric with
        {
            ScaleOut = fabric.ScaleOut with { Kind = kind, NicsPerNode = nics, NodesPerLeaf = perLeaf },
        };
    }

    public static FabricSpec Torus(int perNode, params int[] dimensions)
    {
        var fabric = Fabric.Of(perNode);
        return fabric with
        {
            ScaleOut = fabric.ScaleOut with { Kind = ScaleOutKind.Torus, Dimensions = [.. dimensions] },
        };
    }

    /// <summary>Four accelerators a node, six nodes, two leaves where there are leaves.</summary>
    public static IEnumerable<Topology> All()
    {
        foreach (var scaleUp in Enum.GetValues<ScaleUpKind>())
        {
            foreach (var kind in new[] { ScaleOutKind.RailFatTree, ScaleOutKind.FatTree })
            {
                foreach (var nics in new[] { 2, 4 }) yield return With(scaleUp, Tree(kind, 4, nics, 4));
            }

            yield return With(scaleUp, Torus(4, 3, 2));
        }
    }

    /// <summary>A sound tree of 2 to 5 nodes, mesh or switch inside, an accelerator's NIC its own.</summary>
    public static Topology Random(RandomStream dice)
    {
        var (perNode, nodes) = (1 << dice.NextIndex(4), 2 + dice.NextIndex(4));
        var fabric = Fabric.Of(
            perNode, 420_000L * (1 + dice.NextIndex(900_000)), 1_000_000L * (1 + dice.NextIndex(100_000)),
            dice.NextIndex(2) == 0 ? ScaleUpKind.Switch : ScaleUpKind.FullMesh,
            new Duration(dice.NextIndex(3_000)), new Duration(dice.NextIndex(9_000)));
        var kind = dice.NextIndex(2) == 0 ? ScaleOutKind.RailFatTree : ScaleOutKind.FatTree;
        var half = dice.NextIndex(2) == 0 ? 0 : dice.NextIndex(1_000_000);
        var reached = new Fraction(0.5 + dice.NextUniform() / 2);
        return new Topology(
            fabric with
            {
                ScaleUp = fabric.ScaleUp with { Efficiency = reached, HalfSize = new Bytes(half / 2) },
                ScaleOut = fabric.ScaleOut with
                {
                    Kind = kind,
                    NodesPerLeaf = 1 + dice.NextIndex(6),
                    Efficiency = reached,
                    HalfSize = new Bytes(half),
                },
            },
            nodes);
    }

    private static Topology With(ScaleUpKind kind, FabricSpec fabric) =>
        new(fabric with { ScaleUp = fabric.ScaleUp with { Kind = kind } }, 6);
}
