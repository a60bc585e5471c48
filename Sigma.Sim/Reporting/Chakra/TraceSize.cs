// How many nodes the traces of a step have, counted before anything is played: a trace names every operation of every
// rank, so a large step would fill a disk.
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting.Chakra;

/// <summary>Counts nodes, and says what is too many.</summary>
public static class TraceSize
{
    public const int MostRanks = 4_096;

    /// <summary>At some 130 bytes a node, half a gigabyte.</summary>
    public const long MostNodes = 4_000_000;

    /// <summary>Why the traces of a step are too large to write, or null where they are not.</summary>
    /// <param name="plan">The step; its routing changes no count.</param>
    public static string? Obstacle(StepPlan plan)
    {
        const string smaller = "fewer replicas do the same: take fewer `cluster.nodes`, "
            + "and `parallelism.global_batch` in proportion";
        if (plan.Layout.Ranks > MostRanks)
        {
            return $"{UnitText.Count(plan.Layout.Ranks)} ranks are too many for traces, at most "
                + $"{UnitText.Count(MostRanks)}; {smaller}";
        }

        var nodes = Of(plan);
        return nodes > MostNodes
            ? $"the traces would have {UnitText.Count(nodes)} nodes, at most {UnitText.Count(MostNodes)}; {smaller}"
            : null;
    }

    /// <summary>Nodes of all ranks.</summary>
    public static long Of(StepPlan plan) =>
        Enumerable.Range(0, plan.Layout.Pipeline).Sum(stage => OfRank(plan, stage))
        * (plan.Layout.Ranks / plan.Layout.Pipeline);

    private static long OfRank(StepPlan plan, int stage)
    {
        var (collectives, counts) = (new StepCollectives(plan), new Dictionary<object, int>());
        var passes = PipelineSchedule.Of(plan.Shape, stage, plan.MicroBatches);
        long nodes = collectives.AfterPasses(stage).Count() + 1 + collectives.AfterUpdate(stage).Count();
        for (var i = 0; i < passes.Length; i++)
        {
            var pass = passes[i];
            var adds = pass.MicroBatch > 0;
            var gives = plan.Parallelism.Overlap.SimulatesData && PipelineSchedule.GivesLast(passes, i);
            var kind = (pass.Kind, pass.Chunk, adds, gives);
            if (!counts.TryGetValue(kind, out var count))
            {
                count = counts[kind] = PassOperations.Of(plan, stage, pass.Chunk, pass.Kind, adds, gives)
                    .Sum(operation => NodesOf(operation, collectives));
            }

            nodes += count;
            if (pass.Kind == PassKind.WeightGradient) continue;
            if (Leaves(plan, stage, pass.Chunk, pass.IsForward)) nodes++;
            if (Leaves(plan, stage, pass.Chunk, !pass.IsForward)) nodes += 1 + collectives.AfterReceive().Count();
        }

        return nodes;
    }

    private static bool Leaves(StepPlan plan, int stage, int chunk, bool forward) =>
        plan.Shape.After(stage, chunk, forward) is { } next && next.Stage != stage;

    private static int NodesOf(PlannedOperation operation, StepCollectives collectives) => operation switch
    {
        { IsKernel: true } => 1,
        { Kind: OperationKind.Gradients } => collectives.GradientsOf(operation.Layer).Count(),
        _ => collectives.Of(operation, Bytes.Zero).Count(),
    };
}
