// Random small steps that nothing disturbs but slow nodes: every schedule, every way to share out a model, each word of
// a layout, on clusters of at most 64 accelerators.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

/// <summary>The n-th step, the same in every run.</summary>
internal static class SteadySteps
{
    private const int MostRanks = 64, Replicas = 4;

    public static IEnumerable<(SmallStep Step, int Number)> All(int count) =>
        Enumerable.Range(0, count).Select(number => (Of(number), number));

    public static SmallStep Of(int number)
    {
        var dice = new StreamKey(79, 0, "test/steady-step", number).Open();
        int Pick(params int[] values) => values[dice.NextIndex(values.Length)];
        bool Flip() => dice.NextIndex(2) == 0;
        while (true)
        {
            // The number picks the schedule, so that each comes up equally often.
            var kind = (ScheduleKind)(number % Enum.GetValues<ScheduleKind>().Length);
            var (perNode, tensor, context, pipeline) = (Pick(2, 4), Pick(1, 2, 4, 8), Pick(1, 1, 2), Pick(1, 2, 4));
            var isDense = Flip();
            var (expert, data) = (isDense ? 1 : Pick(1, 2, 4), Pick(1, 2, Replicas));
            var order = (RankOrder)dice.NextIndex(2);
            var stride = tensor * context * (order == RankOrder.TensorDataPipeline ? 1 : pipeline);
            var ranks = tensor * context * pipeline * data;
            if (ranks > MostRanks || ranks % perNode != 0 || data % expert != 0) continue;
            if (tensor % perNode != 0 && perNode % tensor != 0) continue;
            if (expert > 1 && stride * expert % perNode != 0 && perNode % (stride * expert) != 0) continue;
            if (kind is ScheduleKind.Interleaved or ScheduleKind.DualPipe && pipeline == 1) continue;
            var chunks = kind == ScheduleKind.Interleaved ? 2 : 1;
            var batches = kind == ScheduleKind.DualPipe ? pipeline * 2 + Pick(0, 2) : pipeline * Pick(1, 2, 3);
            var experts = isDense ? new ExpertSpec(1, 1, 512, 0) : new ExpertSpec(8, 2, 128, Pick(0, 1));
            var layers = pipeline * chunks * Pick(1, 2);
            return new SmallStep(
                SmallStep.Plain.Model with
                {
                    Layers = layers,
                    KvHeads = 8,
                    Sequence = Pick(128, 512),
                    Experts = experts,
                    DenseLayers = isDense ? 0 : Pick(0, 1),
                    DenseFfn = 512,
                    TiedEmbedding = Flip(),
                    Biases = Flip(),
                },
                new ParallelismSpec(
                    tensor, pipeline, null, expert, kind, chunks, 1, batches * data, null,
                    new OverlapSpec(new Fraction(dice.NextUniform()), new Fraction(dice.NextUniform()))
                    {
                        TensorParallel = new Fraction(dice.NextIndex(2) * dice.NextUniform()),
                        SimulatesData = Flip(),
                    },
                    (Recompute)dice.NextIndex(3), RoutingMode.Balanced)
                {
                    Context = context,
                    Order = order,
                    SequenceParallel = Flip(),
                    BlockingSends = Flip(),
                    Zero = (ZeroStage)dice.NextIndex(3),
                    AttentionKernel = (AttentionKernel)dice.NextIndex(2),
                },
                SmallStep.ClusterOf(ranks / perNode, perNode, 1), SmallStep.FabricOf(perNode, ScaleUpKind.Switch),
                NoiseSpec.Silent);
        }
    }

    /// <summary>Plays a step with some nodes slower than the others.</summary>
    public static ReplayedStep Play(
        SmallStep step, ReplayDetail detail, params (int Node, double Factor)[] slow) =>
        new StepReplay(step.Plan(), step.Noise, 17) { Detail = detail }
            .Play(0, new NodeHealth(
                slow.ToDictionary(pair => pair.Node, pair => pair.Factor), new Dictionary<int, double>()));
}
