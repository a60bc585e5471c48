// How the model is spread over the cluster and in which order a stage works.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>The order of forward and backward passes on a pipeline stage.</summary>
public enum ScheduleKind
{
    /// <summary>One forward, one backward (PipeDream-flush; Narayanan et al., SC'21).</summary>
    OneForwardOneBackward,

    /// <summary>The same over several model chunks per stage.</summary>
    Interleaved,

    /// <summary>All forward, then all backward (Huang et al., 2019).</summary>
    GPipe,

    /// <summary>1F1B with weight gradients put off into the bubble (Qi et al., ICLR'24).</summary>
    ZeroBubbleH1,

    /// <summary>Micro-batches from both ends, forward beside backward (DeepSeek-V3, 2024).</summary>
    DualPipe,
}

/// <summary>What is computed again in the backward pass instead of being kept.</summary>
public enum Recompute
{
    None,

    /// <summary>Only the input of each layer is kept.</summary>
    Full,

    /// <summary>The core of attention is computed again (Korthikanti et al., 2022).</summary>
    Selective,
}

/// <summary>Where the tokens of a full-size step go.</summary>
public enum RoutingMode
{
    /// <summary>As the real reduced step routed them.</summary>
    Real,

    /// <summary>Exactly equal shares: what other tools assume.</summary>
    Balanced,
}

/// <summary>What data-parallel ranks share out instead of each holding all (Rajbhandari et al., 2020).</summary>
public enum ZeroStage
{
    /// <summary>Nothing: gradients are all-reduced, every rank updates all its parameters.</summary>
    None = 0,

    /// <summary>The optimizer's state.</summary>
    Optimizer = 1,

    /// <summary>And gradients, which are reduced after every micro-batch.</summary>
    Gradients = 2,
}

/// <summary>How the core of attention is computed.</summary>
public enum AttentionKernel
{
    /// <summary>One kernel that never writes the scores (Dao et al., 2022) and skips what the mask hides.</summary>
    Fused,

    /// <summary>Products, masked softmax and dropout one by one, with the whole square of scores in memory.</summary>
    Materialized,
}

/// <summary>The shares of a communication that hide behind computation.</summary>
/// <param name="DataParallel">Of gradient reduction and parameter gathering.</param>
/// <param name="ExpertParallel">Of dispatch and combine.</param>
public sealed record OverlapSpec(Fraction DataParallel, Fraction ExpertParallel)
{
    /// <summary>Of the exchanges of tensor parallelism.</summary>
    public Fraction TensorParallel { get; init; } = Fraction.Zero;

    /// <summary>
    /// Gradients are exchanged layer by layer beside the last backward passes, on a stream of their own; takes the
    /// place of the declared share.
    /// </summary>
    public bool SimulatesData { get; init; }
}

/// <summary>Parallel layout and schedule of a training step; the cluster's size gives the data-parallel one.</summary>
/// <param name="Tensor">Ranks that share each matrix.</param>
/// <param name="Pipeline">Stages.</param>
/// <param name="Data">Pipelines side by side, if the scenario says it; it must agree with the cluster.</param>
/// <param name="Expert">Ranks that share the experts of a layer.</param>
/// <param name="Schedule">Order of passes.</param>
/// <param name="VirtualStages">Model chunks per stage; 1 unless interleaved.</param>
/// <param name="MicroBatch">Sequences per micro-batch.</param>
/// <param name="GlobalBatch">Sequences per step.</param>
/// <param name="AllToAll">The algorithm, or null for the fastest.</param>
/// <param name="Overlap">Declared overlap of communication.</param>
/// <param name="Recompute">Activations that are computed twice.</param>
/// <param name="Routing">Real or balanced.</param>
public sealed record ParallelismSpec(
    int Tensor, int Pipeline, int? Data, int Expert, ScheduleKind Schedule, int VirtualStages, int MicroBatch,
    int GlobalBatch, AllToAllAlgorithm? AllToAll, OverlapSpec Overlap, Recompute Recompute, RoutingMode Routing)
{
    /// <summary>Ranks that share each sequence; keys and values travel around their ring (Liu et al., 2023).</summary>
    public int Context { get; init; } = 1;

    /// <summary>
    /// Norms and residuals are split over the tensor-parallel ranks as well (Korthikanti et al., 2022).
    /// </summary>
    public bool SequenceParallel { get; init; }

    public ZeroStage Zero { get; init; } = ZeroStage.Optimizer;

    public AttentionKernel AttentionKernel { get; init; } = AttentionKernel.Fused;

    /// <summary>Bytes of one gradient on the wire: 4 or 2.</summary>
    public int GradientBytes { get; init; } = 4;

    /// <summary>Layers of each part of the model in order, or null where all parts are equal.</summary>
    public IReadOnlyList<int>? LayersPerPart { get; init; }

    /// <summary>All-reduce of tensor parallelism, or null for the fastest.</summary>
    public AllReduceAlgorithm? AllReduce { get; init; }

    /// <summary>Which neighbours share a node.</summary>
    public RankOrder Order { get; init; } = RankOrder.TensorDataPipeline;

    /// <summary>
    /// Sends of activations that the sender and the receiver wait for, instead of running beside kernels.
    /// </summary>
    public bool BlockingSends { get; init; }

    /// <summary>Messages between nodes share the NICs of their ranks, instead of each having them to itself.</summary>
    public bool Contention { get; init; }

    /// <summary>Micro-batches move from slow replicas to fast ones; the global batch stays.</summary>
    public bool DynamicMicroBatches { get; init; }

    /// <summary>Chunks that a stage holds: DualPipe keeps two parts of the model on each.</summary>
    public PipelineShape Shape =>
        new(Schedule, Pipeline, Schedule == ScheduleKind.DualPipe ? 2 : VirtualStages);

    /// <summary>Where the ranks go on a cluster; the data-parallel size follows from it.</summary>
    public ParallelLayout LayoutOn(ClusterSpec cluster)
    {
        var data = cluster.Accelerators / (Tensor * Context * Pipeline);
        return new ParallelLayout(Tensor, Pipeline, Expert, data, cluster.AcceleratorsPerNode)
        {
            Context = Context,
            Order = Order,
        };
    }

    /// <summary>Data-parallel replicas of one part's parameters per pipeline: DualPipe keeps two copies.</summary>
    public int CopiesPerPipeline => Schedule == ScheduleKind.DualPipe ? 2 : 1;
}
