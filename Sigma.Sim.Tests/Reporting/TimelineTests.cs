// A trace is read by viewers that forgive nothing: each event is whole on its line, what runs side by side stands on
// tracks of its own, and the arrows of a collective tie its members' spans together.
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Replay;
using Sigma.Sim.Reporting;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class TimelineTests
{
    private static readonly string[] Schedules = ["interleaved-1f1b", "dualpipe", "zb-h1"];

    [TestMethod]
    public void Every_line_between_head_and_tail_is_one_event()
    {
        var lines = TraceOf(SmallRun.Step).TrimEnd('\n').Split('\n');
        Assert.AreEqual("]}", lines[^1]);
        foreach (var line in lines[1..^1])
        {
            using var one = JsonDocument.Parse(line.TrimEnd(','));
            Assert.AreEqual(JsonValueKind.Object, one.RootElement.ValueKind);
        }
    }

    [TestMethod]
    public void Every_span_of_a_watched_rank_is_there_within_the_step_and_on_a_named_track()
    {
        foreach (var played in Schedules.Select(StepOf))
        {
            var step = played.Profile.Samples[0];
            var events = EventsOf(TraceOf(played));
            var spans = events.Where(e => e.Phase == "X").ToList();
            Assert.HasCount(step.Timeline.Count, spans);
            Assert.IsTrue(spans.TrueForAll(e => e.Begin >= 0 && e.End <= step.StepTime.Nanoseconds));
            var names = events.Where(e => e.Name == "thread_name").ToDictionary(e => e.Track, e => e.Text("name"));
            foreach (var span in spans)
                Assert.IsTrue(
                    names[span.Track].StartsWith($"rank {span.Count("rank")} ", StringComparison.Ordinal), span.Name);
            var passes = spans.Where(e => e.Name == "weight gradient").Select(e => names[e.Track]);
            Assert.IsTrue(passes.All(name => name.EndsWith("passes", StringComparison.Ordinal)));
            var layers = spans.Where(e => e.Name == "dispatch").Select(e => e.Count("layer")).Distinct();
            CollectionAssert.AreEquivalent(Enumerable.Range(0, 16).ToArray(), layers.ToArray());
        }
    }

    [TestMethod]
    public void Spans_of_one_track_never_overlap()
    {
        foreach (var schedule in Schedules)
        {
            var tracks = EventsOf(TraceOf(StepOf(schedule))).Where(e => e.Phase == "X").GroupBy(e => e.Track);
            foreach (var track in tracks)
            {
                var spans = track.OrderBy(e => e.Begin).ThenBy(e => e.End).ToList();
                for (var i = 1; i < spans.Count; i++)
                    Assert.IsGreaterThanOrEqualTo(spans[i - 1].End, spans[i].Begin, $"{schedule}: {spans[i].Name}");
            }
        }
    }

    [TestMethod]
    public void Arrows_run_through_all_members_of_a_collective_in_the_order_of_ranks()
    {
        foreach (var played in Schedules.Select(StepOf))
        {
            var events = EventsOf(TraceOf(played));
            var spans = events.Where(e => e.Phase == "X").ToLookup(e => e.Track);
            var arrows = events.Where(e => e.Phase is "s" or "t" or "f").GroupBy(e => e.Id).ToList();
            var meetings = played.Profile.Samples[0].Timeline.Where(span => span.Meeting != 0)
                .GroupBy(span => span.Meeting).Where(meeting => meeting.Count() > 1).ToDictionary(m => m.Key);
            CollectionAssert.AreEquivalent(meetings.Keys.ToArray(), arrows.Select(arrow => arrow.Key).ToArray());
            foreach (var arrow in arrows)
            {
                var members = meetings[arrow.Key].OrderBy(span => span.Rank).ToList();
                var phases = string.Concat(arrow.Select(e => e.Phase));
                Assert.AreEqual("s" + new string('t', members.Count - 2) + "f", phases);
                var tied = arrow.Select(e => spans[e.Track].Single(
                    span => span.Begin <= e.Begin && e.Begin < span.End && span.Name == e.Name)).ToList();
                CollectionAssert.AreEqual(
                    members.Select(span => (span.Rank, span.Begin.Nanoseconds)).ToArray(),
                    tied.Select(span => (span.Count("rank"), span.Begin)).ToArray());
            }
        }
    }

    [TestMethod]
    public void A_run_leaves_one_rank_of_every_stage()
    {
        var ranks = EventsOf(SmallRun.Files["timeline.json"]).Where(e => e.Phase == "X")
            .Select(e => SmallRun.Step.Plan.Layout.Of(e.Count("rank"))).Distinct().ToList();
        Assert.HasCount(SmallRun.Step.Plan.Layout.Pipeline, ranks);
        Assert.IsTrue(ranks.TrueForAll(at => at is { Data: 0, Tensor: 0 }));
    }

    [TestMethod]
    public void Rows_hold_what_overlaps_apart_and_nothing_else()
    {
        TimelineSpan Span(int begin, int length) =>
            new(0, SpanKind.Forward, "", 0, 0, new(begin), new(length));
        var placed = SpanRows.Of([Span(40, 5), Span(0, 10), Span(5, 10), Span(10, 5), Span(15, 5)]);
        CollectionAssert.AreEqual(
            new[] { (0L, 0, 2), (5L, 1, 2), (10L, 0, 2), (15L, 0, 1), (40L, 0, 1) },
            placed.Select(p => (p.Span.Begin.Nanoseconds, p.Row, p.Rows)).ToArray());
    }

    private static PlayedStep StepOf(string schedule) =>
        schedule is "interleaved-1f1b" ? SmallRun.Step : SmallRun.WithSchedule(schedule).Played!;

    private static string TraceOf(PlayedStep played)
    {
        using var text = new StringWriter();
        Timeline.Write(played.Profile.Samples[0], played.Plan, text);
        return text.ToString();
    }

    private static List<TraceEvent> EventsOf(string trace)
    {
        using var document = JsonDocument.Parse(trace);
        var events = document.RootElement.GetProperty("traceEvents");
        return [.. events.EnumerateArray().Select(e => new TraceEvent(e.Clone()))];
    }

    /// <summary>An event of a trace, its times in nanoseconds.</summary>
    private sealed record TraceEvent(JsonElement Json)
    {
        public string Phase => Json.GetProperty("ph").GetString()!;

        public string Name => Json.GetProperty("name").GetString()!;

        public (int Process, int Track) Track =>
            (Json.GetProperty("pid").GetInt32(), Json.GetProperty("tid").GetInt32());

        public long Id => Json.GetProperty("id").GetInt64();

        public long Begin => Nanoseconds("ts");

        public long End => Begin + Nanoseconds("dur");

        public string Text(string name) => Json.GetProperty("args").GetProperty(name).GetString()!;

        public int Count(string name) => Json.GetProperty("args").GetProperty(name).GetInt32();

        private long Nanoseconds(string name) => (long)(Json.GetProperty(name).GetDecimal() * 1000);
    }
}
