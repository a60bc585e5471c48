// The command line as a whole: its verbs, and how every failure becomes a plain sentence and an exit code.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Runtime.InteropServices;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;
using Sigma.Sim.Training;

namespace Sigma.Sim.Cli;

/// <summary>The program `sigma`.</summary>
public static class SigmaProgram
{
    /// <summary>Version as people read it.</summary>
    public static string Version { get; } = typeof(SigmaProgram).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Version with what tells two builds of it apart: the same sources give the same.</summary>
    public static string Build { get; } =
        $"{Version} ({typeof(SigmaProgram).Module.ModuleVersionId.ToString("N")[..12]})";

    /// <summary>Runs one command and returns its exit code.</summary>
    public static int Run(string[] args)
    {
        using var interrupt = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The first asks to end cleanly; who asks twice means it.
            pressed.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        };
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        });
        var root = Root(interrupt.Token);
        if (Suggestions.Gave(root, args)) return ExitCode.Done;
        // Alone, the program says what it can do.
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine($"sigma: {Plain(error.Message)}");
            var command = parsed.CommandResult.Command;
            Console.Error.WriteLine($"See `sigma {(command is RootCommand ? "" : command.Name + " ")}--help`.");
            return ExitCode.Input;
        }

        if (Misspelt(parsed) is { } word)
        {
            var options = parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options);
            var meant = NearestName.Of(word, options.Select(option => option.Name)) is { } near
                ? $"; did you mean `{near}`?" : "";
            Console.Error.WriteLine($"sigma: there is no option `{word}`{meant}");
            return ExitCode.Input;
        }

        var bare = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return Guarded(args, () => parsed.Invoke(bare));
    }

    /// <summary>An argument that was meant as an option, since no file is called so.</summary>
    private static string? Misspelt(ParseResult parsed) => parsed.CommandResult.Command.Arguments
        .Select(parsed.GetResult).OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
        .Select(token => token.Value)
        .FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal) && !File.Exists(word));

    /// <summary>The parser's sentence without the names of its types.</summary>
    private static string Plain(string message)
    {
        var type = message.IndexOf(" as expected type", StringComparison.Ordinal);
        return type < 0 ? message : message[..type] + ": it takes a whole number.";
    }

    /// <summary>All verbs.</summary>
    internal static RootCommand Root(CancellationToken interrupted)
    {
        var root = new RootCommand(
            "Sigma.Sim: what MFU will a model reach on a cluster that fails, "
            + "how much of the time will it be productive,\nand what does each recovery policy buy?"
            + "\n\nExample: sigma run scenarios/sigma-moe-2048.yaml");
        var shared = new SharedOptions();
        foreach (var option in shared.Recursive) root.Add(option);
        root.Add(RunVerb.Command(shared, interrupted));
        root.Add(StepVerb.Command(shared, interrupted));
        root.Add(ReplayVerb.Command(shared, interrupted));
        root.Add(CompareVerb.Command(shared, interrupted));
        root.Add(SweepVerb.Command(shared, interrupted));
        root.Add(MergeVerb.Command(shared));
        root.Add(OptimizeVerb.Command(shared, interrupted));
        root.Add(SensitivityVerb.Command(shared, interrupted));
        root.Add(InitVerb.Command(shared));
        root.Add(CheckVerb.Command(shared));
        root.Add(SchemaVerb.Command(shared));
        root.Add(CompletionVerb.Command(shared));
        root.Add(ImportVerb.Command(shared));
        root.Add(FitVerb.Command(shared, interrupted));
        root.Add(ValidateVerb.Command(shared, interrupted));
        root.Add(ExplainVerb.Command(shared));
        root.Add(BenchVerb.Command(shared, interrupted));
        return root;
    }

    private static int Guarded(string[] args, Func<int> command)
    {
        try
        {
            return command();
        }
        catch (ScenarioException error)
        {
            return Report(error.Diagnostics);
        }
        catch (VariantException error)
        {
            Console.Error.WriteLine($"sigma: {error.Message}:");
            return Report(error.Findings);
        }
        catch (IncompleteSweepException error)
        {
            return Fail(error.Message, ExitCode.Environment);
        }
        catch (Exception error) when (error is ComparisonException or PrecisionException or SweepException)
        {
            return Fail(error.Message, ExitCode.Input);
        }
        catch (Exception error) when (error is ReferenceFormatException or NonFiniteTensorException)
        {
            return Fail(error.Message, ExitCode.Input);
        }
        catch (Exception error) when (error is RoutingTraceException or OperationTraceException or TableException)
        {
            return Fail(error.Message, ExitCode.Input);
        }
        catch (UsageException error)
        {
            return Fail(error.Message, ExitCode.Input);
        }
        catch (Exception error) when (Cause(error) is EndlessCampaignException endless)
        {
            return Fail(endless.Message, ExitCode.Input);
        }
        catch (OperationCanceledException error) when (error is SweepInterruptedException or SlurmInterruptedException)
        {
            return Fail(error.Message, ExitCode.Interrupted);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted; nothing half-written was left behind", ExitCode.Interrupted);
        }
        catch (Exception error) when (Cause(error) is IOException or UnauthorizedAccessException)
        {
            return Fail(Cause(error).Message, ExitCode.Environment);
        }
        catch (Exception error) when (Cause(error) is OutOfMemoryException)
        {
            return Fail("this machine has not enough memory for the scenario", ExitCode.Environment);
        }
        catch (Exception error)
        {
            return Broken(args, error);
        }
    }

    private static int Report(DiagnosticList findings)
    {
        Console.Error.Write(findings.Render());
        Console.Error.WriteLine(ExplainVerb.HintOf(findings));
        return CodeOf(findings);
    }

    private static int CodeOf(DiagnosticList findings) =>
        findings.InSourceOrder().Any(finding => !finding.FaultOfMachine) ? ExitCode.Input : ExitCode.Environment;

    /// <summary>What went wrong on the first of several threads.</summary>
    private static Exception Cause(Exception error) =>
        error is AggregateException { InnerExceptions.Count: > 0 } many ? many.InnerExceptions[0] : error;

    private static int Fail(string sentence, int code)
    {
        // A progress line may stand where the sentence begins.
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{new string(' ', 70)}\r");
        Console.Error.WriteLine($"sigma: {sentence}");
        return code;
    }

    /// <summary>A broken invariant is our fault: say where and how to see it again.</summary>
    private static int Broken(string[] args, Exception error)
    {
        var cause = Cause(error);
        Console.Error.WriteLine(
            "sigma: a rule that must always hold was broken; this is a bug of the program, "
            + "please report it with these lines:");
        var entity = cause is BrokenReplicationException { Entity: { } process } ? $" (in {process})" : "";
        Console.Error.WriteLine($"  {cause.Message}{entity}");
        var again = string.Join(' ', args.Select(ShellWord.Of));
        Console.Error.WriteLine($"  version {Version}; again with: sigma {again}");
        return ExitCode.Bug;
    }
}

/// <summary>An option or argument that cannot be used, in one sentence.</summary>
internal sealed class UsageException(string message) : Exception(message);
