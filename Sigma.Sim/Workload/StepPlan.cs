// Everything that one optimizer step costs, computed before it is played: passes per stage, seconds per operation,
// expert work and traffic of every micro-batch from the real routing, and the communication at the step's end.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Training;

namespace Sigma.Sim.Workload;

/// <summary>A layer of one micro-batch in one expert-parallel group, as the routing makes it.</summary>
/// <param name="ExpertSeconds">Forward time of the grouped product on each member [ep].</param>
/// <param name="Dispatch">Tokens to experts.</param>
/// <param name="Combine">Expert outputs back to tokens.</param>
/// <param name="HottestOverMean">Tokens on the busiest rank over the mean.</param>
public sealed record ExpertLayer(double[] ExpertSeconds, Duration Dispatch, Duration Combine, double HottestOverMean);

/// <summary>The plan of a step on a cluster.</summary>
public sealed class StepPlan
{
    private readonly ITokenTraffic _traffic;
    private readonly ulong _seed;

    public StepPlan(
        ModelSpec model, ParallelismSpec parallelism, ClusterSpec cluster, FabricSpec fabric, RoutingTrace trace,
        ulong seed)
    {
        (Model, Parallelism, Cluster, Fabric, _seed) = (model, parallelism, cluster, fabric, seed);
        var data = cluster.Accelerators / (parallelism.Tensor * parallelism.Pipeline);
        Layout = new ParallelLayout(
            parallelism.Tensor, parallelism.Pipeline, parallelism.Expert, data, cluster.AcceleratorsPerNode);
        MicroBatches = parallelism.GlobalBatch / (parallelism.MicroBatch * data);
        LayersPerPass = model.Layers / (parallelism.Pipeline * parallelism.VirtualStages);
        Operations = new OperationTimes(model, cluster.Accelerator, parallelism.Tensor, parallelism.MicroBatch);
        var tokens = parallelism.MicroBatch * model.Sequence;
        _traffic = parallelism.Routing == RoutingMode.Real
            ? new RoutedTraffic(trace, parallelism.Expert, tokens)
            : new BalancedTraffic(model.Experts.Count, model.Experts.TopK, parallelism.Expert, tokens);
    }

    public ModelSpec Model { get; }

    public ParallelismSpec Parallelism { get; }

    public ClusterSpec Cluster { get; }

    public FabricSpec Fabric { get; }

    public ParallelLayout Layout { get; }

    /// <summary>Micro-batches per pipeline and step.</summary>
    public int MicroBatches { get; }

    /// <summary>Layers of one model chunk.</summary>
    public int LayersPerPass { get; }

    public OperationTimes Operations { get; }

    public long TokensPerStep => (long)Parallelism.GlobalBatch * Model.Sequence;

    /// <summary>Layers of the trace; a full-size layer l takes trace layer floor(l x these / layers).</summary>
    public int TraceLayers => _traffic.Layers;

    /// <summary>The first layer of a chunk: chunk c of stage s is virtual stage c p + s.</summary>
    public int FirstLayer(int stage, int chunk) => (chunk * Layout.Pipeline + stage) * LayersPerPass;

    public int TraceLayerOf(int layer) => (int)((long)layer * TraceLayers / Model.Layers);

    /// <summary>Activations handed from stage to stage.</summary>
    public Duration SendActivations => Collectives.PointToPoint(
        Bytes.Of((double)Parallelism.MicroBatch * Model.Sequence * Model.Hidden * 2 / Layout.Tensor),
        Fabric.ScaleOutChannel(1));

    /// <summary>The all-reduces of tensor parallelism in one layer and direction (two of the activations).</summary>
    public Duration TensorParallelPerLayer => 2 * Collectives.RingAllReduce(
        Layout.Tensor, Bytes.Of((double)Parallelism.MicroBatch * Model.Sequence * Model.Hidden * 2),
        Fabric.ScaleUp.Channel);

    /// <summary>Gradient reduce-scatter (fp32) and parameter all-gather (bf16) of a stage before any overlap.</summary>
    public Duration GradientExchange(int stage)
    {
        var memory = MemoryOf(stage);
        var experts = ExpertParametersPerRank;
        var dense = memory.Weights.Count / 2.0 - experts;
        return Exchange(dense, Layout.Data, Layout.Tensor)
            + Exchange(experts, Layout.ExpertGroups, Layout.Tensor * Layout.Expert);
    }

    /// <summary>AdamW on a rank's shard: gradient, master weight and two moments in, the last three out.</summary>
    public double OptimizerSeconds(int stage) => Operations.Streaming(MemoryOf(stage).Optimizer.Count / 12.0 * 28);

    public MemoryPlan MemoryOf(int stage) => MemoryPlan.Of(Model, Parallelism, Layout, stage);

    /// <summary>The stage that needs most memory.</summary>
    public MemoryPlan LargestMemory => Enumerable.Range(0, Layout.Pipeline).Select(MemoryOf).MaxBy(m => m.Total.Count)!;

    /// <summary>What a checkpoint writes: 12 bytes a parameter for the optimizer, 2 for the bf16 weight.</summary>
    public Bytes CheckpointSize => Bytes.Of(14 * Model.Parameters);

    /// <summary>
    /// Expert layers of a sampled step, [group, micro-batch, trace layer]: each data-parallel rank takes a window of
    /// the trace by its own stream, so that the same step is met whatever else changes.
    /// </summary>
    public ExpertLayer[] ExpertLayers(int sample)
    {
        var layers = new ExpertLayer[Layout.ExpertGroups * MicroBatches * TraceLayers];
        var starts = new int[Layout.Data * MicroBatches];
        for (var data = 0; data < Layout.Data; data++)
        {
            var stream = new StreamKey(_seed, sample, "replay/window", data).Open();
            for (var batch = 0; batch < MicroBatches; batch++)
                starts[data * MicroBatches + batch] = stream.NextIndex(_traffic.WindowStarts);
        }

        for (var i = 0; i < layers.Length; i++)
        {
            var (group, batch) = (i / (MicroBatches * TraceLayers), i / TraceLayers % MicroBatches);
            var layer = i % TraceLayers;
            layers[i] = LayerOf(group, batch, layer, starts);
        }

        return layers;
    }

    private double ExpertParametersPerRank => (double)Model.Layers / Layout.Pipeline * Model.Experts.Count
        * Model.ParametersPerExpert / Layout.Expert / Layout.Tensor;

    /// <summary>Replicas lie <paramref name="stride"/> ranks apart; those of one node meet on its fabric.</summary>
    private Duration Exchange(double parameters, int replicas, int stride)
    {
        var perNode = Layout.AcceleratorsPerNode;
        var nodes = (int)Math.Min(replicas, ((long)replicas * stride + perNode - 1) / perNode);
        var channel = nodes == 1 ? Fabric.ScaleUp.Channel : Fabric.ScaleOutChannel(nodes);
        return Collectives.RingHalf(replicas, Bytes.Of(parameters * 4), channel)
            + Collectives.RingHalf(replicas, Bytes.Of(parameters * 2), channel);
    }

    private ExpertLayer LayerOf(int group, int batch, int traceLayer, int[] starts)
    {
        var ep = Layout.Expert;
        Span<double> byExpert = new double[_traffic.Experts];
        Span<double> byRank = stackalloc double[ep];
        var tokenBytes = 2.0 * Model.Hidden;
        var toMember = new long[ep * ep];
        for (var source = 0; source < ep; source++)
        {
            var start = starts[(group * ep + source) * MicroBatches + batch];
            _traffic.AddExpertTokens(traceLayer, start, byExpert);
            byRank.Clear();
            _traffic.AddRankTokens(traceLayer, start, byRank);
            for (var target = 0; target < ep; target++)
                toMember[source * ep + target] = (long)(byRank[target] * tokenBytes);
        }

        var perNode = MembersPerNode;
        var traffic = new TrafficMatrix(ep, perNode, toMember, CrossingOnce(toMember, ep, perNode));
        var dispatch = Time(traffic);
        var combine = Time(traffic with { ToMember = Transposed(toMember, ep) });
        var seconds = new double[ep];
        var perRank = _traffic.Experts / ep;
        var (hottest, total) = (0.0, 0.0);
        for (var rank = 0; rank < ep; rank++)
        {
            var tokens = 0.0;
            foreach (var load in byExpert.Slice(rank * perRank, perRank))
            {
                seconds[rank] += Operations.Expert(load);
                tokens += load;
            }

            seconds[rank] += 2 * Operations.Launch + Operations.SharedExperts;
            hottest = Math.Max(hottest, tokens);
            total += tokens;
        }

        return new ExpertLayer(seconds, dispatch, combine, total > 0 ? hottest * ep / total : 1);
    }

    private int MembersPerNode => Math.Min(Layout.Expert, Layout.AcceleratorsPerNode / Layout.Tensor);

    private Duration Time(TrafficMatrix traffic)
    {
        if (traffic.Members == 1) return Duration.Zero;
        return Parallelism.AllToAll is { } chosen
            ? AllToAll.Time(chosen, traffic, Fabric)
            : AllToAll.Fastest(traffic, Fabric).Time;
    }

    /// <summary>Bytes to each node if a token crosses once: its visits there, at most every token once.</summary>
    private long[] CrossingOnce(long[] toMember, int ep, int perNode)
    {
        var nodes = (ep + perNode - 1) / perNode;
        var toNode = new long[ep * nodes];
        var all = (long)(2.0 * Model.Hidden * _traffic.TokensPerWindow);
        for (var source = 0; source < ep; source++)
        {
            for (var target = 0; target < ep; target++)
                toNode[source * nodes + target / perNode] += toMember[source * ep + target];
            for (var node = 0; node < nodes; node++)
                toNode[source * nodes + node] = Math.Min(all, toNode[source * nodes + node]);
        }

        return toNode;
    }

    private static long[] Transposed(long[] matrix, int size)
    {
        var turned = new long[matrix.Length];
        for (var i = 0; i < matrix.Length; i++) turned[i % size * size + i / size] = matrix[i];
        return turned;
    }
}
