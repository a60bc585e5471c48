// How far gradients in low precision leave those of fp32, step by step, and which kernel is to blame.
using System.Globalization;
using Sigma.Sim.Quantities;
using Sigma.Sim.Training;
using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Gradient error by step above, by kernel below; both axes logarithmic.</summary>
internal static class CalibrationCourse
{
    private const double Height = 210, Heading = 28, Row = 24, Between = 62, NameEnd = 214, BarEnd = 640;

    private static readonly string[] Colours = [Palette.Accent, "c-restart"];

    public static Figure Draw(CalibrationReport report, string source)
    {
        var rows = report.Kernels.Count;
        var frame = new FigureFrame(
            "calibration",
            Finding(report),
            "Above, the difference of all gradients from those of fp32 by training step, for each precision. Below, "
                + "the same at the first step with one kernel at a time in low precision, and the verdict on it.",
            Heading + Height + Between + Heading + rows * Row + 26,
            source);
        var top = frame.Top + Heading;
        frame.Canvas.Text(
            FigureFrame.Left, frame.Top + 10, FigureFrame.LabelSize, Anchor.Start, "strong",
            "difference of the gradients from fp32, as a share of their norm [%]");
        ByStep(frame.Canvas, report, top, top + Height);
        var second = top + Height + Between;
        frame.Canvas.Text(
            FigureFrame.Left, second, FigureFrame.LabelSize, Anchor.Start, "strong",
            "the same at the first step, one kernel at a time [%]");
        ByKernel(frame.Canvas, report, second + Heading - 10);
        return frame.Done(new TextTable(
            [
                Column.Words("kernel"), Column.Words("precision"), Column.Number("difference of the gradients [%]"),
                Column.Number("share of the error [%]"), Column.Words("verdict"),
            ],
            [
                .. report.Kernels.Select(trial => TableRow.Of(
                    MatrixKernels.NameOf(trial.Kernel).Replace('_', ' '), KernelPrecisions.NameOf(trial.Precision),
                    TextTable.Digits(100 * trial.First.GradientError), TextTable.Digits(100 * trial.Share),
                    trial.Verdict.ToString().ToLowerInvariant())),
            ]));
    }

    private static string Finding(CalibrationReport report)
    {
        var parts = Calibration.Precisions.Select((precision, i) =>
        {
            var first = report.Recipes[i].Steps[0].GradientError;
            var worst = MatrixKernels.NameOf(report.WorstOf(precision).Kernel).Replace('_', ' ');
            return $"{KernelPrecisions.NameOf(precision)} moves gradients by {Percent(first)}, most of it in {worst}";
        });
        return string.Join("; ", parts);
    }

    private static void ByStep(SvgCanvas canvas, CalibrationReport report, double top, double bottom)
    {
        const double left = 74, right = FigureFrame.Right - 60;
        var errors = report.Recipes.SelectMany(course => course.Steps).Select(step => step.GradientError).ToList();
        var y = Decades(errors, bottom, top);
        foreach (var tick in y.Ticks(5).Where(tick => tick == Math.Round(tick)))
        {
            canvas.Line(left, y.At(tick), right, y.At(tick), "grid");
            canvas.Text(left - 7, y.At(tick) + 4, FigureFrame.NoteSize, Anchor.End, "soft", OfDecade(tick));
        }

        var steps = report.Recipes[0].Steps.Count;
        var x = new Scale(Math.Min(1, steps - 1), steps, left, right);
        foreach (var tick in x.Ticks(Math.Min(10, steps)).Where(tick => tick == Math.Round(tick)))
            canvas.Text(x.At(tick), bottom + 17, FigureFrame.NoteSize, Anchor.Middle, "soft", Scale.Text(tick));
        canvas.Text(right, bottom + 33, FigureFrame.NoteSize, Anchor.End, "soft", "step");
        for (var i = 0; i < report.Recipes.Count; i++)
        {
            var course = report.Recipes[i];
            double Place(PrecisionStep step) => y.At(Math.Log10(Math.Max(step.GradientError, Math.Pow(10, y.Low))));
            canvas.Curve(course.Steps.Select(step => (x.At(step.Step), Place(step))), "curve faint");
            foreach (var step in course.Steps) canvas.Dot(x.At(step.Step), Place(step), 3.5, Colours[i]);
            canvas.Text(
                right + 10, Place(course.Steps[^1]) + 4, FigureFrame.LabelSize, Anchor.Start, "strong",
                course.Precisions.Name);
        }
    }

    private static void ByKernel(SvgCanvas canvas, CalibrationReport report, double top)
    {
        var x = Decades([.. report.Kernels.Select(trial => trial.First.GradientError)], NameEnd, BarEnd);
        var bottom = top + report.Kernels.Count * Row;
        foreach (var tick in x.Ticks(5).Where(tick => tick == Math.Round(tick)))
        {
            canvas.Line(x.At(tick), top, x.At(tick), bottom, "grid");
            canvas.Text(x.At(tick), bottom + 15, FigureFrame.NoteSize, Anchor.Middle, "soft", OfDecade(tick));
        }

        var row = top;
        for (var i = 0; i < Calibration.Precisions.Count; i++)
            foreach (var trial in report.Of(Calibration.Precisions[i]).OrderByDescending(trial => trial.Share))
            {
                var error = Math.Log10(Math.Max(trial.First.GradientError, Math.Pow(10, x.Low)));
                var kernel = MatrixKernels.NameOf(trial.Kernel).Replace('_', ' ');
                canvas.Text(
                    NameEnd - 10, row + 16, FigureFrame.LabelSize, Anchor.End, "",
                    $"{kernel}, {KernelPrecisions.NameOf(trial.Precision)}");
                canvas.Rect(NameEnd, row + 4, x.At(error) - NameEnd, Row - 8, Colours[i]);
                canvas.Text(
                    BarEnd + 14, row + 16, FigureFrame.LabelSize, Anchor.Start,
                    trial.Verdict == NumericsVerdict.Safe ? "soft" : "strong",
                    $"{trial.Verdict.ToString().ToLowerInvariant()}, {UnitText.Percent(trial.Share, 1)} of the error");
                row += Row;
            }
    }

    // A scale of powers of ten around what is there; nothing at all gets a decade of its own.
    private static Scale Decades(IReadOnlyList<double> values, double from, double to)
    {
        var seen = values.Where(value => value > 0).DefaultIfEmpty(1).ToList();
        var (low, high) = (Math.Floor(Math.Log10(seen.Min())), Math.Ceiling(Math.Log10(seen.Max())));
        return new Scale(low, Math.Max(high, low + 1), from, to);
    }

    private static string OfDecade(double tick) =>
        (100 * Math.Pow(10, tick)).ToString("0.#######", CultureInfo.InvariantCulture);

    private static string Percent(double share) => $"{UnitText.ThreeDigits(100 * share)} %";
}
