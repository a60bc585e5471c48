// A reader hands each key a function from text to value. What such a function takes can be told by asking it, and by
// the rules it keeps; a schema of the scenario needs both, and so they have names here.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>A function that reads a key's value, whatever its type.</summary>
/// <param name="ProblemOf">What is wrong with a text, or null where it can be read.</param>
/// <param name="Rules">What the function belongs to: a <see cref="CountRange"/>, <see cref="NumberRange"/> or
/// <see cref="WordOr"/>, or something that says nothing.</param>
internal sealed record TextParser(Func<string, string?> ProblemOf, object? Rules)
{
    public static TextParser Of<T>(Func<string, Parsed<T>> parse) => new(text => parse(text).Problem, parse.Target);

    public bool Takes(string text) => ProblemOf(text) is null;
}

/// <summary>Whole numbers between two, both included.</summary>
internal sealed record CountRange(long Least, long Most)
{
    /// <summary>The range in words.</summary>
    public string Words => $"a whole number from {UnitText.Count(Least)} to {UnitText.Count(Most)}";

    public Parsed<long> Parse(string text)
    {
        var parsed = UnitParser.Count(text);
        return !parsed.Succeeded || (parsed.Value >= Least && parsed.Value <= Most)
            ? parsed
            : new Parsed<long>(Least, $"expected {Words}, found `{text}`");
    }
}

/// <summary>Numbers between two, both included.</summary>
internal sealed record NumberRange(double Least, double Most)
{
    /// <summary>The range in words.</summary>
    public string Words => $"a number from {UnitText.ThreeDigits(Least)} to {UnitText.ThreeDigits(Most)}";

    public Parsed<double> Parse(string text)
    {
        var parsed = UnitParser.Number(text);
        return !parsed.Succeeded || (parsed.Value >= Least && parsed.Value <= Most)
            ? parsed
            : new Parsed<double>(Least, $"expected {Words}, found `{text}`");
    }
}

/// <summary>A word that stands where a value might.</summary>
/// <param name="word">Such as `never`.</param>
/// <param name="otherwise">Reads everything else.</param>
internal abstract class WordOr(string word, TextParser otherwise)
{
    public string Word { get; } = word;

    public TextParser Otherwise { get; } = otherwise;
}

/// <inheritdoc cref="WordOr"/>
/// <param name="word">Such as `never`; its value is the type's default, null.</param>
/// <param name="otherwise">Reads everything else.</param>
/// <param name="read">The same with the value, and a problem that names the word.</param>
internal sealed class WordOr<T>(string word, TextParser otherwise, Func<string, Parsed<T>> read)
    : WordOr(word, otherwise)
{
    public Parsed<T> Parse(string text) => text == Word ? new Parsed<T>(default!, null) : read(text);
}
