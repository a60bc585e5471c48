// Lives drawn from laws that are known, as a log would show them: whole, cut off where the watch ends, or of units that
// are mended and grow old.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Fitting;

/// <summary>Draws lives.</summary>
internal static class SyntheticLives
{
    /// <summary>A life a unit, censored where it outlasts the watch over it, which is of different length.</summary>
    public static Life[] Of(Distribution law, int units, ulong seed, double shortestWatch, double longestWatch) =>
    [
        .. Enumerable.Range(0, units).Select(unit =>
        {
            var stream = new StreamKey(seed, 0, "synthetic", unit).Open();
            var life = law.QuantileSeconds(stream.NextUniform());
            var watch = shortestWatch + (longestWatch - shortestWatch) * stream.NextUniform();
            return new Life(0, Math.Min(life, watch), life <= watch);
        }),
    ];

    /// <summary>Every life to its end.</summary>
    public static Life[] Whole(Distribution law, int units, ulong seed) =>
        Of(law, units, seed, double.MaxValue, double.MaxValue);

    /// <summary>Units that are mended at their age, watched from one age to another.</summary>
    public static Life[] Mended(Distribution law, int units, ulong seed, double from, double to)
    {
        var lives = new List<Life>();
        for (var unit = 0; unit < units; unit++)
        {
            var stream = new StreamKey(seed, 0, "mended", unit).Open();
            for (var age = from; age < to;)
            {
                var next = age + law.RemainingSeconds(age, 1, stream.NextUnitExponential());
                lives.Add(new Life(age, Math.Min(next, to), next <= to));
                age = next;
            }
        }

        return [.. lives];
    }
}
