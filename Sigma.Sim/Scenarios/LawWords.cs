// Parsers for laws of time, and for words that stand where a value might: `never`, `optimal`, `until-repaired`.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Scenarios;

/// <summary>Texts to laws, stricter than the laws themselves.</summary>
internal static class LawWords
{
    /// <summary>A law that is not zero.</summary>
    public static Parsed<Distribution> Positive(string text) => AboveZero(DistributionText.Parse(text), text);

    /// <summary>A law, or null for the word that means none.</summary>
    public static Func<string, Parsed<Distribution?>> LawOr(string word, Func<string, Parsed<Distribution>> parse) =>
        new WordOr<Distribution?>(word, TextParser.Of(parse), text =>
        {
            var law = parse(text);
            return new Parsed<Distribution?>(law.Value, law.Succeeded ? null : Or(word, law.Problem!));
        }).Parse;

    /// <summary>A value, or null for the word that stands in its place.</summary>
    public static Func<string, Parsed<T?>> ValueOr<T>(string word, Func<string, Parsed<T>> parse)
        where T : struct =>
        new WordOr<T?>(word, TextParser.Of(parse), text =>
        {
            var value = parse(text);
            return new Parsed<T?>(value.Value, value.Succeeded ? null : Or(word, value.Problem!));
        }).Parse;

    private static string Or(string word, string problem)
    {
        const string expected = "expected ";
        return problem.StartsWith(expected, StringComparison.Ordinal)
            ? $"{expected}`{word}` or {problem[expected.Length..]}"
            : problem;
    }

    /// <summary>The law, or the finding that its time is none.</summary>
    public static Parsed<Distribution> AboveZero(Parsed<Distribution> law, string text) =>
        law.Succeeded && law.Value.MeanSeconds <= 0
            ? new Parsed<Distribution>(law.Value, $"expected a time above zero, found `{text}`")
            : law;
}
