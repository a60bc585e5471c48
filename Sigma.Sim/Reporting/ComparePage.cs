// report.html of a comparison: which is best and how sure that is, what the winner does differently with the time, and
// all metrics side by side.
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the page of a comparison.</summary>
internal static class ComparePage
{
    private const int BucketsShown = 12;

    public static void Write(Comparison comparison, Figure figure, string version, string command, TextWriter to)
    {
        var page = new HtmlText();
        Verdict(comparison, figure, page);
        Time(comparison, page);
        page.Section("metrics", "All metrics", "All metrics side by side", "Means ± half of the 95 % interval of each "
                + "alternative alone; differences on the same faults are surer than these suggest.")
            .Table("Metrics of the alternatives, the best first", CompareTables.Metrics(comparison))
            .Close("section");
        FrameOf(comparison, version, command).Write(page, to);
    }

    private static void Verdict(Comparison comparison, Figure figure, HtmlText page)
    {
        page.Section(
                "verdict", "Verdict", $"Which is better by {comparison.Metric.Title}",
                $"{Wording.Sentence(CompareWords.Verdict(comparison))}. "
                    + $"{Wording.Sentence(Wording.Better(comparison.Metric))}; intervals and p-values allow for all "
                    + $"pairs that are looked at (Holm). {Wording.Sentence(CompareWords.Pairing(comparison))}.")
            .Picture(figure)
            .Table("Ranking", CompareTables.Ranking(comparison));
        foreach (var left in comparison.LeftOut)
            page.Text("p", "note", $"{left.Label} is left out: its run would never end.");
        page.Close("section");
    }

    private static void Time(Comparison comparison, HtmlText page)
    {
        var best = comparison.Contenders[comparison.Ranking[0]].Alternative.Label;
        page.Section(
                "time", "Where the time goes", "Where the time goes instead",
                $"Points of all accelerator time, spares included, that each alternative spends more in a bucket than "
                    + $"“{best}” does; over all buckets they sum to zero.")
            .Table(
                "Against the best, mean ± half of the 95 % interval", CompareTables.Buckets(comparison, BucketsShown))
            .Close("section");
    }

    private static PageFrame FrameOf(Comparison comparison, string version, string command)
    {
        var first = comparison.Contenders[0];
        var faults = comparison.IsPaired ? "the same faults" : "faults of their own";
        var names = comparison.Contenders.Select(contender => contender.Alternative.Scenario.Name)
            .Distinct(StringComparer.Ordinal).ToList();
        return new PageFrame(
            "comparison",
            names.Count <= 3 ? string.Join(", ", names) : $"{names[0]} and {names.Count - 1} others",
            names.Count == 1 ? first.Alternative.Scenario.About : "",
            [
                $"{comparison.Contenders.Count} alternatives",
                $"{Wording.Plural(first.Set.Runs.Count, "replication")} on {faults}",
                $"seed {first.Alternative.Scenario.Seed}",
            ],
            [
                .. comparison.Contenders.Select(contender =>
                    ($"hash of {contender.Alternative.Label}", contender.Alternative.Scenario.Hash, true)),
                ("version", version, false), ("reproduced by", command, true),
            ]);
    }
}
