// In which format a matrix product reads its operands: low-precision hardware multiplies short numbers and adds up
// long ones, so rounding the operands and keeping the sums in single precision gives its results.
namespace Sigma.Sim.Kernels;

/// <summary>How many bits a number has and how they are shared out.</summary>
public enum NumberFormat { Float32, Bfloat16, E4M3, E5M2 }

/// <summary>
/// A format and the factor that brings a tensor into its range. Only the 8-bit formats use Scale; a power of two makes
/// scaling exact. The default value is Float32.
/// </summary>
public readonly record struct OperandFormat(NumberFormat Format, float Scale)
{
    // Beyond 2^126 the inverse of a power of two is no normal number any more.
    private const int WidestScale = 126;

    public static OperandFormat Float32 => default;

    public static OperandFormat Bfloat16 => new(NumberFormat.Bfloat16, 1f);

    /// <summary>
    /// For a tensor whose largest absolute value is given: the largest power of two that keeps it within E4M3.
    /// </summary>
    public static OperandFormat E4M3For(float largest) =>
        new(NumberFormat.E4M3, ScaleFor(largest, Float8.Largest(Float8Kind.E4M3)));

    /// <summary>
    /// For a tensor whose largest absolute value is given: the largest power of two that keeps it within E5M2.
    /// </summary>
    public static OperandFormat E5M2For(float largest) =>
        new(NumberFormat.E5M2, ScaleFor(largest, Float8.Largest(Float8Kind.E5M2)));

    /// <summary>Replaces every x by the nearest value of the format to x Scale, divided by Scale.</summary>
    public void Round(Span<float> values)
    {
        switch (Format)
        {
            case NumberFormat.Float32: return;
            case NumberFormat.Bfloat16: Kernels.Bfloat16.Round(values); return;
            case NumberFormat.E4M3: Float8.Round(values, Float8Kind.E4M3, Scale); return;
            case NumberFormat.E5M2: Float8.Round(values, Float8Kind.E5M2, Scale); return;
            default: throw new InvalidOperationException($"there is no number format {Format}");
        }
    }

    private static float ScaleFor(float largest, double limit)
    {
        if (!(largest > 0) || float.IsInfinity(largest)) return 1f;
        // Both exponents are exact, and in double every single is a normal number.
        var exponent = Math.ILogB(limit) - Math.ILogB(largest);
        if (Math.ScaleB((double)largest, exponent) > limit) exponent--;
        return (float)Math.ScaleB(1.0, Math.Clamp(exponent, -WidestScale, WidestScale));
    }
}

/// <summary>
/// The formats in which the products of one linear layer read their operands: forward Activation x Weight, the input's
/// gradient Gradient x Weight, the weight's gradient Gradient x Activation.
/// </summary>
public readonly record struct LinearFormat(OperandFormat Activation, OperandFormat Weight, OperandFormat Gradient)
{
    public static LinearFormat Float32 => default;

    public static LinearFormat Bfloat16 =>
        new(OperandFormat.Bfloat16, OperandFormat.Bfloat16, OperandFormat.Bfloat16);
}
