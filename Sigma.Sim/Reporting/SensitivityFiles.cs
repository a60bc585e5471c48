// A sensitivity study as files.
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes studies.</summary>
public static class SensitivityFiles
{
    /// <summary>
    /// Writes tornado.csv, sobol.csv where indices were found, left-out.csv where inputs were, manifest.json and the
    /// figure.
    /// </summary>
    /// <returns>Names of the files, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(
        SensitivityOutcome outcome, string folder, string version, string command)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write("tornado.csv", to => Swings(outcome, to));
        if (outcome.Indices.Count > 0) output.Write("sobol.csv", to => Indices(outcome, to));
        else output.Withdraw("sobol.csv");
        if (outcome.LeftOut.Count > 0) output.Write("left-out.csv", to => LeftOut(outcome, to));
        else output.Withdraw("left-out.csv");
        var figure = Tornado.Draw(outcome, command);
        output.Write($"figures/{figure.Name}.svg", to => to.Write(figure.Canvas.StandingAlone()));
        output.Write("report.html", to => StudyPage.Write(outcome, figure, version, command, to));
        Manifest.Write(
            output, outcome.Scenario, outcome.Metric.Name, SensitivityWords.Verdict(outcome), version, command);
        output.Publish();
        return output.Names;
    }

    private static void Swings(SensitivityOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(
            to, "rank", "path", "own", "end", "value", "metric", "difference", "sd", "low_95", "high_95",
            "replications");
        foreach (var (swing, rank) in outcome.Swings.Select((swing, i) => (swing, i + 1)))
        {
            Row("low", swing.Input.Low, swing.AtLow);
            Row("high", swing.Input.High, swing.AtHigh);

            void Row(string end, string value, Experiments.Estimate difference) => table.Count(rank)
                .Text(swing.Input.Path).Text(swing.Input.Own).Text(end).Text(value).Text(outcome.Metric.Name)
                .Estimate(difference).EndRow();
        }
    }

    private static void LeftOut(SensitivityOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(to, "path", "why");
        foreach (var (path, why) in outcome.LeftOut) table.Text(path).Text(why).EndRow();
    }

    private static void Indices(SensitivityOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(to, "path", "from", "to", "first_order", "low_95", "high_95", "points");
        foreach (var (input, index) in outcome.Shared.Zip(outcome.Indices))
        {
            table.Text(input.Path).Text(input.Low).Text(input.High).Number(index.Index).Number(index.Low)
                .Number(index.High).Count(outcome.Points).EndRow();
        }
    }
}
