using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Tests.Training;

[TestClass]
public sealed class MonitorTests
{
    private static readonly double[] Even = [1, 1.01, 1.02, 1.03];

    [TestMethod]
    public void A_healthy_course_raises_no_alarm()
    {
        var course = Healthy(40);
        foreach (var monitor in StepMonitors.All)
            for (var steps = 1; steps <= course.Count; steps++)
                Assert.IsFalse(monitor.Alarms(course[..steps]), $"{monitor.Name} at step {steps}");
    }

    [TestMethod]
    public void Each_monitor_sees_its_own_trouble_and_only_that()
    {
        var last = Healthy(21)[^1];
        Alarm<NotFinite>(last with { Loss = double.NaN });
        Alarm<NotFinite>(last with { GradientNorm = double.NaN });
        Alarm<LossSpike>(last with { Loss = last.Loss + 1.5 });
        Alarm<GradientNormSpike>(last with { GradientNorm = 4 });
        Alarm<ParameterNormProfile>(last with { NormWeights = [1, 0.9, 0.95, 1] });
        Alarm<ParameterNormProfile>(last with { Matrices = [1, 1.01, 1.02, 1.2] });

        static void Alarm<T>(StepObservation trouble)
        {
            List<StepObservation> course = [.. Healthy(20), trouble];
            foreach (var monitor in StepMonitors.All)
                Assert.AreEqual(monitor is T, monitor.Alarms(course), $"{monitor.Name} of {trouble}");
        }
    }

    [TestMethod]
    public void A_norm_that_is_not_finite_in_a_layer_is_seen()
    {
        List<StepObservation> course = [.. Healthy(3), Healthy(1)[0] with { Matrices = [1, double.NaN, 1, 1] }];
        Assert.IsTrue(new NotFinite().Alarms(course));
    }

    [TestMethod]
    public void The_valley_is_measured_from_the_line_between_the_ends()
    {
        Assert.AreEqual(0, ParameterNormProfile.DepthOfValley(Even), 1e-12);
        Assert.AreEqual(0.25, ParameterNormProfile.DepthOfValley([1, 1.5, 3]), 1e-12);
        Assert.AreEqual(0, ParameterNormProfile.DepthOfValley([1, 3, 2]));
        Assert.AreEqual(0, ParameterNormProfile.DepthOfValley([5, 1]));
        Assert.AreEqual(0, ParameterNormProfile.DepthOfValley([5]));
    }

    [TestMethod]
    public void A_profile_that_grows_everywhere_alike_does_not_shift()
    {
        var course = Enumerable.Range(0, 12)
            .Select(step => Healthy(1)[0] with { Matrices = [.. Even.Select(value => value * (1 + (0.2 * step)))] })
            .ToList();
        Assert.AreEqual(0, ParameterNormProfile.ShiftOf(course, step => step.Matrices), 1e-12);
    }

    private static List<StepObservation> Healthy(int steps) =>
        [.. Enumerable.Range(0, steps).Select(step => new StepObservation(
            5 - (0.05 * step) + (step % 3 * 0.02), 0.5 + (step % 5 * 0.05), Even, Even))];
}
