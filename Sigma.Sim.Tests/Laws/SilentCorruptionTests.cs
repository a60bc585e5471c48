// Laws of silent corruption: 250 random campaigns in which corruptions, alarms, checkpoints and other faults come
// between one another, and limits in which a silent corruption is a fault that stops the job.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Laws;

[TestClass]
public sealed class SilentCorruptionTests
{
    private const int Cases = 250;

    private static readonly Lazy<(int Number, CampaignSpec Spec, CampaignRun Run)[]> All = new(() =>
        [.. Enumerable.Range(0, Cases).AsParallel().AsOrdered().Select(n =>
        {
            var spec = Campaigns.RandomWithCorruption(n);
            return (n, spec, CampaignSimulation.Run(spec, 9, n % 5, true));
        })]);

    private static readonly Lazy<CorruptionStory[]> Stories = new(() =>
        [.. All.Value.Select(c => new CorruptionStory(c.Spec, c.Run, $"campaign {c.Number}"))]);

    [TestMethod]
    public void Every_nanosecond_is_accounted_for()
    {
        foreach (var (number, spec, run) in All.Value)
        {
            var owed = (Int128)spec.Cluster.AllNodes * 8 * run.Wall.Nanoseconds;
            Assert.AreEqual(owed, run.Ledger.Total, $"campaign {number}");
            var computing = run.Phases
                .Where(p => p.Phase == JobPhase.Computing).Sum(p => (p.End - p.Begin).Nanoseconds);
            var worked = run.Ledger.Sum(TimeBuckets.IsProductive) + run.Ledger[TimeBucket.LostWork];
            Assert.AreEqual((Int128)spec.Cluster.Accelerators * computing, worked, $"campaign {number}");
            var kept = run.Metrics["ettr"] * run.Wall.Seconds;
            Assert.AreEqual(
                kept * spec.Cluster.Accelerators / 3_600,
                Ledger.ToHours(run.Ledger.Sum(TimeBuckets.IsProductive)), 1e-6, $"campaign {number}");
        }
    }

    [TestMethod]
    public void No_rollback_uses_a_corrupt_copy_and_none_skips_a_sound_one()
    {
        // The story itself compares every rollback with the copies that there were, and every alarm with its strike.
        Assert.IsGreaterThan(60, Stories.Value.Count(story => story.KnowsCopies));
        Assert.IsGreaterThan(100, Stories.Value.Sum(story => story.CorruptCopies));
        Assert.IsGreaterThan(1_500, Stories.Value.Sum(story => story.Alarms));
        Assert.IsGreaterThan(20, Stories.Value.Sum(story => story.BackToTheStart));
        Assert.IsGreaterThan(2, Stories.Value.Sum(story => story.InPlace));
    }

    [TestMethod]
    public void A_corruption_goes_with_the_work_that_holds_it_and_stays_with_a_copy_that_does()
    {
        Assert.IsGreaterThan(100, Stories.Value.Sum(story => story.Undone));
        Assert.IsGreaterThan(20, Stories.Value.Sum(story => story.KeptThroughRollback));
        foreach (var (run, story) in All.Value.Zip(Stories.Value))
        {
            var costs = run.Run.Costs;
            Assert.AreEqual(story.Undone, costs.Sum(cost => cost.Corruptions.Undone), $"campaign {run.Number}");
            Assert.AreEqual(story.LatentAtTheEnd, costs.Sum(cost => cost.Corruptions.Latent), $"campaign {run.Number}");
        }
    }

    [TestMethod]
    public void Every_strike_is_counted_once_and_every_alarm_is_an_interruption()
    {
        foreach (var (run, story) in All.Value.Zip(Stories.Value))
        {
            var struck = run.Run.Costs.Sum(cost => cost.Corruptions.Struck);
            Assert.AreEqual(story.Strikes, struck, $"campaign {run.Number}");
            foreach (var (cost, fault) in run.Run.Costs.Zip(run.Spec.Faults))
            {
                if (fault.Kind is not SilentCorruption)
                {
                    Assert.AreEqual(new CorruptionCounts(0, 0, 0, 0, 0), cost.Corruptions);
                    continue;
                }

                Assert.AreEqual(cost.Corruptions.Noticed, cost.Interruptions, $"campaign {run.Number}");
                Assert.IsGreaterThanOrEqualTo(0, cost.Corruptions.Latent, $"campaign {run.Number}");
            }
        }
    }

    [TestMethod]
    public void Nobody_waits_for_the_detection_of_what_nobody_sees()
    {
        foreach (var (number, spec, run) in All.Value)
        {
            for (var fault = 0; fault < spec.Faults.Count; fault++)
            {
                if (spec.Faults[fault].Kind is SilentCorruption)
                    Assert.AreEqual(0, run.Ledger.Of(TimeBucket.DetectionWait, fault + 1), $"campaign {number}");
            }
        }
    }

    [TestMethod]
    public void A_corruption_that_is_noticed_at_once_is_a_fault_that_stops_the_job()
    {
        for (var replication = 0; replication < 20; replication++)
        {
            var atOnce = new FailStop(new Constant(default));
            var stops = CampaignSimulation.Run(Limit(At(1, atOnce)), 5, replication, false);
            var noticed = CampaignSimulation.Run(Limit(At(1, Silent(100, 0, 0))), 5, replication, false);
            Assert.IsGreaterThan(20.0, stops.Metrics["interruptions"]);
            foreach (var metric in RunMetrics.Names)
                Assert.AreEqual(stops.Metrics[metric.Name], noticed.Metrics[metric.Name], metric.Name);
            foreach (var bucket in TimeBuckets.All) Assert.AreEqual(stops.Ledger[bucket], noticed.Ledger[bucket]);
        }
    }

    [TestMethod]
    public void A_corruption_that_is_noticed_one_time_in_four_stops_the_job_a_quarter_as_often()
    {
        const int runs = 400;
        var rare = Means(Limit(At(4, new FailStop(new Constant(default)))), 5, runs);
        var silent = Means(Limit(At(1, Silent(25, 15, 0))), 6, runs);
        Console.WriteLine($"ETTR {rare.Ettr.Mean:P3} +- {rare.Ettr.Error:P3}, {silent.Ettr.Mean:P3} +- "
            + $"{silent.Ettr.Error:P3}; interruptions {rare.Stops.Mean:F2}, {silent.Stops.Mean:F2}");
        foreach (var (a, b) in new[] { (rare.Ettr, silent.Ettr), (rare.Stops, silent.Stops) })
        {
            var error = Math.Sqrt(a.Error * a.Error + b.Error * b.Error);
            Assert.AreEqual(a.Mean, b.Mean, 4 * error);
        }
    }

    [TestMethod]
    public void Without_an_alarm_corruptions_cost_no_time()
    {
        var quiet = Limit(At(1, Silent(0, 40, 0)));
        var run = CampaignSimulation.Run(quiet, 5, 0, false);
        var without = CampaignSimulation.Run(quiet with { Faults = [] }, 5, 0, false);
        foreach (var metric in RunMetrics.Names.Where(metric => metric.Name != "faults"))
            Assert.AreEqual(without.Metrics[metric.Name], run.Metrics[metric.Name], metric.Name);
        Assert.IsGreaterThan(0, run.Metrics["faults"]);
        Assert.IsGreaterThan(20, run.Costs[0].Corruptions.Struck);
        Assert.AreEqual(
            run.Costs[0].Corruptions.Struck, run.Costs[0].Corruptions.Harmless + run.Costs[0].Corruptions.Unnoticed);
    }

    private static FaultSpec At(int times, FaultKind kind) =>
        Campaigns.Fault("chance", FaultScope.Node, new Exponential(Duration.FromDays(4 * times))) with { Kind = kind };

    private static SilentCorruption Silent(int noticed, int unnoticed, int steps) =>
        new(Campaigns.Detection(noticed, unnoticed, steps));

    /// <summary>Every remedy mends: a node that relapses would stop one job for sure, the other perhaps.</summary>
    private static CampaignSpec Limit(FaultSpec fault) => Campaigns.Plain with
    {
        Horizon = Duration.FromDays(30),
        Faults = [fault],
        Lifecycle = Campaigns.Plain.Lifecycle with
        {
            Remedies = Campaigns.Plain.Lifecycle.Remedies
                .ToDictionary(pair => pair.Key, pair => pair.Value with { Fixes = Fraction.One }),
        },
    };

    private static ((double Mean, double Error) Ettr, (double Mean, double Error) Stops) Means(
        CampaignSpec spec, ulong seed, int runs)
    {
        var metrics = Enumerable.Range(0, runs).AsParallel().AsOrdered()
            .Select(replication => CampaignSimulation.Run(spec, seed, replication, false).Metrics).ToArray();
        return (Of("ettr"), Of("interruptions"));

        (double, double) Of(string metric)
        {
            var mean = metrics.Average(run => run[metric]);
            var variance = metrics.Sum(run => (run[metric] - mean) * (run[metric] - mean)) / (runs - 1);
            return (mean, Math.Sqrt(variance / runs));
        }
    }
}
