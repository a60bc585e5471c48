// The life of hardware in three parts: infant failures that fade, accidents at any age, and wear at the end. Each part
// is a risk of its own, and the first to strike ends the life, so their hazards add up.
namespace Sigma.Sim.Randomness;

/// <summary>Three risks that compete: the hazard is the sum of theirs.</summary>
/// <param name="Infant">Early failures; shape below 1. Its mean is the life of a unit with no other risk.</param>
/// <param name="Accidents">The constant part.</param>
/// <param name="Wear">Late failures; shape above 1.</param>
public sealed record Bathtub(Weibull Infant, Exponential Accidents, Weibull Wear) : Distribution
{
    // Of the sum over the logarithm of the age: as the integrand is smooth and vanishes at both ends, the trapezoidal
    // rule gains digits exponentially with them.
    private const double SlicesPerUnit = 64, BelowShortest = 45, Negligible = 800;

    public override double MeanSeconds { get; } = Mean(Infant, Accidents, Wear);

    public override double QuantileSeconds(double p) =>
        HazardInverse.AgeAt(this, -Math.Log(1 - p), MeanSeconds);

    public override double CumulativeHazard(double ageSeconds) =>
        Infant.CumulativeHazard(ageSeconds) + Accidents.CumulativeHazard(ageSeconds)
        + Wear.CumulativeHazard(ageSeconds);

    public override double Hazard(double ageSeconds) =>
        Infant.Hazard(ageSeconds) + Accidents.Hazard(ageSeconds) + Wear.Hazard(ageSeconds);

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential)
    {
        var target = CumulativeHazard(ageSeconds) + unitExponential / hazardFactor;
        return Math.Max(0, HazardInverse.AgeAt(this, target, Math.Max(ageSeconds, MeanSeconds)) - ageSeconds);
    }

    public override double LogDensity(double ageSeconds) =>
        Math.Log(Hazard(ageSeconds)) - CumulativeHazard(ageSeconds);

    public override Distribution Stretched(double factor) => new Bathtub(
        (Weibull)Infant.Stretched(factor), (Exponential)Accidents.Stretched(factor), (Weibull)Wear.Stretched(factor));

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"bathtub infant {Part(Infant)} constant {Accidents.Mean} wear {Part(Wear)}");

    private static string Part(Weibull part) => part.ToString()["weibull ".Length..];

    /// <summary>The integral of the survival function, taken over the logarithm of the age.</summary>
    private static double Mean(Weibull infant, Exponential accidents, Weibull wear)
    {
        var shortest = Math.Min(infant.ScaleSeconds, Math.Min(accidents.MeanSeconds, wear.ScaleSeconds));
        var first = Math.Log(shortest) - BelowShortest;
        var sum = 0.0;
        for (var slice = 0; ; slice++)
        {
            var age = Math.Exp(first + slice / SlicesPerUnit);
            var hazard = infant.CumulativeHazard(age) + accidents.CumulativeHazard(age) + wear.CumulativeHazard(age);
            if (hazard > Negligible) return sum / SlicesPerUnit;
            sum += age * Math.Exp(-hazard);
        }
    }
}
