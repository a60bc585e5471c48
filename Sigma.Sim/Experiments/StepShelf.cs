// Real steps and replays, kept: alternatives that differ in spares or checkpoints alone share one step, which takes a
// hundred times as long to play as a campaign takes to run.
using Sigma.Sim.Campaign;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>From scenarios to campaigns, with each distinct step trained and played once; safe on several threads.
/// </summary>
/// <param name="threads">Of each training and each replay; the answer does not depend on them.</param>
/// <param name="progress">Told when a step is played.</param>
/// <param name="cancellation">Ends it early.</param>
public sealed class StepShelf(int threads, Action<JobProgress> progress, CancellationToken cancellation)
{
    // What no step depends on; whatever else a scenario says makes another step.
    private static readonly string[] OfCampaigns =
    [
        "scenario", "about", "duration", "tokens", "work", "replications", "faults", "lifecycle", "checkpoint",
        "recovery", "cost", "published", "earlier", "cluster.spares", "cluster.storage", "cluster.local_disk",
        "cluster.nodes_per_rack", "cluster.racks_per_power_zone",
    ];

    // What the real step depends on.
    private static readonly string[] OfTrainings = ["seed", "real_step", "model"];

    private readonly Lock _door = new();
    private readonly Dictionary<string, LearnedRouting> _routings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlayedOnce> _steps = new(StringComparer.Ordinal);

    private sealed record PlayedOnce(StepPlan Plan, StepProfile Profile, StepConditions Conditions);

    /// <summary>Steps that were played so far.</summary>
    public int Played => _steps.Count;

    /// <summary>Trainings that were run so far.</summary>
    public int Trained => _routings.Count;

    /// <summary>What tells the step of a scenario from others; empty where it is stated.</summary>
    public static string KeyOf(Scenario scenario) => scenario.Step is StatedStep
        ? ""
        : Joined(scenario, input => !IsOfCampaign(input.Path));

    /// <summary>Whether an input changes campaigns and no step.</summary>
    public static bool IsOfCampaign(string path) => OfCampaigns.Any(section => IsIn(path, section));

    /// <summary>The campaign of a scenario, its step from the shelf if one like it was played before.</summary>
    public CampaignSpec CampaignOf(Scenario scenario)
    {
        if (scenario.Step is StatedStep stated) return CampaignPlan.Of(scenario, stated);
        lock (_door)
        {
            var key = KeyOf(scenario);
            if (!_steps.TryGetValue(key, out var step)) _steps.Add(key, step = Play(scenario));
            return CampaignPlan.Of(scenario, step.Plan, step.Profile, step.Conditions);
        }
    }

    private PlayedOnce Play(Scenario scenario)
    {
        var job = new StepJob(scenario, threads, progress, cancellation);
        var trace = job.NeedsRealStep ? RoutingOf(scenario, job).Trace : null;
        var (plan, profile) = job.Replay(trace, scenario.Modelled.Parallelism.Routing);
        var conditions = job.Study(trace).Conditions(StepInputs.Of(scenario), profile);
        return new PlayedOnce(plan, profile, conditions.Table);
    }

    private LearnedRouting RoutingOf(Scenario scenario, StepJob job)
    {
        var key = Joined(scenario, input => OfTrainings.Any(section => IsIn(input.Path, section)));
        if (!_routings.TryGetValue(key, out var routing)) _routings.Add(key, routing = job.RealStep());
        return routing;
    }

    private static string Joined(Scenario scenario, Func<ResolvedInput, bool> picks) => string.Join(
        '\n', scenario.Inputs.Where(picks).Select(input => $"{input.Path}={input.Text}").Order(StringComparer.Ordinal));

    private static bool IsIn(string path, string section) =>
        path.StartsWith(section, StringComparison.Ordinal)
        && (path.Length == section.Length || path[section.Length] == '.');
}
