// A sweep may end at any moment and in any way: what was finished is kept, and going on gives the bytes of a sweep that
// nobody disturbed.
using System.Diagnostics;
using Sigma.Sim.Randomness;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Sweeps;

[TestClass]
public sealed class KilledSweepTests
{
    private const int Kills = 20;

    [TestMethod]
    public void Killed_at_twenty_moments_it_ends_with_the_bytes_of_an_undisturbed_one()
    {
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 60, days: 60);
        var (whole, killed) = (scratch.At("whole"), scratch.At("killed"));
        var began = Stopwatch.GetTimestamp();
        SigmaProcess.Run("sweep", plan, "--out", whole, "--quiet").EndedWith(0);
        // How long it takes depends on the machine; a moment is any of that time.
        var undisturbed = Stopwatch.GetElapsedTime(began);
        var dice = new StreamKey(1, 0, "moments", 0).Open();
        var (kills, attempts, resumed) = (0, 0, 0);
        while (kills < Kills)
        {
            Assert.IsLessThan(4 * Kills, ++attempts, "the sweep ends before it can be killed");
            var moment = undisturbed * (0.1 + 0.8 * dice.NextUniform());
            using var sweep = SigmaProcess.Start([], "sweep", plan, "--out", killed, "--quiet");
            if (sweep.EndsWithin(moment))
            {
                // It was over: the next one begins anew.
                sweep.Answer().EndedWith(0);
                SmallSweep.AssertSame(whole, killed);
                Directory.Delete(killed, recursive: true);
                continue;
            }

            sweep.Kill();
            kills++;
            if (Directory.Exists(Path.Combine(killed, "journal"))) resumed++;
        }

        SigmaProcess.Run("sweep", plan, "--out", killed, "--quiet").EndedWith(0);
        SmallSweep.AssertSame(whole, killed);
        Assert.IsGreaterThan(Kills / 3, resumed, "most kills came before anything was done");
    }

    [TestMethod]
    public void Ctrl_C_keeps_what_is_finished_and_says_so()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("signals are sent with kill");
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 400, days: 400);
        using var sweep = SigmaProcess.Start([], "sweep", plan, "--out", scratch.At("out"));
        WaitForPoints(sweep, scratch.At("out"));
        sweep.Interrupt();
        sweep.Answer().EndedWith(130).Saying("of 400 points are kept, and the same command goes on from there");
        Assert.IsTrue(File.Exists(Path.Combine(scratch.At("out"), "journal", "1-of-1.jsonl")));
        Assert.IsFalse(File.Exists(Path.Combine(scratch.At("out"), "points.csv")));
    }

    [TestMethod]
    public void A_full_disk_loses_nothing_and_doubles_nothing()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("the small disk is a tmpfs");
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 60, days: 5);
        var disk = Directory.CreateDirectory(scratch.At("disk")).FullName;
        // 60 points take some 100 kB: the disk is full in the middle of a line, then grows.
        var script =
            $"""
            mount -t tmpfs -o size=48k tmpfs '{disk}' 2>/dev/null || exit 99
            "$0" "$@" --out '{disk}/out' 2> '{scratch.At("first.txt")}'
            echo "first $?"
            mount -o remount,size=4m '{disk}' || exit 99
            "$0" "$@" --out '{disk}/out' || exit
            cp -r '{disk}/out' '{scratch.At("out")}'
            """;
        var answer = SigmaProcess.RunWithin("unshare", ["-rm", "/bin/sh", "-c", script], "sweep", plan, "--quiet");
        if (answer is null or { Code: 99 } || answer.Error.StartsWith("unshare", StringComparison.Ordinal))
            Assert.Inconclusive("this user may not mount a small disk");
        answer.EndedWith(0);
        Assert.AreEqual("first 1", answer.Output.Trim());
        var first = File.ReadAllText(scratch.At("first.txt"));
        StringAssert.Contains(first, "No space left", StringComparison.Ordinal);
        StringAssert.Contains(first, "the same command goes on from there", StringComparison.Ordinal);
        SigmaProcess.Run("sweep", plan, "--out", scratch.At("whole"), "--quiet").EndedWith(0);
        SmallSweep.AssertSame(scratch.At("whole"), scratch.At("out"));
    }

    [TestMethod]
    public void A_second_process_on_the_same_folder_is_turned_away()
    {
        using var scratch = new ScratchFolder();
        var plan = SmallSweep.In(scratch, points: 400, days: 400);
        using var first = SigmaProcess.Start([], "sweep", plan, "--out", scratch.At("out"), "--quiet");
        WaitForPoints(first, scratch.At("out"));
        SigmaProcess.Run("sweep", plan, "--out", scratch.At("out"), "--quiet").EndedWith(1)
            .Saying("another process is writing to");
        SigmaProcess.Run("sweep", plan, "--out", scratch.At("out"), "--restart", "--quiet").EndedWith(1)
            .Saying("another process is writing to");
        first.Kill();
    }

    /// <summary>Waits until a sweep has kept something; fails where it ends before.</summary>
    private static void WaitForPoints(SigmaProcess sweep, string results)
    {
        var journal = new FileInfo(Path.Combine(results, "journal", "1-of-1.jsonl"));
        const int headAndMore = 4000;
        while (!journal.Exists || journal.Length < headAndMore)
        {
            Assert.IsFalse(sweep.EndsWithin(TimeSpan.FromMilliseconds(20)), "the sweep is over");
            journal.Refresh();
        }
    }
}
