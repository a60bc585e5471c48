// Independent repetitions of a campaign on all cores: each is a pure function of its number, so the answer is the same
// at any number of threads.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;

namespace Sigma.Sim.Experiments;

/// <summary>All replications of one campaign, in the order of their numbers.</summary>
public sealed record ReplicationSet(IReadOnlyList<CampaignRun> Runs)
{
    /// <summary>The metrics that this campaign has, in the order of reports.</summary>
    public IReadOnlyList<MetricName> Names { get; } = Runs[0].Metrics.Present;

    /// <summary>Each of them with its interval.</summary>
    public IReadOnlyDictionary<string, Estimate> Metrics { get; } = Runs[0].Metrics.Present.ToDictionary(
        metric => metric.Name,
        metric => Estimate.Of([.. Runs.Select(run => run.Metrics[metric.Name])]),
        StringComparer.Ordinal);

    /// <summary>Accelerator-hours of a bucket, averaged over the replications.</summary>
    public double MeanHours(TimeBucket bucket) => Runs.Average(run => run.Ledger.Hours(bucket));

    /// <summary>The first <paramref name="count"/> of them, at most all.</summary>
    public ReplicationSet First(int count) => count >= Runs.Count ? this : new ReplicationSet([.. Runs.Take(count)]);

    /// <summary>
    /// How much higher a metric is in another set, replication by replication on the same faults; the longer set's
    /// further replications have no partner and do not count.
    /// </summary>
    public Estimate DifferenceTo(ReplicationSet other, string metric) =>
        DifferenceTo(other, run => run.Metrics[metric]);

    /// <summary>The same of a value that follows from a run.</summary>
    public Estimate DifferenceTo(ReplicationSet other, Func<CampaignRun, double> value) =>
        Estimate.Of([.. Runs.Zip(other.Runs, (own, its) => value(its) - value(own))]);

    /// <summary>Runs replications 0 .. count-1; the first one tells its story.</summary>
    public static ReplicationSet Run(
        CampaignSpec spec, ulong seed, int count, int threads, CancellationToken cancellation) =>
        new(Stretch(spec, seed, 0, count, threads, cancellation));

    /// <summary>
    /// Replications first .. first+count-1 of a seed: dice that no other numbers share. The one numbered 0 tells its
    /// story.
    /// </summary>
    public static CampaignRun[] Stretch(
        CampaignSpec spec, ulong seed, int first, int count, int threads, CancellationToken cancellation)
    {
        var runs = new CampaignRun[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, count, options, i =>
            runs[i] = CampaignSimulation.Run(spec, seed, first + i, tellsStory: first + i == 0));
        return runs;
    }
}
