// A run that cannot end as planned, for a key pressed or a disk that is full, leaves no file that looks finished.
using System.Diagnostics;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class InterruptedRunTests
{
    [TestMethod]
    [DataRow(300)]
    [DataRow(2000)]
    public void Ctrl_C_in_the_middle_of_a_run_ends_with_130_and_leaves_nothing(int afterMilliseconds)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("signals are sent with kill");
        using var scratch = new ScratchFolder();
        var output = scratch.At("out");
        using var run = SigmaProcess.Start(
            [], "run", "scenarios/sigma-moe-2048.yaml", "--replications", "2000", "--out", output);
        var tooSoon = run.EndsWithin(TimeSpan.FromMilliseconds(afterMilliseconds));
        if (tooSoon) Assert.Inconclusive("the run was over before the key was pressed");
        var began = Stopwatch.GetTimestamp();
        run.Interrupt();
        run.Answer().EndedWith(130).Saying("interrupted");
        Assert.IsLessThan(TimeSpan.FromSeconds(10), Stopwatch.GetElapsedTime(began));
        Assert.AreEqual("", string.Join(' ', scratch.Entries));
    }

    [TestMethod]
    public void A_full_disk_ends_with_1_and_leaves_nothing()
    {
        var answer = RunOnFullDisk(prepare: ":");
        Assert.AreEqual("", answer.Output);
    }

    [TestMethod]
    public void A_full_disk_leaves_the_results_of_an_earlier_run_as_they_were()
    {
        var answer = RunOnFullDisk(prepare: "mkdir out && echo earlier > out/report.html");
        Assert.AreEqual("./out ./out/report.html earlier", string.Join(' ', answer.Output.Split()).TrimEnd());
    }

    /// <summary>
    /// Runs on a disk of 64 KiB that only the run can see, and prints what is left on it: names, then contents.
    /// </summary>
    private static SigmaAnswer RunOnFullDisk(string prepare)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("the small disk is a tmpfs");
        using var scratch = new ScratchFolder();
        var script =
            $"""
            mount -t tmpfs -o size=64k tmpfs '{scratch.Path}' 2>/dev/null || exit 99
            (cd '{scratch.Path}'; {prepare})
            "$0" "$@" --out '{scratch.Path}/out'
            code=$?
            cd '{scratch.Path}'
            find . -mindepth 1 | sort
            find . -type f -exec cat {"{} +"}
            exit $code
            """;
        string[] command = ["run", "scenarios/small.yaml", "--replications", "2", "--quiet"];
        var answer = SigmaProcess.RunWithin("unshare", ["-rm", "/bin/sh", "-c", script], command);
        if (answer is null or { Code: 99 } || answer.Error.StartsWith("unshare", StringComparison.Ordinal))
            Assert.Inconclusive("this user may not mount a small disk");
        return answer.EndedWith(1).Saying("cannot be written: No space left");
    }
}
