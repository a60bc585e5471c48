// The main job: real step, scaled step, campaign, and what a planner asks next (the other policy, the balanced step,
// which lever moves most). Everything a report shows is computed here, so that Reporting only writes.
using System.Diagnostics;
using Sigma.Sim.Campaign;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>How far a stage has come, for whoever waits; never part of a result.</summary>
public readonly record struct JobProgress(string Stage, int Done, int Of);

/// <summary>Wall time of the stages on this machine; reported, never part of a result.</summary>
public sealed record StageSeconds(double RealStep, double Replay, double Campaign);

/// <summary>One policy beside the others, on the same nodes and faults.</summary>
public sealed record PolicyOutcome(PolicyKind Policy, ReplicationSet Set)
{
    /// <summary>What stands otherwise than in the scenario, such as its spares; empty where nothing does.</summary>
    public string Remark { get; init; } = "";
}

/// <summary>A policy that the scenario's cluster or layout does not allow.</summary>
public sealed record PolicyLeftOut(PolicyKind Policy, string Why);

/// <summary>One input changed, everything else and all random streams the same.</summary>
/// <param name="Title">What was changed and how.</param>
/// <param name="Difference">Paired difference of the kept tokens per second, as a share of the scenario's own.</param>
public sealed record Lever(string Title, Estimate Difference);

/// <summary>Everything that a run found out.</summary>
public sealed record RunOutcome(
    Scenario Scenario, LearnedRouting RealStep, StepPlan Plan, StepProfile Profile, StepProfile Balanced,
    CampaignSpec Campaign, ReplicationSet Set, IReadOnlyList<PolicyOutcome> Policies, IReadOnlyList<Lever> Levers,
    StageSeconds Elapsed)
{
    /// <summary>
    /// From the earlier state to this one, mechanism by mechanism; empty where the scenario names none.
    /// </summary>
    public IReadOnlyList<StepOutcome> Ladder { get; init; } = [];

    /// <summary>Policies that are not compared, and why.</summary>
    public IReadOnlyList<PolicyLeftOut> LeftOut { get; init; } = [];

    /// <summary>What is done against noise, and what each measure is worth.</summary>
    public IReadOnlyList<StepOutcome> Mitigations { get; init; } = [];
}

/// <summary>Runs a scenario from text to numbers.</summary>
public sealed class MainJob(
    Scenario scenario, int threads, Action<JobProgress> progress, CancellationToken cancellation)
{
    /// <summary>All stages.</summary>
    public RunOutcome Run()
    {
        var started = Stopwatch.GetTimestamp();
        var routing = RealStep();
        var trained = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var (plan, profile) = Replay(routing.Trace, scenario.Parallelism.Routing);
        var (_, balanced) = Replay(routing.Trace, RoutingMode.Balanced);
        var ladder = Ladder(routing.Trace, profile);
        var mitigations = Study(routing.Trace).Mitigations(StepInputs.Of(scenario), profile);
        var replayed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        started = Stopwatch.GetTimestamp();
        var campaign = CampaignPlan.Of(scenario, plan, profile);
        progress(new JobProgress("campaign", 0, 1));
        var set = Repeat(campaign);
        var policies = Policies(campaign, set);
        var levers = Levers(campaign, set);
        var ran = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var elapsed = new StageSeconds(trained, replayed, ran);
        return new RunOutcome(scenario, routing, plan, profile, balanced, campaign, set, policies, levers, elapsed)
        {
            Ladder = ladder,
            Mitigations = mitigations,
            LeftOut = [.. PolicyList.Of(campaign, scenario.Groups)
                .Where(compared => compared.Campaign is null)
                .Select(compared => new PolicyLeftOut(compared.Policy, compared.Remark))],
        };
    }

    /// <summary>From the earlier state to this one; empty where the scenario names none.</summary>
    public IReadOnlyList<StepOutcome> Ladder(RoutingTrace? trace, StepProfile profile) =>
        scenario.Earlier is { } earlier
            ? Study(trace).Ladder(StepInputs.Of(earlier), StepInputs.Of(scenario), profile, earlier.SampledSteps)
            : [];

    /// <summary>What-ifs of the step over the scenario's samples.</summary>
    public StepStudy Study(RoutingTrace? trace)
    {
        progress(new JobProgress("step with something changed", 0, 1));
        return new StepStudy(trace, scenario.Seed, scenario.SampledSteps, threads, cancellation);
    }

    /// <summary>False where nothing is routed, or evenly: no real step then changes the answer.</summary>
    public bool NeedsRealStep =>
        scenario.Model.Experts.Count > 1 && scenario.Parallelism.Routing == RoutingMode.Real;

    /// <summary>Only the real reduced step: trained here and now, or as the scenario's trace tells it.</summary>
    public LearnedRouting RealStep() => scenario.RealStep switch
    {
        SavedRouting saved => saved.Routing,
        RealStepSpec real => Train(real),
        _ => throw new InvalidOperationException($"no run takes its routing from a {scenario.RealStep.GetType().Name}"),
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
        var parallelism = scenario.Parallelism with { Routing = routing };
        var plan = new StepPlan(scenario.Model, parallelism, scenario.Cluster, scenario.Fabric, trace, scenario.Seed);
        var samples = scenario.SampledSteps;
        return (plan, StepProfile.Of(plan, scenario.Noise, scenario.Seed, samples, threads, cancellation));
    }

    private ReplicationSet Repeat(CampaignSpec campaign) =>
        ReplicationSet.Run(campaign, scenario.Seed, scenario.Replications, threads, cancellation);

    private List<PolicyOutcome> Policies(CampaignSpec campaign, ReplicationSet own)
    {
        var outcomes = new List<PolicyOutcome>();
        foreach (var (policy, changed, remark) in PolicyList.Of(campaign, scenario.Groups))
        {
            if (changed is null) continue;
            outcomes.Add(new PolicyOutcome(policy, ReferenceEquals(changed, campaign) ? own : Repeat(changed))
            {
                Remark = remark,
            });
        }

        return outcomes;
    }

    private List<Lever> Levers(CampaignSpec campaign, ReplicationSet own)
    {
        var levers = new List<Lever>();
        var changes = LeverList.Of(campaign).ToList();
        foreach (var (title, changed) in changes)
        {
            levers.Add(new Lever(title, Difference(own, Repeat(changed))));
            progress(new JobProgress("levers", levers.Count, changes.Count));
        }

        return [.. levers.OrderByDescending(lever => Math.Abs(lever.Difference.Mean))];
    }

    private static Estimate Difference(ReplicationSet own, ReplicationSet other)
    {
        const string metric = "goodput_tokens_per_s";
        return Estimate.Of([.. own.Runs.Zip(other.Runs, (a, b) => b.Metrics[metric] / a.Metrics[metric] - 1)]);
    }
}
