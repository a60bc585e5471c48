// `sigma step`: only the real reduced step; trains it here and now, and holds it against other stacks and precisions.
using System.CommandLine;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;

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
        Description = "optimizer steps (default 40, or the scenario's; 10 with --calibrate)",
        HelpName = "N",
    };

    private readonly Option<string?> _precision = new("--precision")
    {
        Description = "format of the matrix products' operands: fp32, bf16 or fp8 (default fp32, or the scenario's)",
        HelpName = "NAME",
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
            + "\n  sigma step scenarios/small.yaml --trace small.trace")
        {
            verb._scenario, verb._steps, verb._seed, verb._precision, shared.Threads, verb._trace, verb._verify,
            verb._export,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        OneMode(parsed, _verify, _export);
        var screen = _shared.ScreenOf(parsed);
        if (parsed.GetValue(_verify) is { } folder)
        {
            Refuse(parsed, "--verify", _scenario, _steps, _seed, _trace);
            return StepComparison.Verify(folder, PrecisionOf(parsed), _shared.ThreadsOf(parsed), screen);
        }

        var spec = SpecOf(parsed);
        if (parsed.GetValue(_export) is { } target)
        {
            Refuse(parsed, "--export", _steps, _trace);
            return StepComparison.Export(target, spec, screen);
        }

        return StepTraining.Run(spec, StepTrace.Of(parsed.GetValue(_trace)), screen, _interrupted);
    }

    private static void OneMode(ParseResult parsed, params Option[] modes)
    {
        var given = modes.Where(mode => parsed.GetResult(mode) is not null).Select(mode => mode.Name).ToList();
        if (given.Count > 1)
            throw new UsageException($"{string.Join(" and ", given)} are different things to do; take one at a time");
    }

    private static void Refuse(ParseResult parsed, string mode, params Symbol[] without)
    {
        foreach (var symbol in without)
        {
            var given = symbol is Option option ? parsed.GetResult(option) is { Implicit: false }
                : parsed.GetResult((Argument)symbol) is { Tokens.Count: > 0 };
            if (given) throw new UsageException($"{symbol.Name} says nothing to {mode}; leave it out");
        }
    }

    private StepPrecision? PrecisionOf(ParseResult parsed) => parsed.GetValue(_precision) is not { } word ? null
        : KernelPrecisions.Words.TryGetValue(word, out var precision) ? precision : throw new UsageException(
            $"--precision takes fp32, bf16 or fp8, found `{word}`");

    private TrainingSpec SpecOf(ParseResult parsed)
    {
        var (steps, seed, precision) =
            (parsed.GetValue(_steps), parsed.GetValue(_seed), PrecisionOf(parsed));
        var threads = _shared.ThreadsOf(parsed);
        if (seed < 0) throw new UsageException($"--seed takes a number that is not negative, found {seed}");
        if (steps is < 1 or > 100_000)
            throw new UsageException($"--steps takes a number from 1 to 100,000, found {steps}");
        if (parsed.GetValue(_scenario) is not { } scenario)
        {
            return new TrainingSpec(
                ReducedModelSpec.Default, OptimizerSpec.Default,
                KernelPrecisions.Of(precision ?? StepPrecision.Fp32), Corpus.Version1, (ulong)(seed ?? 1),
                steps ?? 40, threads, 1);
        }

        var loaded = Scenario.Load(scenario, []);
        var real = StepTrace.TrainingOf(loaded);
        var count = steps ?? real.Steps;
        var traced = Math.Min(count, real.TraceSteps);
        var seeded = seed is { } given ? (ulong)given : loaded.Seed;
        return new TrainingSpec(
            real.Model, real.Optimizer, KernelPrecisions.Of(precision ?? real.Precision), Corpus.Version1, seeded,
            count, threads, traced);
    }
}
