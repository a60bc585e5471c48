// Everything that one optimizer step costs, computed before it is played: passes per stage, seconds per operation,
// expert work and traffic of every micro-batch from the real routing, and the communication at the step's end.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Training;

namespace Sigma.Sim.Workload;

/// <summary>The plan of a step on a cluster.</summary>
public sealed class StepPlan
{
    private readonly ExpertWork _experts;

    /// <param name="model">The full-size model.</param>
    /// <param name="parallelism">Its layout and schedule.</param>
    /// <param name="cluster">Where it runs.</param>
    /// <param name="fabric">The cluster's links.</param>
    /// <param name="trace">The real step's routing; may be null where routing is balanced or nothing is routed.</param>
    /// <param name="seed">The scenario's.</param>
    public StepPlan(
        ModelSpec model, ParallelismSpec parallelism, ClusterSpec cluster, FabricSpec fabric, RoutingTrace? trace,
        ulong seed)
    {
        (Model, Parallelism, Cluster, Fabric) = (model, parallelism, cluster, fabric);
        Layout = parallelism.LayoutOn(cluster);
        Shape = parallelism.Shape;
        MicroBatches = parallelism.GlobalBatch / (parallelism.MicroBatch * Layout.Data);
        Parts = ModelParts.Of(model, parallelism);
        Operations = new OperationTimes(model, cluster.Accelerator, parallelism);
        Communication = new CommunicationTimes(model, parallelism, Layout, fabric, cluster.Host.Collective);
        _experts = new ExpertWork(this, trace, seed);
    }

    public ModelSpec Model { get; }

    public ParallelismSpec Parallelism { get; }

    public ClusterSpec Cluster { get; }

    public FabricSpec Fabric { get; }

    public ParallelLayout Layout { get; }

    public PipelineShape Shape { get; }

    /// <summary>Which layers each part of the model holds.</summary>
    public ModelParts Parts { get; }

    /// <summary>Micro-batches per pipeline and step.</summary>
    public int MicroBatches { get; }

    public OperationTimes Operations { get; }

    public CommunicationTimes Communication { get; }

    public long TokensPerStep => (long)Parallelism.GlobalBatch * Model.Sequence;

    /// <summary>Layers of the trace; a full-size layer l takes trace layer floor(l x these / layers).</summary>
    public int TraceLayers => _experts.TraceLayers;

    public int TraceLayerOf(int layer) => (int)((long)layer * TraceLayers / Model.Layers);

    /// <summary>True where every replica does the same in the same time, as long as nothing disturbs it.</summary>
    public bool ReplicasAreAlike => Model.Experts.Count == 1 || Parallelism.Routing == RoutingMode.Balanced;

    /// <summary>True where tokens leave their node on the way to an expert.</summary>
    public bool ExpertsCrossNodes => _experts.MembersPerNode < Layout.Expert;

    /// <summary>Gradients of a stage reduced and its parameters gathered, before any overlap.</summary>
    public Duration GradientExchange(int stage) =>
        Reduction(Parts.DenseParametersOn(stage, Layout), Parts.ExpertParametersOn(stage, Layout))
        + TiedExchange(stage) + ParameterGather(stage);

    /// <summary>Gradients of one layer reduced, which can run beside backward passes.</summary>
    public Duration GradientReductionOfLayer(int layer) => Reduction(
        Parts.DenseParametersOfLayer(layer) / Layout.Tensor,
        Parts.ExpertParametersOfLayer(layer) / Layout.Tensor / Layout.Expert);

    /// <summary>
    /// What remains at the step's end where layers were reduced before: embedding and head, and the parameters, which
    /// nobody can gather before they are updated.
    /// </summary>
    public Duration ExchangeAfterLayers(int stage) =>
        Reduction(Parts.EdgeParametersOn(stage) / Layout.Tensor, 0) + TiedExchange(stage) + ParameterGather(stage);

    /// <summary>AdamW on a rank's shard: gradient, master weight and two moments in, the last three out.</summary>
    public double OptimizerSeconds(int stage) => Operations.Streaming(OptimizerBytes(stage));

    /// <summary>What that moves through memory.</summary>
    public double OptimizerBytes(int stage) => MemoryOf(stage).Optimizer.Count / 12.0 * 28;

    public MemoryPlan MemoryOf(int stage) => MemoryPlan.Of(Model, Parallelism, Layout, stage);

    /// <summary>The stage that needs most memory.</summary>
    public MemoryPlan LargestMemory => Enumerable.Range(0, Layout.Pipeline).Select(MemoryOf).MaxBy(m => m.Total.Count)!;

    /// <summary>What a checkpoint writes: 12 bytes a parameter for the optimizer, 2 for the bf16 weight.</summary>
    public Bytes CheckpointSize => CheckpointSizeOf(Model);

    /// <summary>What a checkpoint of a model writes.</summary>
    public static Bytes CheckpointSizeOf(ModelSpec model) => Bytes.Of(14 * model.Parameters);

    /// <summary>Expert layers of a sampled step, [group, micro-batch, trace layer], of all groups.</summary>
    public ExpertLayer[] ExpertLayers(int sample) => ExpertLayers(sample, Layout.ExpertGroups);

    /// <summary>
    /// Expert layers of a sampled step for the first groups: each data-parallel rank takes a window of the trace by its
    /// own stream, so that the same step is met whatever else changes.
    /// </summary>
    public ExpertLayer[] ExpertLayers(int sample, int groups) => _experts.Of(sample, groups);

    /// <summary>What the first group's members send each other in a dispatch, mean over a sampled step.</summary>
    public MeanDispatch MeanDispatch(int sample) => _experts.MeanDispatch(sample);

    /// <summary>True where a matrix that is embedding and head lies on this stage and on another.</summary>
    internal bool TiesStage(int stage) =>
        Model.TiedEmbedding && Layout.Pipeline > 1 && (stage == 0 || stage == Layout.Pipeline - 1);

    private Duration TiedExchange(int stage) =>
        TiesStage(stage)
            ? Communication.TiedExchange(Model.EmbeddingParameters / Layout.Tensor)
            : Duration.Zero;

    private Duration Reduction(double dense, double experts) =>
        Communication.GradientReduction(dense, DenseReplicas, DenseStride, GradientRounds)
        + Communication.GradientReduction(experts, ExpertReplicas, ExpertStride, GradientRounds);

    private Duration ParameterGather(int stage) =>
        Communication.ParameterGather(Parts.DenseParametersOn(stage, Layout), DenseReplicas, DenseStride)
        + Communication.ParameterGather(Parts.ExpertParametersOn(stage, Layout), ExpertReplicas, ExpertStride);

    /// <summary>Ranks that hold the same parameters that are no routed experts.</summary>
    internal int DenseReplicas => Layout.Data * Layout.Context * Parallelism.CopiesPerPipeline;

    private int DenseStride => Layout.Context > 1 ? Layout.Tensor : Layout.DataStride;

    /// <summary>Ranks that hold the same routed experts.</summary>
    internal int ExpertReplicas => Layout.ExpertGroups * Layout.Context * Parallelism.CopiesPerPipeline;

    private int ExpertStride => Layout.DataStride * Layout.Expert;

    /// <summary>Who does not hold the sum of all gradients has them reduced after every micro-batch.</summary>
    internal int GradientRounds => Parallelism.Zero == ZeroStage.Gradients ? MicroBatches : 1;
}
