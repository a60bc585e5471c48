// `sigma step`: only the real reduced step; trains it here and now, and holds it against other stacks and precisions.
using System.CommandLine;
using System.CommandLine.Completions;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Sigma.Sim.Training.Numerics;

namespace Sigma.Sim.Cli;

/// <summary>The verb `step`: one of its modes, from the options given.</summary>
internal sealed class StepVerb
{
    private readonly Argument<string?> _scenario = new("SCENARIO")
    {
        Description = "take sizes and steps from a scenario",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<int?> _steps = new("--steps")
    {
        Description = "optimizer steps (default 40, or the scenario's; with --calibrate at most 10)",
        HelpName = "N",
    };

    private readonly Option<string?> _precision = new("--precision")
    {
        Description = "format of the matrix products' operands: fp32, bf16 or fp8 (default fp32, or the scenario's)",
        HelpName = "NAME",
        CompletionSources = { _ => KernelPrecisions.Words.Keys.Select(word => new CompletionItem(word)) },
    };

    private readonly Option<string?> _verify = new("--verify")
    {
        Description = "compare with the reference in this folder (manifest.json, tensors.bin)",
        HelpName = "DIR",
    };

    private readonly Option<string?> _export = new("--export")
    {
        Description = "write ten steps on one batch as a reference that another stack can be checked against",
        HelpName = "DIR",
    };

    private readonly Option<bool> _calibrate = new("--calibrate")
    {
        Description = "run the same steps in every precision, and one kernel at a time: errors and verdicts",
        Arity = ArgumentArity.Zero,
    };

    private readonly Option<int?> _inject = new("--inject")
    {
        Description = "flip a random bit in each of N trainings and measure what the monitors notice",
        HelpName = "N",
    };

    private readonly Option<string?> _output = new("--out")
    {
        Description = "folder for tables and figures (default results/calibration, results/injection; else none)",
        HelpName = "DIR",
    };

    private readonly Option<string?> _trace = StepTrace.Option();

    private readonly Option<long?> _seed = new("--seed")
    {
        Description = "seed of weights and text order (default 1, or the scenario's)",
        HelpName = "N",
    };

    private readonly SharedOptions _shared;
    private readonly CancellationToken _interrupted;

    private StepVerb(SharedOptions shared, CancellationToken interrupted) =>
        (_shared, _interrupted) = (shared, interrupted);

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var verb = new StepVerb(shared, interrupted);
        var command = new Command("step",
            "Train the real reduced mixture-of-experts step: loss, time per kernel, expert load."
            + "\n\nExamples:\n  sigma step --steps 60 --precision bf16"
            + "\n  sigma step --verify Sigma.Sim.Tests/Reference/moe-small\n  sigma step --export results/our-step"
            + "\n  sigma step scenarios/small.yaml --trace small.trace\n  sigma step --calibrate"
            + "\n  sigma step --inject 2000")
        {
            verb._scenario, shared.Set, verb._steps, verb._seed, verb._precision, shared.Threads, verb._trace,
            verb._verify, verb._export, verb._calibrate, verb._inject, verb._output,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        OneMode(parsed, _verify, _export, _calibrate, _inject);
        var screen = _shared.ScreenOf(parsed);
        if (parsed.GetValue(_verify) is { } folder)
        {
            Refuse(parsed, "--verify", _scenario, _shared.Set, _steps, _seed, _trace, _output);
            return StepComparison.Verify(folder, PrecisionOf(parsed), _shared.ThreadsOf(parsed), screen, _interrupted);
        }

        if (parsed.GetValue(_inject) is { } trials) return Inject(parsed, trials, screen);
        var spec = SpecOf(parsed);
        if (parsed.GetValue(_export) is { } target)
        {
            Refuse(parsed, "--export", _steps, _trace, _output);
            return StepComparison.Export(target, spec, screen, _interrupted);
        }

        if (parsed.GetValue(_calibrate))
        {
            Refuse(parsed, "--calibrate", _precision, _trace);
            return StepCalibration.Run(
                spec, FolderOf(parsed, "calibration"), CommandOf(parsed, "--calibrate"), screen, _interrupted);
        }

        var results = IsGiven(parsed, _output) ? FolderOf(parsed, "") : null;
        return StepTraining.Run(spec, StepTrace.Of(parsed.GetValue(_trace)), results, screen, _interrupted);
    }

    private int Inject(ParseResult parsed, int trials, Screen screen)
    {
        Refuse(parsed, "--inject", _scenario, _shared.Set, _steps, _trace);
        if (trials is < 1 or > InjectionSpec.MostTrials)
            throw new UsageException(
                $"--inject takes a number from 1 to {InjectionSpec.MostTrials:N0}, found {trials}");
        var spec = InjectionSpec.Default(
            trials, SeedOf(parsed) ?? 1, KernelPrecisions.Of(PrecisionOf(parsed) ?? StepPrecision.Fp32),
            _shared.ThreadsOf(parsed));
        var command = CommandOf(parsed, $"--inject {trials}");
        return StepInjection.Run(spec, FolderOf(parsed, "injection"), command, screen, _interrupted);
    }

    private string FolderOf(ParseResult parsed, string standard)
    {
        var folder = parsed.GetValue(_output) ?? Path.Combine("results", standard);
        return folder.Length > 0 ? folder : throw new UsageException("--out takes the name of a folder");
    }

    /// <summary>The command that gives the same files again, which neither their folder nor threads change.</summary>
    private string CommandOf(ParseResult parsed, string mode)
    {
        var words = new List<string> { "sigma step" };
        if (parsed.GetValue(_scenario) is { } scenario) words.Add(ShellWord.Of(scenario));
        foreach (var set in parsed.GetValue(_shared.Set) ?? []) words.Add($"--set {ShellWord.Of(set)}");
        words.Add(mode);
        if (parsed.GetValue(_steps) is { } steps) words.Add($"--steps {steps}");
        if (parsed.GetValue(_precision) is { } precision) words.Add($"--precision {precision}");
        if (SeedOf(parsed) is { } seed) words.Add($"--seed {seed}");
        return string.Join(' ', words);
    }

    private ulong? SeedOf(ParseResult parsed) => parsed.GetValue(_seed) switch
    {
        null => null,
        >= 0 and var seed => (ulong)seed,
        var negative => throw new UsageException($"--seed takes a number that is not negative, found {negative}"),
    };

    private static void OneMode(ParseResult parsed, params Option[] modes)
    {
        var given = modes.Where(mode => IsGiven(parsed, mode)).Select(mode => mode.Name).ToList();
        if (given.Count > 1)
            throw new UsageException($"{string.Join(" and ", given)} are different things to do; take one at a time");
    }

    private static void Refuse(ParseResult parsed, string mode, params Symbol[] without)
    {
        foreach (var symbol in without)
        {
            if (IsGiven(parsed, symbol))
                throw new UsageException($"{symbol.Name} says nothing to {mode}; leave it out");
        }
    }

    private static bool IsGiven(ParseResult parsed, Symbol symbol) => symbol is Option option
        ? parsed.GetResult(option) is { Implicit: false }
        : parsed.GetResult((Argument)symbol) is { Tokens.Count: > 0 };

    private StepPrecision? PrecisionOf(ParseResult parsed) => parsed.GetValue(_precision) is not { } word ? null
        : KernelPrecisions.Words.TryGetValue(word, out var precision) ? precision : throw new UsageException(
            $"--precision takes fp32, bf16 or fp8, found `{word}`");

    private TrainingSpec SpecOf(ParseResult parsed)
    {
        var (steps, seed, precision) =
            (parsed.GetValue(_steps), SeedOf(parsed), PrecisionOf(parsed));
        var threads = _shared.ThreadsOf(parsed);
        if (steps is < 1 or > 100_000)
            throw new UsageException($"--steps takes a number from 1 to 100,000, found {steps}");
        if (parsed.GetValue(_scenario) is not { } scenario)
        {
            Refuse(parsed, "a step without SCENARIO", _shared.Set);
            return new TrainingSpec(
                ReducedModelSpec.Default, OptimizerSpec.Default,
                KernelPrecisions.Of(precision ?? StepPrecision.Fp32), Corpus.Version1, seed ?? 1,
                steps ?? (parsed.GetValue(_calibrate) ? 10 : 40), threads, 1);
        }

        var loaded = Scenario.Load(scenario, _shared.SetsOf(parsed));
        var real = StepTrace.TrainingOf(SharedOptions.ModelledStepOf(loaded, "train"));
        var count = steps ?? (parsed.GetValue(_calibrate) ? Math.Min(10, real.Steps) : real.Steps);
        var traced = Math.Min(count, real.TraceSteps);
        return new TrainingSpec(
            real.Model, real.Optimizer, KernelPrecisions.Of(precision ?? real.Precision), Corpus.Version1,
            seed ?? loaded.Seed, count, threads, traced);
    }
}
