// Runs a program of the system and keeps what it says.
using System.ComponentModel;
using System.Diagnostics;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>What a program answered.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ProgramAnswer(int Code, string Output, string Error)
{
    public bool Succeeded => Code == 0;

    /// <summary>What it complained of, in a line.</summary>
    public string Problem => Error.Trim().Length > 0
        ? Error.Trim().ReplaceLineEndings("; ")
        : $"exit code {Code}";
}

/// <summary>Starts programs.</summary>
internal static class OutsideProgram
{
    /// <summary>Runs it to its end; throws <see cref="SweepException"/> where there is no such program.</summary>
    public static ProgramAnswer Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new ProgramAnswer(process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            throw new SweepException(
                $"there is no `{program}` on this machine: run this where Slurm's commands are, or print the script "
                + "with `--dry-run`");
        }
    }
}
