// The real step learns: its cross-entropy falls, so the routing that the full-size step is played with is that of a
// model that tells its inputs apart, and no noise.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Training;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>Cross-entropy and gradient norm by step, side by side.</summary>
internal static class LossCurve
{
    private const double Height = 220, Heading = 26;

    public static Figure Draw(PlayedStep played, string source)
    {
        var steps = played.RealStep.Origin.Steps;
        var (first, last) = (steps[0].Losses.CrossEntropy, steps[^1].Losses.CrossEntropy);
        var verb = last < first ? "falls" : "goes";
        var frame = new FigureFrame(
            "loss-curve",
            $"The reduced model really learns: its cross-entropy {verb} from {UnitText.ThreeDigits(first)} to "
                + $"{UnitText.ThreeDigits(last)} nats a token in {Wording.Plural(steps.Count, "step")}",
            "Two panels over the steps of the real training run: cross-entropy per token, and the norm of the "
                + "gradient before clipping.",
            Heading + Height + 40,
            source);
        Panel(frame, 66, 428, steps, "cross-entropy [nats/token]", step => step.Losses.CrossEntropy);
        Panel(frame, 494, FigureFrame.Right, steps, "gradient norm before clipping", step => step.GradientNorm);
        return frame.Done(TextTable.FirstOf(
            [
                Column.Number("step"), Column.Number("cross-entropy [nats/token]"), Column.Number("gradient norm"),
            ],
            [
                .. steps.Select(step => TableRow.Of(
                    UnitText.Count(step.Step), TextTable.Digits(step.Losses.CrossEntropy),
                    TextTable.Digits(step.GradientNorm))),
            ],
            "the answer of `sigma step --json`"));
    }

    private static void Panel(
        FigureFrame frame, double left, double right, IReadOnlyList<TrainedStep> steps, string name,
        Func<TrainedStep, double> value)
    {
        var canvas = frame.Canvas;
        var (top, bottom) = (frame.Top + Heading, frame.Top + Heading + Height);
        canvas.Text(left, frame.Top + 10, FigureFrame.LabelSize, Anchor.Start, "strong", name);
        var y = Scale.Around(steps.Min(value), steps.Max(value), 5, bottom, top);
        y.DrawBeside(canvas, left, right, 5);
        var x = new Scale(Math.Min(1, steps.Count - 1), steps.Count, left, right);
        foreach (var tick in x.Ticks(Math.Min(6, steps.Count)).Where(tick => tick == Math.Round(tick)))
            canvas.Text(x.At(tick), bottom + 17, FigureFrame.NoteSize, Anchor.Middle, "soft", Scale.Text(tick));
        canvas.Text(right, bottom + 33, FigureFrame.NoteSize, Anchor.End, "soft", "step");
        canvas.Curve(steps.Select(step => (x.At(step.Step), y.At(value(step)))), "curve");
        foreach (var step in steps)
        {
            canvas.Dot(
                x.At(step.Step), y.At(value(step)), 2.5, Palette.Accent,
                $"step {UnitText.Count(step.Step)}: {UnitText.ThreeDigits(value(step))}");
        }
    }
}
