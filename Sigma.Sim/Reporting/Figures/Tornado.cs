// Inputs by how far they move the answer: a bar to each side from the scenario's own value, the largest on top. Pale
// bars are those whose interval holds zero.
using Sigma.Sim.Experiments;
using Sigma.Sim.Experiments.Search;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>One-at-a-time changes of a metric.</summary>
internal static class Tornado
{
    private const double Row = 34, From = 340, To = 780;
    private const int MostRows = 15;
    private const string LowEnd = "c-pipeline-bubble";

    public static Figure Draw(SensitivityOutcome outcome, string source)
    {
        var swings = outcome.Swings.Take(MostRows).ToList();
        var measure = Measure.Of(outcome.Metric, outcome.Own.Mean);
        var unit = measure.ChangeUnit.Length == 0 ? "" : $" [{measure.ChangeUnit}]";
        var frame = new FigureFrame(
            "tornado",
            Wording.Sentence(SensitivityWords.Verdict(outcome)),
            $"Change of {outcome.Metric.Title} when one input goes to its low or its high end and everything else, the "
                + "faults included, stays; with 95 % intervals of the paired difference.",
            swings.Count * Row + 66,
            source);
        var canvas = frame.Canvas;
        var legend = frame.Legend(frame.Top - 4, [(LowEnd, "low end"), (Palette.Accent, "high end")]);
        var top = frame.Top + legend;
        var bottom = top + swings.Count * Row;
        var ends = swings.SelectMany(swing => new[] { swing.AtLow, swing.AtHigh })
            .SelectMany(end => new[] { end.Low, end.Mean, end.High })
            .Where(double.IsFinite).Append(0).Select(end => end * measure.Scale).ToList();
        var scale = Scale.Around(ends.Min(), Math.Max(ends.Max(), ends.Min() + 1e-9), 5, From, To);
        scale.DrawBelow(canvas, top, bottom, 5, $"change of {outcome.Metric.Title}{unit}");
        for (var i = 0; i < swings.Count; i++)
        {
            var y = top + i * Row;
            var room = From - FigureFrame.Left - 10;
            canvas.Text(
                FigureFrame.Left, y + 14, FigureFrame.LabelSize, Anchor.Start, "",
                TextFit.Shortened(swings[i].Input.Path, FigureFrame.LabelSize, room));
            canvas.Text(
                FigureFrame.Left, y + 27, FigureFrame.NoteSize, Anchor.Start, "soft",
                TextFit.Shortened($"{swings[i].Input.Low} to {swings[i].Input.High}", FigureFrame.NoteSize, room));
            var (path, low, high) = (swings[i].Input.Path, swings[i].AtLow, swings[i].AtHigh);
            Bar(canvas, scale, y + 6, low, measure, LowEnd, $"{path} = {swings[i].Input.Low}");
            Bar(canvas, scale, y + 18, high, measure, Palette.Accent, $"{path} = {swings[i].Input.High}");
        }

        canvas.Line(scale.At(0), top, scale.At(0), bottom, "zero");
        return frame.Done(new TextTable(
            [
                Column.Words("input"), Column.Words("low end"), .. TextTable.Interval($"change there{unit}"),
                Column.Words("high end"), .. TextTable.Interval($"change there{unit}"),
            ],
            [
                .. swings.Select(swing => TableRow.Of(
                [
                    swing.Input.Path, swing.Input.Low, .. TextTable.Cells(swing.AtLow, measure.Scale),
                    swing.Input.High, .. TextTable.Cells(swing.AtHigh, measure.Scale),
                ])),
            ]));
    }

    private static void Bar(
        SvgCanvas canvas, Scale scale, double y, Estimate difference, Measure measure, string colour, string what)
    {
        var factor = measure.Scale;
        if (!double.IsFinite(difference.Mean)) return;
        var (zero, end) = (scale.At(0), scale.At(difference.Mean * factor));
        var isSure = difference.Low > 0 || difference.High < 0;
        canvas.Rect(
            Math.Min(zero, end), y, Math.Max(1, Math.Abs(end - zero)), 10, isSure ? colour : colour + " faint",
            $"{what}: {measure.Change(difference)} {measure.ChangeUnit}".TrimEnd());
        if (double.IsFinite(difference.Low) && double.IsFinite(difference.High))
            canvas.Line(scale.At(difference.Low * factor), y + 5, scale.At(difference.High * factor), y + 5, "whisker");
    }
}
