// The tables of what a run compares: both platforms, the rungs between them, and numbers of spares. A row is a metric
// of one state, with the columns of summary.csv.
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Reporting;

/// <summary>Writes them as CSV.</summary>
internal static class StudyTables
{
    private static readonly string[] Interval = ["mean", "sd", "low_95", "high_95", "replications"];

    /// <summary>Three rows a metric: <c>before</c>, <c>now</c>, and the paired <c>difference</c>.</summary>
    public static void Platform(PlatformStudy study, TextWriter to)
    {
        using var table = new CsvTable(to, ["state", "metric", "title", "unit", .. Interval, "published"]);
        foreach (var figure in study.Figures)
        {
            Row("before", figure.Before, figure.PublishedBefore);
            Row("now", figure.Now, figure.PublishedNow);
            Row("difference", figure.Difference, "");

            void Row(string state, Estimate estimate, string published)
            {
                table.Text(state).Text(figure.Metric.Name).Text(figure.Metric.Title).Text(figure.Metric.Unit);
                table.Estimate(estimate);
                table.Text(published).EndRow();
            }
        }
    }

    /// <summary>A rung's own value, and what its change bought: the paired difference to the rung before.</summary>
    public static void Ladder(PlatformStudy study, TextWriter to)
    {
        using var table = new CsvTable(to, ["rung", "change", "what", "metric", .. Interval]);
        for (var rung = 0; rung < study.Ladder.Count; rung++)
        {
            var (title, set) = study.Ladder[rung];
            foreach (var metric in PlatformStudy.RungMetrics)
            {
                table.Count(rung).Text(title).Text("value").Text(metric);
                table.Estimate(set.Metrics[metric]);
                table.EndRow();
                if (rung == 0) continue;
                table.Count(rung).Text(title).Text("bought").Text(metric);
                table.Estimate(study.Ladder[rung - 1].Set.DifferenceTo(set, metric));
                table.EndRow();
            }
        }
    }

    /// <summary>
    /// The metrics of each number, and as <c>ettr_difference</c> the paired difference of its ETTR to that of the best.
    /// </summary>
    public static void Spares(SpareStudy study, TextWriter to)
    {
        using var table = new CsvTable(to, ["kind", "spares", "is_own", "is_knee", "metric", .. Interval]);
        foreach (var point in study.Points)
        {
            foreach (var metric in SpareStudy.Metrics) Row(metric, point.Set.Metrics[metric]);
            Row("ettr_difference", point.Difference);

            void Row(string metric, Estimate estimate)
            {
                table.Text(study.Kind).Count(point.Spares).Count(point.Spares == study.Own ? 1 : 0)
                    .Count(point.Spares == study.Knee ? 1 : 0).Text(metric);
                table.Estimate(estimate);
                table.EndRow();
            }
        }
    }
}
