// `sigma init` as its users meet it: a file that check and run take, the commands to type next, and nothing of theirs
// lost.
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.FirstUse;

[TestClass]
public sealed class InitVerbTests
{
    [TestMethod]
    public void What_it_writes_runs_as_it_stands_and_it_says_how()
    {
        using var scratch = new ScratchFolder();
        foreach (var kind in new[] { "modelled", "stated" })
        {
            var file = scratch.At($"{kind}.yaml");
            var answer = SigmaProcess.Run("init", scratch.At(kind), "--kind", kind).EndedWith(0);
            StringAssert.Contains(answer.Output, $"  sigma check {file} ", StringComparison.Ordinal);
            StringAssert.Contains(answer.Output, $"  sigma run {file} ", StringComparison.Ordinal);
            SigmaProcess.Run("check", file).EndedWith(0);
            var run = SigmaProcess.Run("run", file, "--replications", "2", "--out", scratch.At($"{kind}-run"), "--json")
                .EndedWith(0).Json;
            Assert.IsTrue(run.GetProperty("ledger_sum_ok").GetBoolean());
        }
    }

    [TestMethod]
    [DataRow("ours", "ours.yaml")]
    [DataRow("ours.yaml", "ours.yaml")]
    [DataRow("ours.YML", "ours.yaml")]
    [DataRow("v1.2", "v1.2.yaml")]
    [DataRow("null", "null.yaml")]
    [DataRow("007", "007.yaml")]
    [DataRow("studies/ours", "studies/ours.yaml")]
    [DataRow("./ours", "ours.yaml")]
    public void A_name_is_that_of_the_scenario_and_of_the_file(string given, string file)
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.At("studies"));
        var json = SigmaProcess.Run("init", Path.Combine(scratch.Path, given), "--json").EndedWith(0).Json;
        Assert.AreEqual(Path.GetFileNameWithoutExtension(file), json.GetProperty("scenario").GetString());
        Assert.IsTrue(File.Exists(scratch.At(file)));
        Assert.AreEqual(scratch.At(file), Path.GetFullPath(json.GetProperty("output").GetString()!));
        SigmaProcess.Run("check", scratch.At(file), "--quiet").EndedWith(0);
        Assert.IsEmpty(scratch.Entries.Where(entry => entry.Contains("partial", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("a b", "expected a name of at most 80 letters")]
    [DataRow("", "expected a name of at most 80 letters")]
    [DataRow(".yaml", "expected a name of at most 80 letters")]
    [DataRow(".hidden", "expected a name of at most 80 letters")]
    [DataRow("..", "expected a name of at most 80 letters")]
    [DataRow("a:b", "expected a name of at most 80 letters")]
    [DataRow("a\\b", "expected a name of at most 80 letters")]
    [DataRow("größe", "expected a name of at most 80 letters")]
    [DataRow("a\nb", "expected a name of at most 80 letters")]
    [DataRow("-", "expected a name that begins with a letter or a digit")]
    [DataRow("--forse", "there is no option `--forse`; did you mean `--force`?")]
    public void A_name_that_cannot_be_one_is_refused(string name, string words) =>
        SigmaProcess.Run("init", name).EndedWith(2).Saying(words);

    [TestMethod]
    public void A_name_that_is_too_long_or_a_folder_that_is_not_there_is_said()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("file", "");
        SigmaProcess.Run("init", scratch.At(new string('a', 81))).EndedWith(2).Saying("at most 80 letters");
        SigmaProcess.Run("init", scratch.At("no/where")).EndedWith(1)
            .Saying($"there is no folder `{scratch.At("no")}`; make it first, or leave it out: sigma init where");
        SigmaProcess.Run("init", Path.Combine(file, "below")).EndedWith(1).Saying("is a file, not a folder");
        SigmaProcess.Run("init", scratch.At("x"), "--kind", "statd").EndedWith(2).Saying("did you mean `stated`?");
        SigmaProcess.Run("init", scratch.At("x"), "another").EndedWith(2).Saying("another");
        Assert.HasCount(1, scratch.Entries);
    }

    [TestMethod]
    public void A_file_that_is_there_stays_unless_it_may_go()
    {
        using var scratch = new ScratchFolder();
        var mine = scratch.Holding("mine.yaml", "scenario: mine\n");
        SigmaProcess.Run("init", scratch.At("mine")).EndedWith(2)
            .Saying($"`{mine}` is there already: give another NAME, or --force to replace it");
        Assert.AreEqual("scenario: mine\n", File.ReadAllText(mine));
        SigmaProcess.Run("init", scratch.At("mine"), "--force", "--quiet").EndedWith(0);
        SigmaProcess.Run("check", mine, "--quiet").EndedWith(0);
        Directory.CreateDirectory(scratch.At("folder.yaml"));
        SigmaProcess.Run("init", scratch.At("folder"), "--force").EndedWith(2).Saying("is a folder: give another NAME");
    }

    [TestMethod]
    public void A_folder_that_takes_no_file_ends_with_1()
    {
        if (!Directory.Exists("/proc")) Assert.Inconclusive("this system has no /proc");
        SigmaProcess.Run("init", "/proc/ours").EndedWith(1).Saying("`/proc/ours.yaml` cannot be written: ");
    }

    [TestMethod]
    public void A_full_disk_leaves_nothing_half_written()
    {
        using var scratch = new ScratchFolder();
        // A limit on the size of files is what a full disk looks like to a program; its own code is no such file.
        const string limited = "export DOTNET_EnableWriteXorExecute=0; ulimit -f 8; trap '' XFSZ; exec \"$@\"";
        var answer = SigmaProcess.RunWithin("/bin/sh", ["-c", limited, "sh"], "init", scratch.At("ours"));
        if (answer is null) Assert.Inconclusive("this system has no /bin/sh");
        answer.EndedWith(1).Saying("cannot be written");
        Assert.IsEmpty(scratch.Entries);
    }

    [TestMethod]
    public void Names_are_shown_as_a_shell_takes_them()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.At("my studies"));
        var answer = SigmaProcess.Run("init", scratch.At("my studies/ours")).EndedWith(0);
        StringAssert.Contains(
            answer.Output, $"sigma check '{scratch.At("my studies/ours.yaml")}'", StringComparison.Ordinal);
    }
}
