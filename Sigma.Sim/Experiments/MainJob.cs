// The main job: real step, scaled step, campaign, and what a planner asks next (the other policy, the balanced step,
// which lever moves most). Everything a report shows is computed here, so that Reporting only writes.
using System.Diagnostics;
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Recovery;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Experiments;

/// <summary>How far a stage has come, for whoever waits; never part of a result.</summary>
public readonly record struct JobProgress(string Stage, int Done, int Of);

/// <summary>
/// Wall time of the stages on this machine, zero for those that a run has not; reported, never part of a result.
/// </summary>
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
/// <param name="Difference">
/// Paired difference of the kept tokens (or steps, where tokens are not known) per second, as a share of the scenario's
/// own.
/// </param>
public sealed record Lever(string Title, Estimate Difference);

/// <summary>Everything that a run found out.</summary>
/// <param name="Scenario">What was asked.</param>
/// <param name="Played">The step that was played, or null where the scenario states its step.</param>
/// <param name="Campaign">The long run.</param>
/// <param name="Set">Its replications.</param>
/// <param name="Policies">Every recovery policy on the same faults.</param>
/// <param name="Levers">One input changed at a time, the largest change first.</param>
/// <param name="Elapsed">On this machine.</param>
public sealed record RunOutcome(
    Scenario Scenario, PlayedStep? Played, CampaignSpec Campaign, ReplicationSet Set,
    IReadOnlyList<PolicyOutcome> Policies, IReadOnlyList<Lever> Levers, StageSeconds Elapsed)
{
    /// <summary>Policies that are not compared, and why.</summary>
    public IReadOnlyList<PolicyLeftOut> LeftOut { get; init; } = [];

    /// <summary>The platform before and now, or null where the scenario names no earlier one.</summary>
    public PlatformStudy? Platform { get; init; }

    /// <summary>How many spares are enough, or null where nothing fails.</summary>
    public SpareStudy? Spares { get; init; }

    /// <summary>Shares of time, with the luck of how many units were to fail taken out, where that says anything.
    /// </summary>
    public IReadOnlyList<(MetricName Metric, ControlledEstimate Estimate)> Controlled { get; } =
    [
        .. Set.Names.Where(metric => metric.Name is "ettr" or "utilization_non_idle" or "utilization_productive")
            .Select(metric => (metric, ControlledEstimate.Of(Campaign, Set, metric)))
            .Where(pair => pair.Item2 is not null).Select(pair => (pair.metric, pair.Item2!)),
    ];
}

/// <summary>Runs a scenario from text to numbers.</summary>
public sealed class MainJob(
    Scenario scenario, int threads, Action<JobProgress> progress, CancellationToken cancellation)
{
    /// <summary>How sure the scenario's own campaign is to be; null for its number of replications.</summary>
    public PrecisionGoal? Goal { get; init; }

    /// <summary>All stages; a step that is stated needs neither the real nor the scaled one.</summary>
    public RunOutcome Run()
    {
        if (scenario.Step is StatedStep stated)
            return Outcome(null, CampaignPlan.Of(scenario, stated), trained: 0, replayed: 0);
        var (step, trained, replayed) = new StepJob(scenario, threads, progress, cancellation).Run();
        var campaign = CampaignPlan.Of(scenario, step.Plan, step.Profile, step.Conditions.Table);
        return Outcome(step, campaign, trained, replayed);
    }

    private RunOutcome Outcome(PlayedStep? step, CampaignSpec campaign, double trained, double replayed)
    {
        var started = Stopwatch.GetTimestamp();
        progress(new JobProgress("campaign", 0, 1));
        var set = Repeat(campaign);
        var (policies, leftOut) = Policies(campaign, set);
        var levers = Levers(campaign, set);
        progress(new JobProgress("earlier platform", 0, 1));
        var platform = step is null ? null : PlatformStudy.Of(scenario, step, campaign, set, RepeatIfItEnds);
        progress(new JobProgress("spares", 0, 1));
        var spares = SpareStudy.Of(campaign, set, RepeatIfItEnds);
        var ran = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new RunOutcome(
            scenario, step, campaign, set, policies, levers, new StageSeconds(trained, replayed, ran))
        {
            LeftOut = leftOut,
            Platform = platform,
            Spares = spares,
        };
    }

    private ReplicationSet Repeat(CampaignSpec campaign)
    {
        if (Goal is null)
            return ReplicationSet.Run(campaign, scenario.Seed, scenario.Replications, threads, cancellation);
        return Goal.Reach(scenario.Replications, (first, count) =>
        {
            progress(new JobProgress($"replications {first + 1} to {first + count}", 0, 1));
            return ReplicationSet.Stretch(campaign, scenario.Seed, first, count, threads, cancellation);
        });
    }

    private ReplicationSet? RepeatIfItEnds(CampaignSpec campaign) => RepeatIfItEnds(campaign, scenario.Replications);

    /// <summary>What the scenario did not ask for may fail to end without taking the answer with it.</summary>
    private ReplicationSet? RepeatIfItEnds(CampaignSpec campaign, int replications) => Endless.OrNull(
        () => ReplicationSet.Run(campaign, scenario.Seed, replications, threads, cancellation));

    private (List<PolicyOutcome> Outcomes, List<PolicyLeftOut> LeftOut) Policies(
        CampaignSpec campaign, ReplicationSet own)
    {
        var (outcomes, leftOut) = (new List<PolicyOutcome>(), new List<PolicyLeftOut>());
        foreach (var (policy, changed, remark) in PolicyList.Of(campaign))
        {
            if (changed is null) leftOut.Add(new PolicyLeftOut(policy, remark));
            else if ((ReferenceEquals(changed, campaign) ? own : RepeatIfItEnds(changed)) is { } set)
                outcomes.Add(new PolicyOutcome(policy, set) { Remark = remark });
            else leftOut.Add(new PolicyLeftOut(policy, "its run would never end"));
        }

        return (outcomes, leftOut);
    }

    private List<Lever> Levers(CampaignSpec campaign, ReplicationSet own)
    {
        var (levers, done) = (new List<Lever>(), 0);
        var changes = LeverList.Of(campaign).ToList();
        foreach (var (title, changed) in changes)
        {
            if (RepeatIfItEnds(changed) is { } set) levers.Add(new Lever(title, Difference(own, set)));
            progress(new JobProgress("levers", ++done, changes.Count));
        }

        return [.. levers.OrderByDescending(lever => Math.Abs(lever.Difference.Mean))];
    }

    private static Estimate Difference(ReplicationSet own, ReplicationSet other) =>
        Estimate.Of([.. own.Runs.Zip(other.Runs, (a, b) => Rate(b.Metrics) / Rate(a.Metrics) - 1)]);

    /// <summary>Kept tokens per second, or kept steps where nobody says how many tokens a step has.</summary>
    private static double Rate(RunMetrics metrics)
    {
        const string tokens = "goodput_tokens_per_s";
        return metrics.Has(tokens) ? metrics[tokens] : metrics["ettr"] / metrics["step_s"];
    }
}
