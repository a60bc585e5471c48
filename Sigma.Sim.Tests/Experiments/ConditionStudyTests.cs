// The table of conditions against steps that are played directly, on random layouts: slowdowns, never gains, and the
// same whether equal ranks are played once or all.
using Sigma.Sim.Experiments;
using Sigma.Sim.Replay;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class ConditionStudyTests
{
    private const int Noisy = 60, Steady = 100;

    private static readonly SmallStep Balanced = SmallStep.Plain with
    {
        Parallelism = SmallStep.Plain.Parallelism with { Routing = RoutingMode.Balanced },
    };

    [TestMethod]
    public void Points_are_the_steps_with_a_node_of_the_busiest_stage_unsound()
    {
        foreach (var step in new[] { SmallStep.Plain, Balanced, SmallStep.Random(3), SmallStep.Random(8) })
        {
            var table = Study(step).Table;
            var sound = Play(step, NodeHealth.Even);
            var layout = step.Plan().Layout;
            var stage = Enumerable.Range(0, layout.Pipeline)
                .MaxBy(s => sound.Ranks[layout.RankOf(new(0, 0, s))].Compute);
            var node = layout.NodeOf(layout.RankOf(new(0, 0, stage)));
            foreach (var factor in new[] { 1.1, 1.2, 2 })
                Assert.AreEqual(Ratio(step, NodeHealth.Slow(node, factor)), table.Slow(factor), 1e-12);
            foreach (var share in new[] { 0.5, 0.25 })
                Assert.AreEqual(Ratio(step, NodeHealth.Narrow(node, share)), table.Narrow(share), 1e-12);
            // A slower step meets other pauses. Where there are none, lines stand for replays between and beyond the
            // points, but for what a slow node hides or uncovers on the way.
            if (step.Noise.Pauses.Count > 0) continue;
            foreach (var factor in new[] { 1.5, 3 })
                Assert.AreEqual(Ratio(step, NodeHealth.Slow(node, factor)), table.Slow(factor), 0.02);
            foreach (var share in new[] { 0.7, 0.1 })
                Assert.AreEqual(Ratio(step, NodeHealth.Narrow(node, share)), table.Narrow(share), 0.02);
        }
    }

    [TestMethod]
    public void Without_half_of_the_replicas_the_others_make_the_whole_batch()
    {
        // Two groups of four micro-batches: the one that is left makes eight.
        var table = Study(Balanced).Table;
        Assert.AreEqual((2, 2), (table.Groups, table.NodesPerGroup));
        var left = Balanced with { Cluster = SmallStep.ClusterOf(2, 4, 1) };
        Assert.AreEqual(8, left.Plan().MicroBatches);
        Assert.AreEqual(Times(left, Balanced), table.WithoutGroup, 1e-12);
    }

    [TestMethod]
    public void Whole_rounds_are_made_in_as_many_steps_as_keep_the_batch()
    {
        // Four groups of four micro-batches lose one: the others make four more among them, 1 1/3 each. In two thirds
        // of the rounds of two that they can make more, all three make one.
        var step = Balanced with
        {
            Cluster = SmallStep.ClusterOf(8, 4, 1),
            Parallelism = Balanced.Parallelism with
            {
                Schedule = ScheduleKind.Interleaved,
                VirtualStages = 2,
                GlobalBatch = 64,
            },
        };
        var table = Study(step).Table;
        Assert.AreEqual((4, 2), (table.Groups, table.NodesPerGroup));
        var left = step with
        {
            Cluster = SmallStep.ClusterOf(6, 4, 1),
            Parallelism = step.Parallelism with { GlobalBatch = 6 * 12 },
        };
        Assert.AreEqual(6, left.Plan().MicroBatches);
        Assert.AreEqual(1 + 2.0 / 3 * (Times(left, step) - 1), table.WithoutGroup, 1e-12);
    }

    [TestMethod]
    public void Without_a_node_all_of_its_stage_compute_in_proportion_longer()
    {
        var step = Balanced with
        {
            Cluster = SmallStep.ClusterOf(8, 4, 1),
            Parallelism = Balanced.Parallelism with { GlobalBatch = 64 },
        };
        // Stages are of four nodes each; the last has the head.
        var peers = Enumerable.Range(4, 4).ToDictionary(node => node, _ => 4.0 / 3);
        var table = Study(step).Table;
        Assert.AreEqual(Ratio(step, new NodeHealth(peers, new Dictionary<int, double>())), table.WithoutNode, 1e-12);
        Assert.IsTrue(table.WithoutNode > 1.1 && table.WithoutNode <= 4.0 / 3, $"{table.WithoutNode}");
    }

    [TestMethod]
    public void A_node_that_is_a_group_is_missed_as_one()
    {
        var step = Balanced with { Parallelism = Balanced.Parallelism with { Pipeline = 1, GlobalBatch = 64 } };
        var (table, rows) = Study(step);
        Assert.AreEqual((4, 1, table.WithoutGroup), (table.Groups, table.NodesPerGroup, table.WithoutNode));
        Assert.IsGreaterThan(1, table.WithoutGroup);
        Assert.HasCount(7, rows);
    }

    [TestMethod]
    public void A_single_group_cannot_be_missed()
    {
        var step = Balanced with { Cluster = SmallStep.ClusterOf(2, 4, 1) };
        var (table, rows) = Study(step);
        Assert.AreEqual((1, 2, 1.0, 1.0), (table.Groups, table.NodesPerGroup, table.WithoutGroup, table.WithoutNode));
        Assert.HasCount(6, rows);
    }

    [TestMethod]
    public void Nothing_that_is_wrong_shortens_a_step_and_more_of_it_never_less()
    {
        foreach (var (step, about) in All())
        {
            var table = Study(step).Table;
            foreach (var points in new[] { table.SlowKernels, table.NarrowNics })
            {
                Assert.AreEqual(new ConditionPoint(1, 1), points[0], about);
                for (var i = 1; i < points.Count; i++)
                    Assert.IsGreaterThanOrEqualTo(points[i - 1].Slowdown, points[i].Slowdown, about);
            }

            // A slow node slows the step at most as much as itself; a longer step meets more pauses as well.
            if (step.Noise.Pauses.Count == 0)
            {
                foreach (var point in table.SlowKernels)
                    Assert.IsLessThanOrEqualTo(point.Amount + 1e-6, point.Slowdown, about);
            }

            Assert.IsGreaterThanOrEqualTo(1, table.WithoutGroup, about);
            Assert.IsGreaterThanOrEqualTo(1, table.WithoutNode, about);
            Assert.AreEqual(step.Cluster.Nodes, table.Groups * table.NodesPerGroup, about);
        }
    }

    [TestMethod]
    public void A_table_of_folded_steps_is_that_of_full_ones()
    {
        foreach (var (step, number) in SteadySteps.All(Steady))
        {
            var (folded, full) = (Study(step, ReplayDetail.Folded), Study(step, ReplayDetail.Full));
            CollectionAssert.AreEqual(full.Rows.ToArray(), folded.Rows.ToArray(), $"step {number}");
        }
    }

    [TestMethod]
    public void Peers_that_all_have_more_to_do_are_played_once()
    {
        var peers = new Dictionary<int, double> { [2] = 1.5, [3] = 1.5 };
        var health = new NodeHealth(peers, new Dictionary<int, double>());
        Assert.AreEqual(8, new StepReplay(Balanced.Plan(), NoiseSpec.Silent, 17).Play(0, health).PlayedRanks);
    }

    [TestMethod]
    public void Threads_change_nothing()
    {
        var step = SmallStep.Random(5);
        CollectionAssert.AreEqual(
            Study(step).Rows.ToArray(), Study(step, ReplayDetail.Automatic, 3).Rows.ToArray());
    }

    private static IEnumerable<(SmallStep Step, string About)> All() =>
        Enumerable.Range(0, Noisy).Select(number => (SmallStep.Random(number), $"noisy step {number}"))
            .Concat(SteadySteps.All(Steady).Select(step => (step.Step, $"steady step {step.Number}")));

    private static ConditionStudy Study(
        SmallStep step, ReplayDetail detail = ReplayDetail.Automatic, int threads = 1)
    {
        ReplayedStep Played(StepPlan plan, NodeHealth health) =>
            new StepReplay(plan, step.Noise, 17) { Detail = detail }.Play(0, health);
        var replays = new ConditionReplays(
            step.Plan(), Played(step.Plan(), NodeHealth.Even),
            (cluster, parallelism) => (step with { Cluster = cluster, Parallelism = parallelism }).Plan(),
            (plan, health) => Played(plan, health).StepTime);
        return replays.Study(threads, CancellationToken.None);
    }

    private static ReplayedStep Play(SmallStep step, NodeHealth health) =>
        new StepReplay(step.Plan(), step.Noise, 17).Play(0, health);

    private static double Ratio(SmallStep step, NodeHealth health) =>
        Play(step, health).StepTime.Over(Play(step, NodeHealth.Even).StepTime);

    private static double Times(SmallStep left, SmallStep sound) =>
        Play(left, NodeHealth.Even).StepTime.Over(Play(sound, NodeHealth.Even).StepTime);
}
