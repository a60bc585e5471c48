// A condition on the values of a point: `cluster.spares.hot + cluster.spares.warm > 16 and checkpoint.tiers.0.every <
// 10 min`. Comparisons joined by `and`; on each side a sum of products of paths and quantities.
using System.Globalization;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>Comparisons that must all hold.</summary>
public sealed class PointCondition
{
    private static readonly (string Word, Func<double, double, bool> Holds)[] Comparisons =
    [
        (" <= ", (a, b) => a <= b), (" >= ", (a, b) => a >= b), (" == ", (a, b) => a == b),
        (" != ", (a, b) => a != b), (" < ", (a, b) => a < b), (" > ", (a, b) => a > b),
    ];

    private readonly string _text;
    private readonly IReadOnlyList<(string Left, string Right, Func<double, double, bool> Holds)> _parts;

    private PointCondition(
        string text, IReadOnlyList<(string Left, string Right, Func<double, double, bool> Holds)> parts) =>
        (_text, _parts) = (text, parts);

    /// <summary>Reads a condition; what its words mean shows only with a point's values.</summary>
    public static Parsed<PointCondition> Parse(string text)
    {
        var parts = new List<(string, string, Func<double, double, bool>)>();
        foreach (var part in text.Split(" and "))
        {
            var (word, holds) = Comparisons.FirstOrDefault(c => part.Contains(c.Word, StringComparison.Ordinal));
            if (word is null || part.Split(word) is not [var left, var right] || left.Trim().Length == 0
                || right.Trim().Length == 0)
            {
                return new Parsed<PointCondition>(
                    null!, "expected comparisons (<, <=, >, >=, ==, != between spaces) joined by `and`, such as "
                    + $"`cluster.spares.warm > 16`, found `{text}`");
            }

            parts.Add((left.Trim(), right.Trim(), holds));
        }

        return new PointCondition(text, parts);
    }

    /// <summary>Whether all comparisons hold. Throws <see cref="SweepException"/> where one has no meaning.</summary>
    /// <param name="valueOf">The text of a path's value, or null where there is no such path.</param>
    public bool HoldsFor(Func<string, string?> valueOf) => _parts.All(part =>
    {
        var (left, right) = (Sum(part.Left, valueOf), Sum(part.Right, valueOf));
        return string.Equals(left.Kind, right.Kind, StringComparison.Ordinal)
            ? part.Holds(left.Value, right.Value)
            : throw Senseless($"`{part.Left}` is {left.Kind}, `{part.Right}` is {right.Kind}");
    });

    public override string ToString() => _text;

    private PlainQuantity Sum(string text, Func<string, string?> valueOf)
    {
        PlainQuantity? sum = null;
        foreach (var term in text.Replace(" - ", " + -1 * ", StringComparison.Ordinal).Split(" + "))
        {
            var product = new PlainQuantity(1, UnitScale.PureNumber);
            foreach (var factor in term.Split(" * ")) product = Times(product, Value(factor.Trim(), valueOf));
            if (sum is { } before && !string.Equals(before.Kind, product.Kind, StringComparison.Ordinal))
                throw Senseless($"{before.Kind} and {product.Kind} have no sum");
            sum = product with { Value = product.Value + (sum?.Value ?? 0) };
        }

        return sum!.Value;
    }

    private PlainQuantity Times(PlainQuantity a, PlainQuantity b) =>
        a.Kind == UnitScale.PureNumber ? b with { Value = a.Value * b.Value }
        : b.Kind == UnitScale.PureNumber ? a with { Value = a.Value * b.Value }
        : throw Senseless($"{a.Kind} times {b.Kind} is nothing that can be compared");

    private PlainQuantity Value(string word, Func<string, string?> valueOf)
    {
        if (UnitScale.Of(word) is { } literal) return literal;
        var text = valueOf(word) ?? throw Senseless(
            $"`{word}` is neither a quantity nor the path of an axis or an input");
        return UnitScale.Of(text) ?? throw Senseless(string.Create(
            CultureInfo.InvariantCulture, $"the value of `{word}` is `{text}`, which is no quantity"));
    }

    private SweepException Senseless(string why) => new($"the condition `{_text}` has no meaning: {why}");
}
