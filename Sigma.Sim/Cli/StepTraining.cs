// What `sigma step` says of a training run: loss, time and work per kernel, expert load.
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;
using Sigma.Sim.Training;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>Trains and reports.</summary>
internal static class StepTraining
{
    public static int Run(
        TrainingSpec spec, StepTrace trace, string? folder, Screen screen, CancellationToken interrupted)
    {
        trace.Try(spec);
        if (folder is not null) OutputFolder.Begin(folder).Dispose();
        var record = TrainingRun.Run(spec, step =>
        {
            interrupted.ThrowIfCancellationRequested();
            screen.Progress(new JobProgress("real step", step.Step, spec.Steps));
        });
        screen.EndProgress();
        var timed = record.Steps.Skip(record.Steps.Count > 1 ? 1 : 0).Select(s => s.ElapsedMs).Order().ToList();
        var median = timed[timed.Count / 2];
        var gflop = record.FlopPerStep / 1e9;
        var (first, last) = (record.Steps[0], record.Steps[^1]);
        var model = spec.Model;
        screen.Say(
            $"{model.Layers} layers, hidden {model.Hidden}, {model.Experts} experts top-{model.TopK}, "
            + $"{UnitText.Count(model.Tokens)} tokens a step, {spec.Precisions.Name}, {spec.Threads} threads");
        screen.Say(
            $"cross-entropy {UnitText.ThreeDigits(first.Losses.CrossEntropy)} -> "
            + $"{UnitText.ThreeDigits(last.Losses.CrossEntropy)} after {spec.Steps} steps, "
            + $"gradient norm {UnitText.ThreeDigits(last.GradientNorm)}");
        screen.Say(
            $"{UnitText.ThreeDigits(median)} ms a step (median), {UnitText.ThreeDigits(gflop)} GFLOP, "
            + $"{UnitText.ThreeDigits(gflop / median * 1e3)} GFLOP/s");
        screen.Show(KernelTable(record));
        screen.Show(LoadTable(record));
        trace.Save(spec, record, screen);
        var files = folder is null ? [] : TrainingFiles.Write(record, folder).Select(
            name => Path.Combine(folder, name)).ToList();
        if (files.Count > 0) screen.Say($"tables: {string.Join(", ", files)}");
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteString("precision", spec.Precisions.Name);
            WriteTraining(json, record, median, gflop);
            json.WriteOutputs("", trace.Files.Concat(files));
            json.WriteEndObject();
        });
        return ExitCode.Done;
    }

    private static Table KernelTable(TrainingRecord record)
    {
        var table = Tables.Plain("kernel", "ms per step", "GFLOP", "GFLOP/s", "share");
        var steps = Math.Max(1, record.Steps.Count - 1);
        var total = record.Work.Sum(k => k.ElapsedMs);
        foreach (var kernel in record.Work.OrderByDescending(k => k.ElapsedMs))
        {
            var (ms, gflop) = (kernel.ElapsedMs / steps, kernel.Flop / steps / 1e9);
            table.AddTexts(
                kernel.Name,
                UnitText.ThreeDigits(ms),
                UnitText.ThreeDigits(gflop),
                UnitText.ThreeDigits(gflop / ms * 1e3),
                UnitText.Percent(kernel.ElapsedMs / total, 1));
        }

        return table;
    }

    private static Table LoadTable(TrainingRecord record)
    {
        var table = Tables.Plain(
            "layer", "hottest expert / mean", "coefficient of variation", "entropy", "dropped choices");
        foreach (var load in record.Load)
        {
            table.AddTexts(
                UnitText.Count(load.Layer),
                UnitText.ThreeDigits(load.MaxOverMean),
                UnitText.ThreeDigits(load.CoefficientOfVariation),
                UnitText.ThreeDigits(load.Entropy),
                UnitText.Count(load.DroppedChoices));
        }

        return table;
    }

    private static void WriteTraining(Utf8JsonWriter json, TrainingRecord record, double stepMs, double gflop)
    {
        var steps = Math.Max(1, record.Steps.Count - 1);
        json.WriteNumbers("loss", record.Steps.Select(s => s.Losses.CrossEntropy));
        json.WriteNumber("gradient_norm", record.Steps[^1].GradientNorm);
        json.WriteNumbers("gradient_norms", record.Steps.Select(s => s.GradientNorm));
        json.WriteNumber("step_ms", stepMs);
        json.WriteNumber("gflop", gflop);
        json.WriteNumber("gflop_per_s", gflop / stepMs * 1e3);
        json.WriteStartArray("kernels");
        foreach (var kernel in record.Work)
        {
            json.WriteStartObject();
            json.WriteString("name", kernel.Name);
            json.WriteNumber("ms", kernel.ElapsedMs / steps);
            json.WriteNumber("gflop", kernel.Flop / steps / 1e9);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("expert_load");
        json.WriteNumber("max_over_mean", record.Load.Max(l => l.MaxOverMean));
        json.WriteStartArray("layers");
        foreach (var load in record.Load)
        {
            json.WriteStartObject();
            json.WriteNumber("layer", load.Layer);
            json.WriteNumber("max_over_mean", load.MaxOverMean);
            json.WriteNumber("coefficient_of_variation", load.CoefficientOfVariation);
            json.WriteNumber("entropy", load.Entropy);
            json.WriteNumber("dropped_choices", load.DroppedChoices);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
