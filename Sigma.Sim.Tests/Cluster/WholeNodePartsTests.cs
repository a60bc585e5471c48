// Parts of a job that can be taken away on their own, held against what nodes and replicas share.
using Sigma.Sim.Cluster;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Cluster;

[TestClass]
public sealed class WholeNodePartsTests
{
    [TestMethod]
    // SIGMA: each stage of a group fills a node.
    [DataRow(1, 4, 8, 512, 8, RankOrder.TensorDataPipeline, 64)]
    // Two groups on a node.
    [DataRow(1, 2, 4, 16, 8, RankOrder.TensorDataPipeline, 2)]
    // A whole replica on half a node.
    [DataRow(2, 2, 1, 8, 8, RankOrder.TensorPipelineData, 4)]
    // Three replicas on two nodes.
    [DataRow(2, 3, 1, 6, 9, RankOrder.TensorPipelineData, 2)]
    // Five replicas of four ranks a stage: the third node holds the end of one stage and the beginning of the next.
    [DataRow(4, 2, 1, 5, 8, RankOrder.TensorDataPipeline, 1)]
    // One group.
    [DataRow(1, 4, 8, 8, 8, RankOrder.TensorDataPipeline, 1)]
    public void Parts_of_known_layouts(
        int tensor, int pipeline, int expert, int data, int perNode, RankOrder order, int parts) =>
        Assert.AreEqual(
            parts, new ParallelLayout(tensor, pipeline, expert, data, perNode) { Order = order }.WholeNodeParts);

    [TestMethod]
    public void Parts_are_what_nodes_hold_together()
    {
        for (var number = 0; number < 2_000; number++)
        {
            var layout = Random(number);
            if (layout.Ranks % layout.AcceleratorsPerNode != 0) continue;
            var sizes = Components(layout);
            var parts = layout.WholeNodeParts;
            var about = $"tp {layout.Tensor} pp {layout.Pipeline} ep {layout.Expert} dp {layout.Data} on nodes of "
                + $"{layout.AcceleratorsPerNode}, {layout.Order}";
            // Parts that are not equal are no groups to count.
            Assert.AreEqual(sizes.Distinct().Count() == 1 ? sizes.Count : 1, parts, about);
            Assert.AreEqual(0, layout.Ranks / layout.AcceleratorsPerNode % parts, about);
        }
    }

    /// <summary>Sizes of the sets of expert-parallel groups that share nodes, directly or through others.</summary>
    private static List<int> Components(ParallelLayout layout)
    {
        var leader = Enumerable.Range(0, layout.ExpertGroups).ToArray();
        int GroupOf(int rank) => layout.Of(rank).Data / layout.Expert;
        for (var rank = 1; rank < layout.Ranks; rank++)
        {
            if (layout.NodeOf(rank) != layout.NodeOf(rank - 1)) continue;
            var (from, to) = (leader[GroupOf(rank)], leader[GroupOf(rank - 1)]);
            for (var i = 0; i < leader.Length; i++) if (leader[i] == from) leader[i] = to;
        }

        return [.. leader.GroupBy(first => first).Select(set => set.Count())];
    }

    private static ParallelLayout Random(int number)
    {
        var dice = new StreamKey(81, 0, "test/parts", number).Open();
        int Upto(int most) => 1 + dice.NextIndex(most);
        var expert = Upto(6);
        return new ParallelLayout(Upto(4), Upto(4), expert, expert * Upto(8), Upto(9))
        {
            Order = (RankOrder)dice.NextIndex(2),
        };
    }
}
