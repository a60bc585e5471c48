// Laws of the long run that hold whatever happens: 250 random campaigns, every nanosecond and every step accounted for.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Laws;

[TestClass]
public sealed class CampaignConservationTests
{
    private const int Cases = 250;

    // Run checks for itself that the buckets sum to accelerators x wall time exactly, and throws if they do not.
    private static readonly Lazy<(int Number, CampaignSpec Spec, CampaignRun Run)[]> All = new(() =>
        [.. Enumerable.Range(0, Cases).AsParallel().AsOrdered()
            .Select(n => (n, Campaigns.Random(n), CampaignSimulation.Run(Campaigns.Random(n), 9, n % 5, true)))]);

    [TestMethod]
    public void Buckets_sum_to_the_wall_time_of_all_accelerators()
    {
        foreach (var (number, spec, run) in All.Value)
        {
            var owed = (Int128)spec.Cluster.AllNodes * 8 * run.Wall.Nanoseconds;
            Assert.AreEqual(owed, run.Ledger.Total, $"campaign {number}");
            if (spec.Horizon is { } horizon) Assert.AreEqual(horizon, run.Wall, $"campaign {number}");
        }
    }

    [TestMethod]
    public void Phases_tile_the_run_without_gap_or_overlap()
    {
        foreach (var (number, _, run) in All.Value)
        {
            var at = Instant.Start;
            foreach (var phase in run.Phases)
            {
                Assert.AreEqual(at, phase.Begin, $"campaign {number}");
                Assert.IsTrue(phase.End > phase.Begin, $"campaign {number}");
                at = phase.End;
            }

            Assert.AreEqual(Instant.Start + run.Wall, at, $"campaign {number}");
        }
    }

    [TestMethod]
    public void Events_are_told_in_the_order_of_time_and_of_real_nodes()
    {
        foreach (var (number, spec, run) in All.Value)
        {
            var last = Instant.Start;
            foreach (var told in run.Events)
            {
                Assert.IsTrue(told.At >= last && told.At <= Instant.Start + run.Wall, $"campaign {number}: {told}");
                Assert.IsTrue(told.Node >= -1 && told.Node < spec.Cluster.AllNodes, $"campaign {number}: {told}");
                last = told.At;
            }
        }
    }

    [TestMethod]
    public void Kept_steps_were_computed()
    {
        foreach (var (number, spec, run) in All.Value)
        {
            var computing = new Duration(run.Phases.Where(p => p.Phase == JobPhase.Computing)
                .Sum(p => (p.End - p.Begin).Nanoseconds));
            var kept = run.Metrics["ettr"] * run.Wall.Seconds;
            Assert.IsLessThanOrEqualTo(computing.Seconds + 1e-6, kept, $"campaign {number}");

            // What was computed was kept or lost, to the nanosecond, over all of the job's accelerators.
            var productive = run.Ledger.Sum(TimeBuckets.IsProductive) + run.Ledger[TimeBucket.LostWork];
            var owed = (Int128)spec.Cluster.Accelerators * computing.Nanoseconds;
            Assert.AreEqual(owed, productive, $"campaign {number}");
            Assert.AreEqual(
                kept * spec.Cluster.Accelerators / 3_600,
                Ledger.ToHours(run.Ledger.Sum(TimeBuckets.IsProductive)), 1e-6, $"campaign {number}");
        }
    }

    [TestMethod]
    public void Every_interruption_is_told_and_charged_to_its_fault()
    {
        foreach (var (number, spec, run) in All.Value)
        {
            var all = run.Events.Where(e => e.What == "fault").ToArray();
            Assert.AreEqual(all.Length, (int)run.Metrics["interruptions"], $"campaign {number}");
            for (var fault = 0; fault < spec.Faults.Count; fault++)
            {
                var name = spec.Faults[fault].Name;
                var told = all.Count(e => e.Detail.StartsWith(name, StringComparison.Ordinal));
                Assert.AreEqual(told, run.Costs[fault].Interruptions, $"campaign {number}, {name}");
                var down = run.Ledger.Of(TimeBucket.DetectionWait, fault + 1);
                Assert.AreEqual(told > 0, down > 0, $"campaign {number}, {name}");
            }

            foreach (var bucket in new[] { TimeBucket.Compute, TimeBucket.CheckpointSave, TimeBucket.PipelineBubble })
                Assert.AreEqual(run.Ledger[bucket], run.Ledger.Of(bucket, Ledger.NoCause), $"campaign {number}");
        }
    }

    [TestMethod]
    public void A_run_is_a_pure_function_of_its_specification_and_seed()
    {
        for (var number = 0; number < 60; number++)
        {
            // Without a story, checkpoints that nothing comes between are one event: the numbers are the same.
            var (spec, first) = (All.Value[number].Spec, All.Value[number].Run);
            var again = CampaignSimulation.Run(spec, 9, number % 5, false);
            Assert.IsLessThanOrEqualTo(first.EngineEvents, again.EngineEvents);
            Assert.AreEqual(first.EngineEvents, CampaignSimulation.Run(spec, 9, number % 5, true).EngineEvents);
            foreach (var metric in RunMetrics.Names)
                Assert.AreEqual(first.Metrics[metric.Name], again.Metrics[metric.Name], metric.Name);
            foreach (var bucket in TimeBuckets.All) Assert.AreEqual(first.Ledger[bucket], again.Ledger[bucket]);
        }
    }

    [TestMethod]
    public void Random_campaigns_reach_the_corners()
    {
        // The laws above mean little if nothing happens in the campaigns that they judge.
        var runs = All.Value.Select(c => c.Run).ToArray();
        foreach (var bucket in TimeBuckets.All)
        {
            if (bucket is TimeBucket.NumericsIncident or TimeBucket.Idle or TimeBucket.Retired) continue;
            Assert.IsGreaterThan(20, runs.Count(run => run.Ledger[bucket] > 0), $"{bucket}");
        }

        Assert.IsGreaterThan(1_500.0, runs.Sum(run => run.Metrics["interruptions"]));
    }
}
