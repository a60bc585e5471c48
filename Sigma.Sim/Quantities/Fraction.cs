// A share of a whole. Its own type, so that 98.11 and 0.9811 cannot be confused.
namespace Sigma.Sim.Quantities;

/// <summary>A share between 0 and 1.</summary>
public readonly record struct Fraction
{
    public Fraction(double value)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A share lies between 0 and 1.");
        Value = value;
    }

    public double Value { get; }

    public static Fraction Zero => default;

    public static Fraction One => new(1);

    public override string ToString() => $"{UnitText.ThreeDigits(Value * 100)} %";
}

/// <summary>An amount of money, in US dollars.</summary>
public readonly record struct Money(double Dollars)
{
    public override string ToString() => $"{UnitText.ThreeDigits(Dollars)} USD";
}
