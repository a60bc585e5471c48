// A value that somebody tries may make a scenario that is none: the finding then has to say which of many it was.
namespace Sigma.Sim.Scenarios.Sweeps;

/// <summary>A variant that is no sound scenario.</summary>
/// <param name="variant">Which, with its values.</param>
/// <param name="findings">What is wrong with it.</param>
public sealed class VariantException(string variant, DiagnosticList findings)
    : Exception($"{variant} is no sound scenario")
{
    public DiagnosticList Findings { get; } = findings;

    /// <summary>Loads a scenario with changed values; what is wrong with it is said of the variant.</summary>
    public static Scenario Load(string variant, Func<Scenario> load)
    {
        try
        {
            return load();
        }
        catch (ScenarioException error)
        {
            throw new VariantException(variant, error.Diagnostics);
        }
    }
}
