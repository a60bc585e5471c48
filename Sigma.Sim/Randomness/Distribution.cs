// Spans of time that vary: repair times, detection latencies, lifetimes. Each draws by inversion, one uniform a draw,
// so that two runs with the same stream stay paired; a lifetime can also be drawn given the age already reached (age
// memory).
using MathNet.Numerics;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Randomness;

/// <summary>The law of a span of time that is not negative.</summary>
public abstract record Distribution
{
    /// <summary>The expected span, in seconds.</summary>
    public abstract double MeanSeconds { get; }

    /// <summary>One span, rounded to the nanosecond.</summary>
    public virtual Duration Draw(ref RandomStream stream) =>
        Duration.FromSeconds(QuantileSeconds(stream.NextUniform()));

    /// <summary>The span that a share <paramref name="p"/> in (0, 1) of all draws stay under, in seconds.</summary>
    public abstract double QuantileSeconds(double p);

    /// <summary>Failures that a unit of this law has had on average by an age, if each is mended at its age.</summary>
    public abstract double CumulativeHazard(double ageSeconds);

    /// <summary>
    /// What is left of the life of a unit that has reached an age: the age at which the cumulative hazard, multiplied
    /// by <paramref name="hazardFactor"/>, has grown by <paramref name="unitExponential"/> since
    /// <paramref name="ageSeconds"/>, less that age.
    /// </summary>
    /// <param name="ageSeconds">Age reached so far, in seconds, at least 0.</param>
    /// <param name="hazardFactor">How many times the law's hazard this unit carries, above 0.</param>
    /// <param name="unitExponential">A draw with mean one.</param>
    /// <returns>Seconds from now until the failure.</returns>
    public abstract double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential);

    /// <summary>Natural logarithm of the density at an age above 0, in 1/s; minus infinity where none ends.</summary>
    public abstract double LogDensity(double ageSeconds);

    /// <summary>Failures per second of a unit that has reached an age above 0.</summary>
    public virtual double Hazard(double ageSeconds) =>
        Math.Exp(LogDensity(ageSeconds) + CumulativeHazard(ageSeconds));

    /// <summary>The same law with all its times multiplied by a factor above 0.</summary>
    public abstract Distribution Stretched(double factor);
}

/// <summary>Always the same span; as a lifetime, a part that wears out on its day.</summary>
public sealed record Constant(Duration Value) : Distribution
{
    public override double MeanSeconds => Value.Seconds;

    public override Duration Draw(ref RandomStream stream)
    {
        stream.Skip();
        return Value;
    }

    public override double QuantileSeconds(double p) => Value.Seconds;

    public override double CumulativeHazard(double ageSeconds) => ageSeconds < Value.Seconds ? 0 : 1;

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
        Math.Max(0, Value.Seconds - ageSeconds);

    public override double LogDensity(double ageSeconds) =>
        ageSeconds == Value.Seconds ? double.PositiveInfinity : double.NegativeInfinity;

    public override double Hazard(double ageSeconds) => ageSeconds < Value.Seconds ? 0 : double.PositiveInfinity;

    public override Distribution Stretched(double factor) => new Constant(Value.Scaled(factor));

    public override string ToString() => Value.ToString();
}

/// <summary>Without memory: a constant hazard of 1 / mean.</summary>
public sealed record Exponential(Duration Mean) : Distribution
{
    public override double MeanSeconds => Mean.Seconds;

    public override double QuantileSeconds(double p) => -Math.Log(1 - p) * Mean.Seconds;

    public override double CumulativeHazard(double ageSeconds) => ageSeconds / Mean.Seconds;

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
        unitExponential / hazardFactor * Mean.Seconds;

    public override double LogDensity(double ageSeconds) => -Math.Log(Mean.Seconds) - ageSeconds / Mean.Seconds;

    public override double Hazard(double ageSeconds) => 1 / Mean.Seconds;

    public override Distribution Stretched(double factor) => new Exponential(Mean.Scaled(factor));

    public override string ToString() => $"exponential {Mean}";
}

/// <summary>Cumulative hazard (t / scale)^shape: a shape under one is early life, over one is wear.</summary>
public sealed record Weibull(double Shape, Duration Mean) : Distribution
{
    /// <summary>mean / Gamma(1 + 1/shape), in seconds.</summary>
    public double ScaleSeconds { get; } = Mean.Seconds / SpecialFunctions.Gamma(1 + 1 / Shape);

    public override double MeanSeconds => Mean.Seconds;

    public override double QuantileSeconds(double p) => ScaleSeconds * Math.Pow(-Math.Log(1 - p), 1 / Shape);

    public override double CumulativeHazard(double ageSeconds) => Math.Pow(ageSeconds / ScaleSeconds, Shape);

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential)
    {
        var reached = Math.Pow(ageSeconds / ScaleSeconds, Shape);
        return ScaleSeconds * Math.Pow(reached + unitExponential / hazardFactor, 1 / Shape) - ageSeconds;
    }

    public override double LogDensity(double ageSeconds)
    {
        var logAge = Math.Log(ageSeconds / ScaleSeconds);
        return Math.Log(Shape / ScaleSeconds) + (Shape - 1) * logAge - Math.Exp(Shape * logAge);
    }

    public override double Hazard(double ageSeconds) =>
        Shape / ScaleSeconds * Math.Pow(ageSeconds / ScaleSeconds, Shape - 1);

    public override Distribution Stretched(double factor) => new Weibull(Shape, Mean.Scaled(factor));

    public override string ToString() => $"weibull shape {UnitText.ThreeDigits(Shape)} mean {Mean}";
}

/// <summary>The exponential of a normal with mean ln(median) and standard deviation sigma.</summary>
public sealed record LogNormal(Duration Median, double Sigma) : Distribution
{
    // Below it the survival function loses digits, and soon is none.
    private const double SurvivalInTail = 1e-16;

    public override double MeanSeconds => Median.Seconds * Math.Exp(Sigma * Sigma / 2);

    public override double QuantileSeconds(double p) => Median.Seconds * Math.Exp(Sigma * NormalQuantile.Of(p));

    public override double CumulativeHazard(double ageSeconds)
    {
        var survival = Survival(ageSeconds);
        return survival > SurvivalInTail ? -Math.Log(survival) : -NormalTail.LogOf(Deviations(ageSeconds));
    }

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential)
    {
        // Survival to the failure is survival to the age reached times exp(-E / factor); its complement has a quantile.
        var survival = Survival(ageSeconds) * Math.Exp(-unitExponential / hazardFactor);
        if (survival <= SurvivalInTail)
            return HazardInverse.Remaining(this, ageSeconds, unitExponential / hazardFactor, Median.Seconds);
        return Math.Max(0, Median.Seconds * Math.Exp(-Sigma * NormalQuantile.Of(survival)) - ageSeconds);
    }

    private double Survival(double ageSeconds) => ageSeconds <= 0
        ? 1
        : SpecialFunctions.Erfc(Deviations(ageSeconds) / Constants.Sqrt2) / 2;

    public override double LogDensity(double ageSeconds)
    {
        var z = Deviations(ageSeconds);
        return -z * z / 2 - Math.Log(ageSeconds * Sigma) - Constants.LogSqrt2Pi;
    }

    public override Distribution Stretched(double factor) => new LogNormal(Median.Scaled(factor), Sigma);

    private double Deviations(double ageSeconds) => Math.Log(ageSeconds / Median.Seconds) / Sigma;

    public override string ToString() => $"lognormal median {Median} sigma {UnitText.ThreeDigits(Sigma)}";
}

/// <summary>Another law with all its times multiplied, beyond what a span of nanoseconds holds.</summary>
public sealed record Prolonged(Distribution Law, double Times) : Distribution
{
    public override double MeanSeconds => Times * Law.MeanSeconds;

    public override double QuantileSeconds(double p) => Times * Law.QuantileSeconds(p);

    public override double CumulativeHazard(double ageSeconds) => Law.CumulativeHazard(ageSeconds / Times);

    public override double RemainingSeconds(double ageSeconds, double hazardFactor, double unitExponential) =>
        Times * Law.RemainingSeconds(ageSeconds / Times, hazardFactor, unitExponential);

    public override double LogDensity(double ageSeconds) => Law.LogDensity(ageSeconds / Times) - Math.Log(Times);

    public override double Hazard(double ageSeconds) => Law.Hazard(ageSeconds / Times) / Times;

    public override Distribution Stretched(double factor) => this with { Times = Times * factor };

    public override string ToString() => $"{UnitText.ThreeDigits(Times)} x {Law}";
}
