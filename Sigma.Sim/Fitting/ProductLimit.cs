// The share of lives that outlast an age, where some lives were not watched to their end (Kaplan and Meier, 1958).
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Fitting;

/// <summary>The product-limit estimate of a survival function.</summary>
internal static class ProductLimit
{
    /// <summary>
    /// The largest distance between a law's survival function and the estimate, at and just before every failure. For
    /// lives that were all watched to their end it is Kolmogorov and Smirnov's statistic.
    /// </summary>
    public static double DistanceOf(IReadOnlyCollection<Life> lives, Distribution law)
    {
        var (survival, distance) = (1.0, 0.0);
        foreach (var age in FailureAge.Of(lives))
        {
            var expected = Math.Exp(-law.CumulativeHazard(age.AgeSeconds));
            distance = Math.Max(distance, Math.Abs(survival - expected));
            survival *= 1 - (double)age.Failures / age.AtRisk;
            distance = Math.Max(distance, Math.Abs(survival - expected));
        }

        return distance;
    }
}
