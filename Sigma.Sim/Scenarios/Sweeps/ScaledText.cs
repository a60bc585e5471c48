// A value of a scenario made larger or smaller in its own words: `exponential 45000 h` by a tenth is `exponential 49500
// h`. So every input with a size can be varied without a word about how.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>Scales the size in a text.</summary>
public static partial class ScaledText
{
    /// <summary>
    /// The text with the first time in it, or its one number, multiplied; null where it has no size above zero, such as
    /// a name. Whole numbers stay whole, shares stay at most one.
    /// </summary>
    /// <param name="text">A plain quantity or a law.</param>
    /// <param name="factor">Above zero.</param>
    public static string? Of(string text, double factor)
    {
        if (UnitScale.Of(text) is { } plain)
        {
            if (plain.Value <= 0) return null;
            return With(text, Number().Match(text), factor, text);
        }

        var time = Time().Match(text);
        if (!time.Success) return null;
        return With(text, time.Groups["number"], factor, time.Value);
    }

    private static string With(string text, Capture number, double factor, string quantity) =>
        text[..number.Index] + Scaled(number.Value, factor, quantity) + text[(number.Index + number.Length)..];

    private static string Scaled(string number, double factor, string whole)
    {
        var value = double.Parse(number, CultureInfo.InvariantCulture);
        var isCount = UnitScale.IsCount(whole);
        var scaled = value * factor;
        if (isCount)
        {
            // A tenth more of four spares is one more, or nothing would change.
            var step = Math.Max(1, Math.Round(Math.Abs(scaled - value), MidpointRounding.AwayFromZero));
            scaled = factor == 1 ? value : Math.Max(0, value + Math.Sign(factor - 1) * step);
        }
        else if (UnitScale.IsShare(whole))
        {
            scaled = Math.Min(scaled, whole.Contains('%') ? 100 : 1);
        }

        return scaled.ToString("G6", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(
        @"(?<![\w.])(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?:ns|us|ms|s|min|h|d|wk)\b",
        RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex Time();
}
