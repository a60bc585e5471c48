// The hazard of units by age, counted and not fitted: failures over watched time in each bin of age, with the interval
// that a count of rare events has.
using MathNet.Numerics.Distributions;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Fitting;

/// <summary>What was seen of units while they had an age.</summary>
/// <param name="FromSeconds">Where the bin of ages begins.</param>
/// <param name="ToSeconds">Where it ends.</param>
/// <param name="Failures">Failures at these ages.</param>
/// <param name="ExposureSeconds">Time that units were watched at these ages, above 0.</param>
public sealed record HazardBin(double FromSeconds, double ToSeconds, int Failures, double ExposureSeconds)
{
    private const int FewestBins = 4, MostBins = 12, FailuresPerBin = 8;

    // Of the failures, whose ages fill the bins of equal width; one more bin holds the rest.
    private const double SpannedShare = 0.98;

    /// <summary>Failures per second of a unit.</summary>
    public double Hazard => Failures / ExposureSeconds;

    /// <summary>Lower end of the 95 % interval (Garwood, 1936): the least hazard that has so many failures.</summary>
    public double Low => Failures == 0 ? 0 : ChiSquared.InvCDF(2.0 * Failures, 0.025) / 2 / ExposureSeconds;

    /// <summary>Upper end of the interval.</summary>
    public double High => ChiSquared.InvCDF(2.0 * Failures + 2, 0.975) / 2 / ExposureSeconds;

    /// <summary>Bins of equal, round width over the ages at which units fail.</summary>
    /// <param name="lives">With at least one failure.</param>
    /// <param name="unitSeconds">The unit in which widths are round.</param>
    /// <param name="bins">How many bins, about; 0 for one per eight failures, from 4 to 12.</param>
    public static IReadOnlyList<HazardBin> Of(IReadOnlyList<Life> lives, double unitSeconds, int bins)
    {
        var failures = lives.Where(life => life.Failed).Select(life => life.ToSeconds).Order().ToArray();
        var oldest = lives.Max(life => life.ToSeconds);
        var wanted = bins > 0 ? bins : Math.Clamp(failures.Length / FailuresPerBin, FewestBins, MostBins);
        var spanned = failures[(int)Math.Ceiling(SpannedShare * failures.Length) - 1];
        var width = RoundUp(spanned / wanted / unitSeconds) * unitSeconds;
        var edges = Enumerable.Range(0, (int)Math.Ceiling(spanned / width * (1 - 1e-12)) + 1)
            .Select(i => i * width).ToList();
        if (oldest > edges[^1]) edges.Add(oldest);
        var found = new List<HazardBin>();
        for (var i = 1; i < edges.Count; i++)
        {
            var (from, to) = (edges[i - 1], edges[i]);
            var watched = lives.Sum(
                life => Math.Max(0, Math.Min(to, life.ToSeconds) - Math.Max(from, life.FromSeconds)));
            var failed = failures.Count(age => age > from && age <= to);
            if (watched > 0) found.Add(new HazardBin(from, to, failed, watched));
        }

        return found;
    }

    /// <summary>The next of 1, 1.5, 2, 3, 5, 7 times a power of ten.</summary>
    private static double RoundUp(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * new[] { 1, 1.5, 2, 3, 5, 7, 10 }.First(step => step >= value / power * (1 - 1e-12));
    }
}
