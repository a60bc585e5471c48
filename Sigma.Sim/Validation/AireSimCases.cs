// AIReSim's own results beside ours, from its configuration by way of the importer. Both are means over replications,
// so that the tolerance is what chance allows: the 99 % interval of the difference.
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation;

/// <summary>Four settings: training time, failures, host selections and pre-emptions of each.</summary>
internal static class AireSimCases
{
    public const string Family = "AIRESIM";

    private const double Confidence = 0.99;
    private const int Replications = 30;

    /// <summary>
    /// What AIReSim answered to its configuration with some keys changed: training time, and means of its counts.
    /// </summary>
    private sealed record Row(
        string Title, Override[] Changes, Sample Hours, double Failures, double Selections, double Preemptions);

    private static readonly Row[] Rows =
    [
        new("default", [], Sample.OfInterval(9872.9, 12.9, 0.95, 30), 11_150, 43, 13),
        new("recovery_time 10", [new("recovery_time", "10")], new Sample(8017.2, 20.2, 4), 11_170, 50.5, 27),
        new("working_pool_size 4192", [new("working_pool_size", "4192")], new Sample(9846.6, 46.9, 4), 11_102, 39.8, 0),
        new("warm_standbys 4", [new("warm_standbys", "4")], new Sample(9906.4, 23, 4), 11_190, 573, 11.2),
    ];

    public static IEnumerable<CaseResult> All(string folder, int threads, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, "published", "airesim.yaml");
        foreach (var row in Rows)
        {
            var config = AireSimFile.Load(file, row.Changes);
            var set = ReplicationSet.Run(
                AireSimCampaign.Of(config), config.Seed, Replications, threads, cancellation);
            yield return Of(row, "training time [h]", Ours(set, "wall_h"), row.Hours);
            yield return OfCount(row, "failures", Ours(set, "faults"), row.Failures);
            yield return OfCount(row, "host selections", Ours(set, "placements"), row.Selections);
            yield return OfCount(row, "pre-emptions", Ours(set, "preemptions"), row.Preemptions);
        }
    }

    private static Sample Ours(ReplicationSet set, string metric) =>
        Sample.Of([.. set.Runs.Select(run => run.Metrics[metric])]);

    private static CaseResult Of(Row row, string quantity, Sample ours, Sample theirs) => new(
        Family, $"{row.Title}: {quantity}", ours.Mean, theirs.Mean, ours.HalfWidthOfDifference(theirs, Confidence), "");

    /// <summary>
    /// AIReSim's counts come without their spread: it is taken for that of ours, or of Poisson where that is larger.
    /// </summary>
    private static CaseResult OfCount(Row row, string quantity, Sample ours, double theirs)
    {
        var spread = Math.Max(ours.Deviation, Math.Sqrt(theirs));
        return Of(row, quantity, ours, new Sample(theirs, spread, row.Hours.Count));
    }
}
