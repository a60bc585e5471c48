// The operations of one pass through a model chunk, in order. A plan is data: the replay spends what stands here.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>What kind of resource an operation needs, and who must be there.</summary>
public enum OperationKind
{
    /// <summary>Kernels of one rank.</summary>
    Compute,

    /// <summary>The grouped product of a rank's experts: its time depends on the routing.</summary>
    Experts,

    /// <summary>Tokens to experts, over the expert-parallel group.</summary>
    Dispatch,

    /// <summary>Expert outputs back, over the expert-parallel group.</summary>
    Combine,

    /// <summary>An all-reduce of tensor parallelism, whose members run in step.</summary>
    TensorParallel,
}

/// <summary>One operation of a pass.</summary>
/// <param name="Kind">What it needs.</param>
/// <param name="Name">What timelines call it.</param>
/// <param name="Layer">The full model's layer, or -1.</param>
/// <param name="Seconds">Compute time; 0 where the routing or the network decides.</param>
/// <param name="Factor">How many forward times an expert product takes: 1 forward, 2 backward.</param>
/// <param name="Fixed">Duration of a tensor-parallel exchange, else zero.</param>
public readonly record struct PlannedOperation(
    OperationKind Kind, string Name, int Layer, double Seconds, int Factor, Duration Fixed)
{
    /// <summary>True where the rank itself works, so that jitter and pauses can strike.</summary>
    public bool IsKernel => Kind is OperationKind.Compute or OperationKind.Experts;
}

/// <summary>Builds the passes of a plan.</summary>
public static class PassOperations
{
    /// <summary>A chunk's operations in one direction.</summary>
    public static PlannedOperation[] Of(StepPlan plan, int stage, int chunk, bool forward)
    {
        var first = plan.FirstLayer(stage, chunk);
        var begins = stage == 0 && chunk == 0;
        var ends = stage == plan.Layout.Pipeline - 1 && chunk == plan.Parallelism.VirtualStages - 1;
        var operations = new List<PlannedOperation>();
        if (forward)
        {
            if (begins) operations.Add(Kernel("embedding", plan.Operations.Embedding));
            for (var layer = first; layer < first + plan.LayersPerPass; layer++) Forward(plan, layer, "", operations);
            if (ends) operations.Add(Kernel("head and loss", plan.Operations.Head));
        }
        else
        {
            if (ends) operations.Add(Kernel("head backward", 2 * plan.Operations.Head));
            for (var layer = first + plan.LayersPerPass - 1; layer >= first; layer--)
            {
                if (plan.Parallelism.Recompute == Recompute.Full) Forward(plan, layer, " again", operations);
                Backward(plan, layer, operations);
            }

            if (begins) operations.Add(Kernel("embedding backward", plan.Operations.Embedding));
        }

        return [.. operations];
    }

    private static void Forward(StepPlan plan, int layer, string suffix, List<PlannedOperation> to)
    {
        var exchanges = plan.Layout.Expert > 1;
        to.Add(Compute("attention" + suffix, layer, plan.Operations.Attention));
        if (exchanges) to.Add(ByRouting(OperationKind.Dispatch, "dispatch" + suffix, layer, 1));
        to.Add(ByRouting(OperationKind.Experts, "experts" + suffix, layer, 1));
        if (exchanges) to.Add(ByRouting(OperationKind.Combine, "combine" + suffix, layer, 1));
        AddTensorParallel(plan, layer, to);
    }

    private static void Backward(StepPlan plan, int layer, List<PlannedOperation> to)
    {
        // The backward of a combine sends gradients the way the dispatch sent tokens, and the other way round.
        var exchanges = plan.Layout.Expert > 1;
        if (exchanges) to.Add(ByRouting(OperationKind.Dispatch, "combine backward", layer, 1));
        to.Add(ByRouting(OperationKind.Experts, "experts backward", layer, 2));
        if (exchanges) to.Add(ByRouting(OperationKind.Combine, "dispatch backward", layer, 1));
        to.Add(Compute("attention backward", layer, 2 * plan.Operations.Attention));
        AddTensorParallel(plan, layer, to);
    }

    private static void AddTensorParallel(StepPlan plan, int layer, List<PlannedOperation> to)
    {
        if (plan.Layout.Tensor == 1) return;
        to.Add(new PlannedOperation(
            OperationKind.TensorParallel, "tensor-parallel all-reduce", layer, 0, 1, plan.TensorParallelPerLayer));
    }

    private static PlannedOperation Kernel(string name, double seconds) => Compute(name, -1, seconds);

    private static PlannedOperation Compute(string name, int layer, double seconds) =>
        new(OperationKind.Compute, name, layer, seconds, 1, default);

    private static PlannedOperation ByRouting(OperationKind kind, string name, int layer, int factor) =>
        new(kind, name, layer, 0, factor, default);
}
