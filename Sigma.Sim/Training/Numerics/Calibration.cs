// Calibration across precisions (SIGMA's numerical validation, on one stack): the same steps from the same weights on
// the same text in every precision, held against fp32; and one kernel at a time, to see where the error comes from.
namespace Sigma.Sim.Training.Numerics;

/// <summary>One step against the same step in fp32, each on its own course since the first.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="LossDifference">Total loss less that of fp32, nats.</param>
/// <param name="GradientError">Norm of the difference of all gradients over the norm in fp32.</param>
/// <param name="Cosine">Cosine similarity of the gradients of each tensor class, in the order of the classes.</param>
/// <param name="RoutingChanged">Share of the tokens' choices that fp32 did not make.</param>
public sealed record PrecisionStep(
    int Step, double LossDifference, double GradientError, IReadOnlyList<double> Cosine, double RoutingChanged)
{
    public double LowestCosine => Cosine.Min();
}

/// <summary>A training in some precision beside the one in fp32.</summary>
/// <param name="Precisions">Of its kernels.</param>
/// <param name="Steps">All steps from the first.</param>
/// <param name="UpdateError">
/// After the last step: norm of the difference of all weights over the norm of what fp32 has moved them.
/// </param>
public sealed record PrecisionCourse(
    KernelPrecisions Precisions, IReadOnlyList<PrecisionStep> Steps, double UpdateError)
{
    public double WorstLossDifference => Steps.Max(step => Math.Abs(step.LossDifference));
}

/// <summary>Whether a kernel may work in a precision.</summary>
public enum NumericsVerdict
{
    Safe,
    Watch,
    Unsafe,
}

/// <summary>One kernel in low precision, all others in fp32.</summary>
/// <param name="Kernel">The one.</param>
/// <param name="Precision">Its own.</param>
/// <param name="Course">What became of the training.</param>
/// <param name="Share">
/// Its part of the first step's squared gradient errors of all kernels in this precision: independent errors add so.
/// </param>
public sealed record KernelTrial(MatrixKernel Kernel, StepPrecision Precision, PrecisionCourse Course, double Share)
{
    /// <summary>A cosine of the first gradients from here on is as good as fp32's.</summary>
    public const double SafeCosine = 0.999;

    /// <summary>Shares of changed choices up to here hardly move the load of an expert.</summary>
    public const double SafeRouting = 0.01;

    /// <summary>Loss differences up to here, in nats, are those of another order of the same text.</summary>
    public const double SafeLoss = 0.02;

    /// <summary>
    /// Safe when every class of gradients of the first step keeps the safe cosine, hardly a choice of the first step
    /// changes, and no step's loss leaves fp32's by more than the safe difference; unsafe when a class falls below the
    /// cosine that cross-stack validation calls abnormal; to be watched between.
    /// </summary>
    public NumericsVerdict Verdict =>
        !(First.LowestCosine >= TensorComparison.LowestCosine) ? NumericsVerdict.Unsafe
        : First.LowestCosine >= SafeCosine && First.RoutingChanged <= SafeRouting
            && Course.WorstLossDifference <= SafeLoss ? NumericsVerdict.Safe
        : NumericsVerdict.Watch;

    /// <summary>The first step, which begins from the very weights of fp32.</summary>
    public PrecisionStep First => Course.Steps[0];
}

/// <summary>What calibration found: whole recipes, then kernels one at a time.</summary>
public sealed record CalibrationReport(IReadOnlyList<PrecisionCourse> Recipes, IReadOnlyList<KernelTrial> Kernels)
{
    /// <summary>The kernel that contributes most to the error of a precision.</summary>
    public KernelTrial WorstOf(StepPrecision precision) =>
        Of(precision).MaxBy(trial => trial.Share)!;

    public IEnumerable<KernelTrial> Of(StepPrecision precision) =>
        Kernels.Where(trial => trial.Precision == precision);
}

/// <summary>Runs a calibration.</summary>
public static class Calibration
{
    private static readonly StepPrecision[] Low = [StepPrecision.Bf16, StepPrecision.Fp8];

    /// <summary>Trainings that a calibration compares with fp32.</summary>
    public static int Courses => Low.Length + Trials().Count();

    /// <summary>The precisions that are held against fp32.</summary>
    public static IReadOnlyList<StepPrecision> Precisions => Low;

    /// <summary>
    /// Trains as the spec says, but in every precision; <paramref name="afterCourse"/> hears how many are done.
    /// </summary>
    public static CalibrationReport Run(
        TrainingSpec spec, Action<int> afterCourse, CancellationToken cancellation)
    {
        var violations = spec.Violations();
        if (violations.Count > 0) throw new ArgumentException(string.Join("; ", violations));
        var exact = ExactCourse.Of(spec, cancellation);
        var done = 0;
        PrecisionCourse Course(KernelPrecisions precisions)
        {
            var course = exact.Beside(precisions);
            afterCourse(++done);
            return course;
        }

        var recipes = Low.Select(precision => Course(KernelPrecisions.Of(precision))).ToList();
        var trials = Trials()
            .Select(trial => (trial.Kernel, trial.Precision, Course: Course(
                KernelPrecisions.Only(trial.Kernel, trial.Precision)))).ToList();
        double Squared(PrecisionCourse course) => course.Steps[0].GradientError * course.Steps[0].GradientError;
        var kernels = trials.Select(trial =>
        {
            var all = trials.Where(other => other.Precision == trial.Precision).Sum(other => Squared(other.Course));
            return new KernelTrial(
                trial.Kernel, trial.Precision, trial.Course, all > 0 ? Squared(trial.Course) / all : 0);
        });
        return new CalibrationReport(recipes, [.. kernels]);
    }

    // A precision below which a kernel does not go is no trial of its own.
    private static IEnumerable<(MatrixKernel Kernel, StepPrecision Precision)> Trials() =>
        from precision in Low
        from kernel in Enum.GetValues<MatrixKernel>()
        where KernelPrecisions.Only(kernel, precision)[kernel] == precision
        select (kernel, precision);
}
