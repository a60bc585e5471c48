// The words in which a scenario names a law: `25 min`, `exponential 20 min`, `weibull shape 0.8 mean 45000 h`,
// `lognormal median 90 s sigma 0.5`, `lognormal mean 90 s cv 50 %`, `gamma shape 2 mean 30 d`, a bathtub of three
// risks; and back again, so that what one command fits another can read.
using System.Globalization;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Randomness;

/// <summary>Text to <see cref="Distribution"/>, and back.</summary>
public static class DistributionText
{
    /// <summary>Shapes that a text may give, of Weibull and gamma.</summary>
    public const double LeastShape = 0.05, MostShape = 20;

    /// <summary>Sigmas that a text may give.</summary>
    public const double LeastSigma = 0.05, MostSigma = 5;

    /// <summary>How a law begins that is read from a file, which only a scenario can find.</summary>
    public const string FromFile = "empirical";

    private const string BathtubForm =
        "bathtub infant shape 0.5 mean 9000 d constant 3000 d wear shape 4 mean 2000 d";

    private const string Forms =
        "`30 min`, `exponential 30 min`, `weibull shape 0.8 mean 30 d`, `lognormal median 30 min sigma 0.5`, "
        + $"`lognormal mean 30 min cv 50 %`, `gamma shape 2 mean 30 d`, `{BathtubForm}` or `{FromFile} FILE.csv`";

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

    /// <summary>
    /// The words of a law whose numbers have six digits, so that reading them gives the law again; throws for a law
    /// that has none.
    /// </summary>
    public static string Words(Distribution law) => Words(law, 1);

    private static string Words(Distribution law, double times)
    {
        return law switch
        {
            Constant constant => Span(constant.Value),
            Exponential exponential => $"exponential {Span(exponential.Mean)}",
            Weibull weibull => $"weibull {Part(weibull)}",
            LogNormal normal => $"lognormal median {Span(normal.Median)} sigma {Digits(normal.Sigma)}",
            Gamma gamma => $"gamma shape {Digits(gamma.Shape)} mean {Span(gamma.Mean)}",
            Bathtub tub => $"bathtub infant {Part(tub.Infant)} constant {Span(tub.Accidents.Mean)} "
                + $"wear {Part(tub.Wear)}",
            Prolonged prolonged => Words(prolonged.Law, times * prolonged.Times),
            _ => throw new ArgumentException($"{law} is not written in words", nameof(law)),
        };

        string Part(Weibull part) => $"shape {Digits(part.Shape)} mean {Span(part.Mean)}";

        string Span(Duration span)
        {
            var seconds = span.Seconds * times;
            return seconds >= 3600 ? $"{Digits(seconds / 3600)} h" : $"{Digits(seconds)} s";
        }
    }

    private static string Digits(double value) =>
        value.ToString(value >= 1e5 ? "F0" : "G6", CultureInfo.InvariantCulture);

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
        if (words[0] == FromFile)
            return Problem($"only a life, `time_to_failure`, can be `{FromFile}`, such as `{FromFile} FILE.csv`");
        if (words[0] == "bathtub") return BathtubOf(words[1..], span);
        var parts = Parts(words[1..]);
        return words[0] switch
        {
            "weibull" when Names(parts, "shape", "mean") => Two(
                parts["shape"], Shape, parts["mean"], span, (shape, mean) => new Weibull(shape, mean)),
            "gamma" when Names(parts, "shape", "mean") => Two(
                parts["shape"], Shape, parts["mean"], span, (shape, mean) => new Gamma(shape, mean)),
            "lognormal" when Names(parts, "median", "sigma") => Two(
                parts["median"], span, parts["sigma"], Sigma,
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

    private static Parsed<Distribution> BathtubOf(string[] words, Func<string, Parsed<Duration>> span)
    {
        var (constant, wear) = (Array.IndexOf(words, "constant"), Array.IndexOf(words, "wear"));
        if (words.Length == 0 || words[0] != "infant" || constant < 0 || wear < constant)
            return Problem($"a bathtub is written `{BathtubForm}`");
        var infant = PartOf("infant", words[1..constant], span);
        var accidents = ExponentialOf(span(string.Join(' ', words[(constant + 1)..wear])));
        var worn = PartOf("wear", words[(wear + 1)..], span);
        foreach (var part in new[] { infant, accidents, worn }.Where(part => !part.Succeeded)) return part;
        var (early, late) = ((Weibull)infant.Value, (Weibull)worn.Value);
        if (early.Shape >= 1)
            return Problem($"the infant part fades: its shape is below 1, found {Digits(early.Shape)}");
        return late.Shape > 1
            ? new Bathtub(early, (Exponential)accidents.Value, late)
            : Problem($"the part that wears grows: its shape is above 1, found {Digits(late.Shape)}");
    }

    private static Parsed<Distribution> PartOf(string name, string[] words, Func<string, Parsed<Duration>> span)
    {
        var parts = Parts(words);
        return Names(parts, "shape", "mean")
            ? Two(parts["shape"], Shape, parts["mean"], span, (shape, mean) => new Weibull(shape, mean))
            : Problem($"the {name} part of a bathtub has a shape and a mean: `{BathtubForm}`");
    }

    private static Parsed<double> Shape(string text) => Within(text, "shape", LeastShape, MostShape);

    private static Parsed<double> Sigma(string text) => Within(text, "sigma", LeastSigma, MostSigma);

    private static Parsed<double> Within(string text, string what, double least, double most)
    {
        var number = UnitParser.Number(text);
        return number.Succeeded && (number.Value < least || number.Value > most)
            ? new Parsed<double>(0, $"expected a {what} between {Digits(least)} and {Digits(most)}, found `{text}`")
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
