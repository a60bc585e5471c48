// 54 days of Llama 3 on 16,384 H100 (Dubey et al., arXiv 2407.21783, table 5): interruptions by cause, and what was
// left of the time.
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>Two deviations of a Poisson count are accepted: the 54 days were lived once.</summary>
internal sealed record Llama3InterruptionCases() : PublishedReliability("LLAMA3R")
{
    public const string File = "llama3-interruptions.yaml", Table = "llama3-interruptions.csv";

    public override IEnumerable<CaseResult> Cases(PublishedFolder folder)
    {
        var table = folder.Table(Table, "component", "category", "count");
        var run = folder.Run(File);
        var days = run.Campaign.Horizon!.Value.Days;
        var nodeDays = run.Campaign.Cluster.Nodes * days;
        var all = Interruptions("unexpected interruptions in 54 d", table);
        yield return all with
        {
            Beside = run.Case(
                Id, "of them per 1,000 node-days", 1000 * all.Predicted / nodeDays, 3.79,
                1000 * all.Tolerance / nodeDays),
        };
        foreach (var category in table.GroupBy(row => row.Text("category"), StringComparer.Ordinal))
            yield return Interruptions($"of them by category {category.Key}", [.. category]);
        yield return run.Case(
            Id, "planned interruptions in 54 d", run.Mean("drains"), 47, 2 * Math.Sqrt(47));
        yield return run.Bound(
            Id, "ETTR, checkpoint every 10 min, detection and restart 5 min", run.Mean("ettr"), KnownAs.AtLeast, 0.90);

        CaseResult Interruptions(string quantity, IReadOnlyCollection<PublishedRow> rows)
        {
            var known = rows.Sum(row => row.Number("count"));
            var ours = run.Mean([.. rows.Select(row => row.Text("component"))], cost => cost.Interruptions);
            return run.Case(Id, quantity, ours, known, 2 * Math.Sqrt(known));
        }
    }
}
