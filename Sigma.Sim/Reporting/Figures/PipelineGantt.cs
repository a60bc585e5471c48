// The step as the pipeline plays it: forward and backward passes of one data-parallel replica, stage by stage, with the
// exchange of gradients and the optimizer at the end. White is waiting.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>One sampled step as a Gantt chart.</summary>
internal static class PipelineGantt
{
    private const double Row = 34, From = 100, To = FigureFrame.Right;

    public static Figure Draw(RunOutcome outcome, string source)
    {
        var step = outcome.Profile.Samples[0];
        var layout = outcome.Plan.Layout;
        var chunks = Math.Min(outcome.Plan.Parallelism.VirtualStages, Palette.Shades);
        var entries = Legend(chunks, layout.Pipeline).ToList();
        var legend = FigureFrame.LegendHeight(entries.Select(entry => entry.Name));
        var bubble = step.Mean(rank => rank.PipelineBubble).Over(step.StepTime);
        var finding = layout.Pipeline == 1
            ? $"One step takes {UnitText.Of(step.StepTime)} without a pipeline"
            : $"One step takes {UnitText.Of(step.StepTime)}; accelerators spend {UnitText.Percent(bubble, 1)} of it "
                + "waiting for another pipeline stage";
        var frame = new FigureFrame(
            "pipeline-gantt",
            finding,
            $"Passes of {outcome.Plan.MicroBatches} micro-batches on "
                + $"{Wording.Plural(layout.Pipeline, "pipeline stage")} of the first data-parallel replica, in sampled "
                + "step 0.",
            legend + 10 + layout.Pipeline * Row + 40,
            source);
        frame.Legend(frame.Top, entries);
        var top = frame.Top + legend + 10;
        var (unit, perUnit) = step.StepTime.Seconds >= 2 ? ("s", 1e9) : ("ms", 1e6);
        var scale = new Scale(0, step.StepTime.Nanoseconds / perUnit, From, To);
        scale.DrawBelow(frame.Canvas, top, top + layout.Pipeline * Row, 8, $"time in the step [{unit}]");
        for (var stage = 0; stage < layout.Pipeline; stage++)
        {
            var y = top + stage * Row;
            frame.Canvas.Rect(From, y + 4, To - From, Row - 8, "track");
            frame.Canvas.Text(
                From - 12, y + Row / 2 + 4, FigureFrame.LabelSize, Anchor.End, "", $"stage {stage}");
        }

        var colours = step.Timeline.GroupBy(ClassOf, StringComparer.Ordinal).Where(group => group.Key.Length > 0);
        foreach (var colour in colours.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var boxes = colour.Select(span => Box(span, layout.Of(span.Rank).Stage, top, scale, perUnit));
            frame.Canvas.Boxes(boxes, colour.Key);
        }

        return frame.Done();
    }

    /// <summary>
    /// Forward passes are thinner than backward ones, so that both are told apart without colour; a hairline of paper
    /// between passes shows where one ends.
    /// </summary>
    private static (double X, double Y, double W, double H) Box(
        TimelineSpan span, int stage, double top, Scale scale, double perUnit)
    {
        var inset = span.Kind == SpanKind.Forward ? 8 : 4;
        var begin = scale.At(span.Begin.Nanoseconds / perUnit);
        var end = scale.At((span.Begin + span.Length).Nanoseconds / perUnit);
        var gap = Math.Min(0.6, (end - begin) * 0.15);
        return (begin, top + stage * Row + inset, end - begin - gap, Row - 2 * inset);
    }

    private static IEnumerable<(string Class, string Name)> Legend(int chunks, int stages)
    {
        for (var chunk = 0; chunk < chunks; chunk++)
            yield return (
                Palette.ClassOfPass(forward: true, chunk), chunks == 1 ? "forward" : $"forward, chunk {chunk}");
        for (var chunk = 0; chunk < chunks; chunk++)
            yield return (
                Palette.ClassOfPass(forward: false, chunk), chunks == 1 ? "backward" : $"backward, chunk {chunk}");
        yield return (Palette.ClassOf(TimeBucket.ExposedCommunication), "gradient exchange, exposed");
        yield return (Palette.ClassOf(TimeBucket.LostWork), "optimizer");
        if (stages > 1) yield return ("track", "waiting");
    }

    /// <summary>Kernels and collectives inside a pass are for the trace viewer; here they would be hairlines.</summary>
    private static string ClassOf(TimelineSpan span) => span.Kind switch
    {
        SpanKind.Forward => Palette.ClassOfPass(forward: true, span.Chunk),
        SpanKind.Backward => Palette.ClassOfPass(forward: false, span.Chunk),
        SpanKind.Optimizer => Palette.ClassOf(TimeBucket.LostWork),
        SpanKind.Communication when span.Name == "gradient exchange" => Palette.ClassOf(
            TimeBucket.ExposedCommunication),
        SpanKind.Compute or SpanKind.Communication => "",
        _ => throw new ArgumentOutOfRangeException(nameof(span), span.Kind, null),
    };
}
