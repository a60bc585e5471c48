// Several differences at once: the more are tested, the surer one of them seems large by chance. Holm (1979) tests the
// smallest p-value at alpha/m, the next at alpha/(m-1), and stops at the first that fails; all in all at most alpha of
// such families hold a false alarm.
using MathNet.Numerics.Distributions;

namespace Sigma.Sim.Experiments;

/// <summary>A paired difference beside its family.</summary>
/// <param name="Difference">
/// Its mean and an interval that leaves out zero exactly where the difference is significant: at the level of its step,
/// or of the step at which testing stopped.
/// </param>
/// <param name="PValue">Of Student's paired test, by itself.</param>
/// <param name="Adjusted">The same after Holm.</param>
public sealed record PairedDifference(Estimate Difference, double PValue, double Adjusted)
{
    public bool IsSignificant => Adjusted <= HolmCorrection.Alpha;
}

/// <summary>Tests a family of paired differences.</summary>
public static class HolmCorrection
{
    /// <summary>The share of families without any true difference in which one is found all the same.</summary>
    public const double Alpha = 1 - Estimate.Confidence;

    /// <summary>One family, in the order given.</summary>
    /// <param name="differences">For each member its differences, one a replication, at least two.</param>
    public static IReadOnlyList<PairedDifference> Of(IReadOnlyList<IReadOnlyList<double>> differences)
    {
        var count = differences.Count;
        var plain = differences.Select(values => Estimate.Of(values)).ToList();
        var p = plain.Select(PValueOf).ToList();
        var order = Enumerable.Range(0, count).OrderBy(i => p[i]).ToList();
        var results = new PairedDifference[count];
        var (adjusted, level, stopped) = (0.0, Alpha, false);
        for (var step = 0; step < count; step++)
        {
            var i = order[step];
            adjusted = Math.Max(adjusted, Math.Min(1, p[i] * (count - step)));
            if (!stopped) level = Alpha / (count - step);
            stopped |= p[i] > level;
            results[i] = new PairedDifference(Estimate.Of(differences[i], 1 - level), p[i], adjusted);
        }

        return results;
    }

    /// <summary>How often chance alone gives a mean difference as large as this, if there is none.</summary>
    private static double PValueOf(Estimate estimate)
    {
        if (estimate.Deviation == 0) return estimate.Mean == 0 ? 1 : 0;
        var t = Math.Abs(estimate.Mean) / (estimate.Deviation / Math.Sqrt(estimate.Count));
        return double.IsNaN(t) ? 1 : 2 * StudentT.CDF(0, 1, estimate.Count - 1, -t);
    }
}
