// A metric along one axis, the others at the best point's values: the mean, and the band in which 95 of 100 such
// intervals hold the true one. Bands of one sweep move together, since all points met the same dice: a dip that is
// narrower than its band may be sure all the same.
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Means along an axis.</summary>
internal static class ResponseCurve
{
    private const double From = 84, To = 850, Height = 300, LeastRatioOfLog = 12, WidestName = 150;

    public static Figure Draw(
        string name, SweepHead head, SweepSummary summary, IReadOnlyList<PointMean> along, int axis, string source)
    {
        var best = summary.Best[0].Mean;
        var measure = Measure.Of(summary.Metric, best.Estimate!.Mean);
        var others = head.Paths.Count == 1 ? "" : ", the other axes at the best point";
        var frame = new FigureFrame(
            name,
            $"{SweepWords.ShortPaths(head.Paths)[axis]} = {best.Values[axis]} gives the best {summary.Metric.Title}: "
                + $"{measure.Text(best.Estimate)} {measure.Unit}".TrimEnd(),
            $"{summary.Metric.Title} over {head.Paths[axis]}{others}, with 95 % intervals.",
            Height + 52,
            source);
        var points = Placed(along, axis).OrderBy(point => point.X).ToList();
        var ends = points.SelectMany(point => new[] { point.Low, point.Mean, point.High })
            .Select(end => end * measure.Scale).Where(double.IsFinite).ToList();
        var (top, bottom) = (frame.Top + 8, frame.Top + Height);
        var scale = Scale.Around(ends.Min(), ends.Max(), 5, bottom, top);
        scale.DrawBeside(frame.Canvas, From, To, 5);
        frame.Canvas.Area(
        [
            .. points.Select(point => (point.X, scale.At(point.High * measure.Scale))),
            .. Enumerable.Reverse(points).Select(point => (point.X, scale.At(point.Low * measure.Scale))),
        ], "c-straggler-wait faint");
        frame.Canvas.Curve(points.Select(point => (point.X, scale.At(point.Mean * measure.Scale))), "curve");
        var last = double.NegativeInfinity;
        foreach (var point in points)
        {
            var isBest = point.Text == best.Values[axis];
            frame.Canvas.Dot(
                point.X, scale.At(point.Mean * measure.Scale), isBest ? 6 : 3, Palette.Accent,
                $"{point.Text}: {UnitText.ThreeDigits(point.Mean * measure.Scale)} {measure.Unit}".TrimEnd());
            var text = TextFit.Shortened(point.Text, FigureFrame.NoteSize, WidestName);
            var half = TextFit.WidthOf(text, FigureFrame.NoteSize) / 2;
            var x = Math.Clamp(point.X, FigureFrame.Left + half, FigureFrame.Right - half);
            if (x - half < last + 6) continue;
            frame.Canvas.Text(x, bottom + 18, FigureFrame.NoteSize, Anchor.Middle, "soft", text);
            last = x + half;
        }

        frame.Canvas.Text(
            To, bottom + 38, FigureFrame.NoteSize, Anchor.End, "soft",
            $"{measure.Head} over {head.Paths[axis]}");
        return frame.Done(TextTable.FirstOf(
            [Column.Words(head.Paths[axis]), .. TextTable.Interval(measure.Head)],
            [
                .. points.Select(point => TableRow.Of(
                [
                    point.Text,
                    .. new[] { point.Mean, point.Low, point.High }
                        .Select(value => TextTable.Digits(value * measure.Scale)),
                ])),
            ],
            "points.csv"));
    }

    private sealed record Place(double X, string Text, double Mean, double Low, double High);

    /// <summary>Quantities stand where their value is, words side by side.</summary>
    private static IEnumerable<Place> Placed(IReadOnlyList<PointMean> along, int axis)
    {
        const double pad = 24;
        var quantities = along.Select(point => UnitScale.Of(point.Values[axis])).ToList();
        var areNumbers = quantities.All(quantity => quantity is not null)
            && quantities.Select(quantity => quantity!.Value.Kind).Distinct(StringComparer.Ordinal).Count() == 1;
        var values = areNumbers
            ? quantities.Select(quantity => quantity!.Value.Value).ToList()
            : [.. Enumerable.Range(0, along.Count).Select(i => (double)i)];
        var (low, high) = (values.Min(), values.Max());
        var isLog = low > 0 && high / low >= LeastRatioOfLog && areNumbers;
        var scale = isLog
            ? new Scale(Math.Log(low), Math.Log(high), From + pad, To - pad)
            : new Scale(low, high, From + pad, To - pad);
        for (var i = 0; i < along.Count; i++)
        {
            if (along[i].Estimate is not { } estimate || !double.IsFinite(estimate.Mean)) continue;
            yield return new Place(
                scale.At(isLog ? Math.Log(values[i]) : values[i]), along[i].Values[axis], estimate.Mean, estimate.Low,
                estimate.High);
        }
    }
}
