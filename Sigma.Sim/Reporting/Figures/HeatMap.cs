// A metric over two axes: a cell per point, dark where it is good, the best one framed. Cells hold their number where
// there is room for it.
using System.Globalization;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Means over two axes.</summary>
internal static class HeatMap
{
    public const string Name = "heat-map";

    public const int MostRows = 40, MostColumns = 40;

    private const double From = 150, Row = 30, LeastForNumber = 44;

    public static Figure Draw(
        SweepHead head, SweepSummary summary, IReadOnlyList<string> rows, IReadOnlyList<string> columns, string source)
    {
        var best = summary.Best[0].Mean;
        var measure = Measure.Of(summary.Metric, best.Estimate!.Mean);
        var paths = SweepWords.ShortPaths(head.Paths);
        var frame = new FigureFrame(
            Name,
            $"{SweepWords.Named(head, best)} gives the best {summary.Metric.Title}: "
                + $"{measure.Text(best.Estimate)} {measure.Unit}".TrimEnd(),
            $"{summary.Metric.Title} over {head.Paths[0]} (rows) and {head.Paths[1]} (columns); the best cell is "
                + "framed.",
            rows.Count * Row + 60,
            source);
        var width = (FigureFrame.Right - From) / columns.Count;
        var means = summary.Points.Where(point => point.Estimate is { } e && double.IsFinite(e.Mean))
            .ToDictionary(point => (point.Values[0], point.Values[1]), point => point.Estimate!.Mean * measure.Scale);
        var (worst, top) = (means.Values.Max(summary.Metric.Rank), means.Values.Min(summary.Metric.Rank));
        for (var r = 0; r < rows.Count; r++)
        {
            var y = frame.Top + r * Row;
            frame.Canvas.Text(
                From - 8, y + Row / 2 + 4, FigureFrame.NoteSize, Anchor.End, "",
                TextFit.Shortened(rows[r], FigureFrame.NoteSize, From - FigureFrame.Left - 8));
            for (var c = 0; c < columns.Count; c++)
            {
                if (!means.TryGetValue((rows[r], columns[c]), out var mean)) continue;
                var good = worst == top ? 1 : (worst - summary.Metric.Rank(mean)) / (worst - top);
                var level = Math.Min(Palette.HeatShades - 1, (int)(good * Palette.HeatShades));
                var tip = $"{paths[0]}={rows[r]}, {paths[1]}={columns[c]}: {UnitText.ThreeDigits(mean)} {measure.Unit}";
                frame.Canvas.Rect(
                    From + c * width, y, width - 2, Row - 2, Palette.ClassOfHeat(level), tip.TrimEnd());
                if (width < LeastForNumber) continue;
                frame.Canvas.Text(
                    From + (c + 0.5) * width - 1, y + Row / 2 + 3, FigureFrame.NoteSize, Anchor.Middle,
                    Palette.IsStrongHeat(level) ? "on-heat" : "", Text(mean, Math.Abs(worst - top)));
            }
        }

        var (bestRow, bestColumn) = (rows.ToList().IndexOf(best.Values[0]), columns.ToList().IndexOf(best.Values[1]));
        frame.Canvas.Rect(From + bestColumn * width - 1, frame.Top + bestRow * Row - 1, width, Row, "framed");
        Names(frame, columns, width, frame.Top + rows.Count * Row + 14);
        frame.Canvas.Text(
            FigureFrame.Right, frame.Top + rows.Count * Row + 34, FigureFrame.NoteSize, Anchor.End, "soft",
            $"columns: {head.Paths[1]}; rows: {head.Paths[0]}; cells: {measure.Head}");
        return frame.Done(TextTable.FirstOf(
            [Column.Words(head.Paths[0]), Column.Words(head.Paths[1]), .. TextTable.Interval(measure.Head)],
            [
                .. summary.Points.Select(point => TableRow.Marked(
                    point == best,
                    [point.Values[0], point.Values[1], .. TextTable.Cells(point.Estimate, measure.Scale)])),
            ],
            "points.csv"));
    }

    /// <summary>As many decimals as tell a hundredth of the range, six at most.</summary>
    private static string Text(double mean, double range)
    {
        var decimals = range > 0 ? Math.Clamp(2 - (int)Math.Floor(Math.Log10(range)), 0, 6) : 2;
        return mean.ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }

    /// <summary>Names below the columns, as many as there is room for.</summary>
    private static void Names(FigureFrame frame, IReadOnlyList<string> columns, double width, double y)
    {
        var end = double.NegativeInfinity;
        for (var c = 0; c < columns.Count; c++)
        {
            var (middle, half) = (
                From + (c + 0.5) * width, TextFit.WidthOf(columns[c], FigureFrame.NoteSize) / 2);
            if (middle - half < end + 6 || middle + half > FigureFrame.Right + width / 2) continue;
            frame.Canvas.Text(middle, y, FigureFrame.NoteSize, Anchor.Middle, "soft", columns[c]);
            end = middle + half;
        }
    }
}
