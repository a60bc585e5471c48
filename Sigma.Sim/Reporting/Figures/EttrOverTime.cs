// How the effective training time goes over the run: since the start, and lately, so that early life, a bad week and
// the learning of a platform show. What was rolled back counts as lost at the moment it was.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>ETTR of replication 0 against time, with the mean over all replications beside it.</summary>
internal static class EttrOverTime
{
    public const string Name = "ettr-over-time";

    private const double From = 84, To = 760, Height = 280;
    private const int Points = 240;
    private const string Since = "of-since-start", Lately = "of-lately", Mean = "of-mean";

    public static Figure Draw(RunOutcome outcome, string source)
    {
        var run = outcome.Set.Runs[0];
        var course = KeptTime.Of(run);
        var wall = Duration.FromHours(run.Metrics["wall_h"]);
        var window = WindowOf(wall);
        var times = Enumerable.Range(1, Points)
            .Select(i => new Duration((long)((double)i / Points * wall.Nanoseconds))).ToList();
        // The first moments are all or nothing.
        var shownTimes = times.Where(time => time >= window).ToList();
        var since = shownTimes.Select(time => (time, course.Share(Duration.Zero, time))).ToList();
        var lately = shownTimes.Select(time => (time, course.Share(time - window, time))).ToList();
        var final = outcome.Set.Metrics["ettr"];
        var (worst, low) = lately.MinBy(point => point.Item2);
        var span = UnitText.Of(window);
        var frame = new FigureFrame(
            Name,
            $"ETTR of the run shown ends at {UnitText.Percent(since[^1].Item2, 2)}; its worst {span} in a row, which "
                + $"end {UnitText.Of(worst)} after the start, keep {UnitText.Percent(low, 1)}",
            $"Effective training time ratio of replication 0 since the start and over the last {span}, against time; "
                + "the band is the mean over all replications with its 95 % interval.",
            Height + 78,
            source);
        var (top, bottom) = (frame.Top + 30, frame.Top + 30 + Height);
        var shown = since.Concat(lately).Select(point => point.Item2 * 100).Append(final.Mean * 100).ToList();
        var y = Scale.Around(shown.Min(), shown.Max(), 5, bottom, top);
        var (perUnit, unit) = wall.Days >= 3 ? (86_400.0, "d") : (3600.0, "h");
        var x = new Scale(0, wall.Seconds / perUnit, From, To);
        y.DrawBeside(frame.Canvas, From, To, 5);
        x.DrawBelow(frame.Canvas, top, bottom, 8, $"ETTR [%] over time since the start [{unit}]");
        Band(frame.Canvas, y, final, outcome.Set.Runs.Count);
        Course(frame.Canvas, x, y, perUnit, lately, ("curve faint", Lately, $"last {span}"));
        Course(frame.Canvas, x, y, perUnit, since, ("curve", Since, "since the start"));
        Legend(frame, span, outcome.Set.Runs.Count);
        return frame.Done(TextTable.FirstOf(
            [Column.Number($"time [{unit}]"), Column.Number("since the start [%]"), Column.Number($"last {span} [%]")],
            [
                .. since.Zip(lately).Where((_, i) => i % 4 == 3 || i == since.Count - 1).Select(pair => TableRow.Of(
                    TextTable.Digits(pair.First.time.Seconds / perUnit),
                    TextTable.Digits(pair.First.Item2 * 100), TextTable.Digits(pair.Second.Item2 * 100))),
            ],
            "events.csv"));
    }

    /// <summary>A week of a long run, a tenth of a short one.</summary>
    private static Duration WindowOf(Duration wall) =>
        wall.Days >= 28 ? Duration.FromDays(7) : new Duration(Math.Max(1, wall.Nanoseconds / 10));

    private static void Band(SvgCanvas canvas, Scale y, Estimate mean, int runs)
    {
        var (low, high) = (
            double.IsFinite(mean.Low) ? mean.Low : mean.Mean, double.IsFinite(mean.High) ? mean.High : mean.Mean);
        var (top, bottom) = (Inside(high), Inside(low));
        canvas.Rect(
            From, top, To - From, Math.Max(1.5, bottom - top), $"c-checkpoint-save faint {Mean}",
            $"mean of {Wording.Plural(runs, "replication")}: {UnitText.Percent(mean.Mean, 2)}");
        canvas.Text(
            To + 8, Inside(mean.Mean) + 4, FigureFrame.NoteSize, Anchor.Start, Mean,
            $"mean {UnitText.Percent(mean.Mean, 2)}");

        double Inside(double share) => y.At(Math.Clamp(share * 100, y.Low, y.High));
    }

    private static void Course(
        SvgCanvas canvas, Scale x, Scale y, double perUnit, List<(Duration Time, double Share)> points,
        (string Curve, string Series, string Name) look)
    {
        canvas.Curve(
            points.Select(point => (x.At(point.Time.Seconds / perUnit), y.At(point.Share * 100))),
            $"{look.Curve} {look.Series}");
        foreach (var (time, share) in points.Where((_, i) => i % 6 == 5))
        {
            canvas.Dot(
                x.At(time.Seconds / perUnit), y.At(share * 100), 2, $"{Palette.Accent} {look.Series}",
                $"{UnitText.Of(time)}, {look.Name}: {UnitText.Percent(share, 2)}");
        }
    }

    private static void Legend(FigureFrame frame, string span, int runs)
    {
        (string Series, string Curve, string Name)[] entries =
        [
            (Since, "curve", "since the start"), (Lately, "curve faint", $"over the last {span}"),
            (Mean, "", $"mean of {Wording.Plural(runs, "replication")}"),
        ];
        var x = FigureFrame.Left;
        foreach (var (series, curve, name) in entries)
        {
            frame.Canvas.BeginEntry(series);
            if (curve.Length > 0) frame.Canvas.Curve([(x, frame.Top + 6), (x + 18, frame.Top + 6)], curve);
            else frame.Canvas.Rect(x, frame.Top, 18, 12, "c-checkpoint-save faint");
            frame.Canvas.Text(x + 25, frame.Top + 10.5, FigureFrame.LabelSize, Anchor.Start, "", name);
            frame.Canvas.EndEntry();
            x += 25 + TextFit.WidthOf(name, FigureFrame.LabelSize) + 22;
        }
    }
}
