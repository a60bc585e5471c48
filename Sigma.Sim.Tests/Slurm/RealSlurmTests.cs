// A sweep as an array of a real Slurm: tasks that are killed and nodes that fail cost time and nothing else.
using System.Text.Json;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.Sweeps;

namespace Sigma.Sim.Tests.Slurm;

[TestClass]
public sealed class RealSlurmTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [TestMethod]
    public void An_array_that_loses_a_task_and_its_node_ends_with_the_bytes_of_one_machine()
    {
        if (!OneNodeSlurm.IsInstalled) Assert.Inconclusive("no Slurm here: apt-get install slurm-wlm munge, as root");
        using var slurm = OneNodeSlurm.Start();
        using var scratch = new ScratchFolder();
        // 200 points of 8 tasks, long enough each that something can happen to them.
        var plan = SmallSweep.In(scratch, points: 200, days: 900);
        var (alone, array) = (scratch.At("alone"), scratch.At("array"));
        SigmaProcess.Run("sweep", plan, "--out", alone, "--quiet").EndedWith(0);
        var environment = slurm.Environment.Select(pair => (pair.Key, pair.Value)).ToArray();
        string[] command = ["sweep", plan, "--slurm", "--tasks", "8", "--out", array];

        using (var sweep = SigmaProcess.Start(environment, command))
        {
            var job = WaitFor(() => slurm.Run("squeue", "-h", "-o", "%F").Split('\n')[0].Trim());
            // With a node that fails at the same moment, Slurm would run the cancelled task again.
            WaitFor(() => Tasks("running").Contains("3") ? "3 runs" : "");
            slurm.Run("scancel", $"{job}_3");
            WaitFor(() => Tasks("pending,running,completing").Contains("3") ? "" : "3 is gone");
            // All tasks that run are lost with their node; Slurm puts them back into its queue.
            slurm.Run("scontrol", "update", $"nodename={OneNodeSlurm.NodeName}", "state=down", "reason=test");
            slurm.Run("scontrol", "update", $"nodename={OneNodeSlurm.NodeName}", "state=resume");
            var answer = sweep.Answer();
            Assert.AreEqual(1, answer.Code, answer.Output + answer.Error);
            answer.Saying("shard 3 of 8 left no complete result").Saying("the same command submits only these again");

            HashSet<string> Tasks(string states)
            {
                return [.. slurm.Run("squeue", "-h", "-r", "-t", states, "-j", job, "-o", "%K").Split(
                    '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
            }
        }

        SigmaProcess.Run("merge", array).EndedWith(1).Saying("shard 3 of 8 left no complete result");
        var again = SigmaProcess.Run(environment, command).EndedWith(0);
        StringAssert.Contains(again.Output, "tasks 3 of 8", StringComparison.Ordinal);
        SmallSweep.AssertSame(alone, array);
        SigmaProcess.Run("merge", array, "--out", scratch.At("merged")).EndedWith(0);
        SmallSweep.AssertSame(alone, scratch.At("merged"));
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(array, "manifest.json")));
        Assert.AreEqual(200, manifest.RootElement.GetProperty("points").GetInt32());
    }

    [TestMethod]
    public void What_sbatch_refuses_is_said_in_its_words()
    {
        if (!OneNodeSlurm.IsInstalled) Assert.Inconclusive("no Slurm here: apt-get install slurm-wlm munge, as root");
        using var slurm = OneNodeSlurm.Start();
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 4, days: 5);
        var environment = slurm.Environment.Select(pair => (pair.Key, pair.Value)).ToArray();
        SigmaProcess.Run(environment, "sweep", plan, "--slurm", "--partition", "none", "--out", scratch.At("out"))
            .EndedWith(2).Saying("sbatch refused the array").Saying("invalid partition");
    }

    private static string WaitFor(Func<string> word)
    {
        for (var i = 0; i < 400; i++)
        {
            if (word() is { Length: > 0 } found) return found;
            Task.Delay(Pause).Wait();
        }

        throw new TimeoutException("Slurm did not get there in 20 s");
    }
}
