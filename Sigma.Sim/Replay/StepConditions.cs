// The step's time as a function of what is wrong, tabulated by replays: a campaign looks it up between two events.
namespace Sigma.Sim.Replay;

/// <summary>A step with something wrong: how wrong, and how many times the sound step it takes.</summary>
/// <param name="Amount">A factor on kernel times, or a share of bandwidth that is left.</param>
/// <param name="Slowdown">Step time over that of the sound step, at least 1.</param>
public readonly record struct ConditionPoint(double Amount, double Slowdown);

/// <summary>How many times as long a step takes when something is wrong.</summary>
/// <param name="SlowKernels">One node's kernels take so many times as long; ascending, the first is (1, 1).</param>
/// <param name="NarrowNics">One node's NICs have this share left; descending, the first is (1, 1).</param>
/// <param name="Groups">Groups of replicas, each of which holds the whole model.</param>
/// <param name="NodesPerGroup">Consecutive nodes of the job that make a group; a node may hold several groups.</param>
/// <param name="WithoutGroup">One group is missing and the others do its part of the same batch.</param>
/// <param name="WithoutNode">One node is missing and its peers in other groups do its part of the same batch.</param>
public sealed record StepConditions(
    IReadOnlyList<ConditionPoint> SlowKernels, IReadOnlyList<ConditionPoint> NarrowNics, int Groups, int NodesPerGroup,
    double WithoutGroup, double WithoutNode)
{
    /// <summary>
    /// A step of which only its time is known: everything waits for the slowest kernels, narrow NICs slow a whole step
    /// as much as they are narrowed, and each node is a group of its own.
    /// </summary>
    public static StepConditions Proportional(int nodes) => new(
        [new(1, 1), new(2, 2)], [new(1, 1), new(0.5, 2), new(0.25, 4)], nodes, 1,
        Work(nodes, 1), Work(nodes, 1));

    /// <summary>With a node whose kernels take <paramref name="factor"/> times as long.</summary>
    public double Slow(double factor) => Between(SlowKernels, factor, factor);

    /// <summary>With a node whose NICs have a share of their bandwidth left.</summary>
    public double Narrow(double share) => Between(NarrowNics, share, 1 / share);

    /// <summary>With whole groups missing: in proportion to the work that falls to those that are left.</summary>
    public double Missing(int groups, double withoutOne)
    {
        if (groups == 0) return 1;
        return 1 + (withoutOne - 1) * (Work(Groups, groups) - 1) / (Work(Groups, 1) - 1);
    }

    private static double Work(int groups, int missing) => groups > missing ? (double)groups / (groups - missing) : 1e3;

    /// <summary>Straight lines between points; beyond the last, in proportion to how much worse it is.</summary>
    private static double Between(IReadOnlyList<ConditionPoint> points, double amount, double badness)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var (a, b) = (points[i - 1], points[i]);
            if ((amount - a.Amount) * (amount - b.Amount) > 0) continue;
            var t = (amount - a.Amount) / (b.Amount - a.Amount);
            return a.Slowdown + t * (b.Slowdown - a.Slowdown);
        }

        var last = points[^1];
        var lastBadness = last.Amount > 1 ? last.Amount : 1 / last.Amount;
        return badness <= 1 ? 1 : last.Slowdown * Math.Max(1, badness / lastBadness);
    }
}
