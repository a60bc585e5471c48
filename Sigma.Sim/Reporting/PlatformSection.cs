// The platform before and now on the page: both beside what is published, and what each change in between bought.
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the section about the earlier platform.</summary>
internal static class PlatformSection
{
    public const string Id = "platform";

    public static void Write(PlatformStudy study, HtmlText page)
    {
        page.Section(
                Id,
                "Before and now",
                "The platform before and now",
                Lead(study))
            .Table(
                "Before and now, means ± half of the 95 % interval",
                [
                    new("metric", false), new("before", true), new("now", true), new("now less before", true),
                    .. HasPublished(study) ? PublishedColumns : [],
                ],
                study.Figures.Select(figure => TableRow.Of(Cells(figure, HasPublished(study)))));
        if (study.Ladder.Count > 0) Ladder(study, page);
        page.Close("section");
    }

    private static string Lead(PlatformStudy study)
    {
        var faults = study.MeetsSameFaults
            ? "and on the same faults: a unit draws the same lives on both, by its operating age, so that a job which "
                + "computes more meets more of them"
            : "on the faults of its own scenario";
        var slowing = study.IsSlowedAlike
            ? "what is wrong slows that step as many times as today's"
            : "as its layout is another, what is slow slows the whole of that step as much as itself";
        return $"Before is {study.Earlier}, for as long, over as many replications {faults}. Differences are paired. "
            + $"Before computes at the first step of the ladder below, under The step; {slowing}, which is assumed.";
    }

    private static readonly Column[] PublishedColumns = [new("published, before", true), new("published, now", true)];

    private static bool HasPublished(PlatformStudy study) =>
        study.Figures.Any(figure => figure.PublishedBefore.Length + figure.PublishedNow.Length > 0);

    private static string[] Cells(PlatformFigure figure, bool hasPublished)
    {
        var measure = Measure.Of(figure.Metric, figure.Now.Mean);
        var points = measure.ChangeUnit == measure.Unit ? "" : $" {measure.ChangeUnit}";
        string[] own =
        [
            measure.Head, measure.Text(figure.Before), measure.Text(figure.Now),
            measure.Change(figure.Difference) + points,
        ];
        return hasPublished ? [.. own, figure.PublishedBefore, figure.PublishedNow] : own;
    }

    private static void Ladder(PlatformStudy study, HtmlText page)
    {
        var measures = PlatformStudy.RungMetrics.Select(Measure.Of).ToList();
        page.Text("h3", "", "What each change bought in the long run")
            .Text("p", "lead",
                "Changes are made one after the other on the same faults, so what each bought depends on those above "
                + "it. Bought is the paired difference to the row above ± half of its 95 % interval; "
                + "the rows' own intervals are in platform-ladder.csv.")
            .Table(
                "From the earlier platform to this one",
                [
                    new("change", false),
                    .. measures.SelectMany(measure => new[]
                    {
                        new Column(measure.Head, true), new Column($"bought [{measure.ChangeUnit}]", true),
                    }),
                ],
                study.Ladder.Select((rung, i) => TableRow.Of([
                    rung.Title,
                    .. measures.SelectMany(measure => new[]
                    {
                        measure.Mean(rung.Set.Metrics[measure.Metric.Name]),
                        i == 0
                            ? ""
                            : measure.Change(study.Ladder[i - 1].Set.DifferenceTo(rung.Set, measure.Metric.Name)),
                    }),
                ])));
    }
}
