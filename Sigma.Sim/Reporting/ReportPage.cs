// report.html: one file that needs nothing else, for people who decide. Its order is that of their questions: how good,
// where did the time go, what broke, why is a step as long as it is, would another policy help, what should be changed
// first, and what all of this rests on.
using Sigma.Sim.Cluster;
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

    public static void Write(RunRecord record, FigureSet figures, TextWriter to)
    {
        var page = new HtmlText();
        Cards(record, page);
        CampaignSections.Write(record.Outcome, figures, page);
        if (record.Outcome.Platform is { } platform) PlatformSection.Write(platform, page);
        if (record.Outcome.Played is { } step && figures.Step is { } pictures)
            StepSection.Write(record, step, pictures, page);
        DecisionSections.Write(record.Outcome, figures, page);
        AssumptionSection.Write(record.Outcome.Scenario, page);
        LimitSection.Write(record.Outcome, page);
        HeadOf(record).Write(page, to);
    }

    private static PageFrame HeadOf(RunRecord record)
    {
        var scenario = record.Outcome.Scenario;
        var run = scenario.End switch
        {
            AfterTime end => UnitText.Of(end.Horizon),
            AfterTokens end => $"until {UnitText.Prefixed(end.Count, "")} tokens are trained",
            AfterWork end => $"until {UnitText.Of(end.Kept)} of steps are kept",
            _ => throw new InvalidOperationException($"no run ends with a {scenario.End.GetType().Name}"),
        };
        return new PageFrame(
            "run report",
            scenario.Name,
            scenario.About,
            [
                Machine(scenario.Cluster),
                $"{Wording.Plural(scenario.Cluster.Nodes, "node")} and "
                    + $"{Wording.Plural(scenario.Cluster.Spares.Total, "spare")}",
                scenario.Step is StatedStep stated ? $"a step of {stated.Time}" : scenario.Modelled.Model.Name,
                run,
                $"{Wording.Plural(record.Outcome.Set.Runs.Count, "replication")}, seed {scenario.Seed}",
            ],
            [
                ("seed", $"{scenario.Seed}", false), ("scenario hash", scenario.Hash, true),
                ("version", record.Version, false), ("reproduced by", record.Command, true),
            ]);
    }

    private static string Machine(ClusterSpec cluster) => cluster.Accelerator == AcceleratorSpec.Unstated
        ? Wording.Plural(cluster.Accelerators, "accelerator")
        : $"{UnitText.Count(cluster.Accelerators)} x {cluster.Accelerator.Name}";

    private static void Cards(RunRecord record, HtmlText page)
    {
        page.Section(
                "headline",
                "Headline",
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
}
