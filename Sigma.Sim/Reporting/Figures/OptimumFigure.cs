// Where the optimum lies: along one axis all points that were run with their intervals, the optimum's own interval as a
// band; over two axes the points as dots, darker where better.
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>A search as a picture.</summary>
internal static class OptimumFigure
{
    private const double From = 84, To = 850, Height = 320, Margin = 20;

    public static Figure Draw(OptimumOutcome outcome, string source)
    {
        var optimum = outcome.Optimum;
        var measure = Measure.Of(optimum.Metric, optimum.Best.Estimate.Mean);
        var places = outcome.Axes.Select((axis, i) =>
            $"{axis.Path} = {optimum.Best.Texts[i]} ({optimum.Interval[i].Low} to {optimum.Interval[i].High})");
        var frame = new FigureFrame(
            "optimum",
            $"The best {optimum.Metric.Title}, {measure.Text(optimum.Best.Estimate)} {measure.Unit}".TrimEnd()
                + $", is at {string.Join(" and ", places)}",
            $"{optimum.Metric.Title} over {Wording.List(outcome.Axes.Select(axis => axis.Path), "and")}: every point "
                + "that was run; 95 % intervals.",
            Height + 52,
            source);
        if (outcome.Axes.Count == 1) Curve(frame, outcome, measure);
        else Map(frame, outcome, measure);
        return frame.Done(TextTable.FirstOf(
            [.. outcome.Axes.Select(axis => Column.Words(axis.Path)), .. TextTable.Interval(measure.Head)],
            [
                .. optimum.Points.Select(point => TableRow.Marked(
                    ReferenceEquals(point, optimum.Best),
                    [.. point.Texts, .. TextTable.Cells(point.Estimate, measure.Scale)])),
            ],
            "points.csv"));
    }

    private static void Curve(FigureFrame frame, OptimumOutcome outcome, Measure measure)
    {
        var (optimum, axis) = (outcome.Optimum, outcome.Axes[0]);
        var (top, bottom) = (frame.Top + 8, frame.Top + Height);
        var points = optimum.Points.OrderBy(point => point.Place[0]).ToList();
        var ends = points.SelectMany(point => new[] { point.Estimate.Low, point.Estimate.High })
            .Where(double.IsFinite).Select(end => end * measure.Scale).ToList();
        var scale = Scale.Around(ends.Min(), ends.Max(), 5, bottom, top);
        scale.DrawBeside(frame.Canvas, From, To, 5);
        var (low, high) = (PlaceOf(optimum.Interval[0].Low, axis), PlaceOf(optimum.Interval[0].High, axis));
        frame.Canvas.Rect(
            X(low), top, Math.Max(1.5, X(high) - X(low)), bottom - top, "c-checkpoint-save faint",
            $"the optimum lies between {optimum.Interval[0].Low} and {optimum.Interval[0].High}");
        frame.Canvas.Curve(
            points.Select(point => (X(point.Place[0]), scale.At(point.Estimate.Mean * measure.Scale))), "curve");
        foreach (var point in points)
        {
            var x = X(point.Place[0]);
            frame.Canvas.Line(
                x, scale.At(point.Estimate.Low * measure.Scale), x, scale.At(point.Estimate.High * measure.Scale),
                "zero");
            var radius = ReferenceEquals(point, optimum.Best) ? 6 : 2.5;
            frame.Canvas.Dot(
                x, scale.At(point.Estimate.Mean * measure.Scale), radius, Palette.Accent, TipOf(point, measure));
        }

        Below(frame, axis, bottom, measure.Head);
    }

    private static void Map(FigureFrame frame, OptimumOutcome outcome, Measure measure)
    {
        var (optimum, across, up) = (outcome.Optimum, outcome.Axes[0], outcome.Axes[1]);
        var (top, bottom) = (frame.Top + 8, frame.Top + Height);
        var ranks = optimum.Points.Select(point => optimum.Metric.Rank(point.Estimate.Mean)).ToList();
        var (best, worst) = (ranks.Min(), ranks.Max());
        foreach (var place in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            frame.Canvas.Line(From, Y(place), To, Y(place), "grid");
            frame.Canvas.Text(
                From - 7, Y(place) + 4, FigureFrame.NoteSize, Anchor.End, "soft",
                Label(up, place));
        }

        // The best last, so that no other hides it.
        foreach (var point in optimum.Points.OrderByDescending(point => optimum.Metric.Rank(point.Estimate.Mean)))
        {
            var good = worst == best ? 1 : (worst - optimum.Metric.Rank(point.Estimate.Mean)) / (worst - best);
            var level = Math.Min(Palette.HeatShades - 1, (int)(good * Palette.HeatShades));
            var isBest = ReferenceEquals(point, optimum.Best);
            frame.Canvas.Dot(
                X(point.Place[0]), Y(point.Place[1]), isBest ? 9 : 6, Palette.ClassOfHeat(level),
                TipOf(point, measure));
            if (isBest) frame.Canvas.Dot(X(point.Place[0]), Y(point.Place[1]), 11, "framed");
        }

        Below(frame, across, bottom, $"{measure.Head}, darker where better; upwards: {up.Path}");

        double Y(double place) => bottom - Margin - place * (bottom - top - 2 * Margin);
    }

    private static string TipOf(SearchPoint point, Measure measure) =>
        $"{string.Join(", ", point.Texts)}: {measure.Text(point.Estimate)} {measure.Unit}".TrimEnd();

    private static void Below(FigureFrame frame, SearchAxis axis, double bottom, string what)
    {
        foreach (var place in (double[])[0, 0.25, 0.5, 0.75, 1])
        {
            var anchor = place == 1 ? Anchor.End : place == 0 ? Anchor.Start : Anchor.Middle;
            frame.Canvas.Text(X(place), bottom + 18, FigureFrame.NoteSize, anchor, "soft", Label(axis, place));
        }

        frame.Canvas.Text(To, bottom + 38, FigureFrame.NoteSize, Anchor.End, "soft", $"{what} over {axis.Path}");
    }

    private static string Label(SearchAxis axis, double place)
    {
        var text = UnitText.ThreeDigits(axis.Range.NumberAt(place));
        return axis.Range.Unit.Length == 0 ? text : $"{text} {axis.Range.Unit}";
    }

    private static double PlaceOf(string text, SearchAxis axis)
    {
        var number = text.Split(' ')[0];
        return axis.Range.PlaceOf(double.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
    }

    private static double X(double place) => From + Margin + place * (To - From - 2 * Margin);
}
