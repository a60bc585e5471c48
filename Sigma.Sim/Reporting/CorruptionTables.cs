// What the strikes of silent corruptions came to: for people on the page, for programs in corruptions.csv. Both are
// there only where a scenario names such a fault.
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the counts of silent corruptions.</summary>
public static class CorruptionTables
{
    private static readonly (string Head, string Title, Func<CorruptionCounts, int> Of)[] Columns =
    [
        ("struck", "strikes", counts => counts.Struck),
        ("harmless", "harmless", counts => counts.Harmless),
        ("unnoticed", "unnoticed", counts => counts.Unnoticed),
        ("noticed", "noticed", counts => counts.Noticed),
        ("undone", "undone by another rollback", counts => counts.Undone),
        ("latent", "latent at the end", counts => counts.Latent),
    ];

    /// <summary>Indices of the faults that corrupt silently.</summary>
    public static IReadOnlyList<int> FaultsOf(RunOutcome outcome) =>
        [.. Enumerable.Range(0, outcome.Campaign.Faults.Count)
            .Where(fault => outcome.Campaign.Faults[fault].Kind is SilentCorruption)];

    /// <summary>A line for the console: what one fault's strikes came to, averaged over replications.</summary>
    public static string LineOf(RunOutcome outcome, int fault)
    {
        var counts = Columns.Skip(1).Select(column => $"{Mean(outcome, fault, column.Of)} {column.Title}");
        return $"{outcome.Campaign.Faults[fault].Name}: {Mean(outcome, fault, Columns[0].Of)} strikes, of these "
            + string.Join(", ", counts);
    }

    internal static void Write(RunOutcome outcome, TextWriter to)
    {
        using var table = new CsvTable(to, ["replication", "fault", .. Columns.Select(column => column.Head)]);
        foreach (var run in outcome.Set.Runs)
        {
            foreach (var fault in FaultsOf(outcome))
            {
                table.Count(run.Replication).Text(outcome.Campaign.Faults[fault].Name);
                foreach (var column in Columns) table.Count(column.Of(run.Costs[fault].Corruptions));
                table.EndRow();
            }
        }
    }

    internal static void Show(RunOutcome outcome, HtmlText page)
    {
        var faults = FaultsOf(outcome);
        if (faults.Count == 0) return;
        page.Table(
            "What silent corruptions came to, mean over replications",
            [new("fault", false), .. Columns.Select(column => new Column(column.Title, true))],
            faults.Select(fault => TableRow.Of(
                [
                    outcome.Campaign.Faults[fault].Name,
                    .. Columns.Select(column => Mean(outcome, fault, column.Of)),
                ])));
    }

    private static string Mean(RunOutcome outcome, int fault, Func<CorruptionCounts, int> of) =>
        UnitText.ThreeDigits(outcome.Set.Runs.Average(run => of(run.Costs[fault].Corruptions)));
}
