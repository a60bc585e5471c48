// A scenario as the program understood it: one record per room, and where every number came from.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Training;

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
/// <param name="End">When a campaign is over.</param>
/// <param name="Replications">Campaigns, at least two.</param>
/// <param name="Cluster">Nodes.</param>
/// <param name="Step">Where the step comes from.</param>
/// <param name="Faults">Ways to fail.</param>
/// <param name="Lifecycle">The way of a failed node.</param>
/// <param name="Tiers">Checkpoints.</param>
/// <param name="Recovery">Policy and times.</param>
/// <param name="AcceleratorHour">Price.</param>
/// <param name="Inputs">Every input as read.</param>
/// <param name="Hash">SHA-256 of the resolved inputs, in hexadecimal.</param>
public sealed record Scenario(
    string Name, string About, ulong Seed, RunEnd End, int Replications, ClusterSpec Cluster, StepSource Step,
    IReadOnlyList<FaultSpec> Faults, LifecycleSpec Lifecycle, IReadOnlyList<CheckpointTierSpec> Tiers,
    RecoverySpec Recovery, Money AcceleratorHour, IReadOnlyList<ResolvedInput> Inputs, string Hash)
{
    /// <summary>
    /// The same machine before it was improved, if the scenario names it: reports say what each change bought.
    /// </summary>
    public Scenario? Earlier { get; init; }

    /// <summary>What others report of this run; reports show it beside the answer.</summary>
    public IReadOnlyList<PublishedMetric> Published { get; init; } = [];

    /// <summary>What others report of a metric, in their words; empty where nobody does.</summary>
    public string PublishedOf(string metric) =>
        Published.FirstOrDefault(figure => string.Equals(figure.Metric, metric, StringComparison.Ordinal))?.Text ?? "";

    /// <summary>
    /// The step as a model; throws <see cref="InvalidOperationException"/> where the scenario states it, which whoever
    /// plays steps rules out first.
    /// </summary>
    public ModelledStep Modelled => Step as ModelledStep
        ?? throw new InvalidOperationException($"The scenario {Name} states its step; there is no model to play.");

    /// <summary>Wall time of a campaign, or null where something else ends it.</summary>
    public Duration? Horizon => (End as AfterTime)?.Horizon;

    /// <summary>
    /// Parts of the job that can be taken away one by one, each of which holds the whole model; where the step is
    /// stated nobody knows, and each node is one.
    /// </summary>
    public int Groups => Step is ModelledStep step
        ? step.Parallelism.LayoutOn(Cluster).WholeNodeParts
        : Cluster.Nodes;

    /// <summary>Reads a scenario file; throws <see cref="ScenarioException"/> with every finding.</summary>
    public static Scenario Load(string path, IReadOnlyList<Override> overrides) =>
        Load(path, overrides, withEarlier: true);

    /// <summary>
    /// Reads a scenario that is no file, such as an imported one, and names no other; throws
    /// <see cref="ScenarioException"/> with every finding.
    /// </summary>
    /// <param name="name">What findings call it.</param>
    /// <param name="text">Its YAML.</param>
    public static Scenario Parse(string name, string text)
    {
        var diagnostics = new DiagnosticList();
        var root = YamlTree.Parse(new SourceFile(name, SourceKind.Scenario, text), diagnostics);
        var scenario = root is null ? null : ScenarioReader.Read(root, diagnostics, withEarlier: false);
        return diagnostics.Any || scenario is null ? throw new ScenarioException(diagnostics) : scenario;
    }

    /// <summary>An earlier state may itself name one, or inherit its own name; that is another story.</summary>
    internal static Scenario Load(string path, IReadOnlyList<Override> overrides, bool withEarlier)
    {
        var diagnostics = new DiagnosticList();
        var root = new ScenarioTree(diagnostics).Load(path, overrides);
        var scenario = root is null ? null : ScenarioReader.Read(root, diagnostics, withEarlier);
        return diagnostics.Any || scenario is null ? throw new ScenarioException(diagnostics) : scenario;
    }
}
