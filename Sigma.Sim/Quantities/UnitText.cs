// How a quantity looks to people: three digits and the largest unit that keeps them readable, in the invariant culture.
using System.Globalization;

namespace Sigma.Sim.Quantities;

/// <summary>Three-digit texts with units, for people; files that programs read carry round-trip numbers.</summary>
public static class UnitText
{
    private static readonly (double Scale, string Unit)[] TimeUnits =
        [(86400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")];

    private static readonly (double Scale, string Unit)[] Decimal =
        [(1e24, "Y"), (1e21, "Z"), (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")];

    /// <summary>A span in the largest unit of which it has at least one: <c>3.82 s</c>, <c>75 d</c>.</summary>
    public static string Of(Duration span)
    {
        if (span.IsZero) return "0 s";
        var seconds = Math.Abs(span.Seconds);
        var (scale, unit) = TimeUnits[^1];
        foreach (var candidate in TimeUnits)
        {
            if (seconds < candidate.Scale * (1 - 1e-12)) continue;
            (scale, unit) = candidate;
            break;
        }

        return $"{ThreeDigits(span.Seconds / scale)} {unit}";
    }

    /// <summary>A number with a decimal prefix, <c>16.8 M</c>, which <paramref name="unit"/> follows.</summary>
    public static string Prefixed(double value, string unit)
    {
        foreach (var (scale, prefix) in Decimal)
        {
            if (Math.Abs(value) >= scale * (1 - 5e-4))
                return $"{ThreeDigits(value / scale)} {prefix}{unit}".TrimEnd();
        }

        return $"{ThreeDigits(value)} {unit}".TrimEnd();
    }

    /// <summary>Three significant digits, without an exponent between a thousandth and ten million.</summary>
    public static string ThreeDigits(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value.ToString("0", CultureInfo.InvariantCulture);
        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (magnitude is < -4 or > 7) return value.ToString("0.##e0", CultureInfo.InvariantCulture);
        var decimals = Math.Clamp(2 - magnitude, 0, 6);
        var format = decimals == 0 ? "#,0" : "0." + new string('#', decimals);
        return Math.Round(value, decimals).ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A whole number with thousands separated by commas: <c>2,048</c>.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A share in per cent with <paramref name="decimals"/> places: <c>21.08 %</c>.</summary>
    public static string Percent(double share, int decimals)
    {
        var format = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        return (share * 100).ToString(format, CultureInfo.InvariantCulture) + " %";
    }
}
