// A sweep by one metric: every point's mean, and the best ones held against each other replication by replication,
// since all points met the same dice.
using Sigma.Sim.Accounting;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>A point's mean of the metric.</summary>
/// <param name="Point">Its number, from 0.</param>
/// <param name="Values">Of the axes.</param>
/// <param name="Estimate">Null where its run would never end, or has none of the metric.</param>
public sealed record PointMean(int Point, IReadOnlyList<string> Values, Estimate? Estimate);

/// <summary>One of the best points.</summary>
/// <param name="Mean">Its mean.</param>
/// <param name="Difference">To the best point, paired and corrected for their number; null for the best itself.</param>
public sealed record RankedPoint(PointMean Mean, PairedDifference? Difference);

/// <summary>What a sweep says of one metric.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Points">All, in order.</param>
/// <param name="Best">The best means, at most twelve.</param>
public sealed record SweepSummary(
    MetricName Metric, IReadOnlyList<PointMean> Points, IReadOnlyList<RankedPoint> Best)
{
    private const int MostRanked = 12;

    /// <summary>Points whose run would never end.</summary>
    public int Endless => Points.Count(point => point.Estimate is null);

    /// <summary>
    /// The summary of results by a metric, or by goodput or ETTR where none is named. Throws
    /// <see cref="ComparisonException"/> where no point has it.
    /// </summary>
    public static SweepSummary Of(SweepResults results, string? wanted)
    {
        var names = results.Head.Metrics;
        var known = new bool[names.Count];
        foreach (var result in results.Points())
            for (var i = 0; i < names.Count; i++) known[i] |= result.EstimateOf(i) is not null;
        if (results.Finished > 0 && !known.Contains(value: true))
            throw new ComparisonException("no point's run would ever end: there is nothing to compare");
        var metric = MetricChoice.Of(
            wanted, [.. RunMetrics.Names.Where(metric => Known(metric.Name))]);
        var place = PlaceOf(metric.Name);
        var points = results.Points()
            .Select(result => new PointMean(result.Point, result.Values, result.EstimateOf(place))).ToList();
        return new SweepSummary(metric, points, Ranked(results, points, metric, place));

        bool Known(string name) => PlaceOf(name) is var i && i >= 0 && known[i];

        int PlaceOf(string name) => names.ToList().IndexOf(name);
    }

    private static List<RankedPoint> Ranked(
        SweepResults results, List<PointMean> points, MetricName metric, int place)
    {
        var order = points.Where(point => point.Estimate is { } estimate && double.IsFinite(estimate.Mean))
            .OrderBy(point => metric.Rank(point.Estimate!.Mean)).Take(MostRanked).ToList();
        if (order.Count == 0) return [];
        var values = order.Select(point => results.At(point.Point).Runs.Select(run => run[place]).ToList()).ToList();
        var tests = HolmCorrection.Of(
            [.. values.Skip(1).Select(own => (IReadOnlyList<double>)[.. values[0].Zip(own, (a, b) => b - a)])]);
        return [.. order.Select((point, i) => new RankedPoint(point, i == 0 ? null : tests[i - 1]))];
    }
}
