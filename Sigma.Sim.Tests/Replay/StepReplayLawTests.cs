// Laws of a replayed step on 60 random small clusters: time is conserved, faster machines are never slower, and what is
// hidden or free leaves no exposed communication.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class StepReplayLawTests
{
    private static readonly SmallStep[] Steps = [.. Enumerable.Range(0, 60).Select(SmallStep.Random)];

    [TestMethod]
    public void Every_rank_accounts_for_the_whole_step()
    {
        foreach (var (step, i) in Steps.Select((step, i) => (step, i)))
        {
            var played = step.Play(i);
            Assert.HasCount(step.Cluster.Accelerators, played.Ranks);
            foreach (var rank in played.Ranks)
            {
                Assert.AreEqual(played.StepTime, rank.Total, $"step {i}");
                Assert.IsTrue(rank.Compute > Duration.Zero && rank.ExposedCommunication >= Duration.Zero, $"step {i}");
                Assert.IsTrue(rank.PipelineBubble >= Duration.Zero && rank.StragglerWait >= Duration.Zero, $"step {i}");
            }
        }
    }

    [TestMethod]
    public void A_sample_is_the_same_step_in_every_run_and_no_other()
    {
        foreach (var step in Steps.Take(20))
        {
            var (first, again) = (step.Play(3), step.Play(3));
            Assert.AreEqual(first.StepTime, again.StepTime);
            CollectionAssert.AreEqual(first.Ranks.ToArray(), again.Ranks.ToArray());
            CollectionAssert.AreEqual(first.Timeline.ToArray(), again.Timeline.ToArray());
        }

        var noisy = SmallStep.Plain with { Noise = new NoiseSpec(0.05, []) };
        Assert.AreNotEqual(noisy.Play(0).StepTime, noisy.Play(1).StepTime);
    }

    [TestMethod]
    public void Balanced_routing_without_noise_makes_all_ranks_of_a_stage_alike()
    {
        var parallelism = SmallStep.Plain.Parallelism with { Routing = RoutingMode.Balanced };
        var step = SmallStep.Plain with { Parallelism = parallelism };
        var (plan, played) = (step.Plan(), step.Play(0));
        Assert.AreEqual(played.StepTime, step.Play(1).StepTime);
        var byStage = played.Ranks.Select((times, rank) => (times, plan.Layout.Of(rank).Stage)).GroupBy(r => r.Stage);
        foreach (var stage in byStage) Assert.AreEqual(1, stage.Select(r => r.times).Distinct().Count());
        Assert.AreEqual(0, played.Ranks.Sum(r => r.StragglerWait.Nanoseconds));
        Assert.AreEqual(1, played.HottestOverMean, 1e-9);
    }

    [TestMethod]
    public void A_slower_kernel_never_shortens_the_step() => ForAllTimed((step, i, time) =>
        Assert.IsTrue(step.WithEfficiency(0.7).Play(i).StepTime > time, $"step {i}"));

    [TestMethod]
    public void More_bandwidth_never_lengthens_the_step() => ForAllTimed((step, i, time) =>
        Assert.IsTrue(step.WithBandwidths(2).Play(i).StepTime <= time, $"step {i}"));

    [TestMethod]
    public void More_overlap_never_lengthens_the_step() => ForAllTimed((step, i, time) =>
    {
        var overlap = step.Parallelism.Overlap;
        var more = step.WithOverlap(overlap.DataParallel.Value / 2 + 0.5, overlap.ExpertParallel.Value / 2 + 0.5);
        Assert.IsTrue(more.Play(i).StepTime <= time, $"step {i}");
    });

    [TestMethod]
    public void Pauses_never_shorten_the_step() => ForAllTimed((step, i, time) =>
    {
        var pause = new PauseSpec(
            "another", PauseScope.Node, new Exponential(Duration.FromMilliseconds(3)), 0,
            new Constant(Duration.FromMilliseconds(2)), false);
        var paused = step with { Noise = step.Noise with { Pauses = [.. step.Noise.Pauses, pause] } };
        Assert.IsTrue(paused.Play(i).StepTime >= time, $"step {i}");
    });

    [TestMethod]
    public void Communication_that_is_hidden_is_not_exposed()
    {
        foreach (var step in Steps.Where(s => s.Parallelism.Tensor == 1))
        {
            foreach (var rank in step.WithOverlap(1, 1).Play(0).Ranks)
                Assert.AreEqual(Duration.Zero, rank.ExposedCommunication);
        }
    }

    [TestMethod]
    public void Communication_that_costs_nothing_is_not_exposed()
    {
        foreach (var step in Steps)
        {
            var free = step with { Fabric = Free(step.Fabric) };
            // Time is rounded up: every exchange of some bytes costs a nanosecond or two, and nothing more.
            var exchanges = 20L * free.Parallelism.GlobalBatch * free.Model.Layers;
            foreach (var rank in free.Play(0).Ranks)
                Assert.IsLessThanOrEqualTo(exchanges, rank.ExposedCommunication.Nanoseconds);
        }
    }

    [TestMethod]
    [DataRow(2, 4)]
    [DataRow(4, 8)]
    [DataRow(4, 16)]
    [DataRow(8, 8)]
    public void P1_the_bubble_of_a_replayed_step_is_the_published_one(int stages, int microBatches)
    {
        // One rank a stage, a head and an embedding of one word, links that cost next to nothing.
        var step = SmallStep.Plain with
        {
            Model = SmallStep.Plain.Model with
            {
                Layers = 2 * stages,
                Vocabulary = 1,
                Experts = new ExpertSpec(1, 1, 8_192, 0),
            },
            Parallelism = SmallStep.Plain.Parallelism with
            {
                Pipeline = stages,
                Expert = 1,
                GlobalBatch = microBatches,
                Routing = RoutingMode.Balanced,
            },
            Cluster = SmallStep.ClusterOf(stages, 1, 1),
            Fabric = Free(SmallStep.FabricOf(1, ScaleUpKind.Switch)),
        };
        var endless = new Bandwidth(long.MaxValue / 4);
        var accelerator = step.Cluster.Accelerator with { Launch = Duration.Zero, HbmBandwidth = endless };
        step = step with { Cluster = step.Cluster with { Accelerator = accelerator } };
        var played = step.Play(0);
        var expected = (stages - 1.0) / (microBatches + stages - 1);
        foreach (var rank in played.Ranks)
            Assert.AreEqual(expected, rank.PipelineBubble.Over(played.StepTime), 5e-4 * expected);
    }

    [TestMethod]
    public void Waiting_is_not_counted_as_communication()
    {
        // One slow rank: its group waits for it as stragglers, and nobody communicates longer.
        var quiet = SmallStep.Plain.Play(0);
        var pause = new PauseSpec(
            "stop", PauseScope.Rank, new Exponential(Duration.FromMilliseconds(5)), 0,
            new Constant(Duration.FromMilliseconds(3)), false);
        var paused = (SmallStep.Plain with { Noise = new NoiseSpec(0, [pause]) }).Play(0);
        for (var rank = 0; rank < quiet.Ranks.Count; rank++)
        {
            Assert.AreEqual(quiet.Ranks[rank].Compute, paused.Ranks[rank].Compute);
            Assert.AreEqual(quiet.Ranks[rank].ExposedCommunication, paused.Ranks[rank].ExposedCommunication);
        }

        Assert.IsGreaterThan(0, paused.Ranks.Sum(r => r.StragglerWait.Nanoseconds));
    }

    [TestMethod]
    public void A_pause_of_every_step_strikes_in_every_step()
    {
        var pause = new PauseSpec(
            "collection", PauseScope.Node, null, 1, new Constant(Duration.FromMilliseconds(5)), false);
        var one = SmallStep.Plain.Parallelism with { Pipeline = 1, GlobalBatch = 8 };
        var quiet = SmallStep.Plain with { Parallelism = one, Cluster = SmallStep.ClusterOf(1, 4, 1) };
        var paused = quiet with { Noise = new NoiseSpec(0, [pause]) };
        for (var i = 0; i < 100; i++)
            Assert.IsTrue(paused.Play(i).StepTime - quiet.Play(i).StepTime >= Duration.FromMilliseconds(5), $"{i}");
    }

    [TestMethod]
    public void A_regular_pause_strikes_at_its_rate()
    {
        var period = SmallStep.Plain.Play(0).StepTime.Scaled(3);
        foreach (var law in new Distribution[] { new Constant(period), new LogNormal(period, 0.3) })
        {
            var pause = new PauseSpec(
                "pause", PauseScope.Rank, law, 0, new Constant(period.Scaled(0.003)), false);
            var step = SmallStep.Plain with { Noise = new NoiseSpec(0, [pause]) };
            Assert.IsGreaterThan(20, Enumerable.Range(0, 40).Count(i => Waits(step, i) > Waits(SmallStep.Plain, i)));
        }
    }

    private static long Waits(SmallStep step, int sample) =>
        step.Play(sample).Ranks.Sum(rank => rank.StragglerWait.Nanoseconds);

    private static FabricSpec Free(FabricSpec fabric) => fabric with
    {
        ScaleUp = fabric.ScaleUp with { Latency = Duration.Zero, BandwidthPerAccelerator = new(1L << 59) },
        ScaleOut = fabric.ScaleOut with { Latency = Duration.Zero, BandwidthPerNic = new(1L << 59) },
    };

    private static void ForAllTimed(Action<SmallStep, int, Duration> holds)
    {
        for (var i = 0; i < Steps.Length; i++) holds(Steps[i], i, Steps[i].Play(i).StepTime);
    }
}
