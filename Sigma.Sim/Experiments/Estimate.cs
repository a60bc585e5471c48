// Never a bare mean: every figure over replications carries its deviation and a 95 % Student-t interval.
using MathNet.Numerics.Distributions;

namespace Sigma.Sim.Experiments;

/// <summary>A mean over independent replications and the interval that 95 times in 100 holds the true one.</summary>
/// <param name="Mean">Sample mean.</param>
/// <param name="Deviation">Sample standard deviation.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Count">Replications, at least 1; with one the interval is endless.</param>
public sealed record Estimate(double Mean, double Deviation, double Low, double High, int Count)
{
    public const double Confidence = 0.95;

    public static Estimate Of(IReadOnlyList<double> values) => Of(values, Confidence);

    /// <summary>An estimate whose interval contains the true mean with the given confidence, in (0, 1).</summary>
    public static Estimate Of(IReadOnlyList<double> values, double confidence)
    {
        // What does not vary has no rounding noise either.
        if (values.Count > 1 && values.All(v => v == values[0]))
            return new Estimate(values[0], 0, values[0], values[0], values.Count);
        var mean = values.Average();
        if (values.Count < 2)
            return new Estimate(mean, 0, double.NegativeInfinity, double.PositiveInfinity, values.Count);
        var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
        var quantile = StudentT.InvCDF(0, 1, values.Count - 1, 0.5 + confidence / 2);
        var half = quantile * deviation / Math.Sqrt(values.Count);
        return new Estimate(mean, deviation, mean - half, mean + half, values.Count);
    }
}
