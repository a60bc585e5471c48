// The values that an axis takes, as people write them: a list `30 min,1 h,2 h`, or a range `5 min..60 min:12:log` of so
// many values, even in the value or in its logarithm. Values stay texts, since only the scenario knows what they mean.
using System.Globalization;
using System.Text.RegularExpressions;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>Reads the values of axes.</summary>
public static partial class AxisValues
{
    /// <summary>The most values of one axis.</summary>
    public const int MostValues = 1_000_000;

    /// <summary>The values of a list or of a range, at least one.</summary>
    public static Parsed<IReadOnlyList<string>> Of(string text)
    {
        if (text.Contains("..", StringComparison.Ordinal))
        {
            var parts = RangeWithCount().Match(text);
            if (!parts.Success)
            {
                return None("expected a range with the number of its values, such as `5 min..60 min:12` or "
                    + $"`5 min..60 min:12:log`, found `{text}`");
            }

            var range = AxisRange.Of(parts.Groups["ends"].Value, parts.Groups["log"].Success);
            if (range.Problem is { } problem) return None(problem);
            if (!int.TryParse(parts.Groups["count"].Value, CultureInfo.InvariantCulture, out var count)
                || count is < 2 or > MostValues)
            {
                return None($"a range has from 2 to {UnitText.Count(MostValues)} values, found `{text}`");
            }

            return new Parsed<IReadOnlyList<string>>(
                [.. Enumerable.Range(0, count).Select(i => range.Value.At(i / (count - 1.0)))
                    .Distinct(StringComparer.Ordinal)], null);
        }

        var values = Split(text);
        return values.Any(value => value.Length == 0)
            ? None($"a value is empty in `{text}`")
            : new Parsed<IReadOnlyList<string>>(values, null);
    }

    /// <summary>The parts between commas that stand in no braces, brackets or quotes.</summary>
    private static List<string> Split(string text)
    {
        var (parts, begin, depth, quote) = (new List<string>(), 0, 0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quote != '\0') quote = letter == quote ? '\0' : quote;
            else if (letter is '"' or '\'') quote = letter;
            else if (letter is '{' or '[') depth++;
            else if (letter is '}' or ']') depth--;
            else if (letter == ',' && depth == 0)
            {
                parts.Add(text[begin..i].Trim());
                begin = i + 1;
            }
        }

        parts.Add(text[begin..].Trim());
        return parts;
    }

    private static Parsed<IReadOnlyList<string>> None(string problem) => new([], problem);

    [GeneratedRegex(
        @"^(?<ends>[^:]*\.\.[^:]*):\s*(?<count>\d+)\s*(?<log>:\s*log\s*)?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex RangeWithCount();
}
