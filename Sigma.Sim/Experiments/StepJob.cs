// The first half of the main job: the real step, and the scaled step on the cluster, real and with something changed.
using System.Diagnostics;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>What a run found out about a step that it played.</summary>
/// <param name="RealStep">The reduced step and its routing.</param>
/// <param name="Plan">The full-size step.</param>
/// <param name="Profile">How it went.</param>
/// <param name="Balanced">The same with balanced experts.</param>
public sealed record PlayedStep(LearnedRouting RealStep, StepPlan Plan, StepProfile Profile, StepProfile Balanced)
{
    /// <summary>
    /// From the earlier state to this one, mechanism by mechanism; empty where the scenario names none.
    /// </summary>
    public IReadOnlyList<StepOutcome> Ladder { get; init; } = [];

    /// <summary>What is done against noise, and what each measure is worth.</summary>
    public IReadOnlyList<StepOutcome> Mitigations { get; init; } = [];

    /// <summary>The step when something is wrong.</summary>
    public required ConditionStudy Conditions { get; init; }
}

/// <summary>Plays the step of a scenario that models one.</summary>
public sealed class StepJob(
    Scenario scenario, int threads, Action<JobProgress> progress, CancellationToken cancellation)
{
    private readonly ModelledStep _step = scenario.Modelled;

    /// <summary>Everything that a report says of a step, and how long each half took on this machine.</summary>
    public (PlayedStep Step, double TrainedSeconds, double ReplayedSeconds) Run()
    {
        var started = Stopwatch.GetTimestamp();
        var routing = RealStep();
        var trained = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var (plan, profile) = Replay(routing.Trace, _step.Parallelism.Routing);
        var (_, balanced) = Replay(routing.Trace, RoutingMode.Balanced);
        var played = new PlayedStep(routing, plan, profile, balanced)
        {
            Ladder = Ladder(routing.Trace, profile),
            Mitigations = Study(routing.Trace).Mitigations(StepInputs.Of(scenario), profile),
            Conditions = Study(routing.Trace).Conditions(StepInputs.Of(scenario), profile),
        };
        return (played, trained, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>From the earlier state to this one; empty where the scenario names none.</summary>
    public IReadOnlyList<StepOutcome> Ladder(RoutingTrace? trace, StepProfile profile) =>
        scenario.Earlier is { } earlier
            ? Study(trace).Ladder(
                StepInputs.Of(earlier), StepInputs.Of(scenario), profile, earlier.Modelled.SampledSteps)
            : [];

    /// <summary>What-ifs of the step over the scenario's samples.</summary>
    public StepStudy Study(RoutingTrace? trace)
    {
        progress(new JobProgress("step with something changed", 0, 1));
        return new StepStudy(trace, scenario.Seed, _step.SampledSteps, threads, cancellation);
    }

    /// <summary>False where nothing is routed, or evenly: no real step then changes the answer.</summary>
    public bool NeedsRealStep => _step.Model.Experts.Count > 1 && _step.Parallelism.Routing == RoutingMode.Real;

    /// <summary>Only the real reduced step: trained here and now, or as the scenario's trace tells it.</summary>
    public LearnedRouting RealStep() => _step.RealStep switch
    {
        SavedRouting saved => saved.Routing,
        RealStepSpec real => Train(real),
        _ => throw new InvalidOperationException($"no run takes its routing from a {_step.RealStep.GetType().Name}"),
    };

    private LearnedRouting Train(RealStepSpec real)
    {
        var spec = new TrainingSpec(
            real.Model, real.Optimizer, KernelPrecisions.Of(real.Precision), Corpus.Version1, scenario.Seed,
            real.Steps, threads, real.TraceSteps);
        var record = TrainingRun.Run(spec, step =>
        {
            cancellation.ThrowIfCancellationRequested();
            progress(new JobProgress("real step", step.Step, real.Steps));
        });
        return LearnedRouting.Of(spec, record);
    }

    /// <summary>Only the scaled step, over the scenario's samples.</summary>
    public (StepPlan Plan, StepProfile Profile) Replay(RoutingTrace? trace, RoutingMode routing)
    {
        cancellation.ThrowIfCancellationRequested();
        progress(new JobProgress($"scaled step, {routing.ToString().ToLowerInvariant()} routing", 0, 1));
        var parallelism = _step.Parallelism with { Routing = routing };
        var plan = new StepPlan(_step.Model, parallelism, scenario.Cluster, _step.Fabric, trace, scenario.Seed);
        return (plan, StepProfile.Of(plan, _step.Noise, scenario.Seed, _step.SampledSteps, threads, cancellation));
    }
}
