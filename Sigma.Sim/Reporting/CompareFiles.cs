// A comparison as files: the ranking, every pair, the buckets, every replication, and a figure.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes comparisons.</summary>
public static class CompareFiles
{
    /// <summary>
    /// Writes report.html, alternatives.csv (a row per alternative and metric), pairs.csv, buckets.csv (accelerator
    /// time by bucket, against the best), replications.csv, manifest.json and the figure of paired differences.
    /// </summary>
    /// <returns>Names of the files, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(Comparison comparison, string folder, string version, string command)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write("alternatives.csv", to => Alternatives(comparison, to));
        output.Write("pairs.csv", to => Pairs(comparison, to));
        output.Write("buckets.csv", to => Buckets(comparison, to));
        output.Write("replications.csv", to => Replications(comparison, to));
        var figure = PairedDifferences.Draw(comparison, command);
        output.Write($"figures/{figure.Name}.svg", to => to.Write(figure.Canvas.StandingAlone()));
        output.Write("report.html", to => ComparePage.Write(comparison, figure, version, command, to));
        output.WriteJson("manifest.json", json =>
        {
            json.WriteString("metric", comparison.Metric.Name);
            json.WriteBoolean("paired", comparison.IsPaired);
            json.WriteString("version", version);
            json.WriteString("command", command);
            json.WriteStartArray("alternatives");
            foreach (var (alternative, _, _) in comparison.Contenders)
            {
                json.WriteStartObject();
                json.WriteString("label", alternative.Label);
                json.WriteString("scenario", alternative.Scenario.Name);
                json.WriteString("hash_sha256", alternative.Scenario.Hash);
                Manifest.Inputs(alternative.Scenario, json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        output.Publish();
        return output.Names;
    }

    private static void Alternatives(Comparison comparison, TextWriter to)
    {
        using var table = new CsvTable(
            to, "alternative", "rank", "metric", "title", "unit", "mean", "sd", "low_95", "high_95", "replications");
        foreach (var contender in comparison.Contenders)
        {
            foreach (var metric in contender.Set.Names)
            {
                table.Text(contender.Alternative.Label).Count(CompareWords.RankOf(comparison, contender))
                    .Text(metric.Name).Text(metric.Title).Text(metric.Unit)
                    .Estimate(contender.Set.Metrics[metric.Name]).EndRow();
            }
        }
    }

    private static void Pairs(Comparison comparison, TextWriter to)
    {
        using var table = new CsvTable(
            to, "from", "to", "metric", "difference", "sd", "low_holm", "high_holm", "replications", "p", "p_holm",
            "significant", "pairing_gain");
        foreach (var pair in comparison.Pairs)
        {
            table.Text(comparison.Contenders[pair.First].Alternative.Label)
                .Text(comparison.Contenders[pair.Second].Alternative.Label).Text(comparison.Metric.Name)
                .Estimate(pair.Difference.Difference).Number(pair.Difference.PValue).Number(pair.Difference.Adjusted)
                .Text(pair.Difference.IsSignificant ? "yes" : "no").Number(pair.Gain).EndRow();
        }
    }

    private static void Buckets(Comparison comparison, TextWriter to)
    {
        var best = comparison.Ranking[0];
        using var table = new CsvTable(
            to, "alternative", "against", "bucket", "difference_share_of_time", "sd", "low_95", "high_95",
            "replications");
        foreach (var number in comparison.Ranking.Skip(1))
        {
            foreach (var bucket in TimeBuckets.All)
            {
                table.Text(comparison.Contenders[number].Alternative.Label)
                    .Text(comparison.Contenders[best].Alternative.Label).Text(Wording.KeyOf(bucket))
                    .Estimate(comparison.ShareDifference(best, number, bucket)).EndRow();
            }
        }
    }

    private static void Replications(Comparison comparison, TextWriter to)
    {
        var names = comparison.Contenders.SelectMany(contender => contender.Set.Names).Distinct().ToList();
        using var table = new CsvTable(to, ["alternative", "replication", .. names.Select(RunTables.HeadOf)]);
        foreach (var (alternative, _, set) in comparison.Contenders)
        {
            foreach (var run in set.Runs)
            {
                table.Text(alternative.Label).Count(run.Replication);
                foreach (var name in names)
                {
                    if (run.Metrics.Has(name.Name)) table.Number(run.Metrics[name.Name]);
                    else table.Empty();
                }

                table.EndRow();
            }
        }
    }
}
