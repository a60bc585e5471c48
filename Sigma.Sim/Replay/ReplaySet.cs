// The set on which one step is played: who is there, what each stage has to do, where ranks meet and what they hand on.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Everything that the ranks of one step share.</summary>
internal sealed class ReplaySet
{
    private const int PassKinds = 4, Variants = 4;

    private readonly StepPlan _plan;
    private readonly PlannedOperation[]?[] _operations;
    private readonly Dictionary<int, Pass[][]> _passes = [];
    private readonly double _hiddenShare;
    private readonly bool _simulatesData;

    public ReplaySet(StepPlan plan, NoiseSpec noise, ulong seed, int sample, Cast cast, NodeSpeeds speeds)
    {
        (_plan, Cast) = (plan, cast);
        var (layout, shape) = (plan.Layout, plan.Shape);
        _hiddenShare = plan.Parallelism.Overlap.ExpertParallel.Value;
        _simulatesData = plan.Parallelism.Overlap.SimulatesData;
        // Groups are played in their own order, so that the first ones take the windows that they take at full detail.
        ExpertLayers = plan.ExpertLayers(sample, cast.Groups.Max() + 1);
        Speeds = [.. Enumerable.Range(0, cast.Size)
            .Select(i => speeds.FactorOf(layout.NodeOf(layout.RankOf(cast.At(i)))))];
        MicroBatches = MicroBatchShares.Of(
            plan, cast, Speeds,
            ExpertLayers.Average(layer => (layer.Dispatch + layer.Combine).Seconds / 2) * (1 - _hiddenShare));
        foreach (var count in MicroBatches.Distinct())
        {
            _passes[count] = [.. Enumerable.Range(0, layout.Pipeline)
                .Select(stage => PipelineSchedule.Of(shape, stage, count))];
        }

        _operations = new PlannedOperation[layout.Pipeline * shape.Chunks * PassKinds * Variants][];
        var kernels = Enumerable.Range(0, layout.Pipeline)
            .Select(s => _passes.Values.Max(p => p[s].Sum(q => OperationsOf(s, q, false).Count(o => o.IsKernel))))
            .ToArray();
        var ranks = Enumerable.Range(0, cast.Size).Select(i => layout.RankOf(cast.At(i))).ToArray();
        Noise = RankNoise.Of(
            noise, seed, sample, ranks, layout.AcceleratorsPerNode, i => kernels[cast.At(i).Stage]);
        Meetings = new Meetings(this, plan, cast);
        Inputs = new StageInputs(Simulation, cast.Size, shape.Chunks, MicroBatches.Max());
        Times = new RankTimes[cast.Size];
        Finished = new Instant[cast.Size];
        var hidden = _simulatesData ? 0 : plan.Parallelism.Overlap.DataParallel.Value;
        var stages = Enumerable.Range(0, layout.Pipeline).ToArray();
        Exchanges = [.. stages.Select(s => _simulatesData
            ? plan.GradientExchangeOfEdges(s) : plan.GradientExchange(s).Scaled(1 - hidden))];
        Updates = [.. stages.Select(s => Duration.OfWork(plan.OptimizerSeconds(s)))];
    }

    public Simulation Simulation { get; } = new();

    public StepPlan Plan => _plan;

    public Cast Cast { get; }

    public ExpertLayer[] ExpertLayers { get; }

    /// <summary>Factor on kernel times, by played rank.</summary>
    public double[] Speeds { get; }

    /// <summary>Micro-batches of the pipelines of each played group.</summary>
    public int[] MicroBatches { get; }

    public RankNoise[] Noise { get; }

    public Meetings Meetings { get; }

    public StageInputs Inputs { get; }

    public RankTimes[] Times { get; }

    public Instant[] Finished { get; }

    public List<TimelineSpan> Timeline { get; } = [];

    /// <summary>By stage: what of the gradient exchange comes after the last pass.</summary>
    public Duration[] Exchanges { get; }

    /// <summary>By stage: the optimizer's time.</summary>
    public Duration[] Updates { get; }

    public Pass[] PassesOf(int index, int stage) => _passes[MicroBatches[Cast.SlotOf(index)]][stage];

    /// <summary>
    /// The operations of a pass: the first micro-batch has no gradients to add to, and the last pass of a chunk hands
    /// its gradients on layer by layer where their exchange is simulated.
    /// </summary>
    public PlannedOperation[] OperationsOf(int stage, Pass pass, bool isLast)
    {
        var (adds, gives) = (pass.MicroBatch > 0, isLast && _simulatesData);
        var index = (pass.Chunk * _plan.Layout.Pipeline + stage) * PassKinds + (int)pass.Kind;
        ref var operations = ref _operations[index * Variants + (adds ? 1 : 0) + (gives ? 2 : 0)];
        return operations ??= PassOperations.Of(_plan, stage, pass.Chunk, pass.Kind, adds, gives);
    }

    public ExpertLayer ExpertLayerOf(int data, Pass pass, int layer)
    {
        var group = data / _plan.Layout.Expert;
        // A replica that took over micro-batches meets the windows of its own again.
        var batch = pass.MicroBatch % _plan.MicroBatches;
        return ExpertLayers[(group * _plan.MicroBatches + batch) * _plan.TraceLayers + _plan.TraceLayerOf(layer)];
    }

    /// <summary>What is exposed of a dispatch or combine.</summary>
    public Duration Exposed(ExpertLayer layer, OperationKind kind)
    {
        var whole = kind == OperationKind.Dispatch ? layer.Dispatch : layer.Combine;
        return _hiddenShare > 0 ? whole.Scaled(1 - _hiddenShare) : whole;
    }
}
