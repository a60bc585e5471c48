// The law of a wait for several rare things in a row. Its survival function is an incomplete gamma function, which is
// kept as a logarithm, so that the oldest unit of a fleet still has a hazard and a remaining life.
using MathNet.Numerics;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Randomness;

/// <summary>Density t^(shape - 1) e^(-t / scale), with scale = mean / shape: the hazard goes to 1 / scale.</summary>
public sealed record Gamma(double Shape, Duration Mean) : Distribution
{
    private const int MostTerms = 10_000;

    private readonly double _logGamma = SpecialFunctions.GammaLn(Shape);

    /// <summary>mean / shape, in seconds.</summary>
    public double ScaleSeconds { get; } = Mean.Seconds / Shape;

    public override double MeanSeconds => Mean.Seconds;

    public override double QuantileSeconds(double p) => HazardInverse.AgeAt(this, -Math.Log(1 - p), Mean.Seconds);

    public override double CumulativeHazard(double ageSeconds)
    {
        if (ageSeconds <= 0) return 0;
        var x = ageSeconds / ScaleSeconds;
        // e^-x x^shape / Gamma(shape), which both expansions multiply.
        var logFront = Shape * Math.Log(x) - x - _logGamma;
        return x < Shape + 1 ? -LogOfRest(Math.Exp(logFront) * Series(x)) : -logFront - Math.Log(Fraction(x));
    }

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
        HazardInverse.Remaining(this, ageSeconds, unitExponential / hazardFactor, Mean.Seconds);

    public override double LogDensity(double ageSeconds)
    {
        var x = ageSeconds / ScaleSeconds;
        return (Shape - 1) * Math.Log(x) - x - _logGamma - Math.Log(ScaleSeconds);
    }

    public override Distribution Stretched(double factor) => new Gamma(Shape, Mean.Scaled(factor));

    public override string ToString() => $"gamma shape {UnitText.ThreeDigits(Shape)} mean {Mean}";

    /// <summary>The lower incomplete gamma function over its front (Abramowitz and Stegun 6.5.29).</summary>
    private double Series(double x)
    {
        var term = 1 / Shape;
        var sum = term;
        for (var n = 1; n < MostTerms && term > sum * 1e-17; n++)
        {
            term *= x / (Shape + n);
            sum += term;
        }

        return sum;
    }

    /// <summary>The upper one over its front (6.5.31), by Lentz' method.</summary>
    private double Fraction(double x)
    {
        var b = x + 1 - Shape;
        var c = 1e300;
        var d = 1 / b;
        var product = d;
        for (var n = 1; n < MostTerms; n++)
        {
            var a = -n * (n - Shape);
            b += 2;
            d = 1 / (a * d + b);
            c = b + a / c;
            product *= d * c;
            if (Math.Abs(d * c - 1) < 4e-16) break;
        }

        return product;
    }

    // ln(1 - p) without losing a small p (Kahan).
    private static double LogOfRest(double p)
    {
        var rest = 1 - p;
        return rest == 1 ? -p : Math.Log(rest) * p / (1 - rest);
    }
}
