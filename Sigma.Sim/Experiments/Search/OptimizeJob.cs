// Runs the points of a search: a scenario with other values, its step from the shelf, all on the same faults.
using Sigma.Sim.Accounting;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Search;

/// <summary>The optimum of a scenario, and what a formula says of it.</summary>
/// <param name="Scenario">As it stands.</param>
/// <param name="Axes">What was searched.</param>
/// <param name="Optimum">What was found.</param>
/// <param name="Own">The scenario's own metric, or null where its run would never end.</param>
/// <param name="Gain">How much better than that the optimum is, paired; null where the scenario never ends.</param>
/// <param name="ClosedForm">What a formula calls best, where there is one.</param>
public sealed record OptimumOutcome(
    Scenario Scenario, IReadOnlyList<SearchAxis> Axes, Optimum Optimum, Estimate? Own, Estimate? Gain,
    ClosedFormOptimum? ClosedForm);

/// <summary>What a formula calls best, run as well.</summary>
/// <param name="Name">Of the formula.</param>
/// <param name="Value">What it gives.</param>
/// <param name="Estimate">The metric there, or null where it was not in the range.</param>
public sealed record ClosedFormOptimum(string Name, string Value, Estimate? Estimate);

/// <summary>Optimizes inputs of a scenario.</summary>
/// <param name="file">The scenario's file.</param>
/// <param name="changes">What holds for every point.</param>
/// <param name="wanted">The metric, or null for goodput or ETTR.</param>
/// <param name="threads">At a time.</param>
/// <param name="progress">Told of every point.</param>
/// <param name="cancellation">Ends the search early.</param>
public sealed class OptimizeJob(
    string file, IReadOnlyList<Override> changes, string? wanted, int threads, Action<JobProgress> progress,
    CancellationToken cancellation)
{
    private readonly StepShelf _shelf = new(threads, progress, cancellation);
    private int _points;

    /// <summary>Searches one axis or two.</summary>
    public OptimumOutcome Run(IReadOnlyList<SearchAxis> axes)
    {
        var scenario = Scenario.Load(file, changes);
        // Both ends must be sound scenarios, or the search would find out late.
        foreach (var place in (double[])[0, 1])
            foreach (var axis in axes) Load([axis.ChangeAt(place)]);
        var own = Endless.OrNull(() => RunsOf(scenario));
        // Of a run that never ends nobody knows what it counts; every run has an ETTR.
        var metric = own is null
            ? MetricChoice.Of(wanted ?? "ettr", RunMetrics.Names)
            : MetricChoice.Of(wanted, own.Names);
        var optimum = new Optimizer(axes, metric, texts => ValuesAt(axes, texts, metric), scenario.Seed).Search();
        var before = own?.Runs.Select(run => run.Metrics[metric.Name]).ToList();
        return new OptimumOutcome(
            scenario, axes, optimum,
            before is null ? null : Estimate.Of(before),
            before is null ? null : Estimate.Of([.. before.Zip(optimum.Best.Runs, (a, b) => b - a)]),
            ClosedForm(scenario, axes, metric));
    }

    private IReadOnlyList<double>? ValuesAt(
        IReadOnlyList<SearchAxis> axes, IReadOnlyList<string> texts, MetricName metric)
    {
        progress(new JobProgress($"point {++_points}", 0, 1));
        var scenario = Load([.. axes.Zip(texts, (axis, text) => new Override(axis.Path, text))]);
        if (Endless.OrNull(() => RunsOf(scenario)) is not { } set) return null;
        MetricChoice.Of(metric.Name, set.Names);
        return [.. set.Runs.Select(run => run.Metrics[metric.Name])];
    }

    private Scenario Load(IReadOnlyList<Override> point) => VariantException.Load(
        $"the point {string.Join(", ", point.Select(change => $"{change.Path}={change.Value}"))}",
        () => Scenario.Load(file, [.. changes, .. point]));

    private ReplicationSet RunsOf(Scenario scenario) => ReplicationSet.Run(
        _shelf.CampaignOf(scenario), scenario.Seed, scenario.Replications, threads, cancellation);

    /// <summary>
    /// Daly's interval, where the search is for that of the only checkpoint: what a second tier keeps is not lost by
    /// the first.
    /// </summary>
    private ClosedFormOptimum? ClosedForm(Scenario scenario, IReadOnlyList<SearchAxis> axes, MetricName metric)
    {
        if (axes is not [{ Path: "checkpoint.tiers.0.every" } axis] || scenario.Tiers is not [var tier]) return null;
        if (ExpectedRun.FaultsOf(scenario).MeanTimeToInterruption is not { } mtti) return null;
        if (ExpectedRun.EveryOf(tier with { Every = null }, mtti) is not { IsZero: false } daly) return null;
        var text = $"{daly.Minutes:G6} min";
        var value = UnitScale.Of(text)!.Value.Value / UnitScale.Of($"1 {axis.Range.Unit}")!.Value.Value;
        var isInside = value >= axis.Range.Low && value <= axis.Range.High;
        var runs = isInside ? ValuesAt(axes, [axis.Range.TextOf(value)], metric) : null;
        return new ClosedFormOptimum(
            $"Daly's interval for {UnitText.Of(tier.Blocking)} blocking and an MTTI of "
            + UnitText.Of(mtti), UnitText.Of(daly), runs is null ? null : Estimate.Of(runs));
    }
}
