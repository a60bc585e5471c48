// A real Slurm to test against: munge, controller and node daemon of this machine's packages, in a folder of their own
// and on loopback, alive as long as a test.
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sigma.Sim.Tests.Slurm;

/// <summary>A real Slurm of one node on loopback, alive from <see cref="Start"/> to <see cref="Dispose"/>.</summary>
internal sealed class OneNodeSlurm : IDisposable
{
    /// <summary>The name of the only node, for <c>scontrol update nodename=</c>.</summary>
    public const string NodeName = "n1";

    private const int SigTerm = 15;
    private const int SigKill = 9;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DaemonStopLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StepStopLimit = TimeSpan.FromSeconds(1);
    private readonly List<Process> _daemons = [];

    private OneNodeSlurm()
    {
        Folder = CreateFolder();
        Environment = new Dictionary<string, string> { ["SLURM_CONF"] = InFolder("slurm.conf") };
    }

    /// <summary>Whether every program the fixture needs is here and this process runs as root.</summary>
    public static bool IsInstalled { get; } = System.Environment.IsPrivilegedProcess
        && new[] { "munged", "slurmctld", "slurmd", "sbatch", "squeue" }.All(name => Find(name) is not null);

    /// <summary>The private folder, which is also where <see cref="Run"/> runs and goes with the fixture.</summary>
    public string Folder { get; }

    /// <summary>The variables that make a Slurm client find this Slurm.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Starts a Slurm that forgets a finished job after the given age, and waits for its node.</summary>
    public static OneNodeSlurm Start(int minJobAgeSeconds = 300)
    {
        var slurm = new OneNodeSlurm();
        try
        {
            slurm.WriteFiles(minJobAgeSeconds);
            slurm.StartDaemons();
            return slurm;
        }
        catch (Exception failure)
        {
            var message = $"Slurm did not start: {failure.Message}{slurm.LogTails()}";
            slurm.Dispose();
            throw new InvalidOperationException(message, failure);
        }
    }

    /// <summary>Runs a program against this Slurm and returns its output, or throws with its complaint.</summary>
    public string Run(string program, params string[] arguments)
    {
        var (exitCode, output, error) = TryRun(program, arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} exited with {exitCode}: {error.Trim()}");
    }

    /// <summary>Stops the daemons and all else that was started with this SLURM_CONF, and deletes the folder.</summary>
    public void Dispose()
    {
        Stop([.. _daemons.Where(daemon => !daemon.HasExited).Select(daemon => daemon.Id)], DaemonStopLimit);
        _daemons.ForEach(daemon => daemon.Dispose());
        _daemons.Clear();
        // A step outlives its slurmd on purpose, and what it runs may start more while it is being stopped.
        for (var pass = 0; pass < 5 && Leftovers() is { Count: > 0 } left; pass++)
        {
            Stop(left, StepStopLimit);
        }

        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static string CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Slurm runs on Linux only.");
        }

        // munged refuses a socket folder that others may not traverse, hence 0711 and set after the umask had its say.
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        var name = "ons-" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), name)).FullName;
        File.SetUnixFileMode(folder, mode);
        var readOnly = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead
        };
        using var key = new FileStream(Path.Combine(folder, "munge.key"), readOnly);
        key.Write(RandomNumberGenerator.GetBytes(128));
        return folder;
    }

    private void WriteFiles(int minJobAgeSeconds)
    {
        Directory.CreateDirectory(InFolder("state"));
        Directory.CreateDirectory(InFolder("spool"));
        File.WriteAllText(InFolder("cgroup.conf"), SlurmConf.Cgroup);
        File.WriteAllText(InFolder("slurm.conf"), SlurmConf.Text(Folder, NodeName, minJobAgeSeconds));
    }

    private void StartDaemons()
    {
        // Each daemon waits for the one it needs: a daemon that misses it retries only after a second or more.
        var clock = Stopwatch.StartNew();
        StartDaemon("munged", "-F", "--num-threads=2", "--origin=127.0.0.1", $"--socket={InFolder("munge.sock")}",
            $"--key-file={InFolder("munge.key")}", $"--pid-file={InFolder("munged.pid")}",
            $"--seed-file={InFolder("munged.seed")}");
        WaitUntil(() => File.Exists(InFolder("munge.sock")), "munged made no socket", clock);
        StartDaemon("slurmctld", "-D");
        WaitUntil(() => TryRun("sinfo", "-h").ExitCode == 0, "slurmctld does not answer", clock);
        StartDaemon("slurmd", "-D", "-N", NodeName);
        WaitUntil(() => TryRun("sinfo", "-h", "-o", "%T").Output.Trim() == "idle", "the node is not idle", clock);
    }

    private void StartDaemon(string name, params string[] arguments)
    {
        // The shell redirects and is replaced, so no pipe of this process can fill up or be held open by a job step.
        string[] shell = ["-c", "exec \"$@\" </dev/null >\"$0\" 2>&1", InFolder(name + ".out"), Find(name) ?? name];
        _daemons.Add(Process.Start(StartInfo("/bin/sh", [.. shell, .. arguments]))!);
    }

    private void WaitUntil(Func<bool> isReady, string complaint, Stopwatch clock)
    {
        while (!isReady())
        {
            if (clock.Elapsed > StartLimit || _daemons.Exists(daemon => daemon.HasExited))
            {
                throw new TimeoutException($"{complaint} after {clock.Elapsed.TotalSeconds:F1} s");
            }

            Task.Delay(50).Wait();
        }
    }

    private (int ExitCode, string Output, string Error) TryRun(string program, params string[] arguments)
    {
        var start = StartInfo(program, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    private ProcessStartInfo StartInfo(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, UseShellExecute = false };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private List<int> Leftovers() => ProcessTable.Started("SLURM_CONF", Environment["SLURM_CONF"]);

    private static void Stop(List<int> ids, TimeSpan limit)
    {
        ids.ForEach(id => _ = SendSignal(id, SigTerm));
        var clock = Stopwatch.StartNew();
        while (ids.Exists(ProcessTable.IsAlive) && clock.Elapsed < limit)
        {
            Task.Delay(20).Wait();
        }

        ids.Where(ProcessTable.IsAlive).ToList().ForEach(id => _ = SendSignal(id, SigKill));
    }

    private string LogTails() => string.Concat(Directory.GetFiles(Folder, "*.out").Order().Select(file =>
        $"\n== {Path.GetFileName(file)}\n{string.Join('\n', File.ReadLines(file).TakeLast(15))}"));

    private string InFolder(string name) => Path.Combine(Folder, name);

    // Debian keeps the daemons in /usr/sbin, which is often not in PATH.
    private static string? Find(string program) =>
        $"{System.Environment.GetEnvironmentVariable("PATH")}:/usr/sbin".Split(':')
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int id, int signal);
}
