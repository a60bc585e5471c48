// Where everything but products costs nothing, a replayed step has the published bubble of its schedule (P1 to P3), and
// imbalance has its exact price (M1).
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class ReplayedBubbleTests
{
    [TestMethod]
    [DataRow(ScheduleKind.GPipe, 4, 8)]
    [DataRow(ScheduleKind.OneForwardOneBackward, 8, 8)]
    [DataRow(ScheduleKind.Interleaved, 2, 4)]
    [DataRow(ScheduleKind.Interleaved, 4, 8)]
    [DataRow(ScheduleKind.ZeroBubbleH1, 4, 8)]
    [DataRow(ScheduleKind.ZeroBubbleH1, 8, 16)]
    [DataRow(ScheduleKind.DualPipe, 4, 8)]
    [DataRow(ScheduleKind.DualPipe, 8, 20)]
    public void P1_P2_P3_a_free_network_leaves_the_published_bubble(ScheduleKind kind, int stages, int microBatches)
    {
        var chunks = kind == ScheduleKind.Interleaved ? 2 : 1;
        var step = ProductsOnly(stages) with
        {
            Model = SmallStep.Plain.Model with
            {
                Layers = 2 * stages * chunks,
                Vocabulary = 1,
                Sequence = 64,
                Experts = new ExpertSpec(1, 1, 8_192, 0),
            },
            Parallelism = SmallStep.Plain.Parallelism with
            {
                Pipeline = stages,
                Expert = 1,
                GlobalBatch = microBatches,
                Routing = RoutingMode.Balanced,
                Schedule = kind,
                VirtualStages = chunks,
            },
        };
        var plan = step.Plan();
        // Two layers a chunk.
        var forward = 2 * (plan.Operations.Attention.Forward + plan.Operations.BalancedExperts);
        var weight = 2 * (plan.Operations.Attention.WeightGradient + plan.Operations.BalancedExperts);
        var backward = 2 * (plan.Operations.Attention.Backward + 2 * plan.Operations.BalancedExperts);
        var bubble = PipelineSchedule.Bubble(plan.Shape, forward, backward, weight, forward + backward);
        foreach (var detail in new[] { ReplayDetail.Full, ReplayDetail.Folded })
        {
            var played = SteadySteps.Play(step, detail);
            var largest = played.Ranks.Max(rank => rank.PipelineBubble.Seconds);
            Assert.AreEqual(bubble, largest, 0.01 * bubble);
            var work = microBatches * chunks * (forward + backward);
            Assert.AreEqual(work + bubble, played.StepTime.Seconds, 0.002 * played.StepTime.Seconds);
        }
    }

    [TestMethod]
    public void M1_imbalance_costs_the_hottest_ranks_load_over_the_mean_layer_by_layer()
    {
        // One group of experts, one stage: every layer waits for its hottest rank, forward once and backward twice.
        var step = ProductsOnly(4) with { Cluster = ProductsOnly(1).Cluster with { AcceleratorsPerNode = 4 } };
        var parallelism = step.Parallelism with { Pipeline = 1, Expert = 4, GlobalBatch = 16 };
        var routed = step with { Parallelism = parallelism };
        var balanced = step with { Parallelism = parallelism with { Routing = RoutingMode.Balanced } };
        var plan = routed.Plan();
        var price = 0.0;
        var layers = plan.ExpertLayers(0);
        Assert.HasCount(plan.MicroBatches * plan.TraceLayers, layers);
        for (var batch = 0; batch < plan.MicroBatches; batch++)
        {
            for (var layer = 0; layer < plan.Model.Layers; layer++)
            {
                var expert = layers[batch * plan.TraceLayers + plan.TraceLayerOf(layer)];
                price += 3 * (expert.HottestOverMean - 1) * plan.Operations.BalancedExperts;
            }
        }

        var difference = (routed.Play(0).StepTime - balanced.Play(0).StepTime).Seconds;
        Assert.IsGreaterThan(0.05, price / balanced.Play(0).StepTime.Seconds);
        Assert.AreEqual(price, difference, 1e-3 * price);
    }

    /// <summary>Flat efficiency, no launches, endless memory and links: only products take time.</summary>
    private static SmallStep ProductsOnly(int nodes)
    {
        var cluster = SmallStep.ClusterOf(nodes, 1, 1);
        var fabric = SmallStep.FabricOf(4, ScaleUpKind.Switch);
        return SmallStep.Plain with
        {
            Cluster = cluster with
            {
                Accelerator = cluster.Accelerator with
                {
                    HbmBandwidth = new Bandwidth(long.MaxValue / 4),
                    Launch = Duration.Zero,
                    Matmul = new([new(new Flops(1), Fraction.One)], 1),
                },
            },
            Fabric = fabric with
            {
                ScaleUp = fabric.ScaleUp with { Latency = Duration.Zero, BandwidthPerAccelerator = new(1L << 59) },
                ScaleOut = fabric.ScaleOut with { Latency = Duration.Zero, BandwidthPerNic = new(1L << 59) },
            },
        };
    }
}
