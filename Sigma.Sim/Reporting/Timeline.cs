// One replayed step for Perfetto and chrome://tracing, in the Trace Event Format (Google, 2016): a process per stage,
// in it for every watched rank a track for passes, one for kernels, one for communication, and a second one where two
// of them run side by side. Arrows tie together what the members of a collective do. One event a line, so that a diff
// shows what moved.
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the spans of a step as a trace.</summary>
public static class Timeline
{
    private static readonly string[] Streams = ["passes", "compute", "communication"];

    /// <summary>
    /// All watched ranks of the step as JSON; times in microseconds with three decimals, which are the engine's
    /// nanoseconds.
    /// </summary>
    public static void Write(ReplayedStep step, StepPlan plan, TextWriter to) => Write(step.Timeline, plan, to);

    /// <summary>The same of one rank a stage, which is the first replica's pipeline: modest in size.</summary>
    public static void WriteFirstReplica(ReplayedStep step, StepPlan plan, TextWriter to) =>
        Write(FirstReplica(step, plan), plan, to);

    /// <summary>Spans of the first data-parallel replica.</summary>
    internal static IEnumerable<TimelineSpan> FirstReplica(ReplayedStep step, StepPlan plan) =>
        step.Timeline.Where(span => plan.Layout.Of(span.Rank) is { Data: 0, Tensor: 0 });

    private static void Write(IEnumerable<TimelineSpan> spans, StepPlan plan, TextWriter to)
    {
        to.Write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
        var before = "\n";
        foreach (var line in Events(spans, plan))
        {
            to.Write(before);
            to.Write(line);
            before = ",\n";
        }

        to.Write("\n]}\n");
    }

    private static IEnumerable<string> Events(IEnumerable<TimelineSpan> spans, StepPlan plan)
    {
        var (tracks, members) = (0, new List<(TimelineSpan Span, Place At)>());
        foreach (var stage in spans.GroupBy(span => plan.Layout.Of(span.Rank).Stage).OrderBy(stage => stage.Key))
        {
            // Viewers take process 0 for the idle one of the operating system, so stages begin at 1 there.
            var process = stage.Key + 1;
            yield return Named("process_name", new Place(process, 0), $"stage {stage.Key}");
            foreach (var stream in stage.GroupBy(span => (span.Rank, Stream: StreamOf(span.Kind))).OrderBy(s => s.Key))
            {
                var placed = SpanRows.Of(stream);
                var first = tracks + 1;
                for (var row = 0; row <= placed.Max(span => span.Row); row++)
                {
                    var name = $"rank {stream.Key.Rank} {Streams[stream.Key.Stream]}";
                    var at = new Place(process, ++tracks);
                    yield return Named("thread_name", at, row == 0 ? name : $"{name}, beside");
                    yield return Sorted(at);
                }

                foreach (var (span, row, _) in placed)
                {
                    var at = new Place(process, first + row);
                    if (span.Meeting != 0) members.Add((span, at));
                    yield return Spanned(span, at);
                }
            }
        }

        // Arrows come after all spans: a viewer ties them to spans that it has seen.
        foreach (var meeting in members.GroupBy(member => member.Span.Meeting).OrderBy(meeting => meeting.Key))
        {
            foreach (var line in Arrows([.. meeting.OrderBy(member => member.Span.Rank)])) yield return line;
        }
    }

    /// <summary>
    /// From member to member in the order of ranks, at the instant at which the last of them came; none for one member
    /// alone.
    /// </summary>
    private static IEnumerable<string> Arrows(List<(TimelineSpan Span, Place At)> members)
    {
        if (members.Count < 2) yield break;
        var began = members.Max(member => member.Span.Begin.Nanoseconds);
        for (var i = 0; i < members.Count; i++)
        {
            var (span, at) = members[i];
            var phase = i == 0 ? "s" : i < members.Count - 1 ? "t" : "f";
            yield return Line(phase, span.Name, at, json =>
            {
                json.WriteString("cat", "collective");
                json.WriteNumber("id", span.Meeting);
                Time(json, "ts", began);
                if (phase is "f") json.WriteString("bp", "e");
            });
        }
    }

    private static string Named(string what, Place at, string name) => Line("M", what, at, json =>
    {
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
    });

    /// <summary>Tracks stand in the order of their numbers, not of their names.</summary>
    private static string Sorted(Place at) => Line("M", "thread_sort_index", at, json =>
    {
        json.WriteStartObject("args");
        json.WriteNumber("sort_index", at.Track);
        json.WriteEndObject();
    });

    private static string Spanned(TimelineSpan span, Place at) => Line("X", span.Name, at, json =>
    {
        Time(json, "ts", span.Begin.Nanoseconds);
        Time(json, "dur", span.Length.Nanoseconds);
        json.WriteStartObject("args");
        json.WriteNumber("rank", span.Rank);
        if (!IsOfWholeStep(span))
        {
            json.WriteNumber("micro_batch", span.MicroBatch);
            json.WriteNumber("chunk", span.Chunk);
        }

        if (span.Layer >= 0) json.WriteNumber("layer", span.Layer);
        json.WriteEndObject();
    });

    /// <summary>The step's end belongs to no micro-batch.</summary>
    internal static bool IsOfWholeStep(TimelineSpan span) =>
        span.Kind == SpanKind.Optimizer || span is { Kind: SpanKind.Communication, Name: "gradient exchange" };

    private static int StreamOf(SpanKind kind) => kind switch
    {
        SpanKind.Forward or SpanKind.Backward or SpanKind.WeightGradient => 0,
        SpanKind.Compute or SpanKind.Optimizer => 1,
        SpanKind.Communication => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static void Time(Utf8JsonWriter json, string name, long nanoseconds)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(
            string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000}.{nanoseconds % 1000:000}"));
    }

    private static string Line(string phase, string name, Place at, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(192);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ph", phase);
            json.WriteString("name", name);
            json.WriteNumber("pid", at.Process);
            json.WriteNumber("tid", at.Track);
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Where an event stands in a viewer.</summary>
    private readonly record struct Place(int Process, int Track);
}
