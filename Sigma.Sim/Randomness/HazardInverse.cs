// The age at which a cumulative hazard reaches a value, for laws whose inverse has no formula. Newton's method in
// logarithms on both axes: there a hazard that is a power of the age is a straight line, at any scale.
namespace Sigma.Sim.Randomness;

/// <summary>Inverts cumulative hazards.</summary>
internal static class HazardInverse
{
    private const int MostRounds = 200;

    /// <summary>What is left of a life, in seconds, as <see cref="Distribution.RemainingSeconds"/> has it.</summary>
    /// <param name="law">A law whose cumulative hazard grows without bound.</param>
    /// <param name="ageSeconds">The age reached.</param>
    /// <param name="hazard">What the cumulative hazard grows by until the end.</param>
    /// <param name="typicalSeconds">A life of the law, above 0.</param>
    public static double Remaining(Distribution law, double ageSeconds, double hazard, double typicalSeconds)
    {
        var target = law.CumulativeHazard(ageSeconds) + hazard;
        return Math.Max(0, AgeAt(law, target, Math.Max(ageSeconds, typicalSeconds)) - ageSeconds);
    }

    /// <summary>The age, in seconds, at which the law's cumulative hazard is <paramref name="target"/>.</summary>
    /// <param name="law">A law whose cumulative hazard grows without bound.</param>
    /// <param name="target">At least 0.</param>
    /// <param name="nearSeconds">Where to begin, above 0; a wrong place costs time only.</param>
    public static double AgeAt(Distribution law, double target, double nearSeconds)
    {
        if (!(target > 0)) return 0;
        var (low, high) = (Math.Log(double.Epsilon), Math.Log(double.MaxValue));
        var at = Math.Log(nearSeconds);
        for (var round = 0; round < MostRounds; round++)
        {
            var age = Math.Exp(at);
            var reached = law.CumulativeHazard(age);
            var gap = Math.Log(reached / target);
            if (gap < 0) low = at;
            else high = at;
            var next = at - gap * reached / (age * law.Hazard(age));
            if (Math.Abs(next - at) <= 2e-15 * Math.Max(1, Math.Abs(at)) || high - low < 1e-15) break;
            // Beyond the ends, or where the hazard cannot be told from none: halve what is left.
            at = next > low && next < high ? next : (low + high) / 2;
        }

        // The logarithm of an age has fewer digits than the age: one step more on plain axes.
        var found = Math.Exp(at);
        var corrected = found - (law.CumulativeHazard(found) - target) / law.Hazard(found);
        return double.IsFinite(corrected) && Math.Abs(corrected - found) < 1e-9 * found ? corrected : found;
    }
}
