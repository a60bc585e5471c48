// Which ranks meet in the collectives of a step. The replay needs only how many they are and how far apart; who writes
// the step down for others must name them.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Workload;

/// <summary>Why ranks meet.</summary>
public enum GroupKind
{
    /// <summary>They share each matrix.</summary>
    Tensor,

    /// <summary>They share each sequence.</summary>
    Context,

    /// <summary>They share the experts of each layer.</summary>
    Experts,

    /// <summary>They hold the same parameters that are no routed experts.</summary>
    Replicas,

    /// <summary>They hold the same routed experts.</summary>
    ExpertReplicas,

    /// <summary>The first and the last stage, which hold the same matrix.</summary>
    TiedEmbedding,
}

/// <summary>The groups of a layout.</summary>
public sealed class StepGroups(ParallelLayout layout, ParallelismSpec parallelism)
{
    /// <summary>The ranks that a rank meets, itself among them, in ascending order.</summary>
    public IReadOnlyList<int> RanksOf(GroupKind kind, int rank)
    {
        var at = layout.Of(rank);
        var (tensor, context) = (at.Tensor % layout.Tensor, at.Tensor / layout.Tensor);
        int[] one = [at.Data], here = [at.Stage];
        var everyContext = Enumerable.Range(0, layout.Context);
        var ranks = kind switch
        {
            GroupKind.Tensor => Places(Enumerable.Range(0, layout.Tensor), [context], one, here),
            GroupKind.Context => Places([tensor], everyContext, one, here),
            GroupKind.Experts => Places(
                [tensor], [context],
                Enumerable.Range(at.Data / layout.Expert * layout.Expert, layout.Expert), here),
            GroupKind.Replicas => Places(
                [tensor], everyContext, Enumerable.Range(0, layout.Data), CopiesOf(at.Stage)),
            GroupKind.ExpertReplicas => Places(
                [tensor], everyContext,
                from replica in Enumerable.Range(0, layout.Data)
                where replica % layout.Expert == at.Data % layout.Expert
                select replica,
                CopiesOf(at.Stage)),
            GroupKind.TiedEmbedding => Places([tensor], [context], one, EndsFrom(at.Stage)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        return [.. ranks.Order()];
    }

    /// <summary>DualPipe keeps the parts of a stage on the one as far from the other end, too.</summary>
    private IEnumerable<int> CopiesOf(int stage) =>
        parallelism.CopiesPerPipeline == 1 ? [stage] : [stage, layout.Pipeline - 1 - stage];

    private IEnumerable<int> EndsFrom(int stage)
    {
        if (stage != 0 && stage != layout.Pipeline - 1) return [stage];
        return new[] { 0, layout.Pipeline - 1 }.Distinct();
    }

    private IEnumerable<int> Places(
        IEnumerable<int> tensors, IEnumerable<int> contexts, IEnumerable<int> data, IEnumerable<int> stages) =>
        from stage in stages
        from replica in data
        from context in contexts
        from tensor in tensors
        select layout.RankOf(new(context * layout.Tensor + tensor, replica, stage));
}
