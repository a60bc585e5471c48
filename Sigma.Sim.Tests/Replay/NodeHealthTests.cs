// Nodes that are not sound: narrow NICs slow what crosses them and nothing else, and slow nodes count as often as there
// is one.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class NodeHealthTests
{
    [TestMethod]
    public void A_narrow_NIC_never_shortens_a_step_and_a_narrower_one_never_less()
    {
        for (var number = 0; number < 60; number++)
        {
            var step = SmallStep.Random(number);
            var sound = Narrow(step, number, 1);
            var half = Narrow(step, number, 0.5);
            var quarter = Narrow(step, number, 0.25);
            Assert.IsTrue(sound <= half && half <= quarter, $"step {number}: {sound}, {half}, {quarter}");
        }
    }

    [TestMethod]
    public void A_narrow_NIC_slows_the_gradients_of_all_by_its_share()
    {
        // One stage on two nodes: only gradients cross.
        var step = SmallStep.Plain with
        {
            Parallelism = SmallStep.Plain.Parallelism with { Pipeline = 1, GlobalBatch = 32 },
            Cluster = SmallStep.ClusterOf(2, 4, 1),
        };
        var exchange = step.Plan().GradientExchange(0);
        Assert.AreEqual(exchange.Nanoseconds, (Narrow(step, 0, 0.5) - Narrow(step, 0, 1)).Nanoseconds, 2);
    }

    [TestMethod]
    public void Where_nothing_leaves_a_node_its_NICs_do_not_matter()
    {
        var step = SmallStep.Plain with
        {
            Parallelism = SmallStep.Plain.Parallelism with { Pipeline = 1, GlobalBatch = 16 },
            Cluster = SmallStep.ClusterOf(1, 4, 1),
        };
        Assert.AreEqual(Narrow(step, 0, 1), Narrow(step, 0, 0.1));
    }

    [TestMethod]
    public void A_profile_counts_steps_with_a_slow_node_as_often_as_there_is_one()
    {
        var noise = NoiseSpec.Silent with { SlowNodes = new SlowNodeSpec(new Fraction(0.1), 1.5) };
        var step = SmallStep.Plain with
        {
            Noise = noise,
            Parallelism = SmallStep.Plain.Parallelism with { Routing = RoutingMode.Balanced },
        };
        var plan = step.Plan();
        var profile = StepProfile.Of(plan, noise, 17, 3, 1, CancellationToken.None);
        var replay = new StepReplay(plan, noise, 17);
        var sound = replay.Play(0, NodeHealth.Even).StepTime.Nanoseconds;
        var slow = Enumerable.Range(0, 3)
            .Average(i => replay.Play(i, NodeHealth.SomeSlow(noise, 17, i, 4)).StepTime.Nanoseconds);
        var chance = 1 - Math.Pow(0.9, 4);
        Assert.AreEqual((1 - chance) * sound + chance * slow, profile.StepTime.Nanoseconds, 1);
        Assert.IsGreaterThan(sound, profile.StepTime.Nanoseconds);
        Assert.AreEqual(1, profile.Shares.Compute + profile.Shares.ExposedCommunication
            + profile.Shares.PipelineBubble + profile.Shares.StragglerWait, 1e-12);
    }

    [TestMethod]
    public void A_node_that_the_cluster_calls_unsound_is_so_in_every_step()
    {
        for (var number = 0; number < 30; number++)
        {
            var step = SmallStep.Random(number);
            var (plan, noise) = (step.Plan(), step.Noise);
            var cluster = step.Cluster with { Unsound = [new UnsoundNode(0, 1.5, new Fraction(0.5))] };
            var told = (step with { Cluster = cluster }).Play(number).StepTime;
            var given = new NodeHealth(
                new Dictionary<int, double> { [0] = 1.5 }, new Dictionary<int, double> { [0] = 0.5 });
            Assert.AreEqual(new StepReplay(plan, noise, 17).Play(number, given).StepTime, told, $"step {number}");
        }
    }

    [TestMethod]
    public void Drawn_slow_nodes_are_as_many_as_their_share_says()
    {
        var noise = NoiseSpec.Silent with { SlowNodes = new SlowNodeSpec(new Fraction(0.05), 1.5) };
        var health = NodeHealth.Drawn(noise, 3, 0, 20_000);
        var slow = Enumerable.Range(0, 20_000).Count(health.IsUnsound);
        // Binomial: mean 1,000, deviation 31.
        Assert.IsTrue(slow is > 880 and < 1_120, $"{slow}");
        Assert.AreEqual(1, NodeHealth.ChanceOfAny(noise, 20_000), 1e-12);
        Assert.AreEqual(0.05, NodeHealth.ChanceOfAny(noise, 1), 1e-12);
    }

    [TestMethod]
    public void Measures_against_noise_take_away_what_they_cure()
    {
        var ofCaches = new PauseSpec(
            "reclaim", PauseScope.Node, new Exponential(Duration.FromSeconds(9)), 0,
            new Constant(Duration.FromSeconds(1)), false)
        { IsOfCaches = true };
        var other = ofCaches with { Name = "other", IsOfCaches = false };
        var noise = new NoiseSpec(0, [ofCaches, other])
        {
            SlowNodes = new SlowNodeSpec(new Fraction(0.5), 2),
            DropsCaches = true,
            EvictsSlowNodes = true,
        };
        CollectionAssert.AreEqual(new[] { other }, noise.Remaining.Pauses.ToArray());
        Assert.IsNull(noise.Remaining.SlowNodes);
        var kept = noise with { DropsCaches = false, EvictsSlowNodes = false };
        Assert.HasCount(2, kept.Remaining.Pauses);
        Assert.IsNotNull(kept.Remaining.SlowNodes);
    }

    private static Duration Narrow(SmallStep step, int sample, double share) =>
        new StepReplay(step.Plan(), step.Noise, 17).Play(sample, NodeHealth.Narrow(0, share)).StepTime;
}
