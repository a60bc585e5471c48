// `sigma step`: only the real reduced step; trains it here and now, or checks it against another stack's numbers.
using System.CommandLine;
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>The verb `step`.</summary>
internal static class StepVerb
{
    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var scenario = new Argument<string?>("SCENARIO")
        {
            Description = "take sizes and steps from a scenario",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var steps = new Option<int?>("--steps")
        {
            Description = "optimizer steps (default 40, or the scenario's)",
            HelpName = "N",
        };
        var verify = new Option<string?>("--verify")
        {
            Description = "compare with the reference in this folder (manifest.json, tensors.bin)",
            HelpName = "DIR",
        };
        var seed = new Option<long?>("--seed")
        {
            Description = "seed of weights and text order (default 1, or the scenario's)",
            HelpName = "N",
        };
        var command = new Command("step",
            "Train the real reduced mixture-of-experts step: loss, time per kernel, expert load."
            + "\n\nExamples:\n  sigma step --steps 60\n  sigma step --verify Sigma.Sim.Tests/Reference/moe-small")
        {
            scenario, steps, seed, shared.Threads, verify,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var threads = shared.ThreadsOf(parsed);
            if (parsed.GetValue(verify) is { } folder) return Verify(folder, threads, screen);
            var spec = SpecOf(parsed.GetValue(scenario), parsed.GetValue(steps), parsed.GetValue(seed), threads);
            return Train(spec, screen, interrupted);
        });
        return command;
    }

    private static TrainingSpec SpecOf(string? scenario, int? steps, long? seed, int threads)
    {
        if (seed < 0) throw new UsageException($"--seed takes a number that is not negative, found {seed}");
        if (steps is < 1 or > 100_000)
            throw new UsageException($"--steps takes a number from 1 to 100,000, found {steps}");
        if (scenario is null)
        {
            return new TrainingSpec(
                ReducedModelSpec.Default, OptimizerSpec.Default, Corpus.Version1, (ulong)(seed ?? 1),
                steps ?? 40, threads, 1);
        }

        var loaded = Scenario.Load(scenario, []);
        var real = loaded.RealStep;
        var count = steps ?? real.Steps;
        var traced = Math.Min(count, real.TraceSteps);
        var seeded = seed is { } given ? (ulong)given : loaded.Seed;
        return new TrainingSpec(real.Model, real.Optimizer, Corpus.Version1, seeded, count, threads, traced);
    }

    private static int Train(TrainingSpec spec, Screen screen, CancellationToken interrupted)
    {
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
            + $"{UnitText.Count(model.Tokens)} tokens a step, fp32, {spec.Threads} threads");
        screen.Say(
            $"cross-entropy {UnitText.ThreeDigits(first.Losses.CrossEntropy)} -> "
            + $"{UnitText.ThreeDigits(last.Losses.CrossEntropy)} after {spec.Steps} steps, "
            + $"gradient norm {UnitText.ThreeDigits(last.GradientNorm)}");
        screen.Say(
            $"{UnitText.ThreeDigits(median)} ms a step (median), {UnitText.ThreeDigits(gflop)} GFLOP, "
            + $"{UnitText.ThreeDigits(gflop / median * 1e3)} GFLOP/s");
        screen.Show(KernelTable(record));
        screen.Show(LoadTable(record));
        screen.Answer(json => WriteTraining(json, record, median, gflop));
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
        var table = Tables.Plain("layer", "hottest expert / mean", "coefficient of variation", "entropy");
        foreach (var load in record.Load)
        {
            table.AddTexts(
                UnitText.Count(load.Layer),
                UnitText.ThreeDigits(load.MaxOverMean),
                UnitText.ThreeDigits(load.CoefficientOfVariation),
                UnitText.ThreeDigits(load.Entropy));
        }

        return table;
    }

    private static void WriteTraining(Utf8JsonWriter json, TrainingRecord record, double stepMs, double gflop)
    {
        var steps = Math.Max(1, record.Steps.Count - 1);
        json.WriteStartObject();
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
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static int Verify(string folder, int threads, Screen screen)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"there is no folder `{folder}`");
        var report = CrossStackCheck.Run(folder, threads);
        screen.Say($"{report.Tensors.Count} tensors against {folder}");
        screen.Say(
            "largest difference relative to a tensor's largest element: "
            + $"{report.Worst.Relative:0.0e0} ({report.Worst.Name})");
        screen.Say(
            $"lowest cosine similarity: {report.LowestCosine:0.0000000}; "
            + $"largest loss difference over {report.Losses.Count} steps: {report.WorstLossDifference:0.0e0}");
        if (report.Abnormal.Count > 0)
        {
            var names = string.Join(", ", report.Abnormal.Select(t => t.Name));
            screen.Say($"abnormal (cosine below {CrossStackReport.AbnormalCosine}): {names}");
        }

        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("tensors", report.Tensors.Count);
            json.WriteFinite("worst_relative", report.Worst.Relative);
            json.WriteString("worst_tensor", report.Worst.Name);
            json.WriteFinite("lowest_cosine", report.LowestCosine);
            json.WriteFinite("worst_loss_difference", report.WorstLossDifference);
            json.WriteStartArray("abnormal");
            foreach (var tensor in report.Abnormal) json.WriteStringValue(tensor.Name);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return report.Abnormal.Count == 0 ? ExitCode.Done : ExitCode.Missed;
    }
}
