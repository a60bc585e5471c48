// What a comparison rests on besides the publication: inputs that were fitted, and inputs that nobody published.
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation;

/// <summary>Inputs of a scenario by the word of their origin; names that share a line with one are none.</summary>
public static class MarkedInputs
{
    private const string Between = "; ";

    /// <summary>The single inputs of a text that a result gives.</summary>
    public static IReadOnlyList<string> Each(string inputs) => inputs.Length == 0 ? [] : inputs.Split(Between);

    /// <summary>Each with its value and what the scenario remarks of it; empty where there are none.</summary>
    internal static string Of(Scenario scenario, InputOrigin origin) => string.Join(Between, scenario.Inputs
        .Where(input => input.Origin == origin && !input.Path.EndsWith(".name", StringComparison.Ordinal))
        .Select(input => $"{input.Path} = {input.Text}" + (input.Remark.Length > 0 ? $" ({RemarkOf(input)})" : "")));

    /// <summary>A result with what its scenario says of fitted and of assumed inputs.</summary>
    internal static CaseResult RestingOn(this CaseResult result, Scenario scenario) => result with
    {
        Fitted = Of(scenario, InputOrigin.Fitted),
        Assumed = Of(scenario, InputOrigin.Assumed),
    };

    // A remark must not look like two inputs.
    private static string RemarkOf(ResolvedInput input) =>
        input.Remark.Replace(Between, ", ", StringComparison.Ordinal);
}
