// What a replayed step leaves: its length, and where the time of every rank went.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>The time of one rank in one step; the four parts sum to the step exactly.</summary>
/// <param name="Compute">Kernels, jitter included.</param>
/// <param name="ExposedCommunication">Collectives that nothing hides.</param>
/// <param name="PipelineBubble">Waiting for activations or gradients of another stage, or for the step's end.</param>
/// <param name="StragglerWait">Waiting for slower members of a collective, and pauses.</param>
public readonly record struct RankTimes(
    Duration Compute, Duration ExposedCommunication, Duration PipelineBubble, Duration StragglerWait)
{
    public Duration Total => Compute + ExposedCommunication + PipelineBubble + StragglerWait;

    public static RankTimes operator +(RankTimes a, RankTimes b) => new(
        a.Compute + b.Compute, a.ExposedCommunication + b.ExposedCommunication,
        a.PipelineBubble + b.PipelineBubble, a.StragglerWait + b.StragglerWait);
}

/// <summary>What a span of a timeline shows.</summary>
public enum SpanKind
{
    Forward,
    Backward,
    WeightGradient,
    Compute,
    Communication,
    Optimizer,
}

/// <summary>Something that a rank did for a while.</summary>
/// <param name="Rank">Who.</param>
/// <param name="Kind">What.</param>
/// <param name="Name">In words.</param>
/// <param name="MicroBatch">For which micro-batch.</param>
/// <param name="Chunk">In which chunk of the stage.</param>
/// <param name="Begin">From when.</param>
/// <param name="Length">For how long, waiting for others included.</param>
/// <param name="Meeting">The collective that it is a part of, the same for all its members; 0 for none.</param>
/// <param name="Layer">The full model's layer, or -1.</param>
public readonly record struct TimelineSpan(
    int Rank, SpanKind Kind, string Name, int MicroBatch, int Chunk, Instant Begin, Duration Length, long Meeting = 0,
    int Layer = -1);

/// <summary>One optimizer step, played.</summary>
/// <param name="StepTime">From the first kernel to the last.</param>
/// <param name="Ranks">Times by rank.</param>
/// <param name="Events">Events of the engine.</param>
/// <param name="HottestOverMean">Load of the busiest expert-parallel rank over the mean, averaged over layers.</param>
/// <param name="Timeline">Spans of the first ranks of the first expert-parallel group, of every stage.</param>
public sealed record ReplayedStep(
    Duration StepTime, IReadOnlyList<RankTimes> Ranks, long Events, double HottestOverMean,
    IReadOnlyList<TimelineSpan> Timeline)
{
    /// <summary>Ranks that were played; fewer than there are where equal ones were folded.</summary>
    public int PlayedRanks { get; init; } = Ranks.Count;

    /// <summary>What makes the step as long as it is, where the replay followed it.</summary>
    public CriticalPath? CriticalPath { get; init; }

    /// <summary>What every rank did, where the replay kept it.</summary>
    public StepTranscript? Transcript { get; init; }

    /// <summary>Micro-batches of the pipelines of each played expert-parallel group.</summary>
    public IReadOnlyList<int> MicroBatches { get; init; } = [];

    /// <summary>The mean over ranks of one part of their time.</summary>
    public Duration Mean(Func<RankTimes, Duration> part) => new(Ranks.Sum(r => part(r).Nanoseconds) / Ranks.Count);
}
