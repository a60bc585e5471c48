// What `sigma step --calibrate` leaves: two tables and a figure, in one folder that appears whole.
using Sigma.Sim.Reporting.Figures;
using Sigma.Sim.Training;
using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Reporting;

/// <summary>Writes a calibration.</summary>
public static class CalibrationFiles
{
    /// <summary>
    /// Writes steps.csv (a row per course and step), kernels.csv (a row per kernel and precision) and the figure.
    /// </summary>
    /// <returns>Names of the files, relative to the folder, with forward slashes.</returns>
    public static IReadOnlyList<string> Write(CalibrationReport report, string folder, string command)
    {
        using var output = OutputFolder.Begin(folder);
        output.Write("steps.csv", to => Steps(report, to));
        output.Write("kernels.csv", to => Kernels(report, to));
        var figure = CalibrationCourse.Draw(report, command);
        output.Write($"figures/{figure.Name}.svg", to => to.Write(figure.Canvas.StandingAlone()));
        output.Publish();
        return output.Names;
    }

    private static void Steps(CalibrationReport report, TextWriter to)
    {
        var classes = Enum.GetValues<TensorClass>().Select(kind => $"cosine_{kind.ToString().ToLowerInvariant()}");
        using var table = new CsvTable(
            to,
            ["precision", "step", "loss_difference_nats", "gradient_error", "routing_changed", "update_error",
                .. classes]);
        foreach (var course in report.Recipes.Concat(report.Kernels.Select(trial => trial.Course)))
            foreach (var step in course.Steps)
            {
                table.Text(course.Precisions.Name).Count(step.Step).Number(step.LossDifference)
                    .Number(step.GradientError).Number(step.RoutingChanged).Number(course.UpdateError);
                foreach (var cosine in step.Cosine) table.Number(cosine);
                table.EndRow();
            }
    }

    private static void Kernels(CalibrationReport report, TextWriter to)
    {
        using var table = new CsvTable(
            to, "kernel", "precision", "verdict", "share_of_error", "first_gradient_error", "first_lowest_cosine",
            "first_routing_changed", "worst_loss_difference_nats", "update_error");
        foreach (var trial in report.Kernels)
        {
            table.Text(MatrixKernels.NameOf(trial.Kernel)).Text(KernelPrecisions.NameOf(trial.Precision))
                .Text(trial.Verdict.ToString().ToLowerInvariant()).Number(trial.Share)
                .Number(trial.First.GradientError).Number(trial.First.LowestCosine)
                .Number(trial.First.RoutingChanged).Number(trial.Course.WorstLossDifference)
                .Number(trial.Course.UpdateError).EndRow();
        }
    }
}
