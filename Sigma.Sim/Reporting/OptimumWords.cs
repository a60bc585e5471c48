// What a search came to, in words.
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Reporting;

/// <summary>Sentences about an optimum.</summary>
internal static class OptimumWords
{
    /// <summary>The scenario's own value of an axis, in its words.</summary>
    public static Func<SearchAxis, string> OwnOf(Scenario scenario) => axis =>
        scenario.Inputs.FirstOrDefault(input => input.Path == axis.Path)?.Text ?? "";

    public static string Verdict(OptimumOutcome outcome)
    {
        var optimum = outcome.Optimum;
        var isFlat = outcome.Axes.Zip(optimum.Interval).All(pair =>
            pair.Second == (pair.First.Range.At(0), pair.First.Range.At(1)));
        if (isFlat) return $"{optimum.Metric.Title} does not differ significantly within the range";
        var edges = outcome.Axes.Where((_, i) => optimum.AtEdge[i]).Select(axis => axis.Path).ToList();
        if (edges.Count > 0)
            return $"the best value of {Wording.List(edges, "and")} lies at an end of the range: widen it";
        if (outcome.Gain is not { } gain) return "as it stands the scenario's run would never end";
        var measure = Measure.Of(optimum.Metric, optimum.Best.Estimate.Mean);
        var unit = measure.ChangeUnit.Length == 0 ? "" : $" {measure.ChangeUnit}";
        return gain.Low > 0 || gain.High < 0
            ? $"against the scenario as it stands: {measure.Change(gain)}{unit}"
            : "no significant difference from the scenario as it stands";
    }
}
