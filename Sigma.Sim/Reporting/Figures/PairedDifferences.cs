// Each alternative against the best: a dot for every replication, since pairs show what means hide, and the mean with
// its interval. An interval that crosses the zero line is no difference.
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Paired differences of a comparison.</summary>
internal static class PairedDifferences
{
    private const double Row = 44, From = 250, To = 700;

    public static Figure Draw(Comparison comparison, string source)
    {
        var (best, metric) = (comparison.Ranking[0], comparison.Metric);
        var others = comparison.Ranking.Skip(1).ToList();
        var label = comparison.Contenders[best].Alternative.Label;
        var measure = Measure.Of(metric, comparison.Contenders[best].Set.Metrics[metric.Name].Mean);
        var frame = new FigureFrame(
            "paired-differences",
            Wording.Sentence(CompareWords.Verdict(comparison)),
            $"Difference of {metric.Title} to that of {label}, replication by replication, with the mean and its "
                + "interval, which is corrected for the number of pairs.",
            others.Count * Row + 44,
            source);
        var (canvas, bottom) = (frame.Canvas, frame.Top + others.Count * Row);
        var rows = others.Select(number => (
            comparison.Contenders[number].Alternative.Label,
            Values: ValuesOf(comparison, best, number, measure.Scale),
            Difference: comparison.Between(best, number))).ToList();
        var ends = rows.SelectMany(row => row.Values).Append(0).ToList();
        var scale = Scale.Around(ends.Min(), ends.Max(), 6, From, To);
        var unit = measure.ChangeUnit.Length == 0 ? "" : $" [{measure.ChangeUnit}]";
        scale.DrawBelow(canvas, frame.Top, bottom, 6, $"{metric.Title}, less that of the best{unit}");
        canvas.Line(scale.At(0), frame.Top, scale.At(0), bottom, "zero");
        for (var i = 0; i < rows.Count; i++)
        {
            var y = frame.Top + (i + 0.5) * Row;
            var room = From - FigureFrame.Left - 14;
            canvas.Text(
                FigureFrame.Left, y + 4, FigureFrame.LabelSize, Anchor.Start, "",
                TextFit.Shortened(rows[i].Label, FigureFrame.LabelSize, room));
            Dots(canvas, scale, y, rows[i].Values);
            var (difference, isSure) = (rows[i].Difference.Difference, rows[i].Difference.IsSignificant);
            canvas.Line(
                scale.At(difference.Low * measure.Scale), y, scale.At(difference.High * measure.Scale), y, "whisker");
            canvas.Dot(
                scale.At(difference.Mean * measure.Scale), y, 5, Palette.Accent,
                $"{rows[i].Label}: {measure.Change(difference)} {measure.ChangeUnit}".TrimEnd());
            canvas.Text(
                FigureFrame.Right, y + 4, FigureFrame.LabelSize, Anchor.End, isSure ? "strong" : "soft",
                isSure ? measure.Change(difference) : "not significant");
        }

        return frame.Done(new TextTable(
            [
                Column.Words("alternative"), Column.Number($"difference{unit}"), Column.Number("low, corrected"),
                Column.Number("high, corrected"), Column.Words("significant"),
            ],
            [
                .. rows.Select(row => TableRow.Of(
                [
                    row.Label, .. TextTable.Cells(row.Difference.Difference, measure.Scale),
                    row.Difference.IsSignificant ? "yes" : "no",
                ])),
            ]));
    }

    private static List<double> ValuesOf(Comparison comparison, int best, int number, double scale)
    {
        var name = comparison.Metric.Name;
        return [.. comparison.Contenders[best].Set.Runs.Zip(
            comparison.Contenders[number].Set.Runs, (a, b) => (b.Metrics[name] - a.Metrics[name]) * scale)];
    }

    /// <summary>Spread over three lines, by their number, so that equal ones do not hide each other.</summary>
    private static void Dots(SvgCanvas canvas, Scale scale, double y, List<double> values)
    {
        const int most = 200;
        for (var i = 0; i < Math.Min(most, values.Count); i++)
            canvas.Dot(scale.At(values[i]), y + (i % 3 - 1) * 9, 2, "c-straggler-wait faint");
    }
}
