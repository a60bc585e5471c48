// What a sensitivity study says, in words.
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Sentences about sensitivities.</summary>
internal static class SensitivityWords
{
    /// <summary>A share of the variance with its interval; what is below nothing is nothing.</summary>
    public static string Share(SobolIndex index) =>
        $"{UnitText.Percent(Math.Max(0, index.Index), 0)} ({UnitText.Percent(Math.Max(0, index.Low), 0)} to "
        + $"{UnitText.Percent(Math.Min(1, Math.Max(0, index.High)), 0)})";

    public static string Verdict(SensitivityOutcome outcome)
    {
        var sure = outcome.Swings.FirstOrDefault(swing => swing.IsSure);
        if (sure is null) return $"no input moves {outcome.Metric.Title} by more than chance does";
        var sum = outcome.Indices.Sum(index => Math.Max(0, index.Index));
        var alone = outcome.Indices.Count == 0
            ? ""
            : $"; varied together, the {outcome.Indices.Count} strongest explain about "
            + $"{UnitText.Percent(Math.Min(1, sum), 0)} of its variance without interplay";
        return $"“{sure.Input.Path}” moves {outcome.Metric.Title} most{alone}";
    }
}
