// The best value of one input or two, on common random numbers. A coarse look over the whole range finds the
// neighbourhood; boxes around the best point shrink as long as their edges are significantly worse, paired replication
// by replication; a quadratic through all points of the last such box gives the optimum, and the same fit on resampled
// replications its interval, with every point that is as good. Below that box lies noise, and no search finds anything
// in it.
using Sigma.Sim.Accounting;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Experiments.Search;

/// <summary>A point that was run.</summary>
/// <param name="Place">On each axis, from 0 to 1.</param>
/// <param name="Texts">Its values as a scenario has them.</param>
/// <param name="Runs">The metric, one a replication.</param>
public sealed record SearchPoint(double[] Place, IReadOnlyList<string> Texts, IReadOnlyList<double> Runs)
{
    public Estimate Estimate { get; } = Estimate.Of(Runs);
}

/// <summary>Where the optimum lies.</summary>
/// <param name="Metric">What was optimized.</param>
/// <param name="Points">All that was run, in order.</param>
/// <param name="Best">The optimum, run with all replications.</param>
/// <param name="Interval">
/// For each axis the values between which the optimum may lie: 95 of 100 fits to resampled replications, and every
/// point that is not significantly worse than the best.
/// </param>
/// <param name="AtEdge">For each axis whether the optimum lies at an end of its range.</param>
/// <param name="Box">For each axis the values between which the last fit was made.</param>
public sealed record Optimum(
    MetricName Metric, IReadOnlyList<SearchPoint> Points, SearchPoint Best,
    IReadOnlyList<(string Low, string High)> Interval, IReadOnlyList<bool> AtEdge,
    IReadOnlyList<(string Low, string High)> Box);

/// <summary>Searches over one axis or two.</summary>
/// <param name="axes">What may change.</param>
/// <param name="metric">What is optimized.</param>
/// <param name="run">
/// The metric at some values, one a replication, all points on the same dice; null where such a run would never end.
/// </param>
/// <param name="seed">Of the resampling.</param>
public sealed class Optimizer(
    IReadOnlyList<SearchAxis> axes, MetricName metric, Func<IReadOnlyList<string>, IReadOnlyList<double>?> run,
    ulong seed)
{
    private const int Rounds = 7, Resamples = 1000;
    private const double Shrink = 0.5, Narrowest = 0.02;

    private readonly Dictionary<string, SearchPoint?> _points = new(StringComparer.Ordinal);
    private readonly List<SearchPoint> _order = [];

    private int Coarse => axes.Count == 1 ? 9 : 5;

    private int Fine => axes.Count == 1 ? 9 : 4;

    /// <summary>
    /// The optimum. Throws <see cref="ComparisonException"/> where no point of the range has a run that ends.
    /// </summary>
    public Optimum Search()
    {
        var (low, high) = (Places(0), Places(1));
        Look(low, high, Coarse);
        if (_order.Count == 0)
            throw new ComparisonException("no run in this range would ever end: there is nothing to optimize");
        var open = Enumerable.Range(0, axes.Count).ToHashSet();
        for (var round = 0; round < Rounds && open.Count > 0; round++)
        {
            foreach (var axis in open.ToList())
            {
                var (next, above) = Narrowed(axis, low, high);
                Look(next, above, Fine);
                // The box that is kept is the last one at whose edges one sees that they are worse.
                if (!IsWorseAtEdges(axis, next, above)) open.Remove(axis);
                else (low, high) = (next, above);
                if (high[axis] - low[axis] < Narrowest) open.Remove(axis);
            }
        }

        // An optimum at the edge of its box means that the box was drawn around a lucky point.
        for (var round = 0; round < Rounds && IsAtEdge(low, high, out var axis); round++)
            (low, high) = Widened(axis, low, high);
        return Found(low, high);
    }

    private Optimum Found(double[] low, double[] high)
    {
        var inside = PointsIn(low, high);
        var place = Fitted(inside, point => point.Estimate.Mean, low, high);
        var best = BestOf(inside);
        // A fit may miss what a point has shown for sure, as at an edge.
        if (RunAt(place) is { } fitted && !IsWorse(fitted, best)) best = fitted;
        // Where values are whole numbers, each has been tried that matters: the best of them is none between two.
        if (axes.All(axis => axis.Range.IsWhole)) best = BestOf(_order);
        var resampled = Resampled(inside, low, high);
        var asGood = _order.Where(point => !IsWorse(point, best)).ToList();
        var interval = axes.Select((axis, i) =>
        {
            var sorted = resampled.Select(p => p[i]).Order().ToList();
            return (
                axis.Range.At(Math.Min(Quantile(sorted, 0.025), asGood.Min(point => point.Place[i]))),
                axis.Range.At(Math.Max(Quantile(sorted, 0.975), asGood.Max(point => point.Place[i]))));
        });
        const double edge = 0.01;
        return new Optimum(
            metric, _order, best, [.. interval],
            [.. axes.Select((_, i) => best.Place[i] < edge || best.Place[i] > 1 - edge)],
            [.. axes.Select((axis, i) => (axis.Range.At(low[i]), axis.Range.At(high[i])))]);
    }

    private double[] Fitted(
        IReadOnlyList<SearchPoint> points, Func<SearchPoint, double> mean, double[] low, double[] high)
    {
        var surface = QuadraticSurface.Of(
            [.. points.Select(point => point.Place)], [.. points.Select(point => -metric.Rank(mean(point)))]);
        return surface.Highest(low, high);
    }

    /// <summary>Optima of the same fit on replications drawn again with replacement, all points alike.</summary>
    private List<double[]> Resampled(List<SearchPoint> points, double[] low, double[] high)
    {
        var count = points[0].Runs.Count;
        var optima = new List<double[]>();
        for (var resample = 0; resample < Resamples; resample++)
        {
            var dice = new StreamKey(seed, resample, "bootstrap of an optimum", 0).Open();
            var drawn = new int[count];
            for (var i = 0; i < count; i++) drawn[i] = dice.NextIndex(count);
            optima.Add(Fitted(points, point => drawn.Average(i => point.Runs[i]), low, high));
        }

        return optima;
    }

    private static double Quantile(List<double> sorted, double share) =>
        sorted[(int)Math.Clamp(Math.Round(share * (sorted.Count - 1)), 0, sorted.Count - 1)];

    /// <summary>Runs a grid of places over a box, its edges included.</summary>
    private void Look(double[] low, double[] high, int perAxis)
    {
        for (var i = 0; i < perAxis; i++)
        {
            var first = low[0] + (high[0] - low[0]) * i / (perAxis - 1);
            if (axes.Count == 1) RunAt([first]);
            else for (var j = 0; j < perAxis; j++) RunAt([first, low[1] + (high[1] - low[1]) * j / (perAxis - 1)]);
        }
    }

    private SearchPoint? RunAt(double[] place)
    {
        double[] snapped = [.. axes.Select((axis, i) => axis.Snapped(place[i]))];
        string[] texts = [.. axes.Select((axis, i) => axis.Range.At(snapped[i]))];
        var key = string.Join('\n', texts);
        if (_points.TryGetValue(key, out var known)) return known;
        var runs = run(texts);
        var point = runs is null || runs.Any(value => !double.IsFinite(value))
            ? null
            : new SearchPoint(snapped, texts, runs);
        _points.Add(key, point);
        if (point is not null) _order.Add(point);
        return point;
    }

    /// <summary>Whether the fit of a box is best at an edge of it that is no end of the range, and on which axis.
    /// </summary>
    private bool IsAtEdge(double[] low, double[] high, out int axis)
    {
        const double rounding = 1e-3;
        var place = Fitted(PointsIn(low, high), point => point.Estimate.Mean, low, high);
        axis = Enumerable.Range(0, axes.Count).FirstOrDefault(
            i => (place[i] - low[i] < rounding * (high[i] - low[i]) && low[i] > 0)
                || (high[i] - place[i] < rounding * (high[i] - low[i]) && high[i] < 1),
            -1);
        return axis >= 0;
    }

    /// <summary>The box at twice its width on one axis, as far as the range goes.</summary>
    private static (double[] Low, double[] High) Widened(int axis, double[] low, double[] high)
    {
        var (below, above) = ((double[])low.Clone(), (double[])high.Clone());
        var half = (high[axis] - low[axis]) / 2;
        (below[axis], above[axis]) = (Math.Max(0, low[axis] - half), Math.Min(1, high[axis] + half));
        return (below, above);
    }

    /// <summary>What was run in a box, or everything where that is too little for a fit.</summary>
    private List<SearchPoint> PointsIn(double[] low, double[] high)
    {
        var inside = _order.Where(point => IsInside(point.Place, low, high)).ToList();
        return inside.Count < QuadraticSurface.LeastPoints(axes.Count) ? [.. _order] : inside;
    }

    /// <summary>The box at half its width on one axis, around the best point, moved inside where it would stick out.
    /// </summary>
    private (double[] Low, double[] High) Narrowed(int axis, double[] low, double[] high)
    {
        var (below, above) = ((double[])low.Clone(), (double[])high.Clone());
        var width = (high[axis] - low[axis]) * Shrink;
        below[axis] = Math.Clamp(BestOf(_order).Place[axis] - width / 2, 0, 1 - width);
        above[axis] = below[axis] + width;
        return (below, above);
    }

    /// <summary>
    /// Whether the points at both ends of an axis of the box are significantly worse than the best one; an end of the
    /// whole range may be the optimum itself.
    /// </summary>
    private bool IsWorseAtEdges(int axis, double[] low, double[] high)
    {
        var inside = _order.Where(point => IsInside(point.Place, low, high)).ToList();
        if (inside.Count < QuadraticSurface.LeastPoints(axes.Count)) return false;
        var best = BestOf(inside);
        return IsWorseAt(inside.Min(point => point.Place[axis])) && IsWorseAt(inside.Max(point => point.Place[axis]));

        bool IsWorseAt(double end) => best.Place[axis] == end
            ? end is 0 or 1
            : IsWorse(BestOf([.. inside.Where(point => point.Place[axis] == end)]), best);
    }

    /// <summary>Whether a point is worse than another by more than chance, paired replication by replication.</summary>
    private bool IsWorse(SearchPoint point, SearchPoint other) => Estimate.Of(
        [.. other.Runs.Zip(point.Runs, (a, b) => metric.Rank(b) - metric.Rank(a))]).Low > 0;

    private SearchPoint BestOf(IReadOnlyList<SearchPoint> points) =>
        points.MinBy(point => metric.Rank(point.Estimate.Mean))!;

    private static bool IsInside(double[] place, double[] low, double[] high)
    {
        const double rounding = 1e-9;
        return place.Select((p, i) => p >= low[i] - rounding && p <= high[i] + rounding).All(inside => inside);
    }

    private double[] Places(double place) => [.. axes.Select(_ => place)];
}
