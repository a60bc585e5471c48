// A sweep as files: a row per point, a row per point and replication, and figures where its axes can be drawn. They
// follow from the journals alone, so that parts merged later give the same bytes as one run.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes sweeps.</summary>
public static class SweepFiles
{
    /// <summary>Writes report.html, points.csv, replications.csv, manifest.json and figures.</summary>
    /// <returns>Names of the files, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(
        SweepResults results, SweepSummary summary, string folder, string version)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write("points.csv", to => Points(results, to));
        output.Write("replications.csv", to => Replications(results, to));
        var figures = SweepFigures.Of(results.Head, summary).ToList();
        foreach (var figure in figures)
            output.Write($"figures/{figure.Name}.svg", to => to.Write(figure.Canvas.StandingAlone()));
        output.Write("report.html", to => SweepPage.Write(results.Head, summary, figures, version, to));
        foreach (var name in SweepFigures.NamesFor(results.Head)) output.Withdraw($"figures/{name}.svg");
        output.WriteJson("manifest.json", json =>
        {
            json.WriteString("sweep", results.Head.Sweep);
            json.WriteString("version", version);
            json.WriteString("hash_sha256", results.Head.Hash);
            json.WriteNumber("points", results.Head.Points);
            json.WriteNumber("replications", results.Head.Replications);
            json.WriteString("metric", summary.Metric.Name);
            json.WriteString("verdict", SweepWords.Verdict(results.Head, summary));
        });
        output.Publish();
        return output.Names;
    }

    private static void Points(SweepResults results, TextWriter to)
    {
        var names = MetricsOf(results.Head);
        string[] interval = ["mean", "sd", "low_95", "high_95"];
        using var table = new CsvTable(
            to,
            [
                "point", .. results.Head.Paths, "scenario_hash", "ended",
                .. names.SelectMany(name => interval.Select(part => $"{RunTables.HeadOf(name)}_{part}")),
            ]);
        foreach (var result in results.Points())
        {
            Begin(table, result);
            table.Text(result.Ended ? "yes" : "no");
            for (var i = 0; i < names.Count; i++)
            {
                if (result.EstimateOf(i) is { } estimate)
                    table.Number(estimate.Mean).Number(estimate.Deviation).Number(estimate.Low).Number(estimate.High);
                else table.Empty().Empty().Empty().Empty();
            }

            table.EndRow();
        }
    }

    private static void Replications(SweepResults results, TextWriter to)
    {
        using var table = new CsvTable(
            to,
            [
                "point", .. results.Head.Paths, "scenario_hash", "replication",
                .. MetricsOf(results.Head).Select(RunTables.HeadOf),
            ]);
        foreach (var result in results.Points())
        {
            for (var replication = 0; replication < result.Runs.Count; replication++)
            {
                Begin(table, result);
                table.Count(replication);
                foreach (var value in result.Runs[replication])
                {
                    if (double.IsNaN(value)) table.Empty();
                    else table.Number(value);
                }

                table.EndRow();
            }
        }
    }

    private static void Begin(CsvTable table, PointResult result)
    {
        table.Count(result.Point);
        foreach (var value in result.Values) table.Text(value);
        table.Text(result.Hash);
    }

    private static List<MetricName> MetricsOf(SweepHead head) =>
        [.. head.Metrics.Select(name => RunMetrics.Names.Single(metric => metric.Name == name))];
}
