// Micro-batches that move from slow replicas to fast ones: the step keeps its batch, each share is one that a schedule
// can order, and moving them never costs time.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class MicroBatchShareTests
{
    private const int Layouts = 150;

    [TestMethod]
    public void The_global_batch_is_kept_in_whole_rounds()
    {
        var moved = 0;
        foreach (var (step, number) in SteadySteps.All(Layouts))
        {
            var plan = Dynamic(step).Plan();
            foreach (var factor in new[] { 1.2, 2, 20 })
            {
                var played = SteadySteps.Play(Dynamic(step), ReplayDetail.Automatic, (0, factor));
                var shares = played.MicroBatches;
                Assert.HasCount(plan.Layout.ExpertGroups, shares, $"step {number}");
                Assert.AreEqual(plan.MicroBatches * shares.Count, shares.Sum(), $"step {number}");
                foreach (var share in shares)
                {
                    Assert.IsGreaterThan(0, share);
                    Assert.IsNull(PipelineSchedule.Obstacle(plan.Shape, share), $"step {number}: {share}");
                }

                if (shares.Distinct().Count() > 1) moved++;
            }
        }

        Assert.IsGreaterThan(30, moved);
    }

    [TestMethod]
    public void Moving_micro_batches_off_a_slow_node_shortens_steps_and_never_lengthens_one()
    {
        // Shares are chosen by an estimate, and taken back where the step is longer for them.
        var (tried, ratios) = (0, 0.0);
        foreach (var (step, number) in SteadySteps.All(Layouts / 2))
        {
            foreach (var factor in new[] { 1.2, 2, 5 })
            {
                var still = SteadySteps.Play(step, ReplayDetail.Automatic, (0, factor)).StepTime;
                var played = SteadySteps.Play(Dynamic(step), ReplayDetail.Automatic, (0, factor));
                if (played.MicroBatches.Distinct().Count() == 1)
                {
                    Assert.AreEqual(still, played.StepTime, $"step {number}");
                    continue;
                }

                var ratio = played.StepTime.Over(still);
                Assert.IsLessThanOrEqualTo(1, ratio, $"step {number}, node 0 x {factor}: {step.Parallelism}");
                (tried, ratios) = (tried + 1, ratios + ratio);
            }
        }

        Assert.IsLessThan(0.85, ratios / tried);
    }

    [TestMethod]
    public void Without_a_slow_node_all_shares_are_equal_and_nothing_changes()
    {
        foreach (var (step, number) in SteadySteps.All(Layouts))
        {
            var played = SteadySteps.Play(Dynamic(step), ReplayDetail.Full);
            Assert.AreEqual(1, played.MicroBatches.Distinct().Count(), $"step {number}");
            Assert.AreEqual(SteadySteps.Play(step, ReplayDetail.Full).StepTime, played.StepTime, $"step {number}");
        }
    }

    [TestMethod]
    public void One_slow_replica_of_many_costs_little_more_than_its_share_of_the_work()
    {
        // 16 replicas of one node, 16 micro-batches each; one takes twice as long: 15.5 replicas' worth of speed.
        var step = SmallStep.Plain with
        {
            Cluster = SmallStep.ClusterOf(16, 1, 1),
            Fabric = SmallStep.FabricOf(1, ScaleUpKind.Switch),
            Model = SmallStep.Plain.Model with { Experts = new ExpertSpec(1, 1, 2_048, 0) },
            Parallelism = SmallStep.Plain.Parallelism with
            {
                Pipeline = 1,
                Expert = 1,
                GlobalBatch = 256,
                Routing = RoutingMode.Balanced,
                Overlap = new(Fraction.One, Fraction.One),
            },
        };
        var sound = SteadySteps.Play(step, ReplayDetail.Automatic).StepTime.Seconds;
        var still = SteadySteps.Play(step, ReplayDetail.Automatic, (3, 2)).StepTime.Seconds;
        var played = SteadySteps.Play(Dynamic(step), ReplayDetail.Automatic, (3, 2));
        Assert.AreEqual(2, still / sound, 0.02);
        // Whole numbers: nobody can have 16.5, the slow one has 8 or 9 of them.
        Assert.AreEqual(17, played.MicroBatches.Max());
        Assert.IsTrue(played.MicroBatches[3] is 8 or 9, $"{played.MicroBatches[3]}");
        Assert.IsGreaterThanOrEqualTo(16 / 15.5 * 0.99, played.StepTime.Seconds / sound);
        Assert.IsLessThanOrEqualTo(18 / 16.0 * 1.01, played.StepTime.Seconds / sound);
    }

    private static SmallStep Dynamic(SmallStep step) =>
        step with { Parallelism = step.Parallelism with { DynamicMicroBatches = true } };
}
