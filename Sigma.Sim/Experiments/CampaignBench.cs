// How fast this machine runs campaigns, and what that depends on: a replication should cost what its faults cost, and
// no more for being longer or larger.
using System.Diagnostics;
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Experiments;

/// <summary>One measured campaign.</summary>
/// <param name="Key">What `--json` calls it.</param>
/// <param name="Title">What people read.</param>
/// <param name="Milliseconds">Median time of a replication on one thread.</param>
/// <param name="Faults">Mean number that struck.</param>
public sealed record CampaignTiming(string Key, string Title, double Milliseconds, double Faults);

/// <summary>Measures campaigns.</summary>
public static class CampaignBench
{
    private const int Times = 21, LargeAccelerators = 16_384;

    /// <summary>The campaign, and others that differ from it in one thing at a time.</summary>
    /// <param name="campaign">A scenario's.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static IReadOnlyList<CampaignTiming> Measure(
        CampaignSpec campaign, ulong seed, CancellationToken cancellation)
    {
        var timings = new List<CampaignTiming>();
        Add("own", "as it is", campaign);
        if (campaign.Horizon is not { } span || campaign.Faults.Count == 0) return timings;
        Add("longer", "4 times as long, faults 4 times as rare", Rarer(campaign, 4) with { Horizon = span * 4 });
        Add("larger", "4 times the nodes, faults 4 times as rare", Larger(Rarer(campaign, 4), 4));
        Add("more_faults", "faults 4 times as often", Rarer(campaign, 0.25));
        var times = Math.Max(1, LargeAccelerators / campaign.Cluster.Accelerators);
        Add("year", $"{UnitText.Count(campaign.Cluster.Accelerators * times)} accelerators for a year",
            Larger(campaign, times) with { Horizon = Duration.FromDays(365) });
        return timings;

        void Add(string key, string title, CampaignSpec changed)
        {
            cancellation.ThrowIfCancellationRequested();
            timings.Add(Time(key, title, changed, seed));
        }
    }

    /// <summary>How many times as fast replications run on several threads as on one: the median of paired rounds.
    /// </summary>
    public static double Speedup(CampaignSpec campaign, ulong seed, int threads, CancellationToken cancellation)
    {
        const int rounds = 7, replications = 60;
        var ratios = new double[rounds];
        for (var round = 0; round < rounds; round++) ratios[round] = Seconds(1) / Seconds(threads);
        Array.Sort(ratios);
        return ratios[rounds / 2];

        double Seconds(int workers)
        {
            var began = Stopwatch.GetTimestamp();
            ReplicationSet.Stretch(campaign, seed, 1, replications, workers, cancellation);
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
    }

    private static CampaignTiming Time(string key, string title, CampaignSpec campaign, ulong seed)
    {
        var (replication, faults) = (0, 0.0);
        // A second in which the runtime compiles for good.
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 1;) Run();
        (replication, faults) = (0, 0);
        var milliseconds = new double[Times];
        for (var i = 0; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Run();
            milliseconds[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(milliseconds);
        return new CampaignTiming(key, title, milliseconds[Times / 2], faults / Times);

        void Run() =>
            faults += CampaignSimulation.Run(campaign, seed, replication++, tellsStory: false).Metrics["faults"];
    }

    private static CampaignSpec Rarer(CampaignSpec campaign, double factor) => campaign with
    {
        Faults = [.. campaign.Faults.Select(f => f with { TimeToFailure = f.TimeToFailure.Stretched(factor) })],
    };

    private static CampaignSpec Larger(CampaignSpec campaign, int times)
    {
        var (cluster, spares) = (campaign.Cluster, campaign.Cluster.Spares);
        return campaign with
        {
            Cluster = cluster with
            {
                Nodes = cluster.Nodes * times,
                Spares = spares with
                {
                    Hot = spares.Hot * times,
                    Warm = spares.Warm * times,
                    Cold = spares.Cold * times,
                    Borrowed = spares.Borrowed * times,
                },
            },
            Lifecycle = campaign.Lifecycle with { RepairCrews = campaign.Lifecycle.RepairCrews * times },
            Conditions = campaign.Conditions with { Groups = campaign.Conditions.Groups * times },
        };
    }
}
