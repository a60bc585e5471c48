// The time that a replication kept, up to any moment: what it had computed by then, less what was rolled back by then.
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Kept step time as it grows, and shrinks where work is rolled back.</summary>
internal sealed class KeptTime
{
    // Ends of computing spans and rollbacks, with what was kept in nanoseconds at and after each.
    private readonly List<(long At, long Kept, bool Rises)> _turns = [(0, 0, false)];

    private KeptTime(CampaignRun run)
    {
        var kept = 0L;
        var turns = run.Phases.Where(span => span.Phase == JobPhase.Computing)
            .Select(span => (Begin: span.Begin.Nanoseconds, End: span.End.Nanoseconds, Lost: 0L))
            .Concat(run.Events.Where(happened => !happened.Lost.IsZero)
                .Select(happened => (
                    Begin: happened.At.Nanoseconds, End: happened.At.Nanoseconds, Lost: happened.Lost.Nanoseconds)))
            .OrderBy(turn => turn.Begin).ThenBy(turn => turn.End);
        foreach (var (begin, end, lost) in turns)
        {
            _turns.Add((begin, kept, false));
            kept += end - begin - lost;
            _turns.Add((end, kept, lost == 0));
        }
    }

    /// <summary>Of a replication that kept its phases and its story.</summary>
    public static KeptTime Of(CampaignRun run) => new(run);

    /// <summary>What was kept at a moment.</summary>
    public Duration At(Duration time)
    {
        var next = _turns.BinarySearch(
            (time.Nanoseconds, 0, false), Comparer<(long At, long, bool)>.Create((a, b) => a.At.CompareTo(b.At)));
        if (next < 0) next = ~next;
        // Of several turns at one moment the last holds.
        while (next < _turns.Count && _turns[next].At <= time.Nanoseconds) next++;
        var last = _turns[next - 1];
        var isComputing = next < _turns.Count && _turns[next].Rises;
        return new Duration(last.Kept + (isComputing ? time.Nanoseconds - last.At : 0));
    }

    /// <summary>The share of a span that was kept; below zero where it lost more than it computed.</summary>
    public double Share(Duration from, Duration to) => (At(to) - At(from)).Seconds / (to - from).Seconds;
}
