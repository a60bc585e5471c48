// An interval of values with a unit, `5 min..3 h`: the ground of a range, of a search and of a random sample.
using System.Globalization;
using System.Text.RegularExpressions;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>From one value to another, both in one unit.</summary>
/// <param name="Low">In the unit.</param>
/// <param name="High">In the unit, above the low one.</param>
/// <param name="Unit">Empty for a pure number.</param>
/// <param name="IsLog">Whether places between them are even in the logarithm.</param>
/// <param name="IsWhole">Whether only whole numbers lie between them.</param>
public sealed partial record AxisRange(double Low, double High, string Unit, bool IsLog, bool IsWhole)
{
    /// <summary>
    /// Reads <c>LOW..HIGH</c>. The lower end may leave its unit to the upper one; with units of their own, the lower
    /// one's is kept. Between whole numbers without a unit
    /// there are whole numbers, unless the upper one is at most 1: then it is a share.
    /// </summary>
    public static Parsed<AxisRange> Of(string text, bool isLog)
    {
        if (text.Contains(':'))
            return Fail($"a range here is `LOW..HIGH` alone, without a count or `:log`, found `{text}`");
        var ends = Ends().Match(text);
        if (!ends.Success
            || !Number(ends.Groups["low"].Value, out var low) || !Number(ends.Groups["high"].Value, out var high))
        {
            return Fail($"expected a range such as `5 min..60 min` or `4..16`, found `{text}`");
        }

        var (from, unit) = (ends.Groups["from"].Value, ends.Groups["unit"].Value);
        if (from.Length > 0 && from != unit)
        {
            if (UnitScale.Between(unit, from) is not { } scale)
            {
                var odd = unit.Length == 0 ? $"`{from}` and a number without a unit" : $"`{from}` and `{unit}`";
                return Fail($"both ends of a range have one kind of unit, found {odd}");
            }

            (high, unit) = (high * scale, from);
        }

        if (!(low < high)) return Fail($"the lower end comes first, found `{text}`");
        if (isLog && low <= 0) return Fail($"a logarithm needs ends above zero, found `{text}`");
        var isWhole = unit.Length == 0 && high > 1 && IsPlain(ends.Groups["low"].Value)
            && IsPlain(ends.Groups["high"].Value);
        return new AxisRange(low, high, unit, isLog, isWhole);
    }

    /// <summary>The value at a place from 0 (the low end) to 1 (the high end), with its unit.</summary>
    public string At(double place) => TextOf(NumberAt(place));

    /// <summary>The number at a place from 0 to 1, rounded where only whole ones lie between the ends.</summary>
    public double NumberAt(double place)
    {
        if (place >= 1) return High;
        var value = IsLog ? Low * Math.Pow(High / Low, place) : Low + (High - Low) * place;
        return IsWhole ? Math.Round(value, MidpointRounding.AwayFromZero) : value;
    }

    /// <summary>The place, from 0 to 1, of a number between the ends.</summary>
    public double PlaceOf(double number) =>
        IsLog ? Math.Log(number / Low) / Math.Log(High / Low) : (number - Low) / (High - Low);

    /// <summary>
    /// A number of the range as a scenario reads it, with its unit: six digits between the ends, so that people can
    /// read it too.
    /// </summary>
    public string TextOf(double number)
    {
        var isEnd = IsWhole || number == Low || number == High;
        var digits = number.ToString(isEnd ? "G10" : "G6", CultureInfo.InvariantCulture);
        return Unit.Length == 0 ? digits : $"{digits} {Unit}";
    }

    public override string ToString() => $"{TextOf(Low)}..{TextOf(High)}";

    private static bool IsPlain(string number) => number.All(char.IsAsciiDigit);

    private static bool Number(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static Parsed<AxisRange> Fail(string problem) => new(null!, problem);

    [GeneratedRegex(
        @"^\s*(?<low>[+-]?(?:\d+\.?\d*?|\.\d+)(?:[eE][+-]?\d+)?)\s*(?<from>[^\s.\d]\S*?)?\s*\.\.\s*"
            + @"(?<high>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?<unit>[^\s.\d]\S*)?\s*$",
        RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex Ends();
}
