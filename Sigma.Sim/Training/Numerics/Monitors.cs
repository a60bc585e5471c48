// The monitors of a training: pure functions of what was observed so far, so that the same course always alarms alike.
// Thresholds are those of the settings, not of a particular run.
namespace Sigma.Sim.Training.Numerics;

/// <summary>Looks at a course, the last observation being the step that just ended.</summary>
public interface IStepMonitor
{
    public string Name { get; }

    /// <summary>Whether the last step raises an alarm.</summary>
    public bool Alarms(IReadOnlyList<StepObservation> course);
}

/// <summary>The monitors that a training has.</summary>
public static class StepMonitors
{
    /// <summary>Steps that a monitor compares with; before there are as many, it is silent.</summary>
    public const int Window = 8;

    public static IReadOnlyList<IStepMonitor> All { get; } =
        [new NotFinite(), new LossSpike(), new GradientNormSpike(), new ParameterNormProfile()];

    /// <summary>A value of the steps before the last, smallest first; empty while there are too few.</summary>
    internal static double[] Before(IReadOnlyList<StepObservation> course, Func<StepObservation, double> value)
    {
        if (course.Count <= Window) return [];
        var window = new double[Window];
        for (var i = 0; i < Window; i++) window[i] = value(course[course.Count - 1 - Window + i]);
        Array.Sort(window);
        return window;
    }
}

/// <summary>Loss, gradient norm or a parameter is NaN or infinite.</summary>
public sealed class NotFinite : IStepMonitor
{
    public string Name => "not-finite";

    public bool Alarms(IReadOnlyList<StepObservation> course)
    {
        var last = course[^1];
        return !double.IsFinite(last.Loss) || !double.IsFinite(last.GradientNorm)
            || !last.NormWeights.All(double.IsFinite) || !last.Matrices.All(double.IsFinite);
    }
}

/// <summary>
/// The loss stands above everything in the window by more than the window's own spread, and by 0.1 nats at least.
/// </summary>
public sealed class LossSpike : IStepMonitor
{
    private const double LeastNats = 0.1;

    public string Name => "loss-spike";

    public bool Alarms(IReadOnlyList<StepObservation> course)
    {
        var window = StepMonitors.Before(course, step => step.Loss);
        return window.Length > 0 && course[^1].Loss > window[^1] + Math.Max(LeastNats, window[^1] - window[0]);
    }
}

/// <summary>The gradient norm is more than five times the window's largest.</summary>
public sealed class GradientNormSpike : IStepMonitor
{
    private const double Factor = 5;

    public string Name => "gradient-norm-spike";

    public bool Alarms(IReadOnlyList<StepObservation> course)
    {
        var window = StepMonitors.Before(course, step => step.GradientNorm);
        return window.Length > 0 && course[^1].GradientNorm > Factor * window[^1];
    }
}

/// <summary>
/// The norms of the parameters over depth bend: a middle layer's norm weights sink below the line from the first to the
/// last layer (the valley that foretold SIGMA's collapse), or one layer's weights leave the others'.
/// </summary>
public sealed class ParameterNormProfile : IStepMonitor
{
    private const double Valley = 0.05, Shift = 0.05;

    public string Name => "parameter-norm-profile";

    public bool Alarms(IReadOnlyList<StepObservation> course)
    {
        var last = course[^1];
        return DepthOfValley(last.NormWeights) > Valley
            || ShiftOf(course, step => step.NormWeights) > Shift || ShiftOf(course, step => step.Matrices) > Shift;
    }

    /// <summary>How far a middle layer lies below the line between the ends, as a share of the line.</summary>
    internal static double DepthOfValley(IReadOnlyList<double> profile)
    {
        var deepest = 0.0;
        for (var layer = 1; layer < profile.Count - 1; layer++)
        {
            var along = (double)layer / (profile.Count - 1);
            var line = profile[0] + (along * (profile[^1] - profile[0]));
            deepest = Math.Max(deepest, 1 - (profile[layer] / line));
        }

        return deepest;
    }

    /// <summary>The largest change of a layer against the median layer over the window, as a share.</summary>
    internal static double ShiftOf(
        IReadOnlyList<StepObservation> course, Func<StepObservation, IReadOnlyList<double>> profile)
    {
        if (course.Count <= StepMonitors.Window) return 0;
        var (now, then) = (profile(course[^1]), profile(course[course.Count - 1 - StepMonitors.Window]));
        var growth = now.Zip(then, (after, before) => after / before).ToArray();
        var sorted = growth.Order().ToArray();
        var typical = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return growth.Max(own => Math.Abs((own / typical) - 1));
    }
}
