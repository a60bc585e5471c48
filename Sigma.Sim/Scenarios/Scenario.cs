// A scenario as the program understood it: one record per room, and where every number came from.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>The reduced model that is really trained, here and now.</summary>
/// <param name="Model">Sizes; experts and top-k are the full model's, so that its routing is real.</param>
/// <param name="Optimizer">Its optimizer.</param>
/// <param name="Precision">In which matrix products read their operands.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="TraceSteps">How many of the last steps' routing makes the trace.</param>
public sealed record RealStepSpec(
    ReducedModelSpec Model, OptimizerSpec Optimizer, StepPrecision Precision, int Steps, int TraceSteps)
    : RoutingSource;

/// <summary>A checked scenario.</summary>
/// <param name="Name">Letters, digits, dots, dashes: it names a folder.</param>
/// <param name="About">One sentence for the report's head.</param>
/// <param name="Seed">Of every random stream.</param>
/// <param name="Horizon">Wall time of the campaign, or null where tokens decide.</param>
/// <param name="Tokens">Tokens to train, or null where the horizon decides.</param>
/// <param name="Replications">Campaigns, at least two.</param>
/// <param name="Cluster">Nodes.</param>
/// <param name="Fabric">Links.</param>
/// <param name="Model">The full-size model.</param>
/// <param name="Parallelism">Layout and schedule.</param>
/// <param name="RealStep">The reduced model to train, or the trace of one that was.</param>
/// <param name="Noise">Jitter and pauses.</param>
/// <param name="SampledSteps">Full-size steps replayed for the step profile.</param>
/// <param name="Faults">Ways to fail.</param>
/// <param name="Lifecycle">The way of a failed node.</param>
/// <param name="Tiers">Checkpoints.</param>
/// <param name="Recovery">Policy and times.</param>
/// <param name="AcceleratorHour">Price.</param>
/// <param name="Inputs">Every input as read.</param>
/// <param name="Hash">SHA-256 of the resolved inputs, in hexadecimal.</param>
public sealed record Scenario(
    string Name, string About, ulong Seed, Duration? Horizon, long? Tokens, int Replications,
    ClusterSpec Cluster, FabricSpec Fabric, ModelSpec Model, ParallelismSpec Parallelism,
    RoutingSource RealStep, NoiseSpec Noise, int SampledSteps,
    IReadOnlyList<FaultSpec> Faults, LifecycleSpec Lifecycle, IReadOnlyList<CheckpointTierSpec> Tiers,
    RecoverySpec Recovery, Money AcceleratorHour, IReadOnlyList<ResolvedInput> Inputs, string Hash)
{
    /// <summary>
    /// The same machine before it was improved, if the scenario names it: reports say what each change bought.
    /// </summary>
    public Scenario? Earlier { get; init; }

    /// <summary>Pipelines side by side; 0 where not even one fits.</summary>
    public int DataParallel => (int)(Cluster.Accelerators
        / ((long)Parallelism.Tensor * Parallelism.Context * Parallelism.Pipeline));

    /// <summary>Groups of replicas, each of which holds the whole model with all its experts.</summary>
    public int Groups => DataParallel / Parallelism.Expert;

    /// <summary>Reads a scenario file; throws <see cref="ScenarioException"/> with every finding.</summary>
    public static Scenario Load(string path, IReadOnlyList<Override> overrides) =>
        Load(path, overrides, withEarlier: true);

    /// <summary>An earlier state may itself name one, or inherit its own name; that is another story.</summary>
    internal static Scenario Load(string path, IReadOnlyList<Override> overrides, bool withEarlier)
    {
        var diagnostics = new DiagnosticList();
        var root = new ScenarioTree(diagnostics).Load(path, overrides);
        var scenario = root is null ? null : ScenarioReader.Read(root, diagnostics, withEarlier);
        return diagnostics.Any || scenario is null ? throw new ScenarioException(diagnostics) : scenario;
    }
}
