// `sigma run` with a silent corruption: its strikes are told in the events, counted in a table of their own and on the
// page; a run without one has neither.
using Sigma.Sim.Reporting;
using Sigma.Sim.Tests.Reporting;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class SilentCorruptionRunTests
{
    private const string Small = "scenarios/small.yaml";
    private const string Counts = "{ measured: ../Sigma.Sim.Tests/Diagnostics/base/detection.yaml }";

    private static readonly string[] Silent =
        ["--set", "faults.0.kind=silent-corruption", "--set", $"faults.0.detection={Counts}", "--replications", "4"];

    [TestMethod]
    public void A_run_tells_and_counts_its_silent_corruptions()
    {
        using var scratch = new ScratchFolder();
        var run = SigmaProcess.Run(["run", Small, .. Silent, "--out", scratch.At("out")]).EndedWith(0);
        StringAssert.Contains(run.Output, "accelerator fault: ", StringComparison.Ordinal);
        StringAssert.Contains(run.Output, " strikes, of these ", StringComparison.Ordinal);

        var table = File.ReadAllLines(Path.Combine(scratch.At("out"), "corruptions.csv"));
        var rows = table.Select(row => row.Split(',')).ToList();
        Assert.AreEqual("replication fault struck harmless unnoticed noticed undone latent", string.Join(' ', rows[0]));
        Assert.HasCount(5, rows);
        var first = rows[1].Skip(2).Select(cell => int.Parse(cell, System.Globalization.CultureInfo.InvariantCulture))
            .ToArray();
        Assert.AreEqual(first[0], first.Skip(1).Sum());

        var events = File.ReadAllText(Path.Combine(scratch.At("out"), "events.csv"));
        Assert.HasCount(first[0] + 1, events.Split(",corruption,"));
        Assert.HasCount(first[3] + 1, events.Split(",alarm,"));
        var page = File.ReadAllText(Path.Combine(scratch.At("out"), "report.html"));
        StringAssert.Contains(page, "What silent corruptions came to", StringComparison.Ordinal);
        StringAssert.Contains(page, "corrupts one step silently", StringComparison.Ordinal);
        StringAssert.Contains(page, "<td>faults.0.detection.measured.noticed</td>", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_run_without_silent_corruption_says_nothing_of_it()
    {
        Assert.IsFalse(SmallRun.Files.ContainsKey("corruptions.csv"));
        SmallRun.Lacks(SmallRun.Files["report.html"], "What silent corruptions came to", "a table of nothing");
        SmallRun.Lacks(SmallRun.Files["events.csv"], ",corruption,", "an event of nothing");
    }

    [TestMethod]
    public void A_run_without_silent_corruption_takes_the_counts_of_an_earlier_one_away()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Root, "corruptions.csv"), "of an earlier run");
        RunReport.Write(SmallRun.Outcome, folder.Root, SmallRun.Version, SmallRun.Command);
        Assert.IsFalse(File.Exists(Path.Combine(folder.Root, "corruptions.csv")));
    }

    [TestMethod]
    public void Check_says_what_it_understood()
    {
        var answer = SigmaProcess.Run(["check", Small, .. Silent[..4]]).EndedWith(0);
        StringAssert.Contains(answer.Output, "of silent", StringComparison.Ordinal);
        StringAssert.Contains(answer.Output, "faults.0.detection.measured.trials", StringComparison.Ordinal);
    }
}
