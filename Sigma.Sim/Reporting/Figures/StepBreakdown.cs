// The price of imbalance: the step with the routing that a real model learned, beside the same step with perfectly
// balanced experts, which is what other tools assume.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Two stacked bars and their numbers.</summary>
internal static class StepBreakdown
{
    private const double From = 180, To = 760, Row = 40, TableLine = 24;

    private static readonly (TimeBucket Bucket, Func<StepShares, double> Share)[] Parts =
    [
        (TimeBucket.Compute, shares => shares.Compute),
        (TimeBucket.ExposedCommunication, shares => shares.ExposedCommunication),
        (TimeBucket.PipelineBubble, shares => shares.PipelineBubble),
        (TimeBucket.StragglerWait, shares => shares.StragglerWait),
    ];

    public static Figure Draw(PlayedStep played, string source)
    {
        var (real, balanced) = (played.Profile, played.Balanced);
        var frame = new FigureFrame(
            "step-breakdown",
            Finding(real.StepTime, balanced.StepTime),
            "The mean step over all ranks, split into kernels, communication that nothing hides, waiting for other "
                + "stages and waiting for slower ranks; with the routing of the real step and with balanced experts.",
            2 * Row + 40 + 14 + (Parts.Length + 2) * TableLine,
            source);
        var canvas = frame.Canvas;
        var (unit, perUnit) = real.StepTime.Seconds >= 10 ? ("s", 1e9) : ("ms", 1e6);
        var most = Math.Max(real.StepTime.Nanoseconds, balanced.StepTime.Nanoseconds) / perUnit;
        var scale = Scale.Around(0, most, 6, From, To);
        scale.DrawBelow(canvas, frame.Top, frame.Top + 2 * Row, 6, $"time per step [{unit}]");
        Bar(canvas, scale, frame.Top, "real routing", real, perUnit);
        Bar(canvas, scale, frame.Top + Row, "balanced experts", balanced, perUnit);
        var y = frame.Top + 2 * Row + 40 + 14;
        Table(canvas, y, "", $"real [{unit}]", $"balanced [{unit}]", $"difference [{unit}]", "soft");
        for (var i = 0; i < Parts.Length; i++)
        {
            var (bucket, share) = Parts[i];
            y += TableLine;
            canvas.BeginEntry(Palette.ClassOf(bucket));
            canvas.Rect(FigureFrame.Left, y - 1, 12, 12, Palette.ClassOf(bucket));
            Row3(
                canvas, y, Wording.Of(bucket), share(real.Shares) * real.StepTime.Nanoseconds / perUnit,
                share(balanced.Shares) * balanced.StepTime.Nanoseconds / perUnit, "");
            canvas.EndEntry();
        }

        Row3(
            canvas, y + TableLine, "step", real.StepTime.Nanoseconds / perUnit, balanced.StepTime.Nanoseconds / perUnit,
            "strong");
        return frame.Done(new TextTable(
            [
                Column.Words("part"), Column.Number($"real routing [{unit}]"),
                Column.Number($"balanced experts [{unit}]"),
            ],
            [
                .. Parts.Select(part => TableRow.Of(
                    Wording.Of(part.Bucket),
                    TextTable.Digits(part.Share(real.Shares) * real.StepTime.Nanoseconds / perUnit),
                    TextTable.Digits(part.Share(balanced.Shares) * balanced.StepTime.Nanoseconds / perUnit))),
                TableRow.Total(
                    "step", TextTable.Digits(real.StepTime.Nanoseconds / perUnit),
                    TextTable.Digits(balanced.StepTime.Nanoseconds / perUnit)),
            ]));
    }

    private static string Finding(Duration real, Duration balanced)
    {
        var price = real.Over(balanced) - 1;
        return Math.Abs(price) < 5e-4
            ? $"Balanced experts would not be faster: the step takes {UnitText.Of(real)} either way"
            : $"The real routing makes the step {Wording.Share(Math.Abs(price))} {(price > 0 ? "longer" : "shorter")} "
                + $"than balanced experts would: {UnitText.Of(real)} instead of {UnitText.Of(balanced)}";
    }

    private static void Bar(SvgCanvas canvas, Scale scale, double y, string label, StepProfile profile, double perUnit)
    {
        canvas.Text(FigureFrame.Left, y + 25, FigureFrame.LabelSize, Anchor.Start, "", label);
        var x = scale.At(0);
        foreach (var (bucket, share) in Parts)
        {
            var width = scale.At(share(profile.Shares) * profile.StepTime.Nanoseconds / perUnit) - scale.At(0);
            canvas.Rect(
                x, y + 8, width, Row - 16, Palette.ClassOf(bucket),
                $"{label}, {Wording.Of(bucket)}: {Wording.Share(share(profile.Shares))}");
            x += width;
        }

        canvas.Text(
            FigureFrame.Right, y + 25, FigureFrame.LabelSize, Anchor.End, "strong", UnitText.Of(profile.StepTime));
    }

    private static void Row3(SvgCanvas canvas, double y, string name, double real, double balanced, string classes) =>
        Table(
            canvas, y, name, UnitText.ThreeDigits(real), UnitText.ThreeDigits(balanced),
            Wording.Signed(real - balanced), classes);

    private static void Table(
        SvgCanvas canvas, double y, string name, string real, string balanced, string difference, string classes)
    {
        canvas.Text(FigureFrame.Left + 20, y + 9.5, FigureFrame.LabelSize, Anchor.Start, classes, name);
        canvas.Text(400, y + 9.5, FigureFrame.LabelSize, Anchor.End, classes, real);
        canvas.Text(560, y + 9.5, FigureFrame.LabelSize, Anchor.End, classes, balanced);
        canvas.Text(760, y + 9.5, FigureFrame.LabelSize, Anchor.End, classes, difference);
    }
}
