// Odd but imaginable input that once ended in a stack trace or in an endless wait: each gets a sentence, or an answer.
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class OddInputTests
{
    private static readonly string Small = SourceTree.PathOf("scenarios/small.yaml");

    [TestMethod]
    [DataRow("cluster.storage.read=1 B/s", "S020")]
    [DataRow("cluster.accelerator.peak.bf16=100 FLOP/s", "S020")]
    [DataRow("faults.0.detection.latency=lognormal median 5217 wk sigma 20", "S020")]
    [DataRow("faults.0.time_to_failure=100 h", "S020")]
    [DataRow("noise.pauses=[{name: a, every: 1 steps per rank, lasts: 100 wk}]", "S020")]
    [DataRow("model.sequence=1048576", "S044")]
    [DataRow("model.layers=1024", "S044")]
    [DataRow("parallelism.tp=16384", "S040")]
    [DataRow("parallelism.dp=500", "S040")]
    [DataRow("parallelism.global_batch=10000000", "S042")]
    [DataRow("faults.0.time_to_failure=exponential 1 ms", "S045")]
    [DataRow("seed=-1", "S020")]
    [DataRow("seed=1.5", "S020")]
    [DataRow("tokens=1T", "S030")]
    public void A_value_beyond_reason_is_refused_by_its_code(string change, string code)
    {
        var error = Assert.ThrowsExactly<ScenarioException>(() => Scenario.Load(Small, [Override.Parse(change)!]));
        CollectionAssert.Contains(error.Diagnostics.InSourceOrder().Select(found => found.Code).ToArray(), code);
    }

    [TestMethod]
    public void A_seed_is_taken_to_its_last_digit()
    {
        var scenario = Scenario.Load(Small, [new Override("seed", "9007199254740993")]);
        Assert.AreEqual(9_007_199_254_740_993UL, scenario.Seed);
    }

    [TestMethod]
    public void An_empty_value_takes_a_key_away()
    {
        var scenario = Scenario.Load(Small, [new Override("duration", ""), new Override("tokens", "1T")]);
        Assert.AreEqual(new AfterTokens(1_000_000_000_000), scenario.End);
    }

    [TestMethod]
    public void A_name_of_nothing_is_no_file()
    {
        SigmaProcess.Run("check", "").EndedWith(2).Saying("name of a scenario file is empty");
        SigmaProcess.Run("run", Small, "--out", "").EndedWith(2).Saying("--out takes");
        SigmaProcess.Run("replay", Small, "--timeline", "").EndedWith(2).Saying("--timeline takes");
    }

    [TestMethod]
    public void A_device_is_not_read_to_its_end()
    {
        if (!File.Exists("/dev/zero")) Assert.Inconclusive("this system has no /dev/zero");
        SigmaProcess.Run("check", "/dev/zero").EndedWith(2).Saying("not a regular file");
    }

    [TestMethod]
    public void A_run_that_keeps_nothing_is_reported_without_numbers_it_does_not_have()
    {
        using var folder = new ScratchFolder();
        var answer = SigmaProcess.Run(
            "run", Small, "--replications", "2", "--set", "duration=1ns", "--set", "real_step.steps=2",
            "--set", "real_step.trace_steps=2", "--out", folder.At("out"));
        answer.EndedWith(0);
        Assert.IsTrue(File.Exists(Path.Combine(folder.At("out"), "report.html")));
    }
}
