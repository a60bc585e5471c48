// The critical path of a replayed step: from its end back to its beginning, always along what was waited for last. What
// lies on it makes the step as long as it is; what does not could be slower without anybody noticing.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>What the path spent its time on, and on which stages.</summary>
/// <param name="Kernels">Kernels, jitter included.</param>
/// <param name="Collectives">Collectives from their last member's arrival on, and blocking sends.</param>
/// <param name="Sends">Activations and gradients under way between stages.</param>
/// <param name="Pauses">Pauses, and communication of passes that run side by side.</param>
/// <param name="GradientExchange">After the last pass.</param>
/// <param name="Optimizer">The update.</param>
/// <param name="ByStage">Time on ranks of each stage before the gradient exchange.</param>
public sealed record CriticalPath(
    Duration Kernels, Duration Collectives, Duration Sends, Duration Pauses, Duration GradientExchange,
    Duration Optimizer, IReadOnlyList<Duration> ByStage)
{
    /// <summary>The whole path is the whole step.</summary>
    public Duration Total => Kernels + Collectives + Sends + Pauses + GradientExchange + Optimizer;
}

/// <summary>Where a rank stood, and whom it had waited for if it had.</summary>
/// <param name="At">When it could go on.</param>
/// <param name="Compute">Nanoseconds of kernels until then.</param>
/// <param name="Exposed">Nanoseconds of communication until then.</param>
/// <param name="Cause">The played rank that it waited for, or -1.</param>
/// <param name="Travel">How long what it waited for was under way.</param>
internal readonly record struct PathMark(Instant At, long Compute, long Exposed, int Cause, Duration Travel);

/// <summary>Notes where ranks stand, and walks back from the end.</summary>
internal sealed class PathLog(int ranks)
{
    public const int Nobody = -1;

    private readonly List<PathMark>[] _marks = [.. Enumerable.Range(0, ranks).Select(_ => new List<PathMark>())];

    public void Note(int rank, PathMark mark) => _marks[rank].Add(mark);

    /// <summary>The path to a rank that had its gradients at <paramref name="arrived"/>.</summary>
    /// <param name="rank">The played rank.</param>
    /// <param name="arrived">When its last pass ended.</param>
    /// <param name="exchange">What follows.</param>
    /// <param name="update">And the optimizer.</param>
    /// <param name="cast">Who plays.</param>
    public CriticalPath Walk(int rank, Instant arrived, Duration exchange, Duration update, Cast cast)
    {
        long kernels = 0, collectives = 0, sends = 0, pauses = 0;
        var byStage = new Duration[cast.Layout.Pipeline];
        var end = arrived;
        while (end > Instant.Start)
        {
            var marks = _marks[rank];
            var last = LastBefore(marks, end);
            var stage = cast.At(rank).Stage;
            // Back along the rank itself until it had waited for somebody.
            var i = last;
            while (i > 0 && marks[i].Cause == Nobody) i--;
            var (from, to) = (marks[i], marks[last]);
            var (computed, exposed) = (to.Compute - from.Compute, to.Exposed - from.Exposed);
            kernels += computed;
            collectives += exposed;
            pauses += (end - from.At).Nanoseconds - computed - exposed;
            byStage[stage] += end - from.At;
            if (from.Cause == Nobody) break;
            sends += from.Travel.Nanoseconds;
            byStage[stage] += from.Travel;
            (rank, end) = (from.Cause, from.At - from.Travel);
        }

        return new CriticalPath(
            new(kernels), new(collectives), new(sends), new(pauses), exchange, update, byStage);
    }

    private static int LastBefore(List<PathMark> marks, Instant end)
    {
        var (low, high) = (0, marks.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (marks[middle].At <= end) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}
