// report.html: one file that needs nothing else, for people who decide. Its order is that of their questions: how good,
// where did the time go, what broke, why is a step as long as it is, would another policy help, what should be changed
// first, and what all of this rests on.
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the page.</summary>
internal static class ReportPage
{
    private static readonly string[] Headline =
    [
        "utilization_non_idle", "utilization_productive", "ettr", "step_mfu", "campaign_mfu", "goodput_tokens_per_s",
        "cost_per_trillion_tokens",
    ];

    private static readonly (string Id, string Text)[] Contents =
    [
        ("headline", "Headline"), ("time", "Where the time went"), ("days", "The days"), ("failures", "Failures"),
        (PlatformSection.Id, "Before and now"), ("step", "The step"), ("policies", "Recovery policies"),
        (SpareSection.Id, "Spares"), ("levers", "Levers"), ("metrics", "All metrics"),
        ("assumptions", "Assumptions"), ("limits", "Limits"),
    ];

    public static void Write(RunRecord record, FigureSet figures, TextWriter to)
    {
        var page = new HtmlText();
        Head(record, page);
        page.Open("main", "");
        Cards(record, page);
        CampaignSections.Write(record.Outcome, figures, page);
        if (record.Outcome.Platform is { } platform) PlatformSection.Write(platform, page);
        if (record.Outcome.Played is { } step && figures.Step is { } pictures)
            StepSection.Write(record, step, pictures, page);
        DecisionSections.Write(record.Outcome, figures, page);
        AssumptionSection.Write(record.Outcome.Scenario, page);
        LimitSection.Write(record.Outcome, page);
        page.Close("main");
        Foot(record, page);

        var name = MarkupText.Escape(record.Outcome.Scenario.Name);
        to.Write("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        to.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        to.Write("<meta name=\"color-scheme\" content=\"light dark\">\n");
        to.Write($"<title>{name} - Sigma.Sim report</title>\n");
        to.Write($"<style>\n{Palette.StyleSheet}{ReportStyle.Sheet}</style>\n</head>\n");
        to.Write($"<body>\n{page}</body>\n</html>\n");
    }

    private static void Head(RunRecord record, HtmlText page)
    {
        var scenario = record.Outcome.Scenario;
        var run = scenario.End switch
        {
            AfterTime end => UnitText.Of(end.Horizon),
            AfterTokens end => $"until {UnitText.Prefixed(end.Count, "")} tokens are trained",
            AfterWork end => $"until {UnitText.Of(end.Kept)} of steps are kept",
            _ => throw new InvalidOperationException($"no run ends with a {scenario.End.GetType().Name}"),
        };
        page.Open("header", "")
            .Text("p", "kicker", "Sigma.Sim run report")
            .Text("h1", "", scenario.Name)
            .Text("p", "about", scenario.About)
            .Text("p", "facts", string.Join("  ·  ",
                Machine(scenario.Cluster),
                $"{Wording.Plural(scenario.Cluster.Nodes, "node")} and "
                    + $"{Wording.Plural(scenario.Cluster.Spares.Total, "spare")}",
                scenario.Step is StatedStep stated ? $"a step of {stated.Time}" : scenario.Modelled.Model.Name,
                run,
                $"{Wording.Plural(record.Outcome.Set.Runs.Count, "replication")}, seed {scenario.Seed}"))
            .Close("header")
            .Open("nav", "");
        foreach (var (id, text) in Contents)
            if (Has(record.Outcome, id)) page.Jump(id, text);
        page.Close("nav");
    }

    /// <summary>Whether the page has a section: some runs play no step, or have nothing to compare.</summary>
    private static bool Has(RunOutcome outcome, string id) => id switch
    {
        "step" => outcome.Played is not null,
        PlatformSection.Id => outcome.Platform is not null,
        SpareSection.Id => outcome.Spares is not null,
        _ => true,
    };

    private static string Machine(ClusterSpec cluster) => cluster.Accelerator == AcceleratorSpec.Unstated
        ? Wording.Plural(cluster.Accelerators, "accelerator")
        : $"{UnitText.Count(cluster.Accelerators)} x {cluster.Accelerator.Name}";

    private static void Cards(RunRecord record, HtmlText page)
    {
        page.Section(
                "headline",
                "Headline",
                "Means over the replications, each with the interval that holds the true mean in 95 of 100 such "
                    + "experiments.")
            .Open("div", "cards");
        var set = record.Outcome.Set;
        foreach (var metric in set.Names.Where(metric => Headline.Contains(metric.Name, StringComparer.Ordinal)))
        {
            var estimate = set.Metrics[metric.Name];
            var (number, unit) = Wording.Parted(metric, estimate.Mean);
            var isFirst = string.Equals(metric.Name, Headline[0], StringComparison.Ordinal);
            page.Open("div", isFirst ? "card first" : "card")
                .Text("p", "name", Wording.Sentence(metric.Title))
                .Open("p", "value")
                .Text("span", "", number)
                .Text("span", "unit", unit)
                .Close("p")
                .Text("p", "range", Wording.IntervalOf(metric, estimate))
                .Close("div");
        }

        page.Close("div").Close("section");
    }

    private static void Foot(RunRecord record, HtmlText page)
    {
        page.Open("footer", "").Open("dl", "");
        page.Text("dt", "", "seed").Text("dd", "", $"{record.Outcome.Scenario.Seed}");
        page.Text("dt", "", "scenario hash").Open("dd", "").Text("code", "", record.Outcome.Scenario.Hash).Close("dd");
        page.Text("dt", "", "version").Text("dd", "", record.Version);
        page.Text("dt", "", "reproduced by").Open("dd", "").Text("code", "", record.Command).Close("dd");
        page.Close("dl").Close("footer");
    }
}
