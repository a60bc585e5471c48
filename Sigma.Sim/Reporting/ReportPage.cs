// report.html: one file that needs nothing else, for people who decide. Its order is that of their questions: how good,
// where did the time go, what broke, why is a step as long as it is, would another policy help, what should be changed
// first, and what all of this rests on.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;

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
        ("step", "The step"), ("policies", "Recovery policies"), ("levers", "Levers"), ("metrics", "All metrics"),
        ("assumptions", "Assumptions"), ("limits", "Limits"),
    ];

    public static void Write(RunRecord record, FigureSet figures, TextWriter to)
    {
        var page = new HtmlText();
        Head(record, page);
        page.Open("main", "");
        Cards(record, page);
        CampaignSections.Write(record.Outcome, figures, page);
        StepSection.Write(record, figures, page);
        DecisionSections.Write(record.Outcome, figures, page);
        AssumptionSection.Write(record.Outcome.Scenario, page);
        Limits(record.Outcome, page);
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
        var run = scenario.Horizon is { } horizon
            ? UnitText.Of(horizon)
            : $"until {UnitText.Prefixed(scenario.Tokens ?? 0, "")} tokens are trained";
        page.Open("header", "")
            .Text("p", "kicker", "Sigma.Sim run report")
            .Text("h1", "", scenario.Name)
            .Text("p", "about", scenario.About)
            .Text("p", "facts", string.Join("  ·  ",
                $"{UnitText.Count(scenario.Cluster.Accelerators)} x {scenario.Cluster.Accelerator.Name}",
                $"{Wording.Plural(scenario.Cluster.Nodes, "node")} and "
                    + $"{Wording.Plural(scenario.Cluster.Spares.Total, "spare")}",
                scenario.Model.Name,
                run,
                $"{Wording.Plural(record.Outcome.Set.Runs.Count, "replication")}, seed {scenario.Seed}"))
            .Close("header")
            .Open("nav", "");
        foreach (var (id, text) in Contents) page.Jump(id, text);
        page.Close("nav");
    }

    private static void Cards(RunRecord record, HtmlText page)
    {
        page.Section(
                "headline",
                "Headline",
                "Means over the replications, each with the interval that holds the true mean in 95 of 100 such "
                    + "experiments.")
            .Open("div", "cards");
        foreach (var metric in RunMetrics.Names.Where(metric => Headline.Contains(metric.Name, StringComparer.Ordinal)))
        {
            var estimate = record.Outcome.Set.Metrics[metric.Name];
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

    private static void Limits(RunOutcome outcome, HtmlText page) => page
        .Section("limits", "What the model does not know", "A forecast is as good as what it leaves out is small.")
        .Open("ul", "")
        .Text(
            "li", "",
            outcome.Scenario.Parallelism.Contention
                ? "Messages between nodes share the NICs of their ranks; links inside nodes and above the leaves are "
                    + "not contended for."
                : "Collectives do not contend with one another for links: each takes the time that it would take "
                    + "alone (contention: simulated shares NICs).")
        .Text(
            "li", "",
            CorruptionTables.FaultsOf(outcome).Count == 0
                ? "Faults are fail-stop: a unit works or stops. Hangs, slow units, silent corruption and flapping "
                    + "links are not simulated."
                : "A fault stops its unit or corrupts one step silently, and how often that is noticed was measured "
                    + "on a small step. Hangs, slow units, units that corrupt every step and flapping links are not "
                    + "simulated.")
        .Text("li", "", "Units age only while the job computes; waiting, restarting and repair do not wear them out.")
        .Text(
            "li", "",
            "The campaign advances at the mean step time; the spread between steps is in the step profile, not in the "
                + "days.")
        .Text(
            "li", "",
            "The routing is that of a reduced model after a short training, with the full model's experts and top-k; "
                + "another seed or a longer training balances differently and moves the step time by several per cent.")
        .Text(
            "li", "",
            "Intervals hold the chance of faults within the scenario, at one step time: the step itself has none. "
                + "They say nothing about assumed inputs being wrong.")
        .Close("ul")
        .Close("section");

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
