// How much of the variance of an answer each input explains by itself (Sobol 1993), from two Latin hypercubes that hold
// the same values on every axis in another order (Tissot and Prieur, J. Stat. Comput. Simul. 2015): brought into the
// order of one input, the two have that input in common and nothing else, so 2 n runs serve any number of inputs.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Experiments.Search;

/// <summary>The first-order index of an input.</summary>
/// <param name="Index">Share of the variance; by chance it may fall a little below 0.</param>
/// <param name="Low">Lower end of its 95 % interval, by resampling points.</param>
/// <param name="High">Upper end.</param>
public sealed record SobolIndex(double Index, double Low, double High);

/// <summary>Two hypercubes and what was found at their points.</summary>
public static class SobolIndices
{
    private const int Resamples = 500;

    /// <summary>
    /// Places of two hypercubes, by point and axis: axis j of the second holds the values of the first in another
    /// order.
    /// </summary>
    public static (double[][] First, double[][] Second, int[][] Order) Design(int points, int axes, ulong seed)
    {
        var first = LatinHypercube.Of(points, axes, seed);
        var second = new double[points][];
        var order = new int[axes][];
        for (var i = 0; i < points; i++) second[i] = new double[axes];
        for (var axis = 0; axis < axes; axis++)
        {
            var dice = new StreamKey(seed, 1, "replicated hypercube", axis).Open();
            order[axis] = LatinHypercube.Permutation(points, ref dice);
            for (var i = 0; i < points; i++) second[order[axis][i]][axis] = first[i][axis];
        }

        return (first, second, order);
    }

    /// <summary>The index of every axis (estimator of Monod, Naud and Makowski 2006).</summary>
    /// <param name="first">Answers at the points of the first hypercube.</param>
    /// <param name="second">Answers at those of the second.</param>
    /// <param name="order">For each axis the point of the second that shares its value with one of the first.</param>
    /// <param name="seed">Of the resampling.</param>
    public static IReadOnlyList<SobolIndex> Of(double[] first, double[] second, int[][] order, ulong seed)
    {
        var indices = new List<SobolIndex>();
        for (var axis = 0; axis < order.Length; axis++)
        {
            var pairs = first.Select((value, i) => (A: value, B: second[order[axis][i]])).ToArray();
            var resampled = new double[Resamples];
            for (var r = 0; r < Resamples; r++)
            {
                var dice = new StreamKey(seed, r, "bootstrap of an index", axis).Open();
                var drawn = new (double, double)[pairs.Length];
                for (var i = 0; i < drawn.Length; i++) drawn[i] = pairs[dice.NextIndex(pairs.Length)];
                resampled[r] = Index(drawn);
            }

            Array.Sort(resampled);
            indices.Add(new SobolIndex(
                Index(pairs), resampled[(int)(0.025 * Resamples)], resampled[(int)(0.975 * Resamples)]));
        }

        return indices;
    }

    private static bool IsAlike(double value, double other)
    {
        const double rounding = 1e-12;
        return Math.Abs(value - other) <= rounding * Math.Abs(other);
    }

    private static double Index((double A, double B)[] pairs)
    {
        // Moments about a value near the mean: those about zero would lose the digits that vary.
        var shift = pairs.Average(pair => (pair.A + pair.B) / 2);
        var (product, square) = (0.0, 0.0);
        // What does not vary has no shares, and its rounding none either.
        if (pairs.All(pair => IsAlike(pair.A, shift) && IsAlike(pair.B, shift))) return 0;
        foreach (var (a, b) in pairs)
        {
            product += (a - shift) * (b - shift);
            square += ((a - shift) * (a - shift) + (b - shift) * (b - shift)) / 2;
        }

        return square == 0 ? 0 : product / square;
    }
}
