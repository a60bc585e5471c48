// The inputs that a sensitivity study varies: those it is told, or every size that a campaign depends on.
using System.Globalization;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Search;

/// <summary>An input that varies between two values.</summary>
/// <param name="Path">Of the input.</param>
/// <param name="Own">The scenario's value.</param>
/// <param name="TextAt">The value at a place from 0 (low) to 1 (high).</param>
public sealed record VariedInput(string Path, string Own, Func<double, string> TextAt)
{
    // How long and how often one looks is no property of the cluster.
    private static readonly string[] OfTheLook = ["duration", "tokens", "work", "replications", "published"];

    public string Low => TextAt(0);

    public string High => TextAt(1);

    /// <summary>
    /// Every input of the campaign that has a size, made smaller and larger by a share; inputs of the step stay, since
    /// each of their values would take a replay.
    /// </summary>
    public static IReadOnlyList<VariedInput> Of(Scenario scenario, double spread) =>
    [
        .. scenario.Inputs
            .Where(input => StepShelf.IsOfCampaign(input.Path) && !OfTheLook.Contains(input.Path.Split('.')[0])
                && IsSized(input, spread))
            .Select(input => new VariedInput(
                Named(scenario, input.Path), input.Text,
                place => ScaledText.Of(input.Text, 1 + spread * (2 * place - 1))!)),
    ];

    /// <summary>The same path with a fault's name in place of its number, where that says which.</summary>
    private static string Named(Scenario scenario, string path) => path.Split('.') switch
    {
        ["faults", var number, .. var rest] when int.TryParse(number, CultureInfo.InvariantCulture, out var fault)
            && !scenario.Faults[fault].Name.Contains('.') && !int.TryParse(
                scenario.Faults[fault].Name, CultureInfo.InvariantCulture, out _) =>
            $"faults.{scenario.Faults[fault].Name}.{string.Join('.', rest)}",
        _ => path,
    };

    /// <summary>An input between two given values.</summary>
    public static VariedInput Of(Scenario scenario, SearchAxis axis) => new(
        axis.Path, scenario.Inputs.FirstOrDefault(input => input.Path == axis.Path)?.Text ?? "", axis.Range.At);

    private static bool IsSized(ResolvedInput input, double spread) =>
        ScaledText.Of(input.Text, 1 + spread) is { } larger && ScaledText.Of(input.Text, 1 - spread) is { } smaller
        && larger != smaller;
}
