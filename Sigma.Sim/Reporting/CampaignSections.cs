// The long run on the page: where the time went, the days at a glance, and what each kind of failure cost.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the sections about the campaign.</summary>
internal static class CampaignSections
{
    public static void Write(RunOutcome outcome, FigureSet figures, HtmlText page)
    {
        Time(outcome, figures, page);
        Days(outcome, figures, page);
        Failures(outcome, figures, page);
    }

    private static void Time(RunOutcome outcome, FigureSet figures, HtmlText page)
    {
        var all = TimeBuckets.All.Sum(outcome.Set.MeanHours);
        page.Section(
                "time",
                "Where the time went",
                "Where the time went",
                "Every nanosecond of every accelerator, spares included, is in exactly one bucket; the buckets sum to "
                    + "the whole.")
            .Picture(figures.WhereTheTimeWent)
            .Table(
                "The ledger, mean over replications",
                [
                    new("bucket", false), new("accelerator-hours", true), new("share", true),
                    new("in Google's goodput library", false),
                ],
                [
                    .. TimeBuckets.All.Select(bucket => LedgerRow(bucket, outcome.Set.MeanHours(bucket), all)),
                    TableRow.Total("all accelerator time", Wording.WholeHours(all), "100.00 %", ""),
                ]);
        IdleSection.Write(outcome, page);
        page.Close("section");
    }

    private static TableRow LedgerRow(TimeBucket bucket, double hours, double all) => TableRow.Of(
        Wording.Of(bucket),
        Wording.WholeHours(hours),
        Wording.AlignedShare(hours / all),
        TimeBuckets.GoodputTerm(bucket) ?? "outside the job");

    private static void Days(RunOutcome outcome, FigureSet figures, HtmlText page) => page
        .Section(
            "days",
            "The days",
            outcome.Scenario.Horizon is { } horizon
                ? $"The {Wording.Span(horizon)} at a glance"
                : "The run at a glance",
            "One replication, as it happened; every event of it is in events.csv.")
        .Picture(figures.Days)
        .Picture(figures.Ettr)
        .Close("section");

    private static void Failures(RunOutcome outcome, FigureSet figures, HtmlText page)
    {
        var costs = MeanFaultCost.Of(outcome);
        page.Section(
                "failures",
                "Failures",
                "Failures by kind and what each cost",
                "Lost work is computing that was rolled back; the job is down from the fault to the first new step; a "
                    + "node is out of service while it is examined, mended and validated. In accelerator-hours, mean "
                    + "over replications.")
            .Picture(figures.Failures);
        if (costs.Count == 0)
        {
            page.Close("section");
            return;
        }

        page.Table(
                "Cost by kind of failure",
                [
                    new("fault", false), new("unit", false), new(
                        "life of a unit", false), new("interruptions", true), new("lost work [h]", true),
                    new("job down [h]", true), new("out of service [h]", true), new("total [h]", true),
                ],
                [
                    .. costs.Select((cost, i) => TableRow.Of(
                        Cells(cost, Wording.Of(outcome.Campaign.Faults[i].Scope), LawOf(outcome, i)))),
                    TableRow.Total(Cells(Sum(costs), "", "")),
                ]);
        CorruptionTables.Show(outcome, page);
        page.Close("section");
    }

    /// <summary>The law in the words of the scenario.</summary>
    private static string LawOf(RunOutcome outcome, int fault) =>
        outcome.Scenario.Inputs.FirstOrDefault(input =>
            string.Equals(input.Path, $"faults.{fault}.time_to_failure", StringComparison.Ordinal))?.Text ?? "";

    private static MeanFaultCost Sum(IReadOnlyList<MeanFaultCost> costs) => new(
        "all", costs.Sum(c => c.Interruptions), costs.Sum(c => c.Lost), costs.Sum(c => c.Down),
        costs.Sum(c => c.OutOfService));

    private static string[] Cells(MeanFaultCost cost, string unit, string law) =>
    [
        cost.Fault, unit, law, UnitText.ThreeDigits(cost.Interruptions),
        .. new[] { cost.Lost, cost.Down, cost.OutOfService, cost.Total }.Select(Wording.WholeHours),
    ];
}
