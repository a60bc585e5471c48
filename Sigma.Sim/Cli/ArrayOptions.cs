// The options of `sweep` that take it to a cluster.
using System.CommandLine;
using System.Reflection;
using Sigma.Sim.Experiments.Sweeps;

namespace Sigma.Sim.Cli;

/// <summary>A sweep that other machines run.</summary>
/// <param name="Slurm">What Slurm is asked for; Kubernetes gets the same number of tasks and threads.</param>
/// <param name="IsDryRun">Whether the script or manifest is only printed.</param>
/// <param name="Image">Of a pod, or null where Slurm runs it.</param>
internal sealed record ArrayRequest(SlurmRequest Slurm, bool IsDryRun, string? Image)
{
    /// <summary>The script or the manifest.</summary>
    public string Text(string sweep, string results, List<string> words)
    {
        if (Image is { } image)
            return KubernetesJob.Manifest(sweep, Slurm.Tasks, image, Slurm.Threads, words);
        return SlurmArray(sweep, results, words).Script([.. Enumerable.Range(1, Slurm.Tasks)]);
    }

    public SlurmArray SlurmArray(string sweep, string results, List<string> words) =>
        new(Slurm, sweep, results, [.. Launcher(), .. words]);

    /// <summary>The words that start this very program again.</summary>
    private static string[] Launcher()
    {
        var process = Environment.ProcessPath ?? "sigma";
        return string.Equals(Path.GetFileNameWithoutExtension(process), "dotnet", StringComparison.Ordinal)
            ? [process, Assembly.GetExecutingAssembly().Location]
            : [process];
    }
}

/// <summary>Options of arrays.</summary>
internal sealed class ArrayOptions
{
    private const int StandardTasks = 8;

    private readonly Option<bool> _slurm = new("--slurm")
    {
        Description = "submit the sweep as a Slurm array, wait for it, and merge what it leaves",
    };

    private readonly Option<bool> _kubernetes = new("--kubernetes")
    {
        Description = "with --dry-run: print the manifest of an indexed job",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "only print the script or the manifest",
    };

    private readonly Option<int?> _tasks = new("--tasks")
    {
        Description = $"tasks of the array (default {StandardTasks})",
        HelpName = "N",
    };

    private readonly Option<string?> _partition = new("--partition")
    {
        Description = "Slurm's partition",
        HelpName = "NAME",
    };

    private readonly Option<string?> _time = new("--time")
    {
        Description = "Slurm's limit of a task, such as 2:00:00",
        HelpName = "TIME",
    };

    private readonly Option<string?> _image = new("--image")
    {
        Description = "container image of a pod (default sigma:latest)",
        HelpName = "IMAGE",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_slurm, _kubernetes, _dryRun, _tasks, _partition, _time, _image])
            command.Add(option);
    }

    /// <summary>What was asked for, or null where this machine runs the sweep.</summary>
    public ArrayRequest? RequestOf(ParseResult parsed, SharedOptions shared)
    {
        var (slurm, kubernetes) = (parsed.GetValue(_slurm), parsed.GetValue(_kubernetes));
        if (slurm && kubernetes) throw new UsageException("--slurm and --kubernetes do not go together");
        var tasks = parsed.GetValue(_tasks);
        var (partition, time, image) =
            (parsed.GetValue(_partition), parsed.GetValue(_time), parsed.GetValue(_image));
        if (!slurm && (partition ?? time) is not null)
            throw new UsageException("--partition and --time go with --slurm");
        if (!kubernetes && image is not null) throw new UsageException("--image goes with --kubernetes");
        if (!slurm && !kubernetes)
        {
            return parsed.GetValue(_dryRun) || tasks is not null
                ? throw new UsageException("--tasks and --dry-run go with --slurm or --kubernetes")
                : null;
        }

        if (tasks is < 1 or > Shard.MostParts)
            throw new UsageException($"--tasks takes a number from 1 to {Shard.MostParts:#,0}, found {tasks}");
        foreach (var (option, word) in new[] { ("--partition", partition), ("--time", time), ("--image", image) })
        {
            if (word is not null && (word.Length == 0 || word.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))))
                throw new UsageException($"{option} takes a word without spaces, found `{word}`");
        }

        if (kubernetes && !parsed.GetValue(_dryRun))
            throw new UsageException("--kubernetes prints a manifest for `kubectl apply -f -`: add --dry-run");
        var threads = shared.ThreadsOf(parsed, standard: 1);
        return new ArrayRequest(
            new SlurmRequest(tasks ?? StandardTasks, partition, time, threads), parsed.GetValue(_dryRun),
            kubernetes ? image ?? "sigma:latest" : null);
    }
}
