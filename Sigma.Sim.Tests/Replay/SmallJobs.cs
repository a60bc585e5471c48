// A job small enough to be worked out on paper: two replicas of two stages, one step, two micro-batches, one operation
// a line as in a file.
using System.Globalization;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Tests.Replay;

/// <summary>Measured jobs to replay.</summary>
internal static class SmallJobs
{
    public static TraceLayout Layout { get; } = new("small", 2, 2);

    /// <summary>
    /// Microseconds of replica and stage: forward passes take 10 and backward passes 20, but 16 and 32 on stage 1 of
    /// replica 1; transfers take 2, the optimizer 6 and both collectives 4.
    /// </summary>
    public static List<TracedOperation> Uneven() =>
    [
        .. Rank((0, 0), 5, (46, 76), 134), .. Rank((0, 1), 5, (46, 76), 134),
        .. Rank((1, 0), 5, (64, 112), 134), .. Rank((1, 1), 8, (64, 112), 134),
    ];

    public static List<TracedOperation> Even() =>
        [.. from replica in new[] { 0, 1 } from stage in new[] { 0, 1 }
            from operation in Rank((replica, stage), 5, (46, 76), 98) select operation];

    public static StragglerReport Replayed(IEnumerable<TracedOperation> operations) =>
        StragglerAnalysis.Of(new OperationTrace(Layout, operations));

    /// <summary>The job as a file holds it.</summary>
    public static string Csv(IEnumerable<TracedOperation> operations) => string.Join('\n',
        [
            "process,pp_rank,stream,op,step,mb_id,seq_id,start_us,duration_us",
            .. operations.Select(o => string.Create(
                CultureInfo.InvariantCulture,
                $"{o.Replica},{o.Stage},{o.Kind.StreamOf()},{o.Kind.NameOf()},{o.Step},-1,{o.Sequence},"
                + $"{o.Began.Nanoseconds / 1000},{o.Lasted.Nanoseconds / 1000}")),
            "",
        ]);

    /// <summary>
    /// One rank's operations at the instants that the replay finds: stage 1 receives its first input at 16 and then
    /// runs its four passes without a gap.
    /// </summary>
    private static IEnumerable<TracedOperation> Rank(
        (int Replica, int Stage) rank, int unit, (int First, int Second) turns, int end)
    {
        var (f, b) = (2 * unit, 4 * unit);
        TracedOperation[] closing = [Of(TracedKind.GradientClip, 0, end, 4), Of(TracedKind.Optimizer, 0, end + 4, 6)];
        if (rank.Stage == 0)
        {
            return
            [
                Of(TracedKind.ParametersAllGather, 0, 0, 4),
                Of(TracedKind.ForwardCompute, 0, 4, f), Of(TracedKind.ForwardSend, 0, 14, 2),
                Of(TracedKind.ForwardCompute, 1, 14, f), Of(TracedKind.ForwardSend, 1, 40, 2),
                Of(TracedKind.BackwardReceive, 0, turns.First, 2),
                Of(TracedKind.BackwardCompute, 0, turns.First + 2, b),
                Of(TracedKind.BackwardReceive, 1, turns.Second, 2),
                Of(TracedKind.BackwardCompute, 1, turns.Second + 2, b),
                .. closing,
            ];
        }

        return
        [
            Of(TracedKind.ParametersAllGather, 0, 0, 4), Of(TracedKind.ForwardReceive, 0, 14, 2),
            Of(TracedKind.ForwardCompute, 0, 16, f), Of(TracedKind.BackwardCompute, 0, 16 + f, b),
            Of(TracedKind.BackwardSend, 0, turns.First, 2), Of(TracedKind.ForwardReceive, 1, 40, 2),
            Of(TracedKind.ForwardCompute, 1, turns.First, f), Of(TracedKind.BackwardCompute, 1, turns.First + f, b),
            Of(TracedKind.BackwardSend, 1, turns.Second, 2),
            .. closing,
        ];

        TracedOperation Of(TracedKind kind, int sequence, int began, int lasted) => new(
            rank.Replica, rank.Stage, kind, 7, sequence, Instant.Start + Duration.FromMicroseconds(began),
            Duration.FromMicroseconds(lasted), 0);
    }
}
