// Folding plays equal ranks once. Wherever it is allowed its answer is the full one, to the nanosecond and by rank;
// elsewhere it is refused in words.
using Sigma.Sim.Replay;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class FoldingTests
{
    private const int Layouts = 100;

    [TestMethod]
    public void A_folded_step_is_the_full_one_to_the_nanosecond()
    {
        foreach (var (step, number) in SteadySteps.All(Layouts)) AssertAlike(step, $"step {number}");
    }

    [TestMethod]
    public void A_folded_step_with_a_slow_node_is_the_full_one_to_the_nanosecond()
    {
        foreach (var (step, number) in SteadySteps.All(Layouts))
        {
            var node = number % step.Cluster.Nodes;
            AssertAlike(step, $"step {number}, node {node} slow", (node, 1.3));
        }
    }

    [TestMethod]
    public void What_differs_from_rank_to_rank_is_not_folded()
    {
        var noisy = SteadySteps.Of(1) with { Noise = new NoiseSpec(0.01, []) };
        Refused(noisy, "noise makes every rank different");
        Refused(SmallStep.Plain, "real routing gives every expert-parallel group different work");
        Assert.AreEqual(SmallStep.Plain.Cluster.Accelerators, SmallStep.Plain.Play(0).PlayedRanks);

        static void Refused(SmallStep step, string why)
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(
                () => SteadySteps.Play(step, ReplayDetail.Folded));
            StringAssert.Contains(error.Message, why, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void Folding_plays_one_rank_for_all_of_a_tensor_group_and_one_group_for_all_sound_ones()
    {
        foreach (var (step, number) in SteadySteps.All(Layouts))
        {
            var layout = step.Plan().Layout;
            Assert.AreEqual(
                layout.Expert * layout.Pipeline, SteadySteps.Play(step, ReplayDetail.Automatic).PlayedRanks,
                $"step {number}");
            Assert.AreEqual(layout.Ranks, SteadySteps.Play(step, ReplayDetail.Full).PlayedRanks);
        }
    }

    private static void AssertAlike(SmallStep step, string which, params (int Node, double Factor)[] slow)
    {
        var full = SteadySteps.Play(step, ReplayDetail.Full, slow);
        var folded = SteadySteps.Play(step, ReplayDetail.Folded, slow);
        var about = $"{which}: {step.Parallelism}";
        Assert.AreEqual(full.StepTime, folded.StepTime, about);
        CollectionAssert.AreEqual(full.Ranks.ToArray(), folded.Ranks.ToArray(), about);
    }
}
