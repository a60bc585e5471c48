// A known answer beside ours: what was predicted, what is published or follows from a formula, and the verdict.
namespace Sigma.Sim.Validation;

/// <summary>What a publication says of a quantity.</summary>
public enum KnownAs
{
    /// <summary>Its value, within a tolerance.</summary>
    Value,

    /// <summary>A bound that it does not fall below.</summary>
    AtLeast,

    /// <summary>A bound that it does not exceed.</summary>
    AtMost,
}

/// <summary>One comparison.</summary>
/// <param name="Id">Short name, such as <c>E1</c>.</param>
/// <param name="Quantity">What is compared, with its unit.</param>
/// <param name="Predicted">Ours.</param>
/// <param name="Published">The formula's or the publication's.</param>
/// <param name="Tolerance">Largest accepted distance, in the quantity's unit.</param>
/// <param name="Fitted">Parameters that were fitted and to what, empty where none.</param>
public sealed record CaseResult(
    string Id, string Quantity, double Predicted, double Published, double Tolerance, string Fitted)
{
    /// <summary>Shown, and judged together with others or not at all.</summary>
    public bool IsRow { get; init; }

    /// <summary>The same measurement in another quantity, judged as well.</summary>
    public CaseResult? Beside { get; init; }

    /// <summary>Inputs that nobody published and that stand as assumed, empty where none.</summary>
    public string Assumed { get; init; } = "";

    /// <summary>Whether the known number is a value or a bound, which has no tolerance.</summary>
    public KnownAs Known { get; init; }

    /// <summary>Signed distance.</summary>
    public double Error => Predicted - Published;

    public bool Agrees => (Beside?.Agrees ?? true) && Known switch
    {
        KnownAs.AtLeast => Error >= 0,
        KnownAs.AtMost => Error <= 0,
        _ => Math.Abs(Error) <= Tolerance,
    };

    /// <summary>A quantity that must be met to a billionth of its size.</summary>
    public static CaseResult Exact(string id, string quantity, double predicted, double expected) =>
        new(id, quantity, predicted, expected, Math.Abs(expected) * 1e-9, "");
}
