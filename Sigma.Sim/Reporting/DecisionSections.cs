// What could be decided otherwise: the recovery policies side by side, the levers by what they move, and all metrics.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the sections that compare.</summary>
internal static class DecisionSections
{
    private static readonly string[] Compared =
        ["ettr", "goodput_tokens_per_s", "mttr_min", "cost_per_trillion_tokens"];

    public static void Write(RunOutcome outcome, FigureSet figures, HtmlText page)
    {
        Policies(outcome, figures, page);
        if (outcome.Spares is { } study && figures.Spares is { } picture) SpareSection.Write(study, picture, page);
        Levers(outcome, figures, page);
        Metrics(outcome, figures, page);
    }

    private static void Policies(RunOutcome outcome, FigureSet figures, HtmlText page)
    {
        var metrics = outcome.Set.Names
            .Where(metric => Compared.Contains(metric.Name, StringComparer.Ordinal)).ToList();
        page.Section(
                "policies",
                "Recovery policies",
                "Recovery policies side by side",
                "Every policy has the same nodes and draws the same lives for the same units, so the paired "
                    + "difference is far surer than the two intervals suggest." + LeftOut(outcome))
            .Picture(figures.Policies)
            .Table(
                "Means by policy",
                [new("policy", false), .. metrics.Select(metric => new Column(metric.Title, true))],
                outcome.Policies.Select(policy => TableRow.Marked(
                    policy.Policy == outcome.Campaign.Recovery.Policy,
                    [
                        Wording.Of(policy.Policy) + (policy.Remark.Length > 0 ? $" ({policy.Remark})" : ""),
                        .. metrics.Select(metric => Wording.Of(metric, policy.Set.Metrics[metric.Name].Mean)),
                    ])))
            .Close("section");
    }

    private static string LeftOut(RunOutcome outcome) => string.Concat(outcome.LeftOut.Select(policy =>
        $" {Wording.Sentence(Wording.Of(policy.Policy))} is left out: {policy.Why}."));

    private static void Levers(RunOutcome outcome, FigureSet figures, HtmlText page)
    {
        page.Section(
                "levers",
                "Levers",
                "What would move the answer most",
                "One input changed at a time, everything else and all faults the same. Pale bars may be chance.")
            .Picture(figures.Levers);
        if (outcome.Levers.Count > 0)
        {
            page.Table(
                $"Change of {Wording.ProgressOf(outcome).Word} by lever",
                [new("lever", false), new("change", true), new("95 % interval", true), new("verdict", false)],
                outcome.Levers.Select(lever => TableRow.Of(
                    lever.Title, Wording.SignedPercent(lever.Difference.Mean),
                    $"{Wording.Signed(lever.Difference.Low * 100)} to {Wording.SignedPercent(lever.Difference.High)}",
                    VerdictOn(lever.Difference))));
        }

        page.Close("section");
    }

    private static string VerdictOn(Estimate difference) =>
        difference.Low > 0 ? "better" : difference.High < 0 ? "worse" : "no significant change";

    private static void Metrics(RunOutcome outcome, FigureSet figures, HtmlText page)
    {
        var isPublished = outcome.Scenario.Published.Count > 0;
        page.Section(
                "metrics",
                "All metrics",
                "All metrics",
                $"Over {Wording.Plural(outcome.Set.Runs.Count, "replication")}; intervals by Student's t. The exact "
                    + "numbers are in summary.csv."
                    + (ControlWords.Of(outcome) is { } controlled ? $" {Wording.Sentence(controlled)}." : ""))
            .Picture(figures.Convergence)
            .Table(
                "Metrics of the run",
                [
                    new("metric", false), new("mean", true), new("95 % interval", true),
                    new("standard deviation", true), new("key in files", false),
                    .. isPublished ? new[] { new Column("published", true) } : [],
                ],
                outcome.Set.Names.Select(metric =>
                {
                    var estimate = outcome.Set.Metrics[metric.Name];
                    return TableRow.Of([
                        metric.Title, Wording.Of(metric, estimate.Mean), Wording.IntervalOf(metric, estimate),
                        Wording.IsExact(estimate) ? "none" : Deviation(metric, estimate.Deviation), metric.Name,
                        .. isPublished ? new[] { outcome.Scenario.PublishedOf(metric.Name) } : [],
                    ]);
                }))
            .Close("section");
    }

    /// <summary>The deviation of a share is in points of a per cent, to three digits however small.</summary>
    private static string Deviation(MetricName metric, double deviation) =>
        Wording.IsShare(metric) ? $"{UnitText.ThreeDigits(deviation * 100)} points" : Wording.Of(metric, deviation);
}
