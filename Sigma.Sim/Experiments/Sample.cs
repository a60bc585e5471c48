// Two means of independent replications, held against each other: how far apart chance alone puts them.
using MathNet.Numerics.Distributions;

namespace Sigma.Sim.Experiments;

/// <summary>What is known of some replications when only their summary is.</summary>
/// <param name="Mean">Sample mean.</param>
/// <param name="Deviation">Sample standard deviation, at least zero.</param>
/// <param name="Count">Replications, at least two.</param>
public sealed record Sample(double Mean, double Deviation, int Count)
{
    /// <summary>A summary that gives the half-width of a Student-t interval in place of the deviation.</summary>
    /// <param name="mean">Sample mean.</param>
    /// <param name="half">Half-width of the interval.</param>
    /// <param name="confidence">Of the interval, in (0, 1).</param>
    /// <param name="count">Replications, at least two.</param>
    public static Sample OfInterval(double mean, double half, double confidence, int count) =>
        new(mean, half * Math.Sqrt(count) / Quantile(count - 1, confidence), count);

    public static Sample Of(IReadOnlyList<double> values)
    {
        var estimate = Estimate.Of(values);
        return new Sample(estimate.Mean, estimate.Deviation, values.Count);
    }

    /// <summary>
    /// Half-width of the interval of the difference of the means (Welch 1947): if both samples have one mean, theirs
    /// differ by less with the given confidence. Zero where neither sample varies.
    /// </summary>
    /// <param name="other">Independent of this one; its deviation may differ.</param>
    /// <param name="confidence">In (0, 1).</param>
    public double HalfWidthOfDifference(Sample other, double confidence)
    {
        var (own, theirs) = (VarianceOfMean, other.VarianceOfMean);
        var sum = own + theirs;
        if (sum == 0) return 0;
        var freedom = sum * sum / (own * own / (Count - 1) + theirs * theirs / (other.Count - 1));
        return Quantile(freedom, confidence) * Math.Sqrt(sum);
    }

    private double VarianceOfMean => Deviation * Deviation / Count;

    private static double Quantile(double freedom, double confidence) =>
        StudentT.InvCDF(0, 1, freedom, 0.5 + confidence / 2);
}
