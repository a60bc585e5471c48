// A search as files: every point that was run, and the optimum with its interval.
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes optima.</summary>
public static class OptimumFiles
{
    /// <summary>Writes points.csv, optimum.csv, manifest.json and the figure.</summary>
    /// <returns>Names of the files, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(
        OptimumOutcome outcome, string folder, string version, string command)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write("points.csv", to => Points(outcome, to));
        output.Write("optimum.csv", to => Best(outcome, to));
        var figure = OptimumFigure.Draw(outcome, command);
        output.Write($"figures/{figure.Name}.svg", to => to.Write(figure.Canvas.StandingAlone()));
        output.Write("report.html", to => StudyPage.Write(outcome, figure, version, command, to));
        Manifest.Write(
            output, outcome.Scenario, outcome.Optimum.Metric.Name, OptimumWords.Verdict(outcome), version, command);
        output.Publish();
        return output.Names;
    }

    private static void Points(OptimumOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(
            to,
            [
                .. outcome.Axes.Select(axis => axis.Path), "metric", "mean", "sd", "low_95", "high_95", "replications",
            ]);
        foreach (var point in outcome.Optimum.Points)
        {
            foreach (var text in point.Texts) table.Text(text);
            table.Text(outcome.Optimum.Metric.Name).Estimate(point.Estimate).EndRow();
        }
    }

    private static void Best(OptimumOutcome outcome, TextWriter to)
    {
        var optimum = outcome.Optimum;
        using var table = new CsvTable(
            to, "path", "optimum", "low_95", "high_95", "at_edge", "closed_form", "metric", "mean", "mean_low_95",
            "mean_high_95");
        for (var i = 0; i < outcome.Axes.Count; i++)
        {
            table.Text(outcome.Axes[i].Path).Text(optimum.Best.Texts[i]).Text(optimum.Interval[i].Low)
                .Text(optimum.Interval[i].High).Text(optimum.AtEdge[i] ? "yes" : "no")
                .Text(outcome.ClosedForm?.Value ?? "").Text(optimum.Metric.Name)
                .Number(optimum.Best.Estimate.Mean).Number(optimum.Best.Estimate.Low)
                .Number(optimum.Best.Estimate.High).EndRow();
        }
    }
}
