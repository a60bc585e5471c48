// A sweep as an array of a Slurm cluster: the script, its submission, and the wait for it. What Slurm says of a task is
// good for waiting only; a task has done its work when its journal is complete.
using System.Globalization;
using System.Text;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>What the array asks Slurm for.</summary>
/// <param name="Tasks">Parts of the sweep, at least 1.</param>
/// <param name="Partition">Slurm's, or null for its default.</param>
/// <param name="Time">Limit of a task in Slurm's words, or null for its default.</param>
/// <param name="Threads">Cores of a task, at least 1.</param>
public sealed record SlurmRequest(int Tasks, string? Partition, string? Time, int Threads);

/// <summary>An array of tasks, each of which runs one shard.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="sweep">Name of the sweep.</param>
/// <param name="results">Folder of the results, seen alike from all nodes.</param>
/// <param name="command">Words that run the sweep; the shard is added.</param>
public sealed class SlurmArray(SlurmRequest request, string sweep, string results, IReadOnlyList<string> command)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.5), Longest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The script of an array of these tasks, counted from 1.</summary>
    public string Script(IReadOnlyList<int> tasks)
    {
        var folder = Path.GetFullPath(results);
        var script = new StringBuilder("#!/bin/bash\n");
        Ask($"--job-name=sigma-{sweep}");
        Ask($"--array={Ranges(tasks)}");
        Ask($"--cpus-per-task={request.Threads}");
        // Patterns of Slurm begin with a per cent sign.
        var logs = SweepJournal.FolderOf(folder).Replace("%", "%%", StringComparison.Ordinal);
        Ask($"--output=\"{logs}/slurm-%A_%a.log\"");
        Ask("--open-mode=append");
        // A task that is taken off its node goes on from its journal on another.
        Ask("--requeue");
        if (request.Partition is { } partition) Ask($"--partition={partition}");
        if (request.Time is { } time) Ask($"--time={time}");
        script.Append("set -eu\n");
        script.Append($"cd {Quoted(Environment.CurrentDirectory)}\n");
        script.Append($"exec {string.Join(' ', command.Select(Quoted))}");
        script.Append(CultureInfo.InvariantCulture, $" --shard \"$SLURM_ARRAY_TASK_ID/{request.Tasks}\"");
        script.Append(CultureInfo.InvariantCulture, $" --threads {request.Threads} --out {Quoted(folder)} --quiet\n");
        return script.ToString();

        void Ask(string option) => script.Append(CultureInfo.InvariantCulture, $"#SBATCH {option}\n");
    }

    /// <summary>Hands the array to Slurm; returns the job's number.</summary>
    public string Submit(IReadOnlyList<int> tasks)
    {
        Directory.CreateDirectory(SweepJournal.FolderOf(results));
        var file = Path.Combine(SweepJournal.FolderOf(results), "array.sbatch");
        File.WriteAllText(file, Script(tasks));
        var answer = OutsideProgram.Run("sbatch", ["--parsable", file]);
        if (answer.Problem.Contains("Unable to contact", StringComparison.Ordinal) && !answer.Succeeded)
            throw new IOException($"Slurm does not answer: {answer.Problem}");
        if (!answer.Succeeded) throw new SweepException($"sbatch refused the array: {answer.Problem}");
        // With several clusters the number is followed by one's name.
        return answer.Output.Trim().Split(';')[0];
    }

    /// <summary>
    /// Waits until Slurm knows nothing more of the job, or <paramref name="isComplete"/> says that nothing is missing.
    /// </summary>
    /// <param name="job">Its number.</param>
    /// <param name="isComplete">Looks at the journals.</param>
    /// <param name="say">Told how many tasks wait and run.</param>
    /// <param name="cancellation">Ends the wait, not the job.</param>
    public static void Follow(
        string job, Func<bool> isComplete, Action<int, int> say, CancellationToken cancellation)
    {
        var (pause, lost) = (Shortest, TimeSpan.Zero);
        while (!isComplete())
        {
            var answer = OutsideProgram.Run("squeue", ["--noheader", "--array", "--jobs", job, "--format", "%T"]);
            // A job that ended some minutes ago is forgotten.
            if (!answer.Succeeded && answer.Problem.Contains("Invalid job id", StringComparison.Ordinal)) return;
            if (answer.Succeeded)
            {
                lost = TimeSpan.Zero;
                var states = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                if (states.Length == 0) return;
                say(states.Count(state => state.StartsWith("PENDING", StringComparison.Ordinal)), states.Length);
            }
            else if ((lost += pause) > Patience)
            {
                throw new SweepException(
                    $"squeue has not answered for {Patience.TotalMinutes:0} minutes ({answer.Problem}); job {job} may "
                    + "still run, and the same command goes on from what it leaves");
            }

            if (cancellation.WaitHandle.WaitOne(pause)) throw new SlurmInterruptedException(job);
            pause = pause * 1.5 > Longest ? Longest : pause * 1.5;
        }
    }

    /// <summary>Numbers as Slurm writes them: <c>1-3,7</c>.</summary>
    public static string Ranges(IReadOnlyList<int> numbers)
    {
        var parts = new List<string>();
        for (var i = 0; i < numbers.Count;)
        {
            var begin = i;
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1) i++;
            parts.Add(begin == i
                ? numbers[i].ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{numbers[begin]}-{numbers[i]}"));
            i++;
        }

        return string.Join(',', parts);
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '=')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>The wait for an array was interrupted; the array goes on.</summary>
public sealed class SlurmInterruptedException(string job) : OperationCanceledException(
    $"interrupted; job {job} goes on: `scancel {job}` ends it, and the same command goes on from what it leaves");
