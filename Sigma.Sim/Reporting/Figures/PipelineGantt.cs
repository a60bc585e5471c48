// The step as the pipeline plays it: forward and backward passes of one data-parallel replica, stage by stage, with the
// exchange of gradients and the optimizer at the end. White is waiting.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Reporting.Figures;

/// <summary>One sampled step as a Gantt chart.</summary>
internal static class PipelineGantt
{
    private const double Row = 34, From = 100, To = FigureFrame.Right;

    // More passes than these are hairlines at which nobody can point.
    private const int MostPointed = 2000;

    public static Figure Draw(PlayedStep played, string source)
    {
        var step = played.Profile.Samples[0];
        var layout = played.Plan.Layout;
        var spans = Timeline.FirstReplica(step, played.Plan).Where(IsShown).ToList();
        var entries = Legend(spans, played.Plan.Shape.Chunks, layout.Pipeline).ToList();
        var legend = FigureFrame.LegendHeight(entries.Select(entry => entry.Name));
        var bubble = step.Mean(rank => rank.PipelineBubble).Over(step.StepTime);
        var finding = layout.Pipeline == 1
            ? $"One step takes {UnitText.Of(step.StepTime)} without a pipeline"
            : $"One step takes {UnitText.Of(step.StepTime)}; accelerators spend {UnitText.Percent(bubble, 1)} of it "
                + "waiting for another pipeline stage";
        var frame = new FigureFrame(
            "pipeline-gantt",
            finding,
            $"Passes of {played.Plan.MicroBatches} micro-batches on "
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

        var boxes = spans.GroupBy(span => layout.Of(span.Rank).Stage)
            .SelectMany(rank => SpanRows.Of(rank).Select(placed => (
                placed.Span, Class: ClassOf(placed.Span), Box: Box(placed, top + rank.Key * Row, scale, perUnit))))
            .ToList();
        foreach (var colour in boxes.GroupBy(box => box.Class, StringComparer.Ordinal).OrderBy(
            colour => colour.Key, StringComparer.Ordinal))
        {
            if (boxes.Count > MostPointed) frame.Canvas.Boxes(colour.Select(box => box.Box), colour.Key);
            else foreach (var (span, _, box) in colour) frame.Canvas.Box(box, colour.Key, TipOf(span));
        }

        return frame.Done(Numbers(spans, layout, step.StepTime));
    }

    private static string TipOf(TimelineSpan span)
    {
        var end = span.Begin + span.Length;
        var pass = span.Kind is SpanKind.Forward or SpanKind.Backward or SpanKind.WeightGradient
            ? $" of micro-batch {span.MicroBatch}, chunk {span.Chunk}"
            : "";
        return $"{Wording.Sentence(span.Name.Replace('_', ' '))}{pass}: {UnitText.Of(span.Length)}, until "
            + UnitText.Of(end.SinceStart);
    }

    /// <summary>How long each stage is busy with what; the rest of the step it waits.</summary>
    private static TextTable Numbers(List<TimelineSpan> spans, ParallelLayout layout, Duration step)
    {
        (string Name, SpanKind Kind)[] kinds =
        [
            ("forward", SpanKind.Forward), ("backward", SpanKind.Backward),
            ("weight gradients", SpanKind.WeightGradient), ("exposed exchange", SpanKind.Communication),
            ("optimizer", SpanKind.Optimizer),
        ];
        return new TextTable(
            [
                Column.Words("stage"), .. kinds.Select(kind => Column.Number($"{kind.Name} [ms]")),
                Column.Number("step [ms]"),
            ],
            [
                .. spans.GroupBy(span => layout.Of(span.Rank).Stage).OrderBy(stage => stage.Key)
                    .Select(stage => TableRow.Of(
                    [
                        $"stage {stage.Key}",
                        .. kinds.Select(kind => TextTable.Digits(stage.Where(span => span.Kind == kind.Kind)
                            .Sum(span => span.Length.Seconds) * 1e3)),
                        TextTable.Digits(step.Seconds * 1e3),
                    ])),
            ]);
    }

    /// <summary>
    /// Forward passes are thinner than backward ones and weight gradients thinner still, so that they are told apart
    /// without colour; passes side by side share the height. A hairline of paper shows where a pass ends.
    /// </summary>
    private static (double X, double Y, double W, double H) Box(
        PlacedSpan placed, double y, Scale scale, double perUnit)
    {
        var span = placed.Span;
        var inset = span.Kind switch
        {
            SpanKind.Forward => 8,
            SpanKind.WeightGradient => 11,
            SpanKind.Backward or SpanKind.Compute or SpanKind.Communication or SpanKind.Optimizer => 4,
            _ => throw new ArgumentOutOfRangeException(nameof(placed), span.Kind, null),
        };
        var begin = scale.At(span.Begin.Nanoseconds / perUnit);
        var end = scale.At((span.Begin + span.Length).Nanoseconds / perUnit);
        var gap = Math.Min(0.6, (end - begin) * 0.15);
        if (placed.Rows == 1) return (begin, y + inset, end - begin - gap, Row - 2 * inset);
        var height = (Row - 2.0 * 4) / placed.Rows;
        return (begin, y + 4 + placed.Row * height, end - begin - gap, height - 0.6);
    }

    private static IEnumerable<(string Class, string Name)> Legend(List<TimelineSpan> spans, int chunks, int stages)
    {
        (SpanKind Kind, string Name)[] passes =
        [
            (SpanKind.Forward, "forward"), (SpanKind.Backward, "backward"),
            (SpanKind.WeightGradient, "weight gradients"),
        ];
        foreach (var (kind, name) in passes.Where(pass => spans.Exists(span => span.Kind == pass.Kind)))
        {
            for (var chunk = 0; chunk < Math.Min(chunks, Palette.Shades); chunk++)
                yield return (Palette.ClassOfPass(kind, chunk), chunks == 1 ? name : $"{name}, chunk {chunk}");
        }

        yield return (Palette.ClassOf(TimeBucket.ExposedCommunication), "gradient exchange, exposed");
        yield return (Palette.ClassOf(TimeBucket.LostWork), "optimizer");
        if (stages > 1) yield return ("track", "waiting");
    }

    /// <summary>Kernels and collectives inside a pass are for the trace viewer; here they would be hairlines.</summary>
    private static bool IsShown(TimelineSpan span) =>
        span.Kind is SpanKind.Forward or SpanKind.Backward or SpanKind.WeightGradient
        || Timeline.IsOfWholeStep(span);

    private static string ClassOf(TimelineSpan span) => span.Kind switch
    {
        SpanKind.Forward or SpanKind.Backward or SpanKind.WeightGradient => Palette.ClassOfPass(span.Kind, span.Chunk),
        SpanKind.Optimizer => Palette.ClassOf(TimeBucket.LostWork),
        SpanKind.Communication => Palette.ClassOf(TimeBucket.ExposedCommunication),
        SpanKind.Compute => throw new ArgumentOutOfRangeException(nameof(span), span.Kind, "not shown"),
        _ => throw new ArgumentOutOfRangeException(nameof(span), span.Kind, null),
    };
}
