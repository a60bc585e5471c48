// What the idle part of the job's time consists of: by the bucket that it went to and by the fault that caused it, so
// that "94.45 % of the time is not idle" comes with a reason for the rest.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;

namespace Sigma.Sim.Experiments;

/// <summary>Idle time of one cause.</summary>
/// <param name="Fault">Its name, empty for what no fault caused.</param>
/// <param name="Shares">Of the job's time, by bucket in the order of <see cref="IdleTime.Buckets"/>.</param>
public sealed record IdleCause(string Fault, IReadOnlyList<double> Shares)
{
    public double Total { get; } = Shares.Sum();
}

/// <summary>
/// The complement of the non-idle utilization, mean over replications: the shares sum to one minus that metric.
/// </summary>
/// <param name="Buckets">Those that hold any idle time, in the order of the ledger.</param>
/// <param name="Causes">Those that have any, the largest first.</param>
public sealed record IdleTime(IReadOnlyList<TimeBucket> Buckets, IReadOnlyList<IdleCause> Causes)
{
    public double Total { get; } = Causes.Sum(cause => cause.Total);

    /// <summary>Of all causes, in one bucket by its place in <see cref="Buckets"/>.</summary>
    public double Of(int bucket) => Causes.Sum(cause => cause.Shares[bucket]);

    /// <summary>Splits the idle time of a campaign's replications.</summary>
    public static IdleTime Of(CampaignSpec campaign, ReplicationSet set)
    {
        string[] causes = ["", .. campaign.Faults.Select(fault => fault.Name)];
        var shares = new double[causes.Length, TimeBuckets.All.Count];
        foreach (var run in set.Runs)
        {
            var inJob = (double)run.Ledger.Sum(TimeBuckets.IsInJob);
            for (var cause = 0; cause < causes.Length; cause++)
            {
                foreach (var bucket in TimeBuckets.All.Where(bucket => IsIdle(campaign, bucket, cause)))
                    shares[cause, (int)bucket] += (double)run.Ledger.Of(bucket, cause) / inJob / set.Runs.Count;
            }
        }

        var indices = Enumerable.Range(0, causes.Length).ToList();
        var held = TimeBuckets.All.Where(bucket => indices.Exists(i => shares[i, (int)bucket] > 0)).ToList();
        return new IdleTime(held, [
            .. indices.Select(i => new IdleCause(causes[i], [.. held.Select(bucket => shares[i, (int)bucket])]))
                .Where(cause => cause.Total > 0)
                .OrderByDescending(cause => cause.Total),
        ]);
    }

    /// <summary>In the job and not busy; ranks that wait for one that hangs spin, which is busy.</summary>
    private static bool IsIdle(CampaignSpec campaign, TimeBucket bucket, int cause) =>
        TimeBuckets.IsInJob(bucket) && !TimeBuckets.IsBusy(bucket)
            && !(bucket == TimeBucket.DetectionWait && cause != Ledger.NoCause
                && campaign.Faults[cause - 1].Kind is Hang);
}
