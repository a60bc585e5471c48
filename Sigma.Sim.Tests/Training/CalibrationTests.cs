using Sigma.Sim.Training;
using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Tests.Training;

[TestClass]
public sealed class CalibrationTests
{
    private static readonly CalibrationReport Report = Calibrated(threads: 2);

    [TestMethod]
    public void Every_kernel_is_tried_in_every_precision_it_knows()
    {
        Assert.HasCount(2, Report.Recipes);
        Assert.HasCount(11, Report.Kernels);
        Assert.AreEqual(Report.Recipes.Count + Report.Kernels.Count, Calibration.Courses);
        Assert.IsFalse(Report.Of(StepPrecision.Fp8).Any(trial => trial.Kernel == MatrixKernel.Attention));
        foreach (var precision in Calibration.Precisions)
            Assert.AreEqual(1, Report.Of(precision).Sum(trial => trial.Share), 1e-9);
    }

    [TestMethod]
    public void Coarser_numbers_err_more_and_one_kernel_errs_less_than_all()
    {
        var (bf16, fp8) = (Report.Recipes[0], Report.Recipes[1]);
        Assert.IsTrue(bf16.Steps[0].GradientError is > 1e-4 and < 0.05, $"{bf16.Steps[0]}");
        Assert.IsTrue(fp8.Steps[0].GradientError > 3 * bf16.Steps[0].GradientError, $"{fp8.Steps[0]}");
        Assert.IsTrue(bf16.Steps[0].LowestCosine > fp8.Steps[0].LowestCosine);
        Assert.IsTrue(bf16.UpdateError > 0 && fp8.UpdateError > bf16.UpdateError, $"{bf16.UpdateError}");
        Assert.HasCount(3, bf16.Steps);
        foreach (var trial in Report.Of(StepPrecision.Bf16))
            Assert.IsTrue(
                trial.First.GradientError > 0 && trial.First.GradientError < 2 * bf16.Steps[0].GradientError,
                $"{trial}");
    }

    [TestMethod]
    public void The_head_alone_changes_no_choice_of_the_first_step()
    {
        foreach (var trial in Report.Kernels.Where(trial => trial.Kernel == MatrixKernel.Head))
            Assert.AreEqual(0, trial.First.RoutingChanged);
        Assert.IsTrue(Report.Recipes[1].Steps[0].RoutingChanged > 0);
    }

    [TestMethod]
    [DataRow(1.0, 0.0, 0.0, NumericsVerdict.Safe)]
    [DataRow(0.9985, 0.0, 0.0, NumericsVerdict.Watch)]
    [DataRow(1.0, 0.03, 0.0, NumericsVerdict.Watch)]
    [DataRow(1.0, 0.0, 0.02, NumericsVerdict.Watch)]
    [DataRow(0.98, 0.0, 0.0, NumericsVerdict.Unsafe)]
    [DataRow(double.NaN, 0.0, 0.0, NumericsVerdict.Unsafe)]
    public void A_verdict_follows_from_cosine_loss_and_routing(
        double cosine, double loss, double routing, NumericsVerdict expected)
    {
        var step = new PrecisionStep(1, loss, 0.1, [1, cosine, 1], routing);
        var course = new PrecisionCourse(KernelPrecisions.Of(StepPrecision.Bf16), [step], 0);
        Assert.AreEqual(expected, new KernelTrial(MatrixKernel.Head, StepPrecision.Bf16, course, 1).Verdict);
    }

    [TestMethod]
    public void Any_number_of_threads_calibrates_alike()
    {
        var one = Calibrated(threads: 1);
        foreach (var (found, expected) in one.Recipes.Zip(Report.Recipes))
        {
            Assert.AreEqual(expected.UpdateError, found.UpdateError);
            foreach (var (step, other) in found.Steps.Zip(expected.Steps))
            {
                Assert.AreEqual(other.LossDifference, step.LossDifference);
                CollectionAssert.AreEqual(other.Cosine.ToArray(), step.Cosine.ToArray());
            }
        }
    }

    private static CalibrationReport Calibrated(int threads)
    {
        var model = ReducedModelSpec.Default with { Layers = 2, Experts = 16, TopK = 2, Sequence = 64, Batch = 4 };
        return Calibration.Run(
            new TrainingSpec(
                model, OptimizerSpec.Default, KernelPrecisions.Of(StepPrecision.Fp32), Corpus.Version1, Seed: 1,
                Steps: 3, threads, TraceSteps: 1), _ => { }, default);
    }
}
