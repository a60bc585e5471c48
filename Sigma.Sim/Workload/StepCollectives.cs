// What the exchanges of a step are on the wire: which collective, over whom, with how many bytes. Durations stand in
// CommunicationTimes and StepPlan, which count the same bytes.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>What members of a group do together.</summary>
public enum CollectiveKind
{
    AllReduce,
    AllGather,
    ReduceScatter,
    AllToAll,
}

/// <summary>One collective.</summary>
/// <param name="Name">What traces call it.</param>
/// <param name="Kind">What the members do.</param>
/// <param name="Group">Who they are.</param>
/// <param name="Size">
/// The buffer that each member brings: its shard of an all-gather, the whole of what is reduced or sent to all.
/// </param>
public readonly record struct PlannedCollective(string Name, CollectiveKind Kind, GroupKind Group, Bytes Size);

/// <summary>The collectives of a step, in the order in which each member takes part in them.</summary>
public sealed class StepCollectives(StepPlan plan)
{
    private readonly MessageSizes _sizes = plan.Communication.Sizes;

    private bool SharesOptimizer => plan.Parallelism.Zero != ZeroStage.None;

    /// <summary>What an operation of a pass is on the wire; none for kernels, and for gradients none either.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="routed">What a member brings where the routing decides.</param>
    public IEnumerable<PlannedCollective> Of(PlannedOperation operation, Bytes routed) => operation.Kind switch
    {
        OperationKind.Compute or OperationKind.Experts or OperationKind.Gradients => [],
        OperationKind.Dispatch or OperationKind.Combine =>
            [new(operation.Name, CollectiveKind.AllToAll, GroupKind.Experts, routed)],
        OperationKind.Exchange => Exchange(operation),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation.Kind, null),
    };

    /// <summary>
    /// Where tensor-parallel ranks each receive a part of the activations and every one needs all: how they gather
    /// them.
    /// </summary>
    public IEnumerable<PlannedCollective> AfterReceive()
    {
        if (plan.Layout.Tensor == 1 || plan.Parallelism.SequenceParallel) return [];
        return [new("gather received", CollectiveKind.AllGather, GroupKind.Tensor, _sizes.ActivationsOfRank)];
    }

    /// <summary>The gradients of one layer, whose exchange is played beside what follows.</summary>
    public IEnumerable<PlannedCollective> GradientsOf(int layer) => Reductions(
        plan.Parts.DenseParametersOfLayer(layer) / plan.Layout.Tensor,
        plan.Parts.ExpertParametersOfLayer(layer) / plan.Layout.Tensor / plan.Layout.Expert);

    /// <summary>Gradients that are exchanged after the last pass of a stage.</summary>
    public IEnumerable<PlannedCollective> AfterPasses(int stage)
    {
        var (layout, parts) = (plan.Layout, plan.Parts);
        var reductions = plan.Parallelism.Overlap.SimulatesData
            ? Reductions(parts.EdgeParametersOn(stage) / layout.Tensor, 0)
            : Reductions(parts.DenseParametersOn(stage, layout), parts.ExpertParametersOn(stage, layout));
        if (!plan.TiesStage(stage)) return reductions;
        var tied = _sizes.Gradients(plan.Model.EmbeddingParameters / layout.Tensor);
        return reductions.Append(
            new("tied embedding", CollectiveKind.AllReduce, GroupKind.TiedEmbedding, tied));
    }

    /// <summary>Parameters that other replicas have updated.</summary>
    public IEnumerable<PlannedCollective> AfterUpdate(int stage)
    {
        if (!SharesOptimizer) yield break;
        var (layout, parts) = (plan.Layout, plan.Parts);
        var dense = parts.DenseParametersOn(stage, layout) / plan.DenseReplicas;
        var experts = parts.ExpertParametersOn(stage, layout) / plan.ExpertReplicas;
        if (plan.DenseReplicas > 1 && dense > 0)
            yield return new("parameters", CollectiveKind.AllGather, GroupKind.Replicas, _sizes.Parameters(dense));
        if (plan.ExpertReplicas > 1 && experts > 0)
        {
            yield return new(
                "expert parameters", CollectiveKind.AllGather, GroupKind.ExpertReplicas, _sizes.Parameters(experts));
        }
    }

    private IEnumerable<PlannedCollective> Exchange(PlannedOperation operation)
    {
        var (sum, part) = (_sizes.Activations, _sizes.ActivationsOfRank);
        PlannedCollective gather = new(operation.Name, CollectiveKind.AllGather, GroupKind.Tensor, part);
        var keys = new PlannedCollective(
            operation.Name, CollectiveKind.AllGather, GroupKind.Context, _sizes.KeysAndValuesOfRank);
        return operation.Exchange switch
        {
            // Sequence parallelism cuts the sum in two halves, which carry as much.
            ExchangeKind.Sum when plan.Parallelism.SequenceParallel =>
                [gather with { Kind = CollectiveKind.ReduceScatter, Size = sum }, gather],
            ExchangeKind.Sum => [gather with { Kind = CollectiveKind.AllReduce, Size = sum }],
            ExchangeKind.Sequence => [gather, gather],
            ExchangeKind.KeysAndValues => [keys],
            ExchangeKind.KeyAndValueGradients =>
                [keys, keys with { Kind = CollectiveKind.ReduceScatter, Size = _sizes.KeysAndValues }],
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation.Exchange, null),
        };
    }

    private IEnumerable<PlannedCollective> Reductions(double dense, double experts)
    {
        var kind = SharesOptimizer ? CollectiveKind.ReduceScatter : CollectiveKind.AllReduce;
        for (var round = 0; round < plan.GradientRounds; round++)
        {
            if (plan.DenseReplicas > 1 && dense > 0)
                yield return new("gradients", kind, GroupKind.Replicas, _sizes.Gradients(dense));
        }

        for (var round = 0; round < plan.GradientRounds; round++)
        {
            if (plan.ExpertReplicas > 1 && experts > 0)
                yield return new("expert gradients", kind, GroupKind.ExpertReplicas, _sizes.Gradients(experts));
        }
    }
}
