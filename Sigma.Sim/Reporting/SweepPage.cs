// report.html of a sweep: the best points and how sure that is, the answer along the axes, and all points. It follows
// from the journals alone, so that parts merged later give the same page as one run.
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the page of a sweep.</summary>
internal static class SweepPage
{
    public static void Write(
        SweepHead head, SweepSummary summary, IReadOnlyList<Figure> figures, string version, TextWriter to)
    {
        var page = new HtmlText();
        page.Section(
            "verdict", "Verdict", $"The best by {summary.Metric.Title}",
            $"{Wording.Sentence(SweepWords.Verdict(head, summary))}. "
                + $"{Wording.Sentence(Wording.Better(summary.Metric))}; "
                + "all points met the same dice, so differences are paired, and their intervals allow for all that are "
                + "looked at (Holm).");
        if (summary.Best.Count > 0) page.Table("The best points", SweepTables.Best(head, summary));
        if (summary.Endless > 0)
            page.Text("p", "note", $"{Wording.Plural(summary.Endless, "point")} would never end.");
        page.Close("section");
        if (figures.Count > 0)
        {
            page.Section(
                "axes", "Along the axes", "Along the axes",
                "Bands of one sweep move together, since all points met the same dice: a dip narrower than its band "
                    + "may be sure all the same.");
            foreach (var figure in figures) page.Picture(figure);
            page.Close("section");
        }

        page.Section(
                "points", "All points", "All points",
                "Each with its mean and 95 % interval; every metric and replication is in points.csv and "
                    + "replications.csv.")
            .Table("Points in their order", SweepTables.Points(head, summary))
            .Close("section");
        FrameOf(head, summary, version).Write(page, to);
    }

    private static PageFrame FrameOf(SweepHead head, SweepSummary summary, string version) => new(
        "sweep",
        head.Sweep,
        $"Over {Wording.List(head.Paths, "and")}.",
        [Wording.Plural(head.Points, "point"), $"{Wording.Plural(head.Replications, "replication")} each"],
        [
            ("hash of the points", head.Hash, true), ("version", version, false),
            ("reproduced by", SweepWords.CommandOf(head, summary), true),
        ]);
}
