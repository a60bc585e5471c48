// Families of laws as a fit walks through them: coordinates without bounds in which the likelihood is round, the
// parameters that people read, and where to begin. Times are taken relative to the sample's own, so that hours and
// centuries are fitted alike.
using MathNet.Numerics;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Fitting;

/// <summary>A family of laws.</summary>
/// <param name="Name">Its word in scenarios.</param>
/// <param name="Parameters">Names of its parameters; times are in seconds.</param>
/// <param name="Starts">Coordinates from which to climb.</param>
/// <param name="Values">Coordinates to parameters, times in the sample's own; null outside the family.</param>
/// <param name="Law">Parameters to a law, times in seconds.</param>
public sealed record LawFamily(
    string Name, IReadOnlyList<string> Parameters, IReadOnlyList<double[]> Starts, Func<double[], double[]?> Values,
    Func<double[], Distribution> Law)
{
    // A span counts nanoseconds up to decades: laws are built around this one and then prolonged.
    private const double Middle = 1e3, Least = 1e-2, Most = 2e9;

    private static readonly string[] Times = ["mean", "median", "infant_mean", "constant_mean", "wear_mean"];

    /// <summary>All families that are fitted.</summary>
    public static IReadOnlyList<LawFamily> All { get; } =
    [
        new("exponential", ["mean"], [[0]], x => [Math.Exp(x[0])], p => new Exponential(Span(p[0]))),
        new("weibull", ["shape", "mean"], [[0, 0], [0.8, 0], [-0.5, 0]], WeibullValues,
            p => new Weibull(p[0], Span(p[1]))),
        new("lognormal", ["median", "sigma"], [[-0.4, 0], [0, 0.8], [-0.2, -0.8]], LogNormalValues,
            p => new LogNormal(Span(p[0]), p[1])),
        new("gamma", ["shape", "mean"], [[0, 0], [1.5, 0], [-0.7, 0]], GammaValues, p => new Gamma(p[0], Span(p[1]))),
        new("bathtub", ["infant_shape", "infant_mean", "constant_mean", "wear_shape", "wear_mean"],
            [[-0.7, -2, -0.7, 1.1, -0.7], [-0.7, -1, -2, 0.7, -0.3], [-1.2, -3, 0, 1.5, -2.5]], BathtubValues,
            p => new Bathtub(
                new Weibull(p[0], Span(p[1])), new Exponential(Span(p[2])), new Weibull(p[3], Span(p[4])))),
    ];

    /// <summary>Parameters at coordinates, times in seconds; null outside the family.</summary>
    /// <param name="at">The coordinates.</param>
    /// <param name="unitSeconds">The sample's own time: watched time over failures.</param>
    public double[]? At(double[] at, double unitSeconds)
    {
        var values = Values(at);
        if (values is null) return null;
        for (var i = 0; i < values.Length; i++)
            if (IsTime(i)) values[i] *= unitSeconds;

        return values;
    }

    /// <summary>The law at coordinates, or null outside the family.</summary>
    public Distribution? LawAt(double[] at, double unitSeconds) =>
        Values(at) is { } values ? LawOf(values, unitSeconds) : null;

    /// <summary>Whether a parameter ran into the limit of what is tried.</summary>
    /// <param name="parameters">Times in seconds.</param>
    /// <param name="unitSeconds">The sample's own time.</param>
    public bool IsAtEdge(IReadOnlyList<double> parameters, double unitSeconds)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            var (least, most) = BoundsOf(Parameters[i]);
            var value = IsTime(i) ? parameters[i] / unitSeconds : parameters[i];
            if (value < least * 1.01 || value > most / 1.01) return true;
        }

        return false;
    }

    /// <summary>Whether a parameter is a time, in seconds, and not a number.</summary>
    public bool IsTime(int parameter) => Times.Contains(Parameters[parameter], StringComparer.Ordinal);

    private Prolonged LawOf(double[] values, double unitSeconds)
    {
        var scaled = values.Select((value, i) => IsTime(i) ? value * Middle : value).ToArray();
        return new Prolonged(Law(scaled), unitSeconds / Middle);
    }

    private static (double Least, double Most) BoundsOf(string parameter) => parameter switch
    {
        "shape" => (DistributionText.LeastShape, DistributionText.MostShape),
        "sigma" => (DistributionText.LeastSigma, DistributionText.MostSigma),
        "infant_shape" => (DistributionText.LeastShape, 1),
        "wear_shape" => (1, DistributionText.MostShape),
        // A time in the sample's own: what a span in nanoseconds holds with digits to spare.
        _ => (Least / Middle, Most / Middle),
    };

    private static Duration Span(double seconds) => Duration.FromSeconds(seconds);

    // Shape, and the cumulative hazard at the sample's own time: nearly independent of each other.
    private static double[]? WeibullValues(double[] x)
    {
        var shape = Math.Exp(x[0]);
        var mean = MeanOf(shape, x[1]);
        return Within(shape, "shape") && IsSpan(mean) ? [shape, mean] : null;
    }

    private static double[]? LogNormalValues(double[] x)
    {
        var (median, sigma) = (Math.Exp(x[0]), Math.Exp(x[1]));
        return Within(sigma, "sigma") && IsSpan(median) ? [median, sigma] : null;
    }

    private static double[]? GammaValues(double[] x)
    {
        var (shape, mean) = (Math.Exp(x[0]), Math.Exp(x[1]));
        return Within(shape, "shape") && IsSpan(mean) ? [shape, mean] : null;
    }

    // Shapes, and each part's cumulative hazard at the sample's own time.
    private static double[]? BathtubValues(double[] x)
    {
        var (infant, wear) = (Math.Exp(x[0]), Math.Exp(x[3]));
        if (!Within(infant, "infant_shape") || !Within(wear, "wear_shape")) return null;
        double[] means = [MeanOf(infant, x[1]), Math.Exp(-x[2]), MeanOf(wear, x[4])];
        return means.All(IsSpan) ? [infant, means[0], means[1], wear, means[2]] : null;
    }

    private static double MeanOf(double shape, double logHazard) =>
        Math.Exp(-logHazard / shape) * SpecialFunctions.Gamma(1 + 1 / shape);

    private static bool Within(double value, string parameter)
    {
        var (least, most) = BoundsOf(parameter);
        return value > least && value < most;
    }

    private static bool IsSpan(double value) => Within(value, "mean");
}
