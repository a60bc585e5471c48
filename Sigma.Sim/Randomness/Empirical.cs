// A law without a formula: the lives that were seen. The cumulative hazard is Nelson and Aalen's estimate, drawn as
// straight lines from one age of failure to the next, so that any age between can be drawn, and not only those seen.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Randomness;

/// <summary>
/// A piecewise constant hazard. Beyond the last failure it goes on at the mean hazard of the ages over which the last
/// quarter of the failures fell.
/// </summary>
public sealed record Empirical : Distribution
{
    private const int TailShare = 4;

    // Ages of failure and the cumulative hazard there, both ascending, after the origin.
    private readonly double[] _ages;
    private readonly double[] _reached;
    private readonly double _beyond;

    private Empirical(double[] ages, double[] reached, double beyond)
    {
        (_ages, _reached, _beyond) = (ages, reached, beyond);
        var mean = Math.Exp(-reached[^1]) / beyond;
        for (var i = 1; i < ages.Length; i++)
            mean += (Math.Exp(-reached[i - 1]) - Math.Exp(-reached[i])) / Slope(i);
        MeanSeconds = mean;
    }

    /// <summary>The law of lives that were watched.</summary>
    /// <param name="lives">At least one of them with a failure, at an age above 0.</param>
    public static Empirical Of(IReadOnlyCollection<Life> lives)
    {
        var seen = FailureAge.Of(lives);
        if (seen.Count == 0) throw new ArgumentException("no life ended in a failure", nameof(lives));
        var (ages, reached) = (new double[seen.Count + 1], new double[seen.Count + 1]);
        for (var i = 0; i < seen.Count; i++)
        {
            ages[i + 1] = seen[i].AgeSeconds;
            reached[i + 1] = reached[i];
            // Failures at one age came one after the other: the second strikes one unit fewer.
            for (var k = 0; k < seen[i].Failures; k++) reached[i + 1] += 1.0 / (seen[i].AtRisk - k);
        }

        var before = seen.Count - Math.Max(1, seen.Count / TailShare);
        var beyond = (reached[^1] - reached[before]) / (ages[^1] - ages[before]);
        return new Empirical(ages, reached, beyond);
    }

    public override double MeanSeconds { get; }

    public override double QuantileSeconds(double p) => AgeAt(-Math.Log(1 - p));

    public override double CumulativeHazard(double ageSeconds)
    {
        if (ageSeconds <= 0) return 0;
        var next = After(_ages, ageSeconds);
        return _reached[next - 1] + (ageSeconds - _ages[next - 1]) * Slope(next);
    }

    public override double Hazard(double ageSeconds) => Slope(Math.Max(1, After(_ages, ageSeconds)));

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
        Math.Max(0, AgeAt(CumulativeHazard(ageSeconds) + unitExponential / hazardFactor) - ageSeconds);

    public override double LogDensity(double ageSeconds) =>
        Math.Log(Hazard(ageSeconds)) - CumulativeHazard(ageSeconds);

    public override Distribution Stretched(double factor) =>
        new Empirical([.. _ages.Select(age => age * factor)], _reached, _beyond / factor);

    public bool Equals(Empirical? other) =>
        other is not null && _ages.SequenceEqual(other._ages) && _reached.SequenceEqual(other._reached);

    public override int GetHashCode() => HashCode.Combine(_ages.Length, _ages[^1], _reached[^1]);

    public override string ToString() =>
        $"empirical of {UnitText.Count(_ages.Length - 1)} ages, mean {Duration.FromSeconds(MeanSeconds)}";

    private double AgeAt(double hazard)
    {
        var next = After(_reached, hazard);
        return _ages[next - 1] + (hazard - _reached[next - 1]) / Slope(next);
    }

    /// <summary>The hazard between an age of failure and the one before; beyond the last with their number.</summary>
    private double Slope(int next) => next == _ages.Length
        ? _beyond
        : (_reached[next] - _reached[next - 1]) / (_ages[next] - _ages[next - 1]);

    /// <summary>The first place whose value is above this one; their number where there is none.</summary>
    private static int After(double[] values, double value)
    {
        var found = Array.BinarySearch(values, value);
        return found >= 0 ? found + 1 : ~found;
    }
}
