// How rare silent corruption is: one faulty accelerator per 2.7 to 3.5 million accelerator-hours, and what Llama 3's
// count says of that.
namespace Sigma.Sim.Validation.Published;

/// <summary>The published range, and another publication's count under it.</summary>
internal sealed record CorruptionRateCases() : PublishedReliability("SDC")
{
    private const double Least = 2.7, Most = 3.5, Million = 1e6;
    private const string Named = "Silent Data Corruption";

    public override IEnumerable<CaseResult> Cases(PublishedFolder folder)
    {
        var run = folder.Run("sdc.yaml");
        var hours = run.Campaign.Horizon!.Value.Hours * run.Campaign.Cluster.AllNodes
            * run.Campaign.Cluster.AcceleratorsPerNode;
        var strikes = run.Mean("faults");
        yield return run.Case(
            Id, "accelerator-hours per corruption [million]", hours / strikes / Million, (Least + Most) / 2,
            (Most - Least) / 2);

        // The same rate over the accelerator-hours of Llama 3, whose count it was not made from.
        var table = folder.Table(Llama3InterruptionCases.Table, "component", "category", "count");
        var known = table.Single(row => row.Text("component") == Named).Number("count");
        var shorter = folder.Run("sdc.yaml", ("duration", "54 d"), ("replications", "60"));
        yield return shorter.Case(
            Id, "corruptions of 16,384 accelerators in 54 d, and Llama 3's", shorter.Mean("faults"), known,
            2 * Math.Sqrt(known));
    }
}
