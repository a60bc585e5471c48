// Which pictures a sweep has: one axis is a curve, two that are crossed are a map, and through the best point of any
// grid there is a curve along each axis.
using System.Globalization;
using Sigma.Sim.Experiments.Sweeps;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Draws sweeps.</summary>
internal static class SweepFigures
{
    private const int LeastOfCurve = 3, MostOfCurve = 400;

    public static IEnumerable<Figure> Of(SweepHead head, SweepSummary summary)
    {
        if (summary.Best.Count == 0) yield break;
        var command = SweepWords.CommandOf(head, summary);
        if (IsCrossed(head, summary, out var rows, out var columns))
            yield return HeatMap.Draw(head, summary, rows, columns, command);
        var best = summary.Best[0].Mean;
        for (var axis = 0; axis < head.Paths.Count; axis++)
        {
            var along = summary.Points.Where(point => IsBeside(point, best, axis)).ToList();
            if (along.Count is < LeastOfCurve or > MostOfCurve) continue;
            var values = along.Select(point => point.Values[axis]).ToHashSet(StringComparer.Ordinal);
            if (values.Count < along.Count) continue;
            yield return ResponseCurve.Draw(NameOf(axis), head, summary, along, axis, command);
        }
    }

    /// <summary>All names that a sweep of these axes may have figures under.</summary>
    public static IEnumerable<string> NamesFor(SweepHead head) =>
        Enumerable.Range(0, head.Paths.Count).Select(NameOf).Append(HeatMap.Name);

    private static string NameOf(int axis) =>
        string.Create(CultureInfo.InvariantCulture, $"response-{axis + 1}");

    private static bool IsBeside(PointMean point, PointMean best, int axis) =>
        point.Values.Index().All(value => value.Index == axis || value.Item == best.Values[value.Index]);

    private static bool IsCrossed(
        SweepHead head, SweepSummary summary, out IReadOnlyList<string> rows, out IReadOnlyList<string> columns)
    {
        (rows, columns) = ([], []);
        if (head.Paths.Count != 2) return false;
        rows = [.. summary.Points.Select(point => point.Values[0]).Distinct(StringComparer.Ordinal)];
        columns = [.. summary.Points.Select(point => point.Values[1]).Distinct(StringComparer.Ordinal)];
        // A few points may be skipped; a sample or zipped axes have a row of their own for each point.
        return rows.Count > 1 && columns.Count > 1 && summary.Points.Count * 2 > rows.Count * columns.Count
            && rows.Count <= HeatMap.MostRows && columns.Count <= HeatMap.MostColumns;
    }
}
