// Where a run takes its step from: a model that is laid out on the cluster and played, or a time that somebody knows.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>A step to play (<see cref="ModelledStep"/>) or one that is known (<see cref="StatedStep"/>).</summary>
public abstract record StepSource;

/// <summary>A step that follows from model, layout and links.</summary>
/// <param name="Fabric">Links.</param>
/// <param name="Model">The full-size model.</param>
/// <param name="Parallelism">Layout and schedule.</param>
/// <param name="RealStep">The reduced model to train, or the trace of one that was.</param>
/// <param name="Noise">Jitter and pauses.</param>
/// <param name="SampledSteps">Full-size steps replayed for the step profile.</param>
public sealed record ModelledStep(
    FabricSpec Fabric, ModelSpec Model, ParallelismSpec Parallelism, RoutingSource RealStep, NoiseSpec Noise,
    int SampledSteps) : StepSource
{
    /// <summary>Pipelines side by side on a cluster; 0 where not even one fits.</summary>
    public int DataParallelOn(ClusterSpec cluster) => (int)(cluster.Accelerators
        / ((long)Parallelism.Tensor * Parallelism.Context * Parallelism.Pipeline));
}

/// <summary>A step as somebody measured or assumed it; what is not said of it is in no result.</summary>
/// <param name="Time">Of a healthy step, above zero.</param>
/// <param name="Tokens">Tokens of a step, or null where nobody says.</param>
/// <param name="Mfu">Its share of the dense peak, above zero, or null where nobody says.</param>
/// <param name="StateSize">Bytes of a checkpoint, or null where every tier states its times.</param>
/// <param name="Links">Links between nodes, or null where no copy needs them.</param>
public sealed record StatedStep(Duration Time, long? Tokens, Fraction? Mfu, Bytes? StateSize, ScaleOutSpec? Links)
    : StepSource;
