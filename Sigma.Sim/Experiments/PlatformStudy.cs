// The platform before and now, on the same faults: the campaign of the earlier state at the step that was played for
// it, and what each mechanism in between bought.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>A metric of both platforms.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Before">On the earlier platform.</param>
/// <param name="Now">On today's.</param>
/// <param name="Difference">Now less before, paired.</param>
/// <param name="PublishedBefore">What others report of the earlier one, empty where nobody does.</param>
/// <param name="PublishedNow">Of today's.</param>
public sealed record PlatformFigure(
    MetricName Metric, Estimate Before, Estimate Now, Estimate Difference, string PublishedBefore, string PublishedNow);

/// <summary>A state between the two platforms.</summary>
/// <param name="Title">What was changed last.</param>
/// <param name="Set">Its replications.</param>
public sealed record PlatformRung(string Title, ReplicationSet Set);

/// <summary>Both platforms.</summary>
/// <param name="Earlier">Name of the earlier state.</param>
/// <param name="Figures">The metrics that tell them apart.</param>
/// <param name="Ladder">From the earlier platform to today's, one mechanism after the other.</param>
/// <param name="MeetsSameFaults">Whether both scenarios say the same of faults: units live the same lives.</param>
/// <param name="IsSlowedAlike">Whether today's layout tells how much a slow node slows the earlier step.</param>
public sealed record PlatformStudy(
    string Earlier, IReadOnlyList<PlatformFigure> Figures, IReadOnlyList<PlatformRung> Ladder, bool MeetsSameFaults,
    bool IsSlowedAlike)
{
    /// <summary>Metrics of a rung.</summary>
    public static IReadOnlyList<string> RungMetrics { get; } = ["utilization_non_idle", "ettr", "mttr_min"];

    private static readonly string[] Shown =
    [
        "step_mfu", "campaign_mfu", "utilization_non_idle", "utilization_productive", "ettr", "mtti_h", "mttr_min",
        "recycle_h", "goodput_tokens_per_s",
    ];

    private static readonly MetricName ADay = new("interruptions_per_day", "interruptions a day", "", false);

    /// <summary>
    /// The study, or null where the scenario names no earlier state or the run of that one would never end.
    /// </summary>
    /// <param name="scenario">Today's.</param>
    /// <param name="step">With the step of the earlier state as the first rung of its ladder.</param>
    /// <param name="campaign">Today's campaign.</param>
    /// <param name="now">Its replications.</param>
    /// <param name="run">Runs so many replications of a campaign, or gives null where it would never end.</param>
    public static PlatformStudy? Of(
        Scenario scenario, PlayedStep step, CampaignSpec campaign, ReplicationSet now,
        Func<CampaignSpec, int, ReplicationSet?> run)
    {
        if (scenario.Earlier is not { } earlier || step.Ladder.Count == 0) return null;
        var first = CampaignOf(earlier, scenario, step.Ladder[0], campaign);
        if (run(first, now.Runs.Count) is not { } before) return null;
        var figures = Shown.Select(name => FigureOf(
                RunMetrics.Names.Single(metric => metric.Name == name), before, now, run => run.Metrics[name]))
            .ToList();
        figures.Insert(
            figures.FindIndex(figure => figure.Metric.Name == "mtti_h"),
            FigureOf(ADay, before, now, run => run.Metrics["interruptions"] / run.Wall.Days));
        return new PlatformStudy(
            earlier.Name,
            [.. figures.Select(figure => figure with
            {
                PublishedBefore = earlier.PublishedOf(figure.Metric.Name),
                PublishedNow = scenario.PublishedOf(figure.Metric.Name),
            })],
            LadderOf(first, before, campaign, now, run),
            HaveSameFaults(earlier, scenario),
            AreLaidOutAlike(earlier, campaign));
    }

    /// <summary>
    /// The campaign of the earlier state, as long as today's and at the step that was played for it. Faults of the same
    /// inputs are the same faults. Assumed: what is wrong slows its step as many times as today's, or, where it is laid
    /// out otherwise, as much as it is slow itself.
    /// </summary>
    private static CampaignSpec CampaignOf(Scenario earlier, Scenario scenario, StepOutcome step, CampaignSpec now)
    {
        var model = earlier.Modelled;
        var stated = new StatedStep(
            step.StepTime, (long)model.Parallelism.GlobalBatch * model.Model.Sequence, new Fraction(step.Mfu),
            StepPlan.CheckpointSizeOf(model.Model), model.Fabric.ScaleOut);
        var campaign = CampaignPlan.Of(earlier with { End = scenario.End }, stated);
        if (HaveSameFaults(earlier, scenario)) campaign = campaign with { Faults = now.Faults };
        return campaign with
        {
            Conditions = AreLaidOutAlike(earlier, now)
                ? now.Conditions
                : StepConditions.Proportional(earlier.Groups) with
                {
                    NodesPerGroup = Math.Max(1, earlier.Cluster.Nodes / earlier.Groups),
                },
        };
    }

    private static bool HaveSameFaults(Scenario earlier, Scenario scenario) =>
        FaultInputs(earlier).SequenceEqual(FaultInputs(scenario), StringComparer.Ordinal);

    private static bool AreLaidOutAlike(Scenario earlier, CampaignSpec now) =>
        earlier.Groups == now.Conditions.Groups && earlier.Cluster.Nodes == now.Cluster.Nodes;

    private static IEnumerable<string> FaultInputs(Scenario scenario) => scenario.Inputs
        .Where(input => input.Path.StartsWith("faults.", StringComparison.Ordinal))
        .Select(input => $"{input.Path}={input.Text}");

    private static List<PlatformRung> LadderOf(
        CampaignSpec first, ReplicationSet before, CampaignSpec campaign, ReplicationSet now,
        Func<CampaignSpec, int, ReplicationSet?> run)
    {
        var changes = PlatformChanges.Between(first, campaign);
        if (changes.Count == 0) return [];
        var rungs = new List<PlatformRung> { new("as it was", before) };
        var state = first;
        foreach (var change in changes.SkipLast(1))
        {
            state = change.Change(state);
            // A state in which no run would end has no figures; what is changed after it then counts from before it.
            if (run(state, now.Runs.Count) is { } set) rungs.Add(new PlatformRung(change.Title, set));
        }

        // The last change makes the platform that is now.
        rungs.Add(new PlatformRung(changes[^1].Title, now));
        return rungs;
    }

    private static PlatformFigure FigureOf(
        MetricName metric, ReplicationSet before, ReplicationSet now, Func<CampaignRun, double> value) => new(
        metric, Estimate.Of([.. before.Runs.Select(value)]), Estimate.Of([.. now.Runs.Select(value)]),
        before.DifferenceTo(now, value), "", "");
}
