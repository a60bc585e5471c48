// What a comparison rests on besides the publication: inputs that were fitted, and inputs that nobody published.
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation;

/// <summary>Inputs of a scenario by the word of their origin; names that share a line with one are none.</summary>
internal static class MarkedInputs
{
    /// <summary>Each with its value and what the scenario remarks of it; empty where there are none.</summary>
    public static string Of(Scenario scenario, InputOrigin origin) => string.Join("; ", scenario.Inputs
        .Where(input => input.Origin == origin && !input.Path.EndsWith(".name", StringComparison.Ordinal))
        .Select(input => $"{input.Path} = {input.Text}" + (input.Remark.Length > 0 ? $" ({input.Remark})" : "")));
}
