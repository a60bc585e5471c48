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
    public double Slow(double factor) => Between(SlowKernels, factor, worse => worse);

    /// <summary>With a node whose NICs have a share of their bandwidth left, above 0.</summary>
    public double Narrow(double share) => Between(NarrowNics, share, left => 1 / left);

    /// <summary>With whole groups missing: in proportion to the work that falls to those that are left.</summary>
    public double Missing(int groups, double withoutOne)
    {
        if (groups == 0) return 1;
        return 1 + (withoutOne - 1) * (Work(Groups, groups) - 1) / (Work(Groups, 1) - 1);
    }

    private static double Work(int groups, int missing) => groups > missing ? (double)groups / (groups - missing) : 1e3;

    /// <summary>
    /// Straight lines over how many times as long the broken part takes: what waits for it takes so much longer. The
    /// last line goes on beyond its point.
    /// </summary>
    private static double Between(IReadOnlyList<ConditionPoint> points, double amount, Func<double, double> longer)
    {
        var x = longer(amount);
        if (x <= 1) return 1;
        var next = 1;
        while (next < points.Count - 1 && longer(points[next].Amount) < x) next++;
        var (a, b) = (points[next - 1], points[next]);
        var t = (x - longer(a.Amount)) / (longer(b.Amount) - longer(a.Amount));
        return a.Slowdown + t * (b.Slowdown - a.Slowdown);
    }
}
