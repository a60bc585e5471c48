// How the answer settles as replications are added: the mean of the first n and its interval, which narrows with the
// square root of n. Who doubts the number of replications looks here.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Mean and interval of ETTR over the number of replications.</summary>
internal static class Convergence
{
    private const double From = 84, To = 850, Height = 260;
    private const int MostPoints = 120, First = 3;

    public static Figure Draw(RunOutcome outcome, string source)
    {
        var values = outcome.Set.Runs.Select(run => run.Metrics["ettr"] * 100).ToList();
        var points = CountsUpTo(values.Count).Select(n => (N: n, Estimate: Estimate.Of(values[..n])))
            .Where(point => double.IsFinite(point.Estimate.Low)).ToList();
        var final = Estimate.Of(values);
        var half = points.Count == 0 ? "nobody knows how many" : UnitText.ThreeDigits(final.High - final.Mean);
        var frame = new FigureFrame(
            "convergence",
            $"After {UnitText.Count(values.Count)} replications ETTR is "
                + $"{UnitText.Percent(final.Mean / 100, 2)} ± {half} points",
            "Mean effective training time ratio of the first n replications with its 95 % interval.",
            Height + 52,
            source);
        // One replication alone has no interval.
        if (points.Count == 0) return frame.Done(TextTable.None);
        var (top, bottom) = (frame.Top + 8, frame.Top + Height);
        // The first few intervals are so wide that nothing else would be seen.
        var shown = points.Where(point => point.N >= Math.Min(8, values.Count)).ToList();
        var y = Scale.Around(
            shown.Min(point => point.Estimate.Low), shown.Max(point => point.Estimate.High), 5, bottom, top);
        var x = new Scale(Math.Log(points[0].N), Math.Log(Math.Max(values.Count, points[0].N + 1)), From, To);
        y.DrawBeside(frame.Canvas, From, To, 5);
        frame.Canvas.Area(
        [
            .. points.Select(point => (X(point.N), Y(point.Estimate.High))),
            .. Enumerable.Reverse(points).Select(point => (X(point.N), Y(point.Estimate.Low))),
        ], "c-straggler-wait faint");
        frame.Canvas.Curve(points.Select(point => (X(point.N), Y(point.Estimate.Mean))), "curve");
        foreach (var (n, estimate) in points.Where(point => point.N >= shown[0].N))
        {
            frame.Canvas.Dot(
                X(n), Y(estimate.Mean), 2.5, Palette.Accent,
                $"{UnitText.Count(n)} replications: "
                    + $"{Wording.WithInterval(estimate.Mean, estimate.Low, estimate.High)} %");
        }

        var end = double.NegativeInfinity;
        foreach (var n in points.Select(point => point.N))
        {
            var wide = TextFit.WidthOf(UnitText.Count(n), FigureFrame.NoteSize) / 2;
            if (X(n) - wide < end + 14) continue;
            frame.Canvas.Text(X(n), bottom + 18, FigureFrame.NoteSize, Anchor.Middle, "soft", UnitText.Count(n));
            end = X(n) + wide;
        }

        frame.Canvas.Text(To, bottom + 38, FigureFrame.NoteSize, Anchor.End, "soft", "ETTR [%] over replications");
        return frame.Done(new TextTable(
            [Column.Number("replications"), .. TextTable.Interval("ETTR [%]")],
            [
                .. points.Select(point => TableRow.Of(
                    [UnitText.Count(point.N), .. TextTable.Cells(point.Estimate, 1)])),
            ]));

        double X(int n) => x.At(Math.Log(n));

        double Y(double value) => Math.Clamp(y.At(value), top, bottom);
    }

    /// <summary>Numbers from 3, or 2, even in their logarithm, and the last.</summary>
    private static IEnumerable<int> CountsUpTo(int count)
    {
        var first = Math.Min(First, count);
        return Enumerable.Range(0, MostPoints)
            .Select(i => (int)Math.Round(first * Math.Pow((double)count / first, i / (MostPoints - 1.0))))
            .Append(count).Distinct().Order();
    }
}
