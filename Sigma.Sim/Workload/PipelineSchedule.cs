// The order in which a pipeline stage works. GPipe (Huang et al., 2019), 1F1B and interleaved 1F1B as Megatron-LM
// orders them (Narayanan et al., SC'21, section 2.2), ZB-H1 (Qi et al., ICLR'24) and DualPipe (DeepSeek-V3, 2024).
namespace Sigma.Sim.Workload;

/// <summary>Generates and measures schedules.</summary>
public static class PipelineSchedule
{
    /// <summary>Why a schedule cannot order so many micro-batches, or null where it can.</summary>
    public static string? Obstacle(PipelineShape shape, int microBatches)
    {
        var (p, m) = (shape.Stages, microBatches);
        return shape.Kind switch
        {
            ScheduleKind.Interleaved when m % p != 0 =>
                $"interleaving needs micro-batches in multiples of pp {p}, here {m}",
            ScheduleKind.DualPipe when p % 2 != 0 => $"dualpipe needs an even number of stages, here pp {p}",
            ScheduleKind.DualPipe when m % 2 != 0 || m < 2 * p =>
                $"dualpipe needs an even number of micro-batches, at least 2 x pp = {2 * p}, here {m}",
            _ => null,
        };
    }

    /// <summary>
    /// Micro-batches that a pipeline can have more or fewer of: a whole round where the schedule asks for it.
    /// </summary>
    public static int RoundOf(PipelineShape shape) => shape.Kind switch
    {
        ScheduleKind.Interleaved => shape.Stages,
        ScheduleKind.DualPipe => 2,
        ScheduleKind.OneForwardOneBackward or ScheduleKind.GPipe or ScheduleKind.ZeroBubbleH1 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape.Kind, null),
    };

    /// <summary>The schedule in the words of a scenario.</summary>
    public static string Word(ScheduleKind kind) => kind switch
    {
        ScheduleKind.GPipe => "gpipe",
        ScheduleKind.OneForwardOneBackward => "1f1b",
        ScheduleKind.Interleaved => "interleaved-1f1b",
        ScheduleKind.ZeroBubbleH1 => "zb-h1",
        ScheduleKind.DualPipe => "dualpipe",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The passes of a stage in order.</summary>
    /// <param name="shape">The schedule and its sizes.</param>
    /// <param name="stage">This stage, 0 is first.</param>
    /// <param name="microBatches">Micro-batches m of a pipeline and step.</param>
    public static Pass[] Of(PipelineShape shape, int stage, int microBatches)
    {
        if (Obstacle(shape, microBatches) is { } obstacle) throw new ArgumentException(obstacle, nameof(microBatches));
        return shape.Kind switch
        {
            ScheduleKind.GPipe => AllForwardAllBackward(microBatches),
            ScheduleKind.OneForwardOneBackward or ScheduleKind.Interleaved => Alternating(shape, stage, microBatches),
            ScheduleKind.ZeroBubbleH1 => ZeroBubble(shape.Stages, stage, microBatches),
            ScheduleKind.DualPipe => DualPipeSchedule.Of(shape.Stages, stage, microBatches),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape.Kind, null),
        };
    }

    /// <summary>True for a stage's last pass that adds to its chunk's gradients.</summary>
    public static bool GivesLast(IReadOnlyList<Pass> passes, int i)
    {
        if (!passes[i].GivesWeightGradient) return false;
        for (var later = i + 1; later < passes.Count; later++)
        {
            if (passes[later].GivesWeightGradient && passes[later].Chunk == passes[i].Chunk) return false;
        }

        return true;
    }

    /// <summary>The most passes whose activations a stage holds at one time, all chunks together.</summary>
    public static int MostInFlight(IEnumerable<Pass> passes)
    {
        var (held, most) = (0, 0);
        foreach (var pass in passes)
        {
            // Where the backward pass is split, activations stay until the weight gradients are done.
            if (pass.IsForward) held++;
            else if (pass.GivesWeightGradient) held--;
            most = Math.Max(most, held);
        }

        return most;
    }

    /// <summary>
    /// The published bubble of a stage in seconds (checks P1 to P3), for equal stages: F forward, B whole backward, W
    /// its weight gradients, <paramref name="pair"/> a forward and a backward pass side by side.
    /// </summary>
    public static double Bubble(PipelineShape shape, double forward, double backward, double weight, double pair) =>
        shape.Kind switch
        {
            ScheduleKind.GPipe or ScheduleKind.OneForwardOneBackward => (shape.Stages - 1) * (forward + backward),
            // F and B of one chunk, so that the bubble is 1/v of the plain one.
            ScheduleKind.Interleaved => (shape.Stages - 1) * (forward + backward),
            ScheduleKind.ZeroBubbleH1 => (shape.Stages - 1) * (forward + backward - 2 * weight),
            ScheduleKind.DualPipe => (shape.Stages / 2 - 1) * (pair + backward - 3 * weight),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape.Kind, null),
        };

    private static Pass[] AllForwardAllBackward(int microBatches) =>
    [
        .. Enumerable.Range(0, microBatches).Select(i => new Pass(PassKind.Forward, i, 0)),
        .. Enumerable.Range(0, microBatches).Select(i => new Pass(PassKind.Backward, i, 0)),
    ];

    private static Pass[] Alternating(PipelineShape shape, int stage, int microBatches)
    {
        var (stages, chunks) = (shape.Stages, shape.Chunks);
        var total = microBatches * chunks;
        var ahead = chunks == 1 ? stages - stage - 1 : (stages - stage - 1) * 2 + (chunks - 1) * stages;
        var warmUp = Math.Min(ahead, total);
        var passes = new List<Pass>(2 * total);
        for (var k = 0; k < warmUp; k++) passes.Add(At(k, PassKind.Forward));
        for (var k = 0; k < total - warmUp; k++)
        {
            passes.Add(At(k + warmUp, PassKind.Forward));
            passes.Add(At(k, PassKind.Backward));
        }

        for (var k = total - warmUp; k < total; k++) passes.Add(At(k, PassKind.Backward));
        return [.. passes];

        // Chunks take turns in groups of p micro-batches; backward passes walk the chunks from the last to the first.
        Pass At(int k, PassKind kind)
        {
            if (chunks == 1) return new Pass(kind, k, 0);
            var inGroup = k % (stages * chunks);
            var chunk = inGroup / stages;
            if (kind != PassKind.Forward) chunk = chunks - 1 - chunk;
            return new Pass(kind, k / (stages * chunks) * stages + k % stages, chunk);
        }
    }

    /// <summary>
    /// 1F1B with the backward pass in two: later stages put off their weight gradients by as many micro-batches as they
    /// are behind, so that the stages before them get their gradients sooner, in the memory of 1F1B.
    /// </summary>
    private static Pass[] ZeroBubble(int stages, int stage, int microBatches)
    {
        var warmUp = Math.Min(stages - stage - 1, microBatches);
        var passes = new List<Pass>(3 * microBatches);
        var (forward, weight) = (0, 0);
        while (forward < warmUp) passes.Add(new Pass(PassKind.Forward, forward++, 0));
        for (var input = 0; input < microBatches; input++)
        {
            if (forward < microBatches) passes.Add(new Pass(PassKind.Forward, forward++, 0));
            passes.Add(new Pass(PassKind.InputGradient, input, 0));
            if (input >= stage) passes.Add(new Pass(PassKind.WeightGradient, weight++, 0));
        }

        while (weight < microBatches) passes.Add(new Pass(PassKind.WeightGradient, weight++, 0));
        return [.. passes];
    }
}
