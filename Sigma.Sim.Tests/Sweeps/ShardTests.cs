// Parts of a sweep: which points are whose, which scheduler says which part this is, and what Slurm and Kubernetes get.
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Tests.Sweeps;

[TestClass]
public sealed class ShardTests
{
    [TestMethod]
    public void Every_point_is_of_one_part()
    {
        for (var of = 1; of <= 9; of++)
        {
            var shards = Enumerable.Range(1, of).Select(part => new Shard(part, of)).ToList();
            for (var point = 0; point < 50; point++) Assert.AreEqual(1, shards.Count(shard => shard.Holds(point)));
        }
    }

    [TestMethod]
    [DataRow("0/8", "shard 0 of 8 does not exist")]
    [DataRow("9/8", "shard 9 of 8 does not exist")]
    [DataRow("1/0", "shard 1 of 0 does not exist")]
    [DataRow("1/99999", "to at most 4,000")]
    [DataRow("3", "such as `3/8`, found `3`")]
    [DataRow("a/b", "such as `3/8`, found `a/b`")]
    [DataRow("-1/8", "such as `3/8`, found `-1/8`")]
    [DataRow("1/2/3", "such as `3/8`, found `1/2/3`")]
    [DataRow("", "such as `3/8`, found ``")]
    public void What_is_no_part_is_said(string text, string words) => StringAssert.Contains(
        Assert.ThrowsExactly<SweepException>(() => Shard.Parse(text)).Message, words, StringComparison.Ordinal);

    [TestMethod]
    public void Schedulers_say_which_part_this_is()
    {
        Assert.AreEqual(new Shard(1, 1), Of(null));
        Assert.AreEqual(new Shard(3, 8), Of(8, ("SLURM_ARRAY_TASK_ID", "3")));
        Assert.AreEqual(
            new Shard(3, 8),
            Of(null, ("SLURM_ARRAY_TASK_ID", "2"), ("SLURM_ARRAY_TASK_MIN", "0"), ("SLURM_ARRAY_TASK_MAX", "7"),
                ("SLURM_ARRAY_TASK_COUNT", "8")));
        Assert.AreEqual(new Shard(1, 4), Of(4, ("JOB_COMPLETION_INDEX", "0")));
        Refused("this array has gaps", null,
            ("SLURM_ARRAY_TASK_ID", "2"), ("SLURM_ARRAY_TASK_MIN", "2"), ("SLURM_ARRAY_TASK_MAX", "7"),
            ("SLURM_ARRAY_TASK_COUNT", "2"));
        Refused("shard 9 of 8 does not exist", 8, ("SLURM_ARRAY_TASK_ID", "9"));
        Refused("but not of how many: add `--shards N`", null, ("JOB_COMPLETION_INDEX", "3"));
        Refused("shard 5 of 4 does not exist", 4, ("JOB_COMPLETION_INDEX", "4"));
        Refused("use `--shard K/N`", 4);
    }

    [TestMethod]
    public void The_script_of_an_array_asks_for_what_was_asked()
    {
        var array = new SlurmArray(
            new SlurmRequest(8, "gpu", "2:00:00", 3), "few", "/data/my results/50%",
            ["/opt/sigma", "sweep", "a plan.yaml"]);
        var script = array.Script([1, 2, 3, 7]);
        StringAssert.StartsWith(script, "#!/bin/bash\n", StringComparison.Ordinal);
        foreach (var line in new[]
        {
            "#SBATCH --job-name=sigma-few", "#SBATCH --array=1-3,7", "#SBATCH --cpus-per-task=3",
            "#SBATCH --partition=gpu", "#SBATCH --time=2:00:00", "#SBATCH --requeue",
            "#SBATCH --output=\"/data/my results/50%%/journal/slurm-%A_%a.log\"",
            "exec /opt/sigma sweep 'a plan.yaml' --shard \"$SLURM_ARRAY_TASK_ID/8\" --threads 3 "
                + "--out '/data/my results/50%' --quiet",
        })
        {
            CollectionAssert.Contains(script.Split('\n'), line);
        }
    }

    [TestMethod]
    public void The_manifest_of_a_job_counts_its_pods()
    {
        var manifest = KubernetesJob.Manifest("My_Sweep.v2", 12, "registry/sigma:1", 4, ["sweep", "say \"hi\".yaml"]);
        foreach (var line in new[]
        {
            "  name: sigma-my-sweep-v2", "  completionMode: Indexed", "  completions: 12", "  parallelism: 12",
            "          image: \"registry/sigma:1\"",
            "          command: [\"sigma\", \"sweep\", \"say \\\"hi\\\".yaml\", \"--shards\", \"12\", "
                + "\"--threads\", \"4\", \"--out\", \"/results\", \"--quiet\"]",
        })
        {
            CollectionAssert.Contains(manifest.Split('\n'), line);
        }
    }

    private static Shard Of(int? shards, params (string Name, string Value)[] environment) => Shard.OfScheduler(
        shards, name => environment.FirstOrDefault(variable => variable.Name == name).Value);

    private static void Refused(string words, int? shards, params (string, string)[] environment) =>
        StringAssert.Contains(
            Assert.ThrowsExactly<SweepException>(() => Of(shards, environment)).Message, words,
            StringComparison.Ordinal);
}
