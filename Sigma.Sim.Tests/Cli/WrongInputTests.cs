// What the command line says to a user who got something wrong: one plain sentence, a code that a script can branch on,
// and nothing left behind. 1 is the machine's fault, 2 is the user's.
namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class WrongInputTests
{
    private const string Small = "scenarios/small.yaml";

    [TestMethod]
    public void A_wrong_scenario_ends_with_2_and_writes_nothing()
    {
        using var scratch = new ScratchFolder();
        var wrong = scratch.Holding("wrong.yaml", "scenario: wrong\nduration: 14 days\n");
        var before = scratch.Entries;
        var answer = SigmaProcess.Run("run", wrong, "--out", scratch.At("out")).EndedWith(2).Saying("error[S020]");
        Assert.AreEqual("", answer.Output);
        CollectionAssert.AreEqual(before.ToList(), scratch.Entries.ToList());
    }

    [TestMethod]
    public void A_missing_scenario_ends_with_1()
    {
        foreach (var verb in new[] { "run", "check", "replay", "step" })
            SigmaProcess.Run(verb, "scenarios/none.yaml").EndedWith(1).Saying("there is no file `scenarios/none.yaml`");
    }

    [TestMethod]
    public void A_folder_as_scenario_ends_with_1() =>
        SigmaProcess.Run("check", "scenarios").EndedWith(1).Saying("is a folder");

    [TestMethod]
    [DataRow("runn")]
    [DataRow("run")]
    [DataRow("check", Small, "--wrong")]
    [DataRow("check", Small, "another.yaml")]
    [DataRow("check", Small, "--seed", "many")]
    [DataRow("replay", Small, "--threads", "0")]
    [DataRow("step", "--steps", "0")]
    [DataRow("step", "--seed", "-1")]
    [DataRow("validate", "--case", "nothing")]
    public void A_command_line_that_means_nothing_ends_with_2(params string[] arguments)
    {
        var answer = SigmaProcess.Run(arguments).EndedWith(2).Saying("sigma: ");
        Assert.DoesNotContain("scenario", answer.Output, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("", "PATH=VALUE")]
    [DataRow("=3", "PATH=VALUE")]
    [DataRow("seed", "PATH=VALUE")]
    [DataRow("sead=3", "did you mean `seed`?")]
    [DataRow("cluster.nodez=3", "did you mean `nodes`?")]
    [DataRow("seed=a few", "--set:1:6: error[S020]")]
    [DataRow("recovery.policy=warm-spar", "did you mean `warm-spare`?")]
    [DataRow("faults.7.scope=node", "there is no item `7` in this list")]
    [DataRow("faults.rack fault.scope=node", "there is no item `rack fault` in this list")]
    [DataRow("cluster.nodes=7", "does not divide")]
    [DataRow("about={", "error[S004]")]
    public void A_wrong_set_is_answered_like_a_wrong_line(string set, string words) =>
        SigmaProcess.Run("check", Small, "--set", set).EndedWith(2).Saying(words);

    [TestMethod]
    public void A_set_changes_one_value_and_the_last_one_wins()
    {
        var answer = SigmaProcess.Run(
            "check", "--json", "--set", "seed=5", "--set", "faults.node fault.detection.latency=3 min", Small,
            "--set", "seed=6");
        var inputs = answer.EndedWith(0).Json.GetProperty("inputs").EnumerateArray()
            .ToDictionary(i => i.GetProperty("path").GetString()!, i => i.GetProperty("value").GetString()!);
        Assert.AreEqual("6", inputs["seed"]);
        Assert.AreEqual("3 min", inputs["faults.1.detection.latency"]);
        Assert.AreEqual("lognormal median 90 s sigma 0.5", inputs["faults.0.detection.latency"]);
    }

    [TestMethod]
    public void Results_below_a_file_end_with_1_before_the_work()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("file", "");
        SigmaProcess.Run("run", Small, "--out", Path.Combine(file, "out")).EndedWith(1).Saying("sigma: ");
        SigmaProcess.Run("run", Small, "--out", file).EndedWith(1).Saying("is a file");
        Assert.HasCount(1, scratch.Entries);
    }

    [TestMethod]
    public void Results_in_an_unwritable_place_end_with_1()
    {
        if (!Directory.Exists("/proc")) Assert.Inconclusive("this system has no /proc");
        SigmaProcess.Run("run", Small, "--out", "/proc/sigma").EndedWith(1).Saying("/proc");
    }

    [TestMethod]
    public void A_reference_that_is_not_there_is_refused_in_words()
    {
        var answer = SigmaProcess.Run("step", "--verify", "no/such/folder");
        answer.EndedWith(answer.Code).Saying("no/such/folder");
        Assert.IsTrue(answer.Code is 1 or 2);
    }
}
