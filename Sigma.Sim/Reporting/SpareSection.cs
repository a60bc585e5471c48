// How many spares are enough, on the page: the figure with its knee, the rule that names it, and the numbers.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the section about spares.</summary>
internal static class SpareSection
{
    public const string Id = "spares";

    public static void Write(SpareStudy study, Figure figure, HtmlText page)
    {
        var measures = SpareStudy.Metrics.Select(Measure.Of).ToList();
        page.Section(
                Id,
                "Spares",
                "How many spares are enough",
                $"The same campaign with other numbers of {study.Kind} spares, over "
                    + $"{Wording.Plural(study.Points[0].Set.Runs.Count, "replication")} and on the same faults, so "
                    + "that differences are paired. The knee is the least number whose ETTR is at most "
                    + $"{UnitText.ThreeDigits(SpareStudy.Tolerance * 100)} points below the best that was tried; "
                    + "where intervals are wider than that, chance moves it. "
                    + "Productive utilization counts spares in its denominator, so it has a maximum." + LeftOut(study))
            .Picture(figure)
            .Table(
                $"By number of {study.Kind} spares, means ± half of the 95 % interval",
                [
                    new("spares", true), .. measures.Select(measure => new Column(measure.Head, true)),
                    new($"ETTR less that of {study.Best} [points]", true), new("", false),
                ],
                study.Points.Select(point => TableRow.Marked(
                    point.Spares == study.Own,
                    [
                        UnitText.Count(point.Spares),
                        .. measures.Select(measure => measure.Text(point.Set.Metrics[measure.Metric.Name])),
                        point.Spares == study.Best ? "" : measures[0].Change(point.Difference),
                        RemarkOn(study, point.Spares),
                    ])))
            .Close("section");
    }

    private static string RemarkOn(SpareStudy study, int spares)
    {
        var remarks = new[]
        {
            (study.Own, "the scenario's"), (study.Knee, "knee"), (study.MostProductive, "most productive"),
        };
        return string.Join(", ", remarks.Where(remark => remark.Item1 == spares).Select(remark => remark.Item2));
    }

    private static string LeftOut(SpareStudy study) => study.LeftOut.Count == 0
        ? ""
        : $" Left out, since the run would never end: {string.Join(", ", study.LeftOut)}.";
}
