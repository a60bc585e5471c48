// How the model is spread over the cluster and in which order a stage works.
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
}

/// <summary>What is computed again in the backward pass instead of being kept.</summary>
public enum Recompute
{
    None,

    /// <summary>Only the input of each layer is kept.</summary>
    Full,
}

/// <summary>Where the tokens of a full-size step go.</summary>
public enum RoutingMode
{
    /// <summary>As the real reduced step routed them.</summary>
    Real,

    /// <summary>Exactly equal shares: what other tools assume.</summary>
    Balanced,
}

/// <summary>The shares of a communication that hide behind computation.</summary>
/// <param name="DataParallel">Of gradient reduction and parameter gathering.</param>
/// <param name="ExpertParallel">Of dispatch and combine.</param>
public sealed record OverlapSpec(Fraction DataParallel, Fraction ExpertParallel);

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
    int GlobalBatch, AllToAllAlgorithm? AllToAll, OverlapSpec Overlap, Recompute Recompute, RoutingMode Routing);
