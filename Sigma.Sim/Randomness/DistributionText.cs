// The words in which a scenario names a law: `25 min`, `exponential 20 min`, `weibull shape 0.8 mean 45000 h`,
// `lognormal median 90 s sigma 0.5`, `lognormal mean 90 s cv 50 %`.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Randomness;

/// <summary>Text to <see cref="Distribution"/>.</summary>
public static class DistributionText
{
    private const string Forms =
        "`30 min`, `exponential 30 min`, `weibull shape 0.8 mean 30 d`, `lognormal median 30 min sigma 0.5` "
        + "or `lognormal mean 30 min cv 50 %`";

    /// <summary>Reads a law; the problem names the part that is wrong and the forms that exist.</summary>
    public static Parsed<Distribution> Parse(string text) => Parse(text, UnitParser.Duration);

    /// <summary>Reads a law of lives: where faults are rare, those of a unit lie centuries apart.</summary>
    public static Parsed<Distribution> ParseLife(string text)
    {
        var law = Parse(text);
        if (law.Succeeded) return law;
        var thousandth = Parse(text, UnitParser.Thousandth);
        return thousandth.Succeeded ? new Prolonged(thousandth.Value, 1000) : thousandth;
    }

    private static Parsed<Distribution> Parse(string text, Func<string, Parsed<Duration>> span)
    {
        if (UnitParser.StartsWithNumber(text))
        {
            var constant = span(text);
            return constant.Succeeded ? new Constant(constant.Value) : Problem(constant.Problem!);
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return Problem($"expected a law of time: {Forms}");
        if (words[0] == "exponential" && words.Length is 2 or 3)
            return ExponentialOf(span(string.Join(' ', words[1..])));
        var parts = Parts(words[1..]);
        return words[0] switch
        {
            "weibull" when Names(parts, "shape", "mean") => Two(
                parts["shape"], Number, parts["mean"], span, (shape, mean) => new Weibull(shape, mean)),
            "lognormal" when Names(parts, "median", "sigma") => Two(
                parts["median"], span, parts["sigma"], Number,
                (median, sigma) => new LogNormal(median, sigma)),
            "lognormal" when Names(parts, "mean", "cv") => Two(
                parts["mean"], span, parts["cv"], PositiveRatio, LogNormalOf),
            _ => Problem($"expected a law of time ({Forms}), found `{text}`"),
        };
    }

    private static Parsed<Distribution> ExponentialOf(Parsed<Duration> mean)
    {
        if (!mean.Succeeded) return Problem(mean.Problem!);
        return mean.Value > Duration.Zero
            ? new Exponential(mean.Value)
            : Problem("the mean of a law must be above zero");
    }

    private static Parsed<Distribution> Two<A, B>(
        string first, Func<string, Parsed<A>> parseFirst, string second, Func<string, Parsed<B>> parseSecond,
        Func<A, B, Distribution> make)
    {
        var a = parseFirst(first);
        var b = parseSecond(second);
        if (!a.Succeeded) return Problem(a.Problem!);
        if (!b.Succeeded) return Problem(b.Problem!);
        if (a.Value is Duration { IsZero: true } || b.Value is Duration { IsZero: true })
            return Problem("the mean or median of a law must be above zero");
        return make(a.Value, b.Value);
    }

    private static Distribution LogNormalOf(Duration mean, double cv)
    {
        var variance = Math.Log(1 + cv * cv);
        return new LogNormal(mean.Scaled(Math.Exp(-variance / 2)), Math.Sqrt(variance));
    }

    private static Parsed<double> Number(string text)
    {
        var number = UnitParser.Number(text);
        return number.Succeeded && number.Value is < 0.05 or > 5
            ? new Parsed<double>(0, $"expected a shape or sigma between 0.05 and 5, found `{text}`")
            : number;
    }

    private static Parsed<double> PositiveRatio(string text)
    {
        var ratio = UnitParser.Ratio(text);
        return ratio is { Succeeded: true, Value: <= 0 }
            ? new Parsed<double>(0, "a coefficient of variation must be above zero")
            : ratio;
    }

    private static Dictionary<string, string> Parts(string[] words)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = "";
        foreach (var word in words)
        {
            if (word is "shape" or "mean" or "median" or "sigma" or "cv") parts[name = word] = "";
            else parts[name] = parts.TryGetValue(name, out var so) && so.Length > 0 ? $"{so} {word}" : word;
        }

        return parts;
    }

    private static bool Names(Dictionary<string, string> parts, string first, string second) =>
        parts.Count == 2 && parts.ContainsKey(first) && parts.ContainsKey(second);

    private static Parsed<Distribution> Problem(string text) => new(new Constant(Duration.Zero), text);
}
