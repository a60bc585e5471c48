// Reads numbers with units as people write them: `30 min`, `400 Gb/s`, `1307 TFLOP/s`, `2 %`, `200k`. A number without
// its unit is refused, since a planner's minutes are another's seconds.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sigma.Sim.Quantities;

/// <summary>The outcome of reading a quantity: a value, or a sentence that says what was expected.</summary>
public readonly record struct Parsed<T>(T Value, string? Problem)
{
    public bool Succeeded => Problem is null;

    public static implicit operator Parsed<T>(T value) => new(value, null);
}

/// <summary>Texts to quantities: pure methods that say in <see cref="Parsed{T}.Problem"/> what they expected.</summary>
public static partial class UnitParser
{
    private static readonly Dictionary<string, double> Times = new(StringComparer.Ordinal)
    {
        ["ns"] = 1e-9,
        ["us"] = 1e-6,
        ["µs"] = 1e-6,
        ["ms"] = 1e-3,
        ["s"] = 1,
        ["min"] = 60,
        ["h"] = 3600,
        ["d"] = 86400,
        ["wk"] = 7 * 86400,
    };

    private static readonly Dictionary<string, double> Amounts = new(StringComparer.Ordinal)
    {
        ["B"] = 1,
        ["kB"] = 1e3,
        ["KB"] = 1e3,
        ["MB"] = 1e6,
        ["GB"] = 1e9,
        ["TB"] = 1e12,
        ["PB"] = 1e15,
        ["KiB"] = 1024,
        ["MiB"] = 1048576,
        ["GiB"] = 1073741824,
        ["TiB"] = 1099511627776,
        ["b"] = 0.125,
        ["kb"] = 125,
        ["Mb"] = 125e3,
        ["Gb"] = 125e6,
        ["Tb"] = 125e9,
    };

    private static readonly Dictionary<string, double> Prefixes = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["k"] = 1e3,
        ["M"] = 1e6,
        ["G"] = 1e9,
        ["B"] = 1e9,
        ["T"] = 1e12,
        ["P"] = 1e15,
        ["E"] = 1e18,
    };

    /// <summary>Units of time.</summary>
    internal static IEnumerable<string> TimeUnits => Times.Keys;

    /// <summary>Units of data; with <c>/s</c> behind them those of bandwidth.</summary>
    internal static IEnumerable<string> DataUnits => Amounts.Keys;

    /// <summary>Letters before a whole number's end, the empty one among them.</summary>
    internal static IEnumerable<string> CountPrefixes => Prefixes.Keys;

    /// <summary>Letters before a unit of work: a `B` there would be read as bytes.</summary>
    internal static IEnumerable<string> WorkPrefixes => Prefixes.Keys.Where(prefix => prefix != "B");

    /// <summary>A span such as <c>30 min</c>; not negative.</summary>
    public static Parsed<Duration> Duration(string text) => Part(text, 1, "50 years");

    /// <summary>A thousandth of a span, where the whole is longer than a clock of nanoseconds reaches.</summary>
    public static Parsed<Duration> Thousandth(string text) => Part(text, 1000, "50,000 years");

    private static Parsed<Duration> Part(string text, int parts, string most)
    {
        const string expected = "a time with its unit (ns, us, ms, s, min, h, d, wk), such as `30 min`";
        if (!Split(text, out var number, out var unit) || !Times.TryGetValue(unit, out var scale))
            return Fail<Duration>(text, expected);
        if (number < 0) return Fail<Duration>(text, "a time that is not negative");
        if (number * scale / parts > 50 * 365.25 * 86400) return Fail<Duration>(text, $"a time of at most {most}");
        return Quantities.Duration.FromSeconds(number * scale / parts);
    }

    /// <summary>An amount of data such as <c>192 GB</c> or <c>80 GiB</c>.</summary>
    public static Parsed<Bytes> Bytes(string text)
    {
        const string expected = "an amount of data with its unit "
            + "(B, kB, MB, GB, TB, KiB, MiB, GiB, TiB; b for bits), such as `192 GB`";
        if (!Split(text, out var number, out var unit) || !Amounts.TryGetValue(unit, out var scale))
            return Fail<Bytes>(text, expected);
        if (number < 0 || number * scale > 1e18) return Fail<Bytes>(text, "an amount between 0 and 1e18 bytes");
        return Quantities.Bytes.Of(number * scale);
    }

    /// <summary>A rate of data such as <c>400 Gb/s</c> or <c>5.3 TB/s</c>; above zero.</summary>
    public static Parsed<Bandwidth> Bandwidth(string text)
    {
        const string expected = "a bandwidth with its unit (GB/s, Gb/s, TB/s, MB/s, GiB/s), such as `400 Gb/s`";
        if (!Split(text, out var number, out var unit) || !unit.EndsWith("/s", StringComparison.Ordinal)
            || !Amounts.TryGetValue(unit[..^2], out var scale))
            return Fail<Bandwidth>(text, expected);
        if (number * scale < 1e6 || number * scale > 1e18)
            return Fail<Bandwidth>(text, "a bandwidth from 1 MB/s to 1e18 B/s");
        return new Bandwidth((long)Math.Round(number * scale));
    }

    /// <summary>A rate of work such as <c>1307 TFLOP/s</c>; above zero.</summary>
    public static Parsed<FlopRate> FlopRate(string text)
    {
        const string expected = "a rate of work with its unit (GFLOP/s, TFLOP/s, PFLOP/s), such as `1307 TFLOP/s`";
        if (!Split(text, out var number, out var unit) || !unit.EndsWith("FLOP/s", StringComparison.Ordinal)
            || !Prefixes.TryGetValue(unit[..^6], out var scale) || unit.StartsWith('B'))
            return Fail<FlopRate>(text, expected);
        if (number * scale < 1e9 || number * scale > 1e21)
            return Fail<FlopRate>(text, "a rate from 1 GFLOP/s to 1e21 FLOP/s");
        return new FlopRate(number * scale);
    }

    /// <summary>Work such as <c>10 GFLOP</c>; above zero.</summary>
    public static Parsed<Flops> Flops(string text)
    {
        const string expected = "an amount of work with its unit (MFLOP, GFLOP, TFLOP), such as `10 GFLOP`";
        if (!Split(text, out var number, out var unit) || !unit.EndsWith("FLOP", StringComparison.Ordinal)
            || !Prefixes.TryGetValue(unit[..^4], out var scale) || unit.StartsWith('B'))
            return Fail<Flops>(text, expected);
        return number > 0 ? new Flops(number * scale) : Fail<Flops>(text, "an amount of work above zero");
    }

    /// <summary>A share such as <c>2 %</c> or <c>0.02</c>.</summary>
    public static Parsed<Fraction> Fraction(string text)
    {
        const string expected = "a share between 0 and 1, or between 0 % and 100 %";
        if (!Split(text, out var number, out var unit) || unit is not ("" or "%"))
            return Fail<Fraction>(text, expected);
        var value = unit == "%" ? number / 100 : number;
        return value is >= 0 and <= 1 ? new Fraction(value) : Fail<Fraction>(text, expected);
    }

    /// <summary>A coefficient of variation such as <c>2 %</c> or <c>0.5</c>: at least zero, at most ten.</summary>
    public static Parsed<double> Ratio(string text)
    {
        const string expected = "a ratio between 0 and 10, such as `2 %` or `0.5`";
        if (!Split(text, out var number, out var unit) || unit is not ("" or "%")) return Fail<double>(text, expected);
        var value = unit == "%" ? number / 100 : number;
        return value is >= 0 and <= 10 ? value : Fail<double>(text, expected);
    }

    /// <summary>A pure number.</summary>
    public static Parsed<double> Number(string text) =>
        Split(text, out var number, out var unit) && unit.Length == 0 ? number : Fail<double>(text, "a plain number");

    /// <summary>A whole number with an optional decimal prefix: <c>2048</c>, <c>200k</c>, <c>10T</c>.</summary>
    public static Parsed<long> Count(string text)
    {
        const string expected = "a whole number, such as `2048` or `200k` (k, M, G, T)";
        if (!Split(text, out var number, out var unit) || !Prefixes.TryGetValue(unit, out var scale))
            return Fail<long>(text, expected);
        var value = number * scale;
        var isWhole = Math.Abs(value - Math.Round(value)) <= 1e-9 * Math.Max(1, value);
        if (value < 0 || value > 9e18 || !isWhole) return Fail<long>(text, expected);
        return (long)Math.Round(value);
    }

    /// <summary>A price such as <c>3 USD</c>; not negative.</summary>
    public static Parsed<Money> Money(string text) =>
        Split(text, out var number, out var unit) && unit == "USD" && number >= 0
            ? new Money(number)
            : Fail<Money>(text, "a price in US dollars that is not negative, such as `3 USD`");

    /// <summary>True where the text begins like a number, so that a list of words can tell values from names.</summary>
    public static bool StartsWithNumber(string text) => NumberAndUnit().IsMatch(text);

    private static Parsed<T> Fail<T>(string text, string expected) =>
        new(default!, $"expected {expected}, found {(text.Length == 0 ? "nothing" : $"`{Shorten(text)}`")}");

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";

    private static bool Split(string text, out double number, out string unit)
    {
        var match = NumberAndUnit().Match(text);
        number = 0;
        unit = match.Groups["unit"].Value;
        return match.Success
            && double.TryParse(
                match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    [GeneratedRegex(
        @"^\s*(?<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?<unit>\S*)\s*$",
        RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex NumberAndUnit();
}
