// Texts as numbers that can be compared, whatever quantity they are: a time in seconds, an amount in bytes.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>A number and the kind of quantity that it counts.</summary>
/// <param name="Value">In the kind's own unit.</param>
/// <param name="Kind">Such as <c>a time</c>; quantities of two kinds are never compared.</param>
internal readonly record struct PlainQuantity(double Value, string Kind);

/// <summary>Reads any quantity of a scenario.</summary>
internal static class UnitScale
{
    public const string PureNumber = "a number";

    // Pure numbers come first: `8` is no share, and `2 %` no count.
    private static readonly Func<string, PlainQuantity?>[] Readers =
    [
        text => Found(UnitParser.Number(text), PureNumber, value => value),
        text => Found(UnitParser.Duration(text), "a time", value => value.Seconds),
        text => Found(UnitParser.Ratio(text), PureNumber, value => value),
        text => Found(UnitParser.Bytes(text), "an amount of data", value => value.Count),
        text => Found(UnitParser.Bandwidth(text), "a bandwidth", value => value.BytesPerSecond),
        text => Found(UnitParser.FlopRate(text), "a rate of work", value => value.PerSecond),
        text => Found(UnitParser.Flops(text), "an amount of work", value => value.Count),
        text => Found(UnitParser.Money(text), "a price", value => value.Dollars),
        text => Found(UnitParser.Count(text), PureNumber, value => value),
    ];

    /// <summary>The quantity that a text gives, or null where it is none: a law, a word, a name.</summary>
    public static PlainQuantity? Of(string text) =>
        Readers.Select(read => read(text)).FirstOrDefault(found => found is not null);

    /// <summary>Whether a text is a whole number of things: plain digits, and more than one.</summary>
    public static bool IsCount(string text) =>
        text.All(char.IsAsciiDigit) && UnitParser.Count(text) is { Succeeded: true, Value: > 1 };

    /// <summary>Whether a text is a share, of which there is no more than all.</summary>
    public static bool IsShare(string text) => !IsCount(text) && UnitParser.Fraction(text).Succeeded;

    /// <summary>How many of one unit make one of another, or null where they count different things.</summary>
    public static double? Between(string unit, string other) =>
        Of($"1 {unit}") is { } from && Of($"1 {other}") is { } to
            && string.Equals(from.Kind, to.Kind, StringComparison.Ordinal)
            ? from.Value / to.Value
            : null;

    private static PlainQuantity? Found<T>(Parsed<T> parsed, string kind, Func<T, double> number) =>
        parsed.Succeeded ? new PlainQuantity(number(parsed.Value), kind) : null;
}
