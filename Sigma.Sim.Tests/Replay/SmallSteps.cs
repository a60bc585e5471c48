// Small steps for tests of the replay: a plain mixture of experts on a few nodes, and random ones.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Replay;
using Sigma.Sim.Tests.Workload;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

/// <summary>What a step needs; `Plan` builds it with a trace of its experts.</summary>
internal sealed record SmallStep(
    ModelSpec Model, ParallelismSpec Parallelism, ClusterSpec Cluster, FabricSpec Fabric, NoiseSpec Noise)
{
    /// <summary>Two stages of two nodes of four, experts over a node, four micro-batches, silent.</summary>
    public static SmallStep Plain { get; } = new(
        new ModelSpec("test", 8, 512, 8, 2, 64, 1_000, 256, new ExpertSpec(16, 2, 256, 0), Precision.Bf16),
        new ParallelismSpec(
            1, 2, null, 4, ScheduleKind.OneForwardOneBackward, 1, 1, 32, null,
            new OverlapSpec(Fraction.Zero, Fraction.Zero), Recompute.None, RoutingMode.Real),
        ClusterOf(4, 4, 1), FabricOf(4, ScaleUpKind.Switch), NoiseSpec.Silent);

    public StepPlan Plan() => new(
        Model, Parallelism, Cluster, Fabric, TrafficTests.Trace(2, 2_048, Model.Experts.Count, Model.Experts.TopK), 17);

    public ReplayedStep Play(int sample) => new StepReplay(Plan(), Noise, 17).Play(sample);

    public static ClusterSpec ClusterOf(int nodes, int perNode, double efficiency) => new(
        nodes, new SpareSpec(0, 0), perNode,
        new AcceleratorSpec(
            "test", new Dictionary<Precision, FlopRate> { [Precision.Bf16] = FlopRate.FromTeraflops(100) },
            new Bytes(1L << 36), new Bandwidth(2_000_000_000_000), Fraction.One,
            new EfficiencyCurve(
                [new(new Flops(1e8), new Fraction(0.1)), new(new Flops(1e11), new Fraction(0.6))], efficiency),
            new Duration(2_000)),
        new StorageSpec(new Bandwidth(1_000_000_000), new Bandwidth(1_000_000_000)));

    public static FabricSpec FabricOf(int perNode, ScaleUpKind kind) => new(
        new ScaleUpSpec(kind, new Bandwidth(100_000_000_000), new Duration(1_500)),
        new ScaleOutSpec(
            ScaleOutKind.RailFatTree, perNode, new Bandwidth(12_500_000_000), new Duration(4_000), 2, 2), perNode);

    public SmallStep WithEfficiency(double factor) =>
        this with { Cluster = ClusterOf(Cluster.Nodes, Cluster.AcceleratorsPerNode, factor) };

    public SmallStep WithBandwidths(long times) => this with
    {
        Fabric = Fabric with
        {
            ScaleUp = Fabric.ScaleUp with { BandwidthPerAccelerator = Fabric.ScaleUp.BandwidthPerAccelerator * times },
            ScaleOut = Fabric.ScaleOut with { BandwidthPerNic = Fabric.ScaleOut.BandwidthPerNic * times },
        },
    };

    public SmallStep WithOverlap(double data, double expert) => this with
    {
        Parallelism = Parallelism with { Overlap = new OverlapSpec(new Fraction(data), new Fraction(expert)) },
    };

    /// <summary>The n-th random step: layouts, schedules, fabrics, routing, noise.</summary>
    public static SmallStep Random(int number)
    {
        var dice = new StreamKey(78, 0, "test/step", number).Open();
        int Pick(params int[] values) => values[dice.NextIndex(values.Length)];
        var (perNode, tensor, pipeline, chunks) = (Pick(2, 4), Pick(1, 1, 2), Pick(1, 2, 4), Pick(1, 2));
        if (pipeline == 1) chunks = 1;
        var expert = Math.Max(1, Pick(1, 2, 4) * perNode / tensor / 2);
        var data = expert * Pick(1, 2);
        while (tensor * pipeline * data % perNode != 0) data *= 2;
        var microBatches = pipeline * Pick(1, 2, 3);
        var experts = expert * Pick(2, 4);
        var pauses = new List<PauseSpec>();
        if (dice.NextIndex(2) == 0)
        {
            pauses.Add(new PauseSpec(
                "reclaim", (PauseScope)dice.NextIndex(2), new Exponential(Duration.FromMilliseconds(20)), 0,
                new Constant(Duration.FromMilliseconds(1)), false));
        }

        return new SmallStep(
            Plain.Model with
            {
                Layers = pipeline * chunks * Pick(1, 2),
                Sequence = Pick(128, 512),
                Experts = new ExpertSpec(experts, Math.Min(experts, Pick(1, 2, 4)), 128, Pick(0, 1)),
            },
            new ParallelismSpec(
                tensor, pipeline, null, expert,
                chunks > 1 ? ScheduleKind.Interleaved : ScheduleKind.OneForwardOneBackward, chunks,
                1, microBatches * data, dice.NextIndex(3) switch
                {
                    0 => null,
                    1 => AllToAllAlgorithm.Direct,
                    _ => AllToAllAlgorithm.Hierarchical,
                },
                new OverlapSpec(new Fraction(dice.NextUniform()), new Fraction(dice.NextIndex(2) * dice.NextUniform())),
                (Recompute)dice.NextIndex(2), (RoutingMode)dice.NextIndex(2)),
            ClusterOf(tensor * pipeline * data / perNode, perNode, 1),
                FabricOf(perNode, (ScaleUpKind)dice.NextIndex(2)),
            new NoiseSpec(dice.NextIndex(2) * 0.05, pauses));
    }
}
