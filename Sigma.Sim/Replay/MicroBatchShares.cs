// Dynamic micro-batch scheduling: replicas with a slow stage give some of their micro-batches to the others, in whole
// numbers and with the global batch unchanged.
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Shares out the micro-batches of a step over expert-parallel groups.</summary>
internal static class MicroBatchShares
{
    /// <summary>
    /// Micro-batches of each played group's pipelines: equal shares unless they are scheduled dynamically.
    /// </summary>
    /// <param name="plan">The step.</param>
    /// <param name="cast">Who is played.</param>
    /// <param name="speeds">Factor on kernel times, by played rank.</param>
    /// <param name="exposedExchange">Seconds of one dispatch or combine that nothing hides.</param>
    public static int[] Of(StepPlan plan, Cast cast, double[] speeds, double exposedExchange)
    {
        var shares = new int[cast.Groups.Length];
        Array.Fill(shares, plan.MicroBatches);
        return speeds.Any(speed => speed != speeds[0])
            ? Balanced(plan, shares, TimesOf(plan, cast, speeds, exposedExchange))
            : shares;
    }

    /// <summary>
    /// Moves one unit (a whole round where the schedule asks for it) after the other from the group that would end last
    /// to the one that would still end first with it, as long as the end of the last comes earlier.
    /// </summary>
    private static int[] Balanced(StepPlan plan, int[] shares, GroupTime[] times)
    {
        var unit = PipelineSchedule.RoundOf(plan.Shape);
        var least = plan.Parallelism.Schedule == ScheduleKind.DualPipe ? 2 * plan.Layout.Pipeline : unit;
        while (true)
        {
            int last = 0, first = 0;
            for (var i = 1; i < shares.Length; i++)
            {
                if (End(i, 0) > End(last, 0)) last = i;
                if (End(i, unit) < End(first, unit)) first = i;
            }

            if (shares[last] - unit < least || End(first, unit) >= End(last, 0)) return shares;
            shares[last] -= unit;
            shares[first] += unit;
        }

        double End(int group, int more) => (shares[group] + more) * times[group].Slowest + times[group].Ramp;
    }

    /// <summary>
    /// A pipeline ends after its slowest stage's micro-batches and one pass through its other stages, or the part of it
    /// that the schedule does not fill. Slow nodes lengthen kernels, and not what is communicated.
    /// </summary>
    private static GroupTime[] TimesOf(StepPlan plan, Cast cast, double[] speeds, double exposedExchange)
    {
        var stages = plan.Layout.Pipeline;
        var work = Enumerable.Range(0, stages).Select(stage => WorkOf(plan, stage, exposedExchange)).ToArray();
        var byStage = new double[cast.Groups.Length, stages];
        for (var index = 0; index < cast.Size; index++)
        {
            ref var longest = ref byStage[cast.SlotOf(index), cast.At(index).Stage];
            var (kernels, waits) = work[cast.At(index).Stage];
            longest = Math.Max(longest, kernels * speeds[index] + waits);
        }

        var unfilled = plan.Parallelism.Schedule switch
        {
            ScheduleKind.OneForwardOneBackward or ScheduleKind.GPipe => 1.0,
            ScheduleKind.Interleaved => 1.0 / plan.Shape.Chunks,
            // Weight gradients, a third of the work, fill twice their time of it.
            ScheduleKind.ZeroBubbleH1 or ScheduleKind.DualPipe => 1.0 / 3,
            _ => throw new InvalidOperationException($"no schedule is a {plan.Parallelism.Schedule}"),
        };
        return [.. Enumerable.Range(0, cast.Groups.Length).Select(group =>
        {
            var times = Enumerable.Range(0, stages).Select(stage => byStage[group, stage]).ToArray();
            return new GroupTime(times.Max(), (times.Sum() - times.Max()) * unfilled);
        })];
    }

    /// <summary>Seconds of one micro-batch on a stage, there and back: its kernels and its communication.</summary>
    private static (double Kernels, double Waits) WorkOf(StepPlan plan, int stage, double exposedExchange)
    {
        var (kernels, waits) = (0.0, 0.0);
        for (var chunk = 0; chunk < plan.Shape.Chunks; chunk++)
        {
            foreach (var operation in new[] { PassKind.Forward, PassKind.Backward }
                .SelectMany(kind => PassOperations.Of(plan, stage, chunk, kind, adds: true)))
            {
                if (operation.Kind == OperationKind.Experts)
                    kernels += operation.Factor * plan.Operations.BalancedExperts;
                else if (operation.IsKernel) kernels += operation.Seconds;
                else waits += operation.Kind == OperationKind.Exchange ? operation.Fixed.Seconds : exposedExchange;
            }

            if (!plan.Parallelism.BlockingSends) continue;
            foreach (var forward in new[] { true, false })
            {
                if (plan.Shape.After(stage, chunk, forward) is { } next && next.Stage != stage)
                    waits += plan.Communication.Send(stage, next.Stage).Seconds;
            }
        }

        // A micro-batch goes through one of the two copies of the model.
        return (kernels / plan.Parallelism.CopiesPerPipeline, waits / plan.Parallelism.CopiesPerPipeline);
    }

    /// <summary>Seconds of a micro-batch on the slowest stage, and of filling and draining its pipeline.</summary>
    private readonly record struct GroupTime(double Slowest, double Ramp);
}
