// How the hazard of units goes with their age: counted, with intervals, and as the fitted laws have it. A life that is
// early, random or late shows at a glance, and so does a law that misses it.
using Sigma.Sim.Fitting;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Hazard by age; the best law strong, the others faint.</summary>
internal static class HazardByAge
{
    private const double Height = 300, Heading = 26, Left = 74, Right = FigureFrame.Right - 96, LabelLine = 16;
    private const int Points = 160;

    /// <summary>Hazards are given for a year, as rates of failure are in data sheets.</summary>
    private const double Year = 365.25 * 86_400;

    /// <param name="name">Its file's name without ending.</param>
    /// <param name="fit">With at least one failure.</param>
    /// <param name="log">Whose unit of time the axis has.</param>
    /// <param name="source">The command that draws it again.</param>
    public static Figure Draw(string name, CauseFit fit, LifeLog log, string source)
    {
        var frame = new FigureFrame(
            name, Finding(fit, log),
            "Failures per unit and year by age: a bar and a dot for each bin of ages with the 95 % interval of its "
                + "count, and curves for the fitted laws, of which the best is strong.",
            Heading + Height + 40, source);
        var canvas = frame.Canvas;
        var (top, bottom) = (frame.Top + Heading, frame.Top + Heading + Height);
        canvas.Text(
            FigureFrame.Left, frame.Top + 10, FigureFrame.LabelSize, Anchor.Start, "strong",
            "failures per unit and year");
        var x = Scale.Around(0, fit.Hazard[^1].ToSeconds / log.UnitSeconds, 8, Left, Right);
        var highest = fit.Hazard.Max(bin => bin.Failures > 0 ? bin.High : bin.Hazard) * Year;
        var y = Scale.Around(0, highest, 6, bottom, top);
        y.DrawBeside(canvas, Left, Right, 6);
        x.DrawBelow(canvas, top, bottom, 8, $"age [{log.Unit}]");
        Curves(canvas, fit, log, x, y);
        foreach (var bin in fit.Hazard)
        {
            var (from, to) = (x.At(bin.FromSeconds / log.UnitSeconds), x.At(bin.ToSeconds / log.UnitSeconds));
            var (middle, high) = ((from + to) / 2, Math.Min(y.High, bin.High * Year));
            canvas.Line(from, y.At(bin.Hazard * Year), to, y.At(bin.Hazard * Year), "zero");
            canvas.Line(middle, y.At(bin.Low * Year), middle, y.At(high), "whisker");
            canvas.Dot(
                middle, y.At(bin.Hazard * Year), 3.5, "c-restart",
                $"{Wording.Plural(bin.Failures, "failure")}, per unit and year: "
                    + Wording.WithInterval(bin.Hazard * Year, bin.Low * Year, bin.High * Year));
        }

        return frame.Done(new TextTable(
            [
                Column.Number($"from [{log.Unit}]"), Column.Number($"to [{log.Unit}]"), Column.Number("failures"),
                .. TextTable.Interval("failures per unit and year"),
            ],
            [
                .. fit.Hazard.Select(bin => TableRow.Of(
                [
                    TextTable.Digits(bin.FromSeconds / log.UnitSeconds),
                    TextTable.Digits(bin.ToSeconds / log.UnitSeconds), UnitText.Count(bin.Failures),
                    .. new[] { bin.Hazard, bin.Low, bin.High }.Select(hazard => TextTable.Digits(hazard * Year)),
                ])),
            ]));
    }

    private static string Finding(CauseFit fit, LifeLog log)
    {
        var cause = fit.Cause is null ? "" : $" by {fit.Cause}";
        var seen = $"{Wording.Plural(fit.Failures, "failure")}{cause} in "
            + $"{UnitText.ThreeDigits(fit.ExposureSeconds / log.UnitSeconds)} {log.Unit} of watched units";
        return fit.Best is { } best ? $"{seen}: best is {best.Family.Name}, {Trend(best)}" : seen;
    }

    private static string Trend(LawFit best) => best.Family.Name switch
    {
        "weibull" or "gamma" => best.Parameters[0] < 1 ? "whose hazard falls with age" : "whose hazard grows with age",
        "exponential" => "whose hazard is the same at any age",
        "lognormal" => "whose hazard grows and falls again",
        "bathtub" => "whose hazard falls and grows again",
        _ => throw new InvalidOperationException($"{best.Family.Name} is no family of laws."),
    };

    /// <summary>From the last back to the first, so that the best lies on top; names stand at the right end.</summary>
    private static void Curves(SvgCanvas canvas, CauseFit fit, LifeLog log, Scale x, Scale y)
    {
        var ends = new List<(double Y, string Name, bool IsBest)>();
        foreach (var law in fit.Fits.Reverse())
        {
            var points = new List<(double X, double Y)>();
            for (var i = 1; i <= Points; i++)
            {
                var age = x.High * i / Points;
                // What leaves the frame is cut, and not drawn along its edge.
                var hazard = law.Law.Hazard(age * log.UnitSeconds) * Year;
                if (hazard <= y.High) points.Add((x.At(age), y.At(hazard)));
            }

            if (points.Count == 0) continue;
            var isBest = law == fit.Best;
            canvas.Curve(points, isBest ? "curve" : "curve faint");
            ends.Add((points[^1].Y, law.Family.Name, isBest));
        }

        // Names that would cover each other move down, and all of them up where they then leave the frame.
        var at = double.NegativeInfinity;
        var places = ends.OrderBy(end => end.Y).Select(end => at = Math.Max(at + LabelLine, end.Y)).ToList();
        var up = places.Count > 0 ? Math.Max(0, places[^1] - y.At(y.Low)) : 0;
        foreach (var (end, place) in ends.OrderBy(end => end.Y).Zip(places))
        {
            canvas.Text(
                Right + 8, place - up + 4, FigureFrame.LabelSize, Anchor.Start, end.IsBest ? "strong" : "soft",
                end.Name);
        }
    }
}
