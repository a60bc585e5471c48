// The critical path: its parts are the step, it changes nothing, and it goes where the work is.
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class CriticalPathTests
{
    [TestMethod]
    public void Its_parts_sum_to_the_step_whatever_disturbs_it()
    {
        var steps = Enumerable.Range(0, 60).Select(SmallStep.Random)
            .Concat(SteadySteps.All(60).Select(pair => pair.Step)).ToArray();
        for (var i = 0; i < steps.Length; i++)
        {
            var (plain, followed) = (steps[i].Play(i), Followed(steps[i], i));
            Assert.AreEqual(plain.StepTime, followed.StepTime, $"step {i}");
            Assert.IsNull(plain.CriticalPath);
            var path = followed.CriticalPath!;
            Assert.AreEqual(followed.StepTime, path.Total, $"step {i}: {path}");
            Assert.IsTrue(
                path.Kernels > Duration.Zero && path.Collectives >= Duration.Zero && path.Sends >= Duration.Zero
                && path.Pauses >= Duration.Zero && path.GradientExchange >= Duration.Zero, $"step {i}: {path}");
            var onStages = path.ByStage.Aggregate(Duration.Zero, (sum, length) => sum + length);
            Assert.AreEqual(path.Total - path.GradientExchange - path.Optimizer, onStages, $"step {i}");
        }
    }

    [TestMethod]
    public void It_leads_through_the_stage_that_the_others_wait_for()
    {
        // A vocabulary so large that the head makes the last stage the slow one.
        var step = SmallStep.Plain with { Model = SmallStep.Plain.Model with { Vocabulary = 200_000 } };
        var path = Followed(step, 0).CriticalPath!;
        Assert.AreEqual(1, path.ByStage.Select((length, stage) => (length, stage)).Max().stage);
        Assert.IsGreaterThan(0.8, path.ByStage[1].Over(path.ByStage[0] + path.ByStage[1]));
    }

    [TestMethod]
    public void What_is_not_on_it_can_be_slower_for_free_and_what_is_cannot()
    {
        var step = SmallStep.Plain with
        {
            Model = SmallStep.Plain.Model with { Vocabulary = 200_000 },
            Parallelism = SmallStep.Plain.Parallelism with { Routing = RoutingMode.Balanced },
        };
        // Ranks 0 to 7 are stage 0, on nodes 0 and 1; stage 1 has the head.
        var sound = step.Play(0).StepTime;
        Assert.AreEqual(1, step.Plan().Layout.Of(12).Stage);
        var early = SteadySteps.Play(step, ReplayDetail.Full, (0, 1.02)).StepTime;
        var late = SteadySteps.Play(step, ReplayDetail.Full, (3, 1.02)).StepTime;
        Assert.IsLessThan(0.004, (early - sound).Over(sound));
        Assert.IsGreaterThan(0.01, (late - sound).Over(sound));
    }

    private static ReplayedStep Followed(SmallStep step, int sample) =>
        new StepReplay(step.Plan(), step.Noise, 17) { FollowsPath = true }.Play(sample);
}
