// The table of an optimum, for the console and the page alike.
using Sigma.Sim.Experiments.Search;

namespace Sigma.Sim.Reporting;

/// <summary>What a search came to, in rows.</summary>
internal static class OptimumTables
{
    /// <summary>The optimum, its interval, what a formula says, and the scenario as it stands.</summary>
    public static TextTable Of(OptimumOutcome outcome)
    {
        var optimum = outcome.Optimum;
        var measure = Measure.Of(optimum.Metric, optimum.Best.Estimate.Mean);
        var rows = new List<TableRow>
        {
            TableRow.Marked(true, ["optimum", .. optimum.Best.Texts, measure.Text(optimum.Best.Estimate)]),
            TableRow.Of(["95 % interval", .. optimum.Interval.Select(ends => $"{ends.Low} to {ends.High}"), ""]),
        };
        if (outcome.ClosedForm is { } formula)
        {
            rows.Add(TableRow.Of(
                "closed form", formula.Value, formula.Estimate is { } there ? measure.Text(there) : ""));
        }

        if (outcome.Own is { } own)
        {
            rows.Add(TableRow.Of(
                ["as it stands", .. outcome.Axes.Select(OptimumWords.OwnOf(outcome.Scenario)), measure.Text(own)]));
        }

        return new TextTable(
            [
                Column.Words(""), .. outcome.Axes.Select(axis => Column.Number(axis.Path)), Column.Number(measure.Head),
            ],
            rows);
    }
}
