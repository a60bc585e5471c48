// Work and the rate at which it is done. Double, since a step of a large model is beyond 2^63 floating-point
// operations; a peak is 10^12-based, dense, and of a named precision.
namespace Sigma.Sim.Quantities;

/// <summary>Floating-point operations; a multiply-add counts two.</summary>
public readonly record struct Flops(double Count)
{
    public static Flops Zero => default;

    public static Flops operator +(Flops left, Flops right) => new(left.Count + right.Count);

    public static Flops operator *(Flops work, double times) => new(work.Count * times);

    public override string ToString() => UnitText.Prefixed(Count, "FLOP");
}

/// <summary>Floating-point operations per second.</summary>
public readonly record struct FlopRate(double PerSecond)
{
    public static FlopRate FromTeraflops(double teraflops) => new(teraflops * 1e12);

    public static FlopRate operator *(FlopRate rate, double factor) => new(rate.PerSecond * factor);

    public override string ToString() => UnitText.Prefixed(PerSecond, "FLOP/s");
}
