// Two things that a rank does at the same time, such as the forward and the backward pass of DualPipe, need a row each:
// a span goes to the first row that is free when it begins.
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Reporting;

/// <summary>A span and where it stands.</summary>
/// <param name="Span">What the rank did.</param>
/// <param name="Row">From 0.</param>
/// <param name="Rows">Rows that are in use around it: 1 where nothing runs beside it.</param>
internal readonly record struct PlacedSpan(TimelineSpan Span, int Row, int Rows);

/// <summary>Places the spans of one track.</summary>
internal static class SpanRows
{
    /// <summary>The spans by their beginning; of two that begin together the forward pass comes first.</summary>
    public static List<PlacedSpan> Of(IEnumerable<TimelineSpan> spans)
    {
        var (placed, ends, first) = (new List<PlacedSpan>(), new List<Instant>(), 0);
        foreach (var span in spans.OrderBy(span => span.Begin.Nanoseconds).ThenBy(span => span.Kind))
        {
            if (ends.TrueForAll(end => end <= span.Begin)) Close();
            var row = ends.FindIndex(end => end <= span.Begin);
            if (row < 0)
            {
                row = ends.Count;
                ends.Add(default);
            }

            ends[row] = span.Begin + span.Length;
            placed.Add(new PlacedSpan(span, row, 0));
        }

        Close();
        return placed;

        // Nothing reaches over this instant: what was placed so far knows its neighbours.
        void Close()
        {
            for (; first < placed.Count; first++) placed[first] = placed[first] with { Rows = ends.Count };
            ends.Clear();
        }
    }
}
