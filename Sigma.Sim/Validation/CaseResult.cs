// A known answer beside ours: what was predicted, what is published or follows from a formula, and the verdict.
namespace Sigma.Sim.Validation;

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
    /// <summary>One of many rows whose errors are judged together.</summary>
    public bool IsRow { get; init; }

    /// <summary>The same measurement in another quantity, judged as well.</summary>
    public CaseResult? Beside { get; init; }

    /// <summary>Signed distance.</summary>
    public double Error => Predicted - Published;

    public bool Agrees => Math.Abs(Error) <= Tolerance && (Beside?.Agrees ?? true);

    /// <summary>A quantity that must be met to a billionth of its size.</summary>
    public static CaseResult Exact(string id, string quantity, double predicted, double expected) =>
        new(id, quantity, predicted, expected, Math.Abs(expected) * 1e-9, "");
}
