// The slow twins of the short formats: every value that a format holds is listed from its definition, in double, and
// the nearest one is looked up; of two equally near ones that with the even code.
namespace Sigma.Sim.Kernels.Reference;

/// <summary>All values of one sign of a format, in the order of their codes.</summary>
internal static class FormatValues
{
    /// <summary>The value at each code from 0 on: 2^(exponent - bias) times 1.mantissa, or 0.mantissa below.</summary>
    internal static double[] List(int codes, int mantissaBits, int bias)
    {
        var values = new double[codes];
        for (var code = 0; code < codes; code++)
        {
            var (exponent, mantissa) = (code >> mantissaBits, code & ((1 << mantissaBits) - 1));
            var fraction = (double)mantissa / (1 << mantissaBits);
            values[code] = exponent == 0
                ? fraction * Math.Pow(2, 1 - bias)
                : (1 + fraction) * Math.Pow(2, exponent - bias);
        }

        return values;
    }

    /// <summary>The code of the value that is nearest to an absolute value.</summary>
    internal static int Nearest(double[] values, double magnitude)
    {
        var place = Array.BinarySearch(values, magnitude);
        if (place >= 0) return place;
        var above = ~place;
        if (above == values.Length) return above - 1;
        var (toLower, toUpper) = (magnitude - values[above - 1], values[above] - magnitude);
        if (toLower == toUpper) return above % 2 == 0 ? above : above - 1;
        return toLower < toUpper ? above - 1 : above;
    }
}

/// <summary>Bfloat16: 8 bits of exponent, 7 of mantissa, an infinity where the next value would be.</summary>
public static class Bfloat16Twin
{
    private const int Infinity = 0x7F80, Quiet = 0x0040;

    private static readonly double[] _values = FormatValues.List(Infinity + 1, mantissaBits: 7, bias: 127);

    /// <summary>The 16 bits nearest to a value.</summary>
    public static ushort FromSingle(float value)
    {
        var sign = float.IsNegative(value) ? 0x8000 : 0;
        if (float.IsNaN(value)) return (ushort)((BitConverter.SingleToUInt32Bits(value) >> 16) | Quiet);
        if (float.IsInfinity(value)) return (ushort)(sign | Infinity);
        return (ushort)(sign | FormatValues.Nearest(_values, Math.Abs((double)value)));
    }

    /// <summary>The value of 16 bits.</summary>
    public static float ToSingle(ushort bits)
    {
        var code = bits & 0x7FFF;
        if (code > Infinity) return BitConverter.UInt32BitsToSingle((uint)bits << 16);
        var magnitude = code == Infinity ? double.PositiveInfinity : _values[code];
        return (float)(bits < 0x8000 ? magnitude : -magnitude);
    }
}

/// <summary>E4M3 and E5M2 of the OCP specification.</summary>
public static class Float8Twin
{
    private static readonly double[] _e4M3 = FormatValues.List(0x7F, mantissaBits: 3, bias: 7);
    private static readonly double[] _e5M2 = FormatValues.List(0x7C, mantissaBits: 2, bias: 15);

    /// <summary>The 8 bits nearest to a value.</summary>
    public static byte FromSingle(float value, Float8Kind kind)
    {
        var sign = float.IsNegative(value) ? 0x80 : 0;
        if (float.IsNaN(value)) return (byte)(sign | (kind == Float8Kind.E4M3 ? 0x7F : 0x7E));
        if (float.IsInfinity(value)) return (byte)(sign | (kind == Float8Kind.E4M3 ? 0x7F : 0x7C));
        var values = kind == Float8Kind.E4M3 ? _e4M3 : _e5M2;
        return (byte)(sign | FormatValues.Nearest(values, Math.Abs((double)value)));
    }

    /// <summary>The value of 8 bits.</summary>
    public static float ToSingle(byte bits, Float8Kind kind)
    {
        var values = kind == Float8Kind.E4M3 ? _e4M3 : _e5M2;
        var code = bits & 0x7F;
        var magnitude = code < values.Length ? values[code]
            : code == values.Length && kind == Float8Kind.E5M2 ? double.PositiveInfinity
            : double.NaN;
        return (float)Math.CopySign(magnitude, bits < 0x80 ? 1 : -1);
    }
}

/// <summary>One operand of a product, rounded to its format.</summary>
public static class OperandFormatTwin
{
    public static float Round(float x, OperandFormat format) => format.Format switch
    {
        NumberFormat.Float32 => x,
        NumberFormat.Bfloat16 => Bfloat16Twin.ToSingle(Bfloat16Twin.FromSingle(x)),
        NumberFormat.E4M3 => Round(x, Float8Kind.E4M3, format.Scale),
        NumberFormat.E5M2 => Round(x, Float8Kind.E5M2, format.Scale),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "there is no such number format"),
    };

    private static float Round(float x, Float8Kind kind, float scale) =>
        Float8Twin.ToSingle(Float8Twin.FromSingle(x * scale, kind), kind) / scale;
}
