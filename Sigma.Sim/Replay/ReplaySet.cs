// What the scenes of one step share: who plays, what each stage has to do, how fast and how disturbed each rank is.
using Sigma.Sim.Cluster;
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
    private readonly NodeHealth _health;
    private readonly double _hiddenShare;

    public ReplaySet(StepPlan plan, NoiseSpec noise, ulong seed, int sample, Cast cast, NodeHealth health, bool moves)
    {
        (_plan, Cast, _health) = (plan, cast, health);
        Gradients = new GradientExchange(plan, health.SmallestNicShare, cast.Size / plan.Layout.Pipeline);
        var (layout, shape) = (plan.Layout, plan.Shape);
        _hiddenShare = plan.Parallelism.Overlap.ExpertParallel.Value;
        // Groups are played in their own order, so that the first ones take the windows that they take at full detail.
        ExpertLayers = plan.ExpertLayers(sample, cast.Groups.Max() + 1);
        Speeds = [.. Enumerable.Range(0, cast.Size)
            .Select(i => health.FactorOf(layout.NodeOf(layout.RankOf(cast.At(i)))))];
        MicroBatches = moves
            ? MicroBatchShares.Of(
                plan, cast, Speeds,
                ExpertLayers.Average(layer => (layer.Dispatch + layer.Combine).Seconds / 2) * (1 - _hiddenShare))
            : [.. Enumerable.Repeat(plan.MicroBatches, cast.Groups.Length)];
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
        Times = new RankTimes[cast.Size];
        Arrived = new Instant[cast.Size];
    }

    public StepPlan Plan => _plan;

    public Cast Cast { get; }

    public ExpertLayer[] ExpertLayers { get; }

    /// <summary>Factor on kernel times, by played rank.</summary>
    public double[] Speeds { get; }

    /// <summary>Micro-batches of the pipelines of each played group.</summary>
    public int[] MicroBatches { get; }

    public RankNoise[] Noise { get; }

    public GradientExchange Gradients { get; }

    /// <summary>Where the time of every played rank went until it had its gradients.</summary>
    public RankTimes[] Times { get; }

    /// <summary>When every played rank had its gradients.</summary>
    public Instant[] Arrived { get; }

    public List<TimelineSpan> Timeline { get; } = [];

    /// <summary>Where ranks stood, or null where nobody asks for the critical path.</summary>
    public PathLog? Path { get; init; }

    /// <summary>How long every kernel took, or null where nobody asks for it.</summary>
    public KernelLog? Kernels { get; init; }

    public Pass[] PassesOf(int index, int stage) => _passes[MicroBatches[Cast.SlotOf(index)]][stage];

    /// <summary>
    /// The operations of a pass: the first micro-batch has no gradients to add to, and the last pass of a chunk hands
    /// its gradients on layer by layer where their exchange is simulated.
    /// </summary>
    public PlannedOperation[] OperationsOf(int stage, Pass pass, bool isLast)
    {
        var (adds, gives) = (pass.MicroBatch > 0, isLast && Gradients.Simulates);
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

    /// <summary>
    /// What is exposed of a dispatch or combine; one that crosses nodes waits for the narrowest of their NICs.
    /// </summary>
    public Duration Exposed(ExpertLayer layer, OperationKind kind, RankCoordinates at)
    {
        var whole = kind == OperationKind.Dispatch ? layer.Dispatch : layer.Combine;
        if (_health.AnyUnsound && _plan.ExpertsCrossNodes)
        {
            var first = at.Data / _plan.Layout.Expert * _plan.Layout.Expert;
            var members = Enumerable.Range(first, _plan.Layout.Expert);
            whole = Slowed(whole, members.Min(data => NicShareOf(at with { Data = data })));
        }

        return _hiddenShare > 0 ? whole.Scaled(1 - _hiddenShare) : whole;
    }

    /// <summary>A send between stages takes as long as the narrower NIC of both ends lets it.</summary>
    public Duration SendTime(RankCoordinates sender, int toStage)
    {
        var sound = _plan.Communication.Send(sender.Stage, toStage);
        return _health.AnyUnsound && !_plan.Communication.OnOneNode(sender.Stage, toStage)
            ? Slowed(sound, Math.Min(NicShareOf(sender), NicShareOf(sender with { Stage = toStage })))
            : sound;
    }

    private double NicShareOf(RankCoordinates at) =>
        _health.NicShareOf(_plan.Layout.NodeOf(_plan.Layout.RankOf(at)));

    private static Duration Slowed(Duration sound, double share) => share < 1 ? sound.Scaled(1 / share) : sound;
}
