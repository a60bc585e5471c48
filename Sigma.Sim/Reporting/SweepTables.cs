// The tables of a sweep, for the console and the page alike.
using System.Globalization;
using Sigma.Sim.Experiments.Sweeps;

namespace Sigma.Sim.Reporting;

/// <summary>What a sweep comes to, in rows.</summary>
internal static class SweepTables
{
    private const int MostColumns = 4;

    /// <summary>The best points with their paired differences to the first of them.</summary>
    public static TextTable Best(SweepHead head, SweepSummary summary)
    {
        var measure = Measure.Of(summary.Metric, summary.Best[0].Mean.Estimate!.Mean);
        // Many axes, of which a point sets a few, are one column of what it sets.
        var isWide = head.Paths.Count > MostColumns;
        return new TextTable(
            [
                Column.Number("rank"),
                .. isWide ? [Column.Words("point")] : SweepWords.ShortPaths(head.Paths).Select(Column.Number),
                Column.Number(measure.Head), Column.Number($"to the best [{measure.ChangeUnit}]"),
                Column.Words("verdict"),
            ],
            [
                .. summary.Best.Select((ranked, rank) => TableRow.Marked(
                    rank == 0,
                    [
                        (rank + 1).ToString(CultureInfo.InvariantCulture),
                        .. isWide ? [SweepWords.Named(head, ranked.Mean)] : ranked.Mean.Values,
                        measure.Text(ranked.Mean.Estimate!),
                        ranked.Difference is { } change ? measure.Change(change.Difference) : "",
                        ranked.Difference is not { } difference ? "best"
                            : difference.IsSignificant ? "worse" : "no significant difference",
                    ])),
            ]);
    }

    /// <summary>All points in their order, as many as a page holds.</summary>
    public static TextTable Points(SweepHead head, SweepSummary summary)
    {
        var best = summary.Best.Count > 0 ? summary.Best[0].Mean : null;
        var measure = Measure.Of(summary.Metric, best?.Estimate?.Mean ?? 0);
        return TextTable.FirstOf(
            [Column.Number("point"), .. head.Paths.Select(Column.Number), .. TextTable.Interval(measure.Head)],
            [
                .. summary.Points.Select(point => TableRow.Marked(
                    point == best,
                    [
                        point.Point.ToString(CultureInfo.InvariantCulture), .. point.Values,
                        .. TextTable.Cells(point.Estimate, measure.Scale),
                    ])),
            ],
            "points.csv");
    }
}
