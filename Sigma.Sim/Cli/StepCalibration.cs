// `sigma step --calibrate`: the same steps in every precision, and which kernels may work in which.
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;
using Sigma.Sim.Training;
using Sigma.Sim.Training.Numerics;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>Calibrates and reports.</summary>
internal static class StepCalibration
{
    public static int Run(
        TrainingSpec spec, string folder, string command, Screen screen, CancellationToken interrupted)
    {
        OutputFolder.Begin(folder).Dispose();
        screen.Progress(new JobProgress("calibration", 0, Calibration.Courses));
        var report = Calibration.Run(
            spec, done => screen.Progress(new JobProgress("calibration", done, Calibration.Courses)), interrupted);
        screen.EndProgress();
        var files = CalibrationFiles.Write(report, folder, command).Select(name => Path.Combine(folder, name)).ToList();
        screen.Say($"{spec.Steps} steps from the same weights, against fp32:");
        screen.Show(RecipeTable(report));
        var updates = report.Recipes.Select(
            course => $"{Percent(course.UpdateError)} in {course.Precisions.Name}");
        screen.Say(
            $"after {spec.Steps} steps the weights are off by {string.Join(" and ", updates)} of what fp32 moved them");
        screen.Say("");
        screen.Say("one kernel at a time, all others in fp32:");
        screen.Show(KernelTable(report));
        foreach (var precision in Calibration.Precisions) screen.Say(Verdict(report, precision));
        screen.Say($"figure: {files[^1]}");
        screen.Answer(json => Answer(json, report, files));
        return ExitCode.Done;
    }

    private static Table RecipeTable(CalibrationReport report)
    {
        var table = Tables.Plain(
            "precision", "step", "loss difference [nats]", "gradient error", "lowest cosine", "choices changed");
        foreach (var course in report.Recipes)
            foreach (var step in course.Steps)
                table.AddTexts(
                    course.Precisions.Name, UnitText.Count(step.Step), UnitText.ThreeDigits(step.LossDifference),
                    Percent(step.GradientError), $"{step.LowestCosine:0.00000}", Percent(step.RoutingChanged));

        return table;
    }

    private static Table KernelTable(CalibrationReport report)
    {
        var table = Tables.Plain(
            "kernel", "precision", "gradient error", "of all", "lowest cosine", "choices changed", "verdict");
        foreach (var trial in report.Kernels)
        {
            table.AddTexts(
                MatrixKernels.NameOf(trial.Kernel), KernelPrecisions.NameOf(trial.Precision),
                Percent(trial.First.GradientError), UnitText.Percent(trial.Share, 1),
                $"{trial.First.LowestCosine:0.00000}", Percent(trial.First.RoutingChanged),
                trial.Verdict.ToString().ToLowerInvariant());
        }

        return table;
    }

    private static string Verdict(CalibrationReport report, StepPrecision precision)
    {
        var byVerdict = report.Of(precision).ToLookup(
            trial => trial.Verdict, trial => MatrixKernels.NameOf(trial.Kernel).Replace('_', ' '));
        var safe = byVerdict[NumericsVerdict.Safe].ToList();
        var parts = new List<string>
        {
            safe.Count == 0 ? "is safe for no kernel" : $"is safe for {string.Join(", ", safe)}",
        };
        if (byVerdict[NumericsVerdict.Watch].Any())
            parts.Add($"watch {string.Join(", ", byVerdict[NumericsVerdict.Watch])}");
        if (byVerdict[NumericsVerdict.Unsafe].Any())
            parts.Add($"keep fp32 for {string.Join(", ", byVerdict[NumericsVerdict.Unsafe])}");
        var worst = report.WorstOf(precision);
        parts.Add(
            $"most of the error ({UnitText.Percent(worst.Share, 0)}) comes from "
            + MatrixKernels.NameOf(worst.Kernel).Replace('_', ' '));
        return $"{KernelPrecisions.NameOf(precision)} {string.Join("; ", parts)}";
    }

    private static string Percent(double share) => $"{UnitText.ThreeDigits(100 * share)} %";

    private static void Answer(Utf8JsonWriter json, CalibrationReport report, IReadOnlyList<string> files)
    {
        json.WriteStartObject();
        json.WriteStartArray("precisions");
        foreach (var course in report.Recipes)
        {
            json.WriteStartObject();
            json.WriteString("precision", course.Precisions.Name);
            json.WriteNumbers("loss_difference", course.Steps.Select(step => step.LossDifference));
            json.WriteNumbers("gradient_error", course.Steps.Select(step => step.GradientError));
            json.WriteNumbers("lowest_cosine", course.Steps.Select(step => step.LowestCosine));
            json.WriteNumbers("routing_changed", course.Steps.Select(step => step.RoutingChanged));
            json.WriteStartObject("cosine");
            foreach (var kind in Enum.GetValues<TensorClass>())
                json.WriteNumbers(
                    kind.ToString().ToLowerInvariant(), course.Steps.Select(step => step.Cosine[(int)kind]));
            json.WriteEndObject();
            json.WriteNumber("update_error", course.UpdateError);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("kernels");
        foreach (var trial in report.Kernels)
        {
            json.WriteStartObject();
            json.WriteString("kernel", MatrixKernels.NameOf(trial.Kernel));
            json.WriteString("precision", KernelPrecisions.NameOf(trial.Precision));
            json.WriteString("verdict", trial.Verdict.ToString().ToLowerInvariant());
            json.WriteNumber("share_of_error", trial.Share);
            json.WriteNumber("gradient_error", trial.First.GradientError);
            json.WriteNumber("lowest_cosine", trial.First.LowestCosine);
            json.WriteNumber("routing_changed", trial.First.RoutingChanged);
            json.WriteNumber("update_error", trial.Course.UpdateError);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs");
        foreach (var file in files) json.WriteStringValue(file);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
