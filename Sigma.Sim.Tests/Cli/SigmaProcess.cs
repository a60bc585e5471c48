// Runs the built program as its users do: as a process of its own, with its own environment, through pipes. What a test
// asks of it is what a script could ask: the words on both outputs and the exit code.
using System.Diagnostics;
using System.Text.Json;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Cli;

/// <summary>What one run of the program said, and how it ended.</summary>
internal sealed record SigmaAnswer(int Code, string Output, string Error)
{
    /// <summary>The one object on standard output; fails where there is more, or nothing, or something else.</summary>
    public JsonElement Json
    {
        get
        {
            Assert.AreEqual('{', Output.FirstOrDefault(), $"{Output}\n{Error}");
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Fails unless the run ended with this code, in plain text and without a stack trace.</summary>
    public SigmaAnswer EndedWith(int code)
    {
        Assert.AreEqual(code, Code, $"{Output}\n{Error}");
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', Output + Error);
        return this;
    }

    /// <summary>Fails unless the run said this on standard error.</summary>
    public SigmaAnswer Saying(string words)
    {
        StringAssert.Contains(Error, words, StringComparison.Ordinal);
        return this;
    }
}

/// <summary>A run of the program in the root of the repository.</summary>
internal sealed class SigmaProcess : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "sigma.dll");
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _output, _error;

    private SigmaProcess(ProcessStartInfo start, IEnumerable<(string Name, string Value)> environment)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        if (start.WorkingDirectory.Length == 0) start.WorkingDirectory = SourceTree.PathOf("");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public static SigmaAnswer Run(params string[] arguments) => Run([], arguments);

    public static SigmaAnswer Run((string Name, string Value)[] environment, params string[] arguments)
    {
        using var process = Start(environment, arguments);
        return process.Answer();
    }

    public static SigmaProcess Start((string Name, string Value)[] environment, params string[] arguments) =>
        new(new ProcessStartInfo(Host, ["exec", Program, .. arguments]), environment);

    /// <summary>
    /// Runs the program through another one, which gets the program's command line behind its own words; null where
    /// this machine has no such program.
    /// </summary>
    public static SigmaAnswer? RunWithin(string other, string[] words, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo(other, [.. words, Host, "exec", Program, .. arguments]);
            using var process = new SigmaProcess(start, []);
            return process.Answer();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Runs a line as a shell reads it, in a folder, with a command `sigma` that is this program.</summary>
    /// <param name="folder">Where the line is typed.</param>
    /// <param name="line">The line.</param>
    /// <param name="patience">The longest that it may take.</param>
    public static SigmaAnswer RunLine(string folder, string line, TimeSpan patience)
    {
        using var bin = new ScratchFolder();
        var command = bin.Holding("sigma", $"#!/bin/sh\nexec '{Host}' exec '{Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { WorkingDirectory = folder };
        var path = $"{bin.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = new SigmaProcess(start, [("PATH", path)]);
        return process.Answer(patience);
    }

    /// <summary>Presses Ctrl-C.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -INT {_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends the program without a word to it, as a power cut would.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    public SigmaAnswer Answer() => Answer(Patience);

    private SigmaAnswer Answer(TimeSpan patience)
    {
        if (_process.WaitForExit(patience)) return new SigmaAnswer(_process.ExitCode, _output.Result, _error.Result);
        _process.Kill(entireProcessTree: true);
        throw new TimeoutException($"the program did not end within {patience}");
    }

    /// <summary>Waits a while; true if the run is over by then.</summary>
    public bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    public void Dispose() => _process.Dispose();

    // The host that runs these tests is the one that can run the program.
    private static string Host =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
}
