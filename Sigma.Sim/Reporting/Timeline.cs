// One replayed step for Perfetto and chrome://tracing, in the Trace Event Format: a process per stage, in it a track
// for passes, one for kernels, one for communication. One event a line, so that a diff shows what moved.
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
    private const int Passes = 1, Kernels = 2, Communication = 3;

    private static readonly (int Track, string Name)[] Tracks =
        [(Passes, "passes"), (Kernels, "kernels"), (Communication, "communication")];

    /// <summary>
    /// The step's timeline as JSON; times in microseconds with three decimals, which are the engine's nanoseconds.
    /// </summary>
    public static void Write(ReplayedStep step, StepPlan plan, TextWriter to)
    {
        var lines = new List<string>();
        for (var stage = 0; stage < plan.Layout.Pipeline; stage++)
        {
            lines.Add(Named("process_name", stage, 0, $"stage {stage}"));
            foreach (var (track, name) in Tracks) lines.Add(Named("thread_name", stage, track, name));
        }

        lines.AddRange(step.Timeline.Select(span => Spanned(span, plan.Layout.Of(span.Rank).Stage)));
        to.Write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n");
        to.Write(string.Join(",\n", lines));
        to.Write("\n]}\n");
    }

    private static string Named(string what, int stage, int track, string name) => Line(json =>
    {
        json.WriteString("ph", "M");
        json.WriteString("name", what);
        json.WriteNumber("pid", stage);
        json.WriteNumber("tid", track);
        json.WriteStartObject("args");
        json.WriteString("name", name);
        json.WriteEndObject();
    });

    private static string Spanned(TimelineSpan span, int stage) => Line(json =>
    {
        json.WriteString("ph", "X");
        json.WriteString("name", span.Name);
        json.WriteNumber("pid", stage);
        json.WriteNumber("tid", TrackOf(span.Kind));
        json.WritePropertyName("ts");
        json.WriteRawValue(Microseconds(span.Begin.Nanoseconds));
        json.WritePropertyName("dur");
        json.WriteRawValue(Microseconds(span.Length.Nanoseconds));
        json.WriteStartObject("args");
        json.WriteNumber("rank", span.Rank);
        json.WriteNumber("micro_batch", span.MicroBatch);
        json.WriteNumber("chunk", span.Chunk);
        json.WriteEndObject();
    });

    private static int TrackOf(SpanKind kind) => kind switch
    {
        SpanKind.Forward or SpanKind.Backward => Passes,
        SpanKind.Compute or SpanKind.Optimizer => Kernels,
        SpanKind.Communication => Communication,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static string Microseconds(long nanoseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000}.{nanoseconds % 1000:000}");

    private static string Line(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
