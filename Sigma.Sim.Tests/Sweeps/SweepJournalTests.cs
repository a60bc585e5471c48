// The journal survives what may befall a file: a cut at any byte, a foreign head, another plan, another program.
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Scenarios.Sweeps;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Sweeps;

[TestClass]
public sealed class SweepJournalTests
{
    private static readonly SweepHead Head = new("few", "1", "hash", 3, 2, ["a.b", "c"], ["ettr", "cost"]);

    private static readonly PointResult[] Results =
    [
        new(0, "h0", ["1", ""], [[0.1, double.NaN], [1 / 3.0, double.NaN]]),
        new(1, "h1", ["\"quoted\", with a comma", "ü"], []),
        new(2, "h2", ["3", "4"], [[double.Epsilon, double.PositiveInfinity], [-1e300, 2]]),
    ];

    [TestMethod]
    public void What_is_written_reads_back_to_the_same_bits()
    {
        using var scratch = new ScratchFolder();
        Write(scratch.Path, Shard.All, Results);
        var results = SweepResults.In(scratch.Path);
        Assert.IsTrue(results.IsComplete);
        foreach (var (expected, found) in Results.Zip(results.Points())) AssertSame(expected, found);
        Assert.IsNull(results.At(1).EstimateOf(0));
        Assert.IsNull(results.At(0).EstimateOf(1));
    }

    [TestMethod]
    public void A_journal_that_is_cut_at_any_byte_goes_on_with_what_was_whole()
    {
        using var scratch = new ScratchFolder();
        Write(scratch.At("whole"), Shard.All, Results);
        var bytes = File.ReadAllBytes(JournalIn(scratch.At("whole"), Shard.All));
        for (var length = 0; length < bytes.Length; length += 3)
        {
            var folder = scratch.At($"cut-{length}");
            Directory.CreateDirectory(SweepJournal.FolderOf(folder));
            File.WriteAllBytes(JournalIn(folder, Shard.All), bytes[..length]);
            var missing = Missing(folder);
            Write(folder, Shard.All, [.. Results.Where(result => missing.Contains(result.Point))]);
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(JournalIn(folder, Shard.All)), $"cut at {length}");
        }

        List<int> Missing(string folder)
        {
            using var journal = SweepJournal.Open(folder, Head, Shard.All);
            return [.. Enumerable.Range(0, 3).Except(journal.Done)];
        }
    }

    [TestMethod]
    public void A_line_whose_bytes_changed_is_no_result()
    {
        using var scratch = new ScratchFolder();
        Write(scratch.Path, Shard.All, Results);
        var file = JournalIn(scratch.Path, Shard.All);
        var text = File.ReadAllText(file).Replace("h2", "h3", StringComparison.Ordinal);
        File.WriteAllText(file, text);
        Assert.AreEqual(2, SweepResults.In(scratch.Path).Finished);
    }

    [TestMethod]
    public void Results_of_another_plan_or_program_are_refused_with_the_way_out()
    {
        (SweepHead Other, string Words)[] others =
        [
            (Head with { Version = "2" }, "made by version 1, this is 2"),
            (Head with { Hash = "other" }, "the plan or its base has changed since"),
            (Head with { Points = 4 }, "they are of 3 points, the plan now has 4"),
            (Head with { Replications = 5 }, "they have 2 replications a point, now it would be 5"),
            (Head with { Sweep = "many" }, "they are of the sweep `few`, not `many`"),
        ];
        using var scratch = new ScratchFolder();
        Write(scratch.Path, Shard.All, Results);
        foreach (var (other, words) in others)
        {
            var error = Assert.ThrowsExactly<SweepException>(() => SweepJournal.Open(scratch.Path, other, Shard.All));
            StringAssert.Contains(error.Message, words, StringComparison.Ordinal);
            StringAssert.Contains(error.Message, "`--restart`", StringComparison.Ordinal);
        }

        SweepJournal.Forget(scratch.Path);
        using var begun = SweepJournal.Open(scratch.Path, others[0].Other, Shard.All);
        Assert.IsEmpty(begun.Done);
    }

    [TestMethod]
    public void A_file_that_is_no_journal_is_left_alone()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(SweepJournal.FolderOf(scratch.Path));
        File.WriteAllText(JournalIn(scratch.Path, Shard.All), "my notes\n");
        var error = Assert.ThrowsExactly<SweepException>(() => SweepJournal.Open(scratch.Path, Head, Shard.All));
        StringAssert.Contains(error.Message, "is no journal that this version reads", StringComparison.Ordinal);
        Assert.AreEqual("my notes\n", File.ReadAllText(JournalIn(scratch.Path, Shard.All)));
    }

    [TestMethod]
    public void A_journal_that_begins_while_another_part_reads_is_no_error()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(SweepJournal.FolderOf(scratch.Path));
        var shard = new Shard(4, 8);
        Write(scratch.Path, shard, []);
        var file = JournalIn(scratch.Path, shard);
        var head = File.ReadAllBytes(file);
        using var ended = new CancellationTokenSource();
        // As a task does that begins: an empty file, and at once its head.
        var writer = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                using var journal = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
                journal.Write(head);
            }
        });
        for (var i = 0; i < 20_000; i++) SweepResults.OrNull(scratch.Path);
        ended.Cancel();
        writer.Wait();
    }

    [TestMethod]
    public void A_head_in_the_wrong_place_ends_what_is_sound()
    {
        using var scratch = new ScratchFolder();
        Write(scratch.Path, Shard.All, Results);
        var file = JournalIn(scratch.Path, Shard.All);
        var lines = File.ReadAllLines(file);
        File.WriteAllText(file, string.Join('\n', [lines[0], lines[1], lines[0], .. lines[2..], ""]));
        Assert.AreEqual(1, SweepResults.In(scratch.Path).Finished);
    }

    [TestMethod]
    public void Missing_parts_are_named()
    {
        using var scratch = new ScratchFolder();
        Write(scratch.Path, new Shard(2, 3), [Results[1]]);
        var results = SweepResults.In(scratch.Path);
        Assert.IsFalse(results.IsComplete);
        CollectionAssert.AreEqual(new[] { 1, 3 }, results.MissingShards.ToArray());
        // A part that was cut otherwise adds to it.
        Write(scratch.Path, new Shard(1, 2), [Results[0], Results[2]]);
        Assert.IsTrue(SweepResults.In(scratch.Path).IsComplete);
    }

    private static void Write(string folder, Shard shard, IReadOnlyList<PointResult> results)
    {
        using var journal = SweepJournal.Open(folder, Head, shard);
        journal.Add(results);
    }

    private static string JournalIn(string folder, Shard shard) =>
        Path.Combine(SweepJournal.FolderOf(folder), shard.Name + ".jsonl");

    private static void AssertSame(PointResult expected, PointResult found)
    {
        Assert.AreEqual(expected.Point, found.Point);
        Assert.AreEqual(expected.Hash, found.Hash);
        CollectionAssert.AreEqual(expected.Values.ToList(), found.Values.ToList());
        Assert.HasCount(expected.Runs.Count, found.Runs);
        foreach (var (a, b) in expected.Runs.Zip(found.Runs)) CollectionAssert.AreEqual(a.ToList(), b.ToList());
    }
}
