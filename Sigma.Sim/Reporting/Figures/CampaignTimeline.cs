// The days at a glance: what the job did in every minute of one replication, a row per day, or per week where the days
// would not fit on a page.
using System.Globalization;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>The phases of replication 0 as a calendar of strips.</summary>
internal static class CampaignTimeline
{
    private const double From = 84, To = FigureFrame.Right, MostRows = 100;

    // Marks that say what they are; a page of more would grow beyond what one sends.
    private const int MostPointed = 4000;

    // Later ones are drawn over earlier ones: what is short and matters lies on top.
    private static readonly JobPhase[] Order =
    [
        JobPhase.Computing, JobPhase.Saving, JobPhase.WaitingForNode, JobPhase.Restarting, JobPhase.Restoring,
        JobPhase.Undetected, JobPhase.Investigating, JobPhase.Testing,
    ];

    public static Figure Draw(RunOutcome outcome, string source)
    {
        var run = outcome.Set.Runs[0];
        var wall = Duration.FromHours(run.Metrics["wall_h"]);
        var (row, unit) = wall.Hours <= 24 ? (Duration.FromHours(1), "hour")
            : wall.Days <= MostRows ? (Duration.FromDays(1), "day") : (Duration.FromDays(7), "week");
        var rows = Math.Max(1, (int)Math.Ceiling(wall.Over(row) - 1e-9));
        var pitch = Math.Clamp(Math.Floor(560.0 / rows), 3, 22);
        var spent = Enum.GetValues<JobPhase>().ToDictionary(phase => phase, phase => new Duration(
            run.Phases.Where(span => span.Phase == phase).Sum(span => (span.End - span.Begin).Nanoseconds)));
        var entries = Order.Where(phase => !spent[phase].IsZero)
            .Select(phase => (ClassOf(phase), $"{Wording.Of(phase)} {UnitText.Of(spent[phase])}")).ToList();
        var pixel = row.Seconds / (To - From);
        var legend = FigureFrame.LegendHeight(entries.Select(entry => entry.Item2));
        var frame = new FigureFrame(
            "campaign-timeline",
            Finding(run, wall, spent[JobPhase.Computing]),
            $"One strip per {unit} of replication 0, coloured by what the job did: "
                + $"{string.Join(", ", entries.Select(entry => entry.Item2))}.",
            legend + 8 + rows * pitch + 40 + 18,
            source);
        frame.Legend(frame.Top, entries);
        var top = frame.Top + legend + 8;
        var bottom = top + rows * pitch;
        Axis(frame.Canvas, top, bottom, unit);
        Rows(frame.Canvas, top, rows, pitch, unit);
        foreach (var phase in Order.Where(phase => phase != JobPhase.Saving || DrawsSaves(run, pixel)))
        {
            if (phase is JobPhase.Computing or JobPhase.Saving || run.Phases.Count(IsStop) > MostPointed)
                frame.Canvas.Boxes(Boxes(run, phase, row, top, pitch), ClassOf(phase));
            else Point(frame.Canvas, run, phase, row, top, pitch);
        }

        frame.Canvas.Text(
            FigureFrame.Left, bottom + 50, FigureFrame.NoteSize, Anchor.Start, "soft", Note(run, pixel));
        return frame.Done(Numbers(run, rows, row, unit));
    }

    private static bool IsStop(PhaseSpan span) => span.Phase is not (JobPhase.Computing or JobPhase.Saving);

    /// <summary>Each stop as marks of its own, which say when it was and how long it took.</summary>
    private static void Point(
        SvgCanvas canvas, CampaignRun run, JobPhase phase, Duration row, double top, double pitch)
    {
        foreach (var span in run.Phases.Where(span => span.Phase == phase))
        {
            var tip = $"{Wording.Sentence(Wording.Of(phase))}: {UnitText.Of(span.End - span.Begin)}, "
                + $"{UnitText.Of(span.Begin.SinceStart)} after the start";
            var marks = new List<(double X, double Y, double W, double H)>();
            Place(marks, span, row, top, pitch);
            foreach (var mark in marks) canvas.Box(mark, ClassOf(phase), tip);
        }
    }

    /// <summary>Hours of each phase, row by row.</summary>
    private static TextTable Numbers(CampaignRun run, int rows, Duration row, string unit)
    {
        var phases = Order.Where(phase => run.Phases.Any(span => span.Phase == phase)).ToList();
        var nanoseconds = new long[rows, Order.Length];
        foreach (var span in run.Phases)
        {
            for (var (at, end) = (span.Begin.Nanoseconds, span.End.Nanoseconds); at < end;)
            {
                var line = at / row.Nanoseconds;
                var cut = Math.Min(end, (line + 1) * row.Nanoseconds);
                nanoseconds[line, Array.IndexOf(Order, span.Phase)] += cut - at;
                at = cut;
            }
        }

        return TextTable.FirstOf(
            [Column.Number(unit), .. phases.Select(phase => Column.Number($"{Wording.Of(phase)} [h]"))],
            [
                .. Enumerable.Range(0, rows).Select(line => TableRow.Of(
                [
                    UnitText.Count(line + 1),
                    .. phases.Select(phase => TextTable.Digits(
                        new Duration(nanoseconds[line, Array.IndexOf(Order, phase)]).Hours)),
                ])),
            ],
            "events.csv");
    }

    private static string Finding(CampaignRun run, Duration wall, Duration computing)
    {
        var stops = (int)run.Metrics["interruptions"];
        return $"In {Wording.Span(wall)} the job computes {UnitText.Percent(computing.Over(wall), 1)} of the time and "
            + $"is interrupted {(stops == 1 ? "once" : $"{UnitText.Count(stops)} times")}"
            + (stops == 0 ? "" : $", every {UnitText.Of(Duration.FromHours(run.Metrics["mtti_h"]))} on average");
    }

    private static string ClassOf(JobPhase phase) =>
        phase == JobPhase.Computing ? "page-back" : Palette.ClassOf(phase);

    /// <summary>
    /// Saves of seconds every few minutes, each widened to a pixel, would look like a tenth of the day.
    /// </summary>
    private static bool DrawsSaves(CampaignRun run, double secondsPerPixel) =>
        run.Phases.Where(span => span.Phase == JobPhase.Saving).Select(span => (span.End - span.Begin).Seconds)
            .DefaultIfEmpty(0).Average() > 0.3 * secondsPerPixel;

    private static string Note(CampaignRun run, double secondsPerPixel)
    {
        var pixel = UnitText.Of(Duration.FromSeconds(secondsPerPixel));
        var saves = run.Phases.Count(span => span.Phase == JobPhase.Saving);
        return $"Replication 0; one pixel is {pixel}. Shorter phases are drawn one pixel wide"
            + (saves == 0 || DrawsSaves(run, secondsPerPixel)
                ? "."
                : $", {Wording.Plural(saves, "checkpoint save")} not at all.");
    }

    private static void Axis(SvgCanvas canvas, double top, double bottom, string unit)
    {
        var (end, every, name) = unit switch
        {
            "hour" => (60.0, 10.0, "minute of the hour [min]"),
            "day" => (24.0, 3.0, "hour of the day [h]"),
            _ => (7.0, 1.0, "day of the week [d]"),
        };
        var scale = new Scale(0, end, From, To);
        for (var tick = 0.0; tick <= end; tick += every)
        {
            canvas.Line(scale.At(tick), top, scale.At(tick), bottom + 4, "grid");
            var anchor = tick == 0 ? Anchor.Start : tick == end ? Anchor.End : Anchor.Middle;
            canvas.Text(scale.At(tick), bottom + 17, FigureFrame.NoteSize, anchor, "soft", Scale.Text(tick));
        }

        canvas.Text(To, bottom + 33, FigureFrame.NoteSize, Anchor.End, "soft", name);
    }

    private static void Rows(SvgCanvas canvas, double top, int rows, double pitch, string unit)
    {
        var every = pitch >= 14 ? 1 : unit == "day" ? 7 : 10;
        for (var row = 0; row < rows; row += every)
        {
            var label = $"{unit} {(row + 1).ToString(CultureInfo.InvariantCulture)}";
            canvas.Text(From - 10, top + (row + 0.5) * pitch + 4, FigureFrame.NoteSize, Anchor.End, "soft", label);
        }
    }

    /// <summary>
    /// A phase's spans cut at the ends of rows, in pixels, those of one row that touch joined into one.
    /// </summary>
    private static List<(double X, double Y, double W, double H)> Boxes(
        CampaignRun run, JobPhase phase, Duration row, double top, double pitch)
    {
        var boxes = new List<(double X, double Y, double W, double H)>();
        foreach (var span in run.Phases.Where(span => span.Phase == phase)) Place(boxes, span, row, top, pitch);
        return boxes;
    }

    private static void Place(
        List<(double X, double Y, double W, double H)> boxes, PhaseSpan span, Duration row, double top, double pitch)
    {
        var perPixel = row.Nanoseconds / (To - From);
        for (var (at, end) = (span.Begin.Nanoseconds, span.End.Nanoseconds); at < end;)
        {
            var line = at / row.Nanoseconds;
            var cut = Math.Min(end, (line + 1) * row.Nanoseconds);
            var x = From + at % row.Nanoseconds / perPixel;
            var width = Math.Max((cut - at) / perPixel, span.Phase == JobPhase.Computing ? 0 : 1);
            Add(boxes, (Math.Min(x, To - width), top + line * pitch, width, pitch - Math.Max(1, pitch * 0.2)));
            at = cut;
        }
    }

    /// <summary>
    /// Computing is interrupted by saves too short to see: spans closer than a twentieth of a pixel become one.
    /// </summary>
    private static void Add(
        List<(double X, double Y, double W, double H)> boxes, (double X, double Y, double W, double H) box)
    {
        if (boxes.Count > 0 && boxes[^1] is var last && last.Y == box.Y && box.X - (last.X + last.W) < 0.05)
            boxes[^1] = last with { W = Math.Max(last.W, box.X + box.W - last.X) };
        else
            boxes.Add(box);
    }
}
