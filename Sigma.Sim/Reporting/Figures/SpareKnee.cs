// Where more spares stop to pay: what they save on the left, what they cost on the right, by their number.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>ETTR and non-idle utilization by number of spares, and productive utilization beside them.</summary>
internal static class SpareKnee
{
    public const string Name = "spares";

    private const double Height = 250, Heading = 76, MarkLine = 16, SecondLeft = 528, FirstRight = 440;

    /// <summary>Points below the best that an axis shows at most.</summary>
    private const double DeepestShown = 15;

    private static readonly (string Class, string Curve, string Name, string Metric)[] Saved =
    [
        (Palette.Accent, "curve", "ETTR", "ettr"),
        ("c-restart", "curve faint", "non-idle utilization", "utilization_non_idle"),
    ];

    private static readonly (string Class, string Curve, string Name, string Metric)[] Costing =
        [(Palette.Accent, "curve", "productive utilization, spares counted", "utilization_productive")];

    public static Figure Draw(SpareStudy study, string source)
    {
        var frame = new FigureFrame(
            Name, Finding(study),
            "Left: effective training time ratio and non-idle utilization by number of spares, right: productive "
                + "utilization, whose denominator the spares are in; with 95 % intervals over the replications. Lines "
                + "mark the scenario's own number and the knee.",
            Heading + Height + 40, source);
        Panel(frame, study, 66, FirstRight, Saved);
        Panel(frame, study, SecondLeft, FigureFrame.Right, Costing);
        return frame.Done(new TextTable(
            [
                Column.Number($"{study.Kind} spares"),
                .. Saved.Concat(Costing).SelectMany(one => TextTable.Interval($"{one.Name} [%]")),
            ],
            [
                .. study.Points.Select(point => TableRow.Marked(
                    point.Spares == study.Own,
                    [
                        UnitText.Count(point.Spares),
                        .. Saved.Concat(Costing)
                            .SelectMany(one => TextTable.Cells(point.Set.Metrics[one.Metric], 100)),
                    ])),
            ]));
    }

    private static string Finding(SpareStudy study)
    {
        var less = -study.Points.First(point => point.Spares == study.Own).Difference.Mean * 100;
        var own = study.Own == study.Knee ? "as many as the scenario has"
            : study.Own == study.Best ? "the scenario has as many as that"
            : $"the scenario's {UnitText.Count(study.Own)} keep {UnitText.ThreeDigits(less)} points less than that";
        var enough = $"{Wording.Plural(study.Knee, $"{study.Kind} spare")} {(study.Knee == 1 ? "is" : "are")} enough";
        return $"{enough} for an ETTR within {UnitText.ThreeDigits(SpareStudy.Tolerance * 100)} points of the best, "
            + $"that of {UnitText.Count(study.Best)}; {own}";
    }

    private static void Panel(
        FigureFrame frame, SpareStudy study, double left, double right,
        IReadOnlyList<(string Class, string Curve, string Name, string Metric)> series)
    {
        var canvas = frame.Canvas;
        var (top, bottom) = (frame.Top + Heading, frame.Top + Heading + Height);
        Legend(canvas, left, frame.Top, series);
        var all = study.Points.SelectMany(point => series.Select(one => point.Set.Metrics[one.Metric])).ToList();
        var y = Shown(all, bottom, top);
        y.DrawBeside(canvas, left, right, 6);
        var x = new Scale(0, Math.Max(1, study.Points[^1].Spares), left + 14, right - 14);
        // The scenario's own number first: another gives way where both have no room.
        var taken = new List<(double From, double To)>();
        foreach (var point in study.Points.OrderByDescending(point => point.Spares == study.Own))
        {
            var half = TextFit.WidthOf(UnitText.Count(point.Spares), FigureFrame.NoteSize) / 2;
            var (from, to) = (x.At(point.Spares) - half - 2, x.At(point.Spares) + half + 2);
            if (taken.Exists(other => from < other.To && other.From < to)) continue;
            taken.Add((from, to));
            canvas.Text(
                x.At(point.Spares), bottom + 17, FigureFrame.NoteSize, Anchor.Middle,
                point.Spares == study.Own ? "strong" : "soft", UnitText.Count(point.Spares));
        }

        canvas.Text(right, bottom + 33, FigureFrame.NoteSize, Anchor.End, "soft", $"{study.Kind} spares");
        var below = study.Points.Count(p => series.Any(one => p.Set.Metrics[one.Metric].Mean * 100 < y.Low));
        if (below > 0)
        {
            canvas.Text(
                left, bottom + 33, FigureFrame.NoteSize, Anchor.Start, "soft",
                $"below {Scale.Text(y.Low)} %: {below} of {Wording.Plural(study.Points.Count, "number")}");
        }

        Mark(study.Knee, study.Knee == study.Own ? "knee, and the scenario's" : "knee", 0, top - 6 - MarkLine);
        if (study.Own != study.Knee) Mark(study.Own, "the scenario's", study.Own < study.Knee ? -1 : 1, top - 6);
        foreach (var (colour, curve, _, metric) in series) Course(canvas, study, x, y, (colour, curve, metric));

        // Words stand over their line, or on the side where the other mark is not; near an end inside the panel.
        void Mark(int spares, string words, int side, double baseline)
        {
            var text = $"{words}: {UnitText.Count(spares)}";
            var half = TextFit.WidthOf(text, FigureFrame.NoteSize) / 2;
            var at = Math.Clamp(x.At(spares) + side * (half + 3), left + half, right - half);
            canvas.Line(x.At(spares), baseline + (side == 0 ? 3 : -8), x.At(spares), bottom, "zero");
            canvas.Text(at, baseline, FigureFrame.NoteSize, Anchor.Middle, "strong", text);
        }
    }

    /// <summary>
    /// An axis on which the knee shows: far below the best it is cut, since what has too few spares falls off a cliff.
    /// </summary>
    private static Scale Shown(IReadOnlyList<Estimate> estimates, double bottom, double top)
    {
        var ends = estimates.SelectMany(e => new[] { e.Low, e.High, e.Mean })
            .Where(double.IsFinite).Select(end => end * 100).ToList();
        var best = estimates.Max(estimate => estimate.Mean) * 100;
        return Scale.Around(Math.Max(ends.Min(), best - DeepestShown), ends.Max(), 6, bottom, top);
    }

    private static void Course(
        SvgCanvas canvas, SpareStudy study, Scale x, Scale y, (string Colour, string Curve, string Metric) series)
    {
        var values = study.Points.Select(point => (
            At: x.At(point.Spares), Mean: point.Set.Metrics[series.Metric].Mean * 100,
            Of: point.Set.Metrics[series.Metric])).ToList();
        var curve = new List<(double X, double Y)>();
        for (var i = 0; i < values.Count; i++)
        {
            var (at, mean, _) = values[i];
            // A line that comes up from below the axis begins on it.
            if (i > 0 && mean >= y.Low && values[i - 1].Mean < y.Low)
            {
                var share = (y.Low - values[i - 1].Mean) / (mean - values[i - 1].Mean);
                curve.Add((values[i - 1].At + share * (at - values[i - 1].At), y.At(y.Low)));
            }

            if (mean >= y.Low) curve.Add((at, y.At(mean)));
        }

        var own = SeriesOf(series.Metric);
        canvas.Curve(curve, $"{series.Curve} {own}");
        foreach (var (at, mean, estimate) in values.Where(value => value.Mean >= y.Low))
        {
            if (double.IsFinite(estimate.Low) && double.IsFinite(estimate.High))
            {
                var low = Math.Max(y.Low, estimate.Low * 100);
                canvas.Line(at, y.At(low), at, y.At(estimate.High * 100), $"whisker {own}");
            }

            canvas.Dot(at, y.At(mean), 3.5, $"{series.Colour} {own}", $"{UnitText.ThreeDigits(mean)} %");
        }
    }

    /// <summary>What the marks of a series have in common beside their colour.</summary>
    private static string SeriesOf(string metric) => $"of-{metric.Replace('_', '-')}";

    private static void Legend(
        SvgCanvas canvas, double left, double top,
        IEnumerable<(string Class, string Curve, string Name, string Metric)> series)
    {
        var x = left;
        foreach (var (colour, _, title, metric) in series)
        {
            var name = $"{title} [%]";
            canvas.BeginEntry(SeriesOf(metric));
            canvas.Dot(x + 5, top + 6, 4.5, colour);
            canvas.Text(x + 16, top + 10.5, FigureFrame.LabelSize, Anchor.Start, "strong", name);
            canvas.EndEntry();
            x += 16 + TextFit.WidthOf(name, FigureFrame.LabelSize) + 22;
        }
    }
}
