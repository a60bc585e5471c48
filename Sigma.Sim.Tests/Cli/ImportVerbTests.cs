// `sigma import` as its users meet it: a scenario in a file or a pipe, which check and run take, and a sentence where
// there is none.
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class ImportVerbTests
{
    private const string Published = "scenarios/published/airesim.yaml";

    private const string Small = "{job_size: 32, warm_standbys: 2, working_pool_size: 36, spare_pool_size: 4, "
        + "job_length: 100000, num_replications: 3}";

    [TestMethod]
    public void A_scenario_goes_to_standard_output_and_nothing_else_does()
    {
        var answer = SigmaProcess.Run("import", "airesim", Published).EndedWith(0);
        Assert.AreEqual(AireSimScenario.Of(AireSimFile.Load(House.SourceTree.PathOf(Published), [])), answer.Output);
        Assert.AreEqual("", answer.Error);
    }

    [TestMethod]
    public void A_file_is_written_and_one_that_was_there_is_not_replaced_in_silence()
    {
        using var scratch = new ScratchFolder();
        var (config, target) = (scratch.Holding("small.json", Small), scratch.At("out.yaml"));
        var first = SigmaProcess.Run("import", "airesim", config, "--out", target).EndedWith(0);
        StringAssert.EndsWith(first.Error, $"scenario: {target}\n", StringComparison.Ordinal);
        SigmaProcess.Run("import", "airesim", config, "--set", "recovery_time=10", "--out", target).EndedWith(0)
            .Saying("in place of the one that was there");
        Assert.AreEqual("airesim-small", Scenario.Load(target, []).Name);
        StringAssert.Contains(File.ReadAllText(target), "hot_swap: 10 min", StringComparison.Ordinal);
        SigmaProcess.Run("check", target).EndedWith(0);
        var run = SigmaProcess.Run("run", target, "--out", scratch.At("run"), "--json").EndedWith(0).Json;
        Assert.IsTrue(run.GetProperty("ledger_sum_ok").GetBoolean());
    }

    [TestMethod]
    public void A_script_gets_one_object()
    {
        var json = SigmaProcess.Run("import", "airesim", Published, "--json").EndedWith(0).Json;
        Assert.AreEqual("airesim", json.GetProperty("scenario").GetString());
        StringAssert.Contains(json.GetProperty("text").GetString(), "policy: hot-spare", StringComparison.Ordinal);
    }

    [TestMethod]
    public void What_is_wrong_is_said_and_nothing_is_written()
    {
        using var scratch = new ScratchFolder();
        var wrong = scratch.Holding("wrong.yaml", "job_size: 64\nwarm_standbys: 2\nworking_pool_size: 65\n");
        SigmaProcess.Run("import", "airesim", wrong, "--out", scratch.At("out.yaml")).EndedWith(2)
            .Saying("wrong.yaml:3:20: error[S070]: a working pool of 65 servers cannot hold");
        SigmaProcess.Run("import", "airsim", wrong).EndedWith(2).Saying("import reads airesim, found `airsim`");
        SigmaProcess.Run("import", "airesim", wrong, "--set", "job_size").EndedWith(2).Saying("--set takes KEY=VALUE");
        SigmaProcess.Run("import", "airesim", wrong, "--out", wrong).EndedWith(2).Saying("--out would replace");
        SigmaProcess.Run("import", "airesim", wrong, "--out", scratch.Path).EndedWith(2).Saying("is a folder");
        SigmaProcess.Run("import", "airesim", scratch.At("none.yaml")).EndedWith(1).Saying("there is no file");
        SigmaProcess.Run("import", "airesim", Published, "--out", scratch.At("no/where.yaml")).EndedWith(1);
        CollectionAssert.AreEqual(new[] { "wrong.yaml" }, scratch.Entries.ToArray());
    }
}
