// The step with something wrong, played once and told twice: as the table that a campaign looks up, and as rows that
// people read.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>What a step takes when something is wrong.</summary>
/// <param name="Table">For a campaign, as slowdowns.</param>
/// <param name="Rows">For people, as steps; the first is the sound one.</param>
public sealed record ConditionStudy(StepConditions Table, IReadOnlyList<StepOutcome> Rows);

/// <summary>Plays the steps of a <see cref="ConditionStudy"/>: one sample each, on the sound step's dice.</summary>
/// <param name="plan">The sound step's.</param>
/// <param name="sound">Its first sample, played already.</param>
/// <param name="planOf">The same on a cluster and a layout that differ.</param>
/// <param name="play">Plays the first sample of a plan with some nodes unsound, on any thread.</param>
internal sealed class ConditionReplays(
    StepPlan plan, ReplayedStep sound, Func<ClusterSpec, ParallelismSpec, StepPlan> planOf,
    Func<StepPlan, NodeHealth, Duration> play)
{
    private static readonly double[] Factors = [1.1, 1.2, 2.0];
    private static readonly double[] NicShares = [0.5, 0.25];

    private readonly int _groups = plan.Layout.WholeNodeParts;

    private sealed record Condition(string Title, Func<double> Slowdown, int NodesLeft);

    /// <summary>Plays all of them, <paramref name="threads"/> at a time.</summary>
    public ConditionStudy Study(int threads, CancellationToken cancellation)
    {
        var nodes = plan.Cluster.Nodes;
        var (stage, node) = Busiest();
        var conditions = new List<Condition>();
        foreach (var factor in Factors)
        {
            conditions.Add(new(
                $"kernels of one node of stage {stage} {UnitText.ThreeDigits(factor)} times as long",
                () => With(NodeHealth.Slow(node, factor)), nodes));
        }

        foreach (var share in NicShares)
        {
            conditions.Add(new(
                $"NICs of one node of stage {stage} at {UnitText.Percent(share, 0)}",
                () => With(NodeHealth.Narrow(node, share)), nodes));
        }

        var nodesPerGroup = nodes / _groups;
        if (_groups > 1)
        {
            var group = $"one of {UnitText.Count(_groups)} groups of replicas missing";
            conditions.Add(new($"{group}, for the same batch", WithoutGroup, nodes - nodesPerGroup));
            // Where a node is a group there is nobody else to miss.
            if (nodesPerGroup > 1)
            {
                conditions.Add(new(
                    $"one node of stage {stage} missing, its part done by its peers", () => WithoutNode(node),
                    nodes - 1));
            }
        }

        var slowdowns = new double[conditions.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, slowdowns.Length, options, i => slowdowns[i] = conditions[i].Slowdown());
        var slow = Points(Factors, slowdowns);
        var narrow = Points(NicShares, slowdowns.AsSpan(Factors.Length));
        var without = slowdowns.AsSpan(Factors.Length + NicShares.Length);
        var table = new StepConditions(
            slow, narrow, _groups, nodesPerGroup,
            without.IsEmpty ? 1 : Math.Max(1, without[0]), without.IsEmpty ? 1 : Math.Max(1, without[^1]));
        return new ConditionStudy(table, [
            Row("sound", 1, nodes),
            .. conditions.Select((condition, i) => Row(condition.Title, slowdowns[i], condition.NodesLeft)),
        ]);
    }

    /// <summary>
    /// Ascending slowdowns. Where two passes take turns or flows share a link, something slower can end a step a little
    /// sooner (Graham's anomaly, 1969): a campaign must not gain by what is wrong, so a point is never below the last.
    /// </summary>
    private static List<ConditionPoint> Points(double[] amounts, ReadOnlySpan<double> slowdowns)
    {
        var points = new List<ConditionPoint> { new(1, 1) };
        for (var i = 0; i < amounts.Length; i++)
            points.Add(new(amounts[i], Math.Max(points[^1].Slowdown, slowdowns[i])));
        return points;
    }

    /// <summary>The stage whose ranks compute longest, and a node of it: what is broken there costs most.</summary>
    private (int Stage, int Node) Busiest()
    {
        var layout = plan.Layout;
        var stage = Enumerable.Range(0, layout.Pipeline)
            .MaxBy(s => sound.Ranks[layout.RankOf(new(0, 0, s))].Compute);
        return (stage, layout.NodeOf(layout.RankOf(new(0, 0, stage))));
    }

    private double With(NodeHealth health) => play(plan, health).Over(sound.StepTime);

    /// <summary>
    /// The others make as many micro-batches more as keep the batch. They make them in whole rounds: in so many steps
    /// one more that the batch is the same in the mean, and so is the time that counts.
    /// </summary>
    private double WithoutGroup()
    {
        var (spec, layout) = (plan.Parallelism, plan.Layout);
        var more = (double)plan.MicroBatches / (_groups - 1);
        var round = PipelineSchedule.RoundOf(plan.Shape);
        var played = (int)Math.Ceiling(more / round) * round;
        var data = layout.Data - layout.Data / _groups;
        var batch = (plan.MicroBatches + played) * spec.MicroBatch * data;
        var nodes = plan.Cluster.Nodes - plan.Cluster.Nodes / _groups;
        var cluster = plan.Cluster with
        {
            Nodes = nodes,
            Unsound = [.. plan.Cluster.Unsound.Where(unsound => unsound.Node < nodes)],
        };
        var longer = play(planOf(cluster, spec with { GlobalBatch = batch, Data = null }), NodeHealth.Even);
        return 1 + more / played * (longer.Over(sound.StepTime) - 1);
    }

    /// <summary>
    /// The stages of the lost node, or rather its peers in the other groups, have its micro-batches as well: every
    /// kernel there takes in proportion longer. Assumed: the micro-batches are cut as finely as that, their tokens hide
    /// behind the kernels that they come with, and they begin and end with the others, so that none fills a bubble.
    /// </summary>
    private double WithoutNode(int lost)
    {
        var layout = plan.Layout;
        var stages = new bool[layout.Pipeline];
        for (var i = 0; i < layout.AcceleratorsPerNode; i++)
            stages[layout.Of(lost * layout.AcceleratorsPerNode + i).Stage] = true;
        var factors = new Dictionary<int, double>();
        for (var rank = 0; rank < layout.Ranks; rank++)
            if (stages[layout.Of(rank).Stage]) factors[layout.NodeOf(rank)] = _groups / (_groups - 1.0);
        return With(new NodeHealth(factors, new Dictionary<int, double>()));
    }

    private StepOutcome Row(string title, double slowdown, int nodesLeft)
    {
        var step = sound.StepTime.Scaled(slowdown);
        // A step of the same batch on fewer nodes uses those better.
        return new(title, step, StepFigures.Of(plan, step).Mfu * plan.Cluster.Nodes / nodesLeft);
    }
}
