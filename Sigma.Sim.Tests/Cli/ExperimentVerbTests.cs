// The verbs of experiments as their users run them: one object with known keys for scripts, files for people, and a
// plain sentence for what cannot be run.
using System.Text.Json;
using Sigma.Sim.Tests.Sweeps;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class ExperimentVerbTests
{
    private const string Stated = "scenarios/stated-step.yaml";

    [TestMethod]
    public void Compare_ranks_and_writes_its_tables()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run(
            "compare", Stated, "--vary", "checkpoint.tiers.1.every=30 min,1 h,2 h", "--replications", "5", "--json",
            "--out", scratch.At("out")).EndedWith(0).Json;
        Has(answer, "metric", "paired", "alternatives", "pairs", "left_out", "verdict", "outputs");
        Assert.AreEqual(3, answer.GetProperty("pairs").GetArrayLength());
        foreach (var pair in answer.GetProperty("pairs").EnumerateArray())
            Has(pair, "from", "to", "difference", "p", "p_holm", "significant", "pairing_gain");
        CollectionAssert.AreEquivalent(
            new[] { 1, 2, 3 },
            answer.GetProperty("alternatives").EnumerateArray().Select(a => a.GetProperty("rank").GetInt32()).ToList());
        foreach (var name in new[]
        {
            "alternatives.csv", "pairs.csv", "buckets.csv", "replications.csv", "manifest.json",
            "figures/paired-differences.svg",
        })
        {
            CollectionAssert.Contains(scratch.Entries.ToList(), $"out/{name}");
        }
    }

    [TestMethod]
    public void Two_scenarios_are_compared_under_their_names()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run(
            "compare", Stated, "scenarios/published/fthsdp.yaml", "--replications", "3", "--metric", "ettr", "--json",
            "--out", scratch.At("out")).EndedWith(0).Json;
        Assert.AreEqual("stated-step", answer.GetProperty("alternatives")[0].GetProperty("label").GetString());
    }

    [TestMethod]
    public void Sweep_writes_a_row_per_point_and_one_per_replication()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run(
            "sweep", Stated, "--set", "cluster.spares.warm=2,4,8", "--set", "seed=7", "--set",
            "checkpoint.tiers.0.every=10 min..90 min:3", "--replications", "4", "--json", "--out", scratch.At("out"))
            .EndedWith(0).Json;
        Has(answer, "sweep", "metric", "points", "replications", "endless", "best", "verdict", "outputs");
        Assert.AreEqual(9, answer.GetProperty("points").GetInt32());
        Assert.HasCount(1 + 9, File.ReadAllLines(scratch.At("out/points.csv")));
        var rows = File.ReadAllLines(scratch.At("out/replications.csv"));
        Assert.HasCount(1 + 9 * 4, rows);
        StringAssert.StartsWith(
            rows[0], "point,cluster.spares.warm,checkpoint.tiers.0.every,scenario_hash,replication,",
            StringComparison.Ordinal);
        StringAssert.StartsWith(rows[^1], "8,8,90 min,", StringComparison.Ordinal);
        CollectionAssert.Contains(scratch.Entries.ToList(), "out/figures/heat-map.svg");
    }

    [TestMethod]
    public void Shards_merge_to_the_bytes_of_one_run_at_any_number_of_threads()
    {
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 10, days: 20);
        SigmaProcess.Run("sweep", plan, "--threads", "1", "--out", scratch.At("one")).EndedWith(0);
        SigmaProcess.Run("sweep", plan, "--threads", "2", "--out", scratch.At("two")).EndedWith(0);
        SmallSweep.AssertSame(scratch.At("one"), scratch.At("two"));
        SigmaProcess.Run("sweep", plan, "--shard", "3/3", "--out", scratch.At("parts")).EndedWith(0);
        SigmaProcess.Run([("SLURM_ARRAY_TASK_ID", "1")], "sweep", plan, "--shards", "3", "--out", scratch.At("parts"))
            .EndedWith(0);
        SigmaProcess.Run("merge", scratch.At("parts")).EndedWith(1).Saying("shard 2 of 3 left no complete result")
            .Saying("7 of 10 points are there");
        var last = SigmaProcess.Run(
            [("JOB_COMPLETION_INDEX", "1")], "sweep", plan, "--shards", "3", "--json", "--out",
            scratch.At("elsewhere"));
        Has(last.EndedWith(0).Json, "sweep", "shard", "shards", "points", "finished");
        SigmaProcess.Run("merge", scratch.At("parts"), scratch.At("elsewhere"), "--out", scratch.At("merged"))
            .EndedWith(0);
        SmallSweep.AssertSame(scratch.At("one"), scratch.At("merged"));
    }

    [TestMethod]
    public void A_plan_that_changed_is_noticed_and_restarted_on_request()
    {
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 4, days: 5);
        SigmaProcess.Run("sweep", plan, "--out", scratch.At("out")).EndedWith(0);
        var again = SigmaProcess.Run("sweep", plan, "--out", scratch.At("out")).EndedWith(0);
        StringAssert.Contains(again.Output, "4 points were there from before", StringComparison.Ordinal);
        SmallSweep.In(scratch, points: 4, days: 6);
        SigmaProcess.Run("sweep", plan, "--out", scratch.At("out")).EndedWith(2)
            .Saying("the plan or its base has changed since").Saying("`--restart`");
        SigmaProcess.Run("sweep", plan, "--out", scratch.At("out"), "--restart").EndedWith(0);
    }

    [TestMethod]
    public void Optimize_answers_with_an_interval_and_the_closed_form()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run(
            "optimize", Stated, "--over", "checkpoint.tiers.0.every=2 min..3 h", "--replications", "5", "--json",
            "--out", scratch.At("out")).EndedWith(0).Json;
        Has(answer, "metric", "optimum", "goodput_tokens_per_s", "own", "gain", "points", "outputs");
        Has(answer.GetProperty("optimum")[0], "path", "value", "low", "high", "at_edge");
        CollectionAssert.Contains(scratch.Entries.ToList(), "out/figures/optimum.svg");
    }

    [TestMethod]
    public void Sensitivity_answers_with_every_input()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run(
            "sensitivity", Stated, "--vary", "checkpoint.tiers.0.every=2 min..3 h",
            "--vary", "cluster.spares.warm=0..12", "--points", "8", "--replications", "3", "--json",
            "--out", scratch.At("out")).EndedWith(0).Json;
        Has(answer, "metric", "own", "inputs", "left_out", "outputs");
        Assert.AreEqual(2, answer.GetProperty("inputs").GetArrayLength());
        foreach (var input in answer.GetProperty("inputs").EnumerateArray())
            Has(input, "path", "own", "low", "high", "at_low", "at_high", "sobol_first_order");
    }

    [TestMethod]
    public void Run_goes_on_until_it_is_sure()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run(
            "run", Stated, "--until-precision", "0.04%", "--json", "--out", scratch.At("out")).EndedWith(0).Json;
        var ettr = answer.GetProperty("metrics").GetProperty("ettr");
        var half = (ettr.GetProperty("high").GetDouble() - ettr.GetProperty("low").GetDouble()) / 2;
        Assert.IsLessThanOrEqualTo(0.0004, half / ettr.GetProperty("mean").GetDouble());
        Assert.IsGreaterThan(20, ettr.GetProperty("n").GetInt32());
        Has(answer.GetProperty("precision"), "metric", "asked", "reached");
        Assert.IsGreaterThan(2, answer.GetProperty("controlled").GetProperty("ettr_gain").GetDouble());
    }

    [TestMethod]
    [DataRow("two scenarios or more", "compare", Stated)]
    [DataRow("--vary takes PATH=VALUE,VALUE", "compare", Stated, "--vary", "seed")]
    [DataRow("one value alone", "compare", Stated, "--vary", "cluster.nodes=3")]
    [DataRow("a value is empty", "compare", Stated, "--vary", "cluster.nodes=3,")]
    [DataRow("are too many to compare", "compare", Stated, "--vary", "cluster.nodes=1..60:60")]
    [DataRow("`seed` is no input of a campaign", "compare", Stated, "--vary", "seed=1,2")]
    [DataRow("--vary cluster.spares.warm names `4` twice", "compare", Stated, "--vary", "cluster.spares.warm=4,4")]
    [DataRow("--vary names cluster.spares.warm twice", "compare", Stated, "--vary", "cluster.spares.warm=2,4",
        "--vary", "cluster.spares.warm=2,8")]
    [DataRow("one file is named twice", "compare", Stated, Stated)]
    [DataRow("`replications` is no input of a campaign", "sweep", Stated, "--set", "replications=2,4")]
    [DataRow("`seed` is an axis, and set for all points too", "sweep", Stated, "--set", "seed=1,2", "--seed", "5")]
    [DataRow("`cluster.spares.warm` is an axis, and set", "sweep", "scenarios/sweeps/spares-and-interval.yaml", "--set",
        "cluster.spares.warm=2")]
    [DataRow("there is no metric `nope`", "sweep", Stated, "--set", "seed=1,2", "--metric", "nope")]
    [DataRow("--shards does not go with it", "sweep", Stated, "--set", "seed=1,2", "--shard", "1/2", "--shards", "2")]
    [DataRow("`seed` is no input of a campaign", "optimize", Stated, "--over", "seed=1..5")]
    [DataRow("`replications` is no input of a campaign", "sensitivity", Stated, "--vary", "replications=2..5")]
    [DataRow("without a count", "optimize", Stated, "--over", "cluster.spares.warm=0..4:3")]
    [DataRow("the alternative `cluster.spares.warm=-1` is no sound scenario", "compare", Stated, "--vary",
        "cluster.spares.warm=2,-1")]
    [DataRow("did you mean `warm`?", "compare", Stated, "--vary", "cluster.spares.wram=2,1")]
    [DataRow("there is no metric `etr`", "compare", Stated, "--vary", "cluster.spares.warm=1,2", "--metric", "etr")]
    [DataRow("takes an axis", "sweep", Stated)]
    [DataRow("takes an axis", "sweep", Stated, "--set", "seed=3")]
    [DataRow("shard 9 of 8 does not exist", "sweep", Stated, "--set", "seed=1,2", "--shard", "9/8")]
    [DataRow("use `--shard K/N`", "sweep", Stated, "--set", "seed=1,2", "--shards", "8")]
    [DataRow("there is no item", "sweep", Stated, "--set", "faults.9.name=a,b")]
    [DataRow("point 2 (checkpoint.tiers.0.every=0 s) is no sound scenario", "sweep", Stated, "--set",
        "checkpoint.tiers.0.every=10 min,0 s")]
    [DataRow("the axes make", "sweep", Stated, "--set", "seed=1..2000:2000", "--set", "cluster.nodes=1..2000:2000")]
    [DataRow("go with --slurm", "sweep", Stated, "--set", "seed=1,2", "--tasks", "3")]
    [DataRow("add --dry-run", "sweep", Stated, "--set", "seed=1,2", "--kubernetes")]
    [DataRow("--tasks takes a number from 1", "sweep", Stated, "--set", "seed=1,2", "--slurm", "--tasks", "0")]
    [DataRow("a word without spaces", "sweep", Stated, "--set", "seed=1,2", "--slurm", "--partition", "a b")]
    [DataRow("a plan has its own axes", "sweep", "scenarios/sweeps/spares-and-interval.yaml", "--set", "seed=1,2")]
    [DataRow("there are no results of a sweep", "merge", "scenarios")]
    [DataRow("--over takes PATH=LOW..HIGH", "optimize", Stated, "--over", "seed")]
    [DataRow("expected a range such as", "optimize", Stated, "--over", "recovery.policy=restart,elastic")]
    [DataRow("over one input or two, found 3", "optimize", Stated, "--over", "a=1..2", "--over", "b=1..2", "--over",
        "c=1..2")]
    [DataRow("the point cluster.spares.wrm=0 is no sound scenario", "optimize", Stated, "--over",
        "cluster.spares.wrm=0..5")]
    [DataRow("--spread takes a share", "sensitivity", Stated, "--spread", "200 %")]
    [DataRow("--points takes 0 or a number from 8", "sensitivity", Stated, "--points", "3")]
    [DataRow("--until-precision takes a share", "run", Stated, "--until-precision", "0")]
    [DataRow("--metric says what --until-precision is about", "run", Stated, "--metric", "ettr")]
    [DataRow("did you mean `ettr`?", "run", Stated, "--until-precision", "1%", "--metric", "etr")]
    public void What_cannot_be_run_is_said_in_a_sentence(string words, params string[] command)
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run([.. command, .. command[0] == "merge" ? (string[])[] : ["--out", scratch.At("out")]])
            .EndedWith(2).Saying(words);
        Assert.DoesNotContain("points.csv", string.Join(' ', scratch.Entries), StringComparison.Ordinal);
    }

    [TestMethod]
    public void Scripts_and_manifests_are_printed_and_nothing_is_run()
    {
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 4, days: 5);
        var script = SigmaProcess.Run("sweep", plan, "--slurm", "--dry-run", "--out", scratch.At("out"));
        StringAssert.StartsWith(script.EndedWith(0).Output, "#!/bin/bash\n#SBATCH", StringComparison.Ordinal);
        var manifest = SigmaProcess.Run("sweep", plan, "--kubernetes", "--dry-run", "--out", scratch.At("out"));
        StringAssert.Contains(manifest.EndedWith(0).Output, "\nkind: Job\n", StringComparison.Ordinal);
        var json = SigmaProcess.Run("sweep", plan, "--slurm", "--dry-run", "--json").EndedWith(0).Json;
        StringAssert.StartsWith(json.GetProperty("script").GetString(), "#!/bin/bash\n", StringComparison.Ordinal);
        Assert.IsFalse(Directory.Exists(scratch.At("out")));
    }

    private static void Has(JsonElement element, params string[] keys)
    {
        foreach (var key in keys) Assert.IsTrue(element.TryGetProperty(key, out _), $"no `{key}` in {element}");
    }
}
