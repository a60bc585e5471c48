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

    // At first use: a fit tries thousands of laws and asks none for its mean.
    private double _mean;

    public override double MeanSeconds => _mean > 0 ? _mean : _mean = Mean();

    public override double QuantileSeconds(double p) =>
        HazardInverse.AgeAt(this, -Math.Log(1 - p), MeanSeconds);

    public override double CumulativeHazard(double ageSeconds) =>
        Infant.CumulativeHazard(ageSeconds) + Accidents.CumulativeHazard(ageSeconds)
        + Wear.CumulativeHazard(ageSeconds);

    public override double Hazard(double ageSeconds) =>
        Infant.Hazard(ageSeconds) + Accidents.Hazard(ageSeconds) + Wear.Hazard(ageSeconds);

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
        HazardInverse.Remaining(this, ageSeconds, unitExponential / hazardFactor, MeanSeconds);

    public override double LogDensity(double ageSeconds) =>
        Math.Log(Hazard(ageSeconds)) - CumulativeHazard(ageSeconds);

    public override Distribution Stretched(double factor) => new Bathtub(
        (Weibull)Infant.Stretched(factor), (Exponential)Accidents.Stretched(factor), (Weibull)Wear.Stretched(factor));

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"bathtub infant {Part(Infant)} constant {Accidents.Mean} wear {Part(Wear)}");

    private static string Part(Weibull part) => part.ToString()["weibull ".Length..];

    public bool Equals(Bathtub? other) =>
        other is not null && (Infant, Accidents, Wear) == (other.Infant, other.Accidents, other.Wear);

    public override int GetHashCode() => HashCode.Combine(Infant, Accidents, Wear);

    /// <summary>The integral of the survival function, taken over the logarithm of the age.</summary>
    private double Mean()
    {
        var shortest = Math.Min(Infant.ScaleSeconds, Math.Min(Accidents.MeanSeconds, Wear.ScaleSeconds));
        var first = Math.Log(shortest) - BelowShortest;
        var sum = 0.0;
        for (var slice = 0; ; slice++)
        {
            var age = Math.Exp(first + slice / SlicesPerUnit);
            var hazard = CumulativeHazard(age);
            if (hazard > Negligible) return sum / SlicesPerUnit;
            sum += age * Math.Exp(-hazard);
        }
    }
}
