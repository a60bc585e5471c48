// Dynamic micro-batch scheduling: replicas with a slow stage give some of their micro-batches to the others, in whole
// numbers and with the global batch unchanged.
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Shares out the micro-batches of a step over expert-parallel groups.</summary>
internal static class MicroBatchShares
{
    /// <summary>Micro-batches of each played group's pipelines: equal shares unless they are scheduled dynamically.</summary>
    public static int[] Of(StepPlan plan, Cast cast, double[] speeds)
    {
        var shares = new int[cast.Groups.Length];
        Array.Fill(shares, plan.MicroBatches);
        if (!plan.Parallelism.DynamicMicroBatches) return shares;
        var slowest = new double[shares.Length];
        for (var index = 0; index < cast.Size; index++)
            slowest[cast.SlotOf(index)] = Math.Max(slowest[cast.SlotOf(index)], speeds[index]);
        return Balanced(slowest, cast, plan);
    }

    /// <summary>
    /// Moves one unit (a whole round where the schedule asks for it) after the other from the group that would end last
    /// to the one that would still end first with it, as long as the end of the last comes earlier.
    /// </summary>
    private static int[] Balanced(double[] slowest, Cast cast, StepPlan plan)
    {
        var unit = plan.Parallelism.Schedule switch
        {
            ScheduleKind.Interleaved => plan.Layout.Pipeline,
            ScheduleKind.DualPipe => 2,
            ScheduleKind.OneForwardOneBackward or ScheduleKind.GPipe or ScheduleKind.ZeroBubbleH1 => 1,
            _ => throw new InvalidOperationException($"no schedule is a {plan.Parallelism.Schedule}"),
        };
        var least = plan.Parallelism.Schedule == ScheduleKind.DualPipe ? 2 * plan.Layout.Pipeline : unit;
        var groups = cast.Groups.Length;
        var shares = new int[groups];
        Array.Fill(shares, plan.MicroBatches);
        // Filling and draining the pipeline costs a group as much as so many micro-batches more.
        var ramp = plan.Layout.Pipeline - 1;
        while (true)
        {
            int last = 0, first = 0;
            for (var i = 1; i < groups; i++)
            {
                if (End(i, 0) > End(last, 0)) last = i;
                if (End(i, unit) < End(first, unit)) first = i;
            }

            if (shares[last] - unit < least || End(first, unit) >= End(last, 0)) return shares;
            shares[last] -= unit;
            shares[first] += unit;
        }

        double End(int group, int more) => (shares[group] + more + ramp) * slowest[group];
    }
}
