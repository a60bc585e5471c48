// Which ranks of a step are played. At full detail all are; folded, ranks that do exactly the same are played once.
using Sigma.Sim.Cluster;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>How much of a step is played.</summary>
public enum ReplayDetail
{
    /// <summary>Folded where that changes nothing, else full.</summary>
    Automatic,

    /// <summary>Every rank.</summary>
    Full,

    /// <summary>Equal ranks once; an error where ranks differ.</summary>
    Folded,
}

/// <summary>
/// The played ranks: some expert-parallel groups (of every stage), and of each group of tensor and context ranks all or
/// one. Folded, one group stands for all whose nodes are as sound, and one rank for a tensor group of like nodes.
/// </summary>
internal sealed class Cast
{
    private readonly int[] _slotOfGroup;

    private Cast(ParallelLayout layout, int[] groups, int[] slotOfGroup, int shards)
    {
        (Layout, Groups, _slotOfGroup, Shards) = (layout, groups, slotOfGroup, shards);
    }

    public ParallelLayout Layout { get; }

    /// <summary>Played expert-parallel groups.</summary>
    public int[] Groups { get; }

    /// <summary>Played ranks of each tensor x context group.</summary>
    public int Shards { get; }

    /// <summary>Played ranks.</summary>
    public int Size => Groups.Length * PerGroup;

    /// <summary>Played ranks of one group, all stages together; they are numbered one after the other.</summary>
    public int PerGroup => Layout.Expert * Layout.Pipeline * Shards;

    /// <summary>Why a step cannot be folded, or null where it can.</summary>
    public static string? Obstacle(StepPlan plan, NoiseSpec noise)
    {
        if (!noise.IsSteady) return "noise makes every rank different";
        return plan.ReplicasAreAlike ? null : "real routing gives every expert-parallel group different work";
    }

    /// <param name="plan">The step.</param>
    /// <param name="noise">What disturbs it.</param>
    /// <param name="detail">What was asked for.</param>
    /// <param name="health">What is wrong with nodes.</param>
    public static Cast Of(StepPlan plan, NoiseSpec noise, ReplayDetail detail, NodeHealth health)
    {
        var layout = plan.Layout;
        var obstacle = Obstacle(plan, noise);
        if (detail == ReplayDetail.Folded && obstacle is not null)
            throw new InvalidOperationException($"This step cannot be folded: {obstacle}.");
        var all = Enumerable.Range(0, layout.ExpertGroups).ToArray();
        if (detail == ReplayDetail.Full || obstacle is not null) return new Cast(layout, all, all, layout.Shards);
        // Replicas that share out micro-batches end up with different numbers of them.
        var shards = health.AnyUnsound && !ShardsAreAlike(layout, health) ? layout.Shards : 1;
        if (plan.Parallelism.DynamicMicroBatches && health.AnyUnsound) return new Cast(layout, all, all, shards);
        // Groups whose nodes are equally sound do the same: the first stands for the others.
        var (played, slots) = (new List<int>(), new int[all.Length]);
        foreach (var group in all)
        {
            var slot = played.FindIndex(other => AreAlike(layout, health, group, other));
            if (slot < 0)
            {
                slot = played.Count;
                played.Add(group);
            }

            slots[group] = slot;
        }

        return new Cast(layout, [.. played], slots, shards);
    }

    /// <summary>The index of the played rank that stands for a rank.</summary>
    public int IndexOf(RankCoordinates at)
    {
        var slot = _slotOfGroup[at.Data / Layout.Expert];
        var member = at.Data % Layout.Expert;
        return ((slot * Layout.Expert + member) * Layout.Pipeline + at.Stage) * Shards + (Shards == 1 ? 0 : at.Tensor);
    }

    /// <summary>The place of a played rank, as that of the rank it is numbered by.</summary>
    public RankCoordinates At(int index)
    {
        var (shard, rest) = (index % Shards, index / Shards);
        var (stage, data) = (rest % Layout.Pipeline, rest / Layout.Pipeline);
        return new(shard, Groups[data / Layout.Expert] * Layout.Expert + data % Layout.Expert, stage);
    }

    /// <summary>Which of the played groups a played rank belongs to.</summary>
    public int SlotOf(int index) => index / PerGroup;

    /// <summary>
    /// False where a tensor x context group lies on nodes of different health: its members then wait.
    /// </summary>
    private static bool ShardsAreAlike(ParallelLayout layout, NodeHealth health)
    {
        for (var first = 0; first < layout.Ranks; first += layout.Shards)
        {
            var (speed, share) = (health.FactorOf(layout.NodeOf(first)), health.NicShareOf(layout.NodeOf(first)));
            for (var node = layout.NodeOf(first); node <= layout.NodeOf(first + layout.Shards - 1); node++)
                if (health.FactorOf(node) != speed || health.NicShareOf(node) != share) return false;
        }

        return true;
    }

    private static bool AreAlike(ParallelLayout layout, NodeHealth health, int group, int other)
    {
        if (!health.AnyUnsound) return true;
        return RanksOf(layout, group).Select(layout.NodeOf).Zip(RanksOf(layout, other).Select(layout.NodeOf))
            .All(nodes => health.FactorOf(nodes.First) == health.FactorOf(nodes.Second)
                && health.NicShareOf(nodes.First) == health.NicShareOf(nodes.Second));
    }

    private static IEnumerable<int> RanksOf(ParallelLayout layout, int group)
    {
        for (var member = 0; member < layout.Expert; member++)
        {
            for (var stage = 0; stage < layout.Pipeline; stage++)
            {
                for (var shard = 0; shard < layout.Shards; shard++)
                    yield return layout.RankOf(new(shard, group * layout.Expert + member, stage));
            }
        }
    }
}
