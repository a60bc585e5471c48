// `sigma replay --chakra` as its users meet it: the same files on any number of threads, all of them or none, and a
// sentence before the work where they cannot be had.
using Sigma.Sim.Tests.Chakra;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class ChakraVerbTests
{
    private const string Small = "scenarios/small.yaml";

    // A step that needs no training first.
    private static readonly string[] Quick = [Small, "--set", "parallelism.routing=balanced", "--quiet"];

    [TestMethod]
    public void The_same_bytes_are_written_on_any_number_of_threads()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run("replay", Small, "--threads", "1", "--chakra", scratch.At("one"), "--json")
            .EndedWith(0).Json;
        SigmaProcess.Run("replay", Small, "--threads", "2", "--chakra", scratch.At("two"), "--quiet").EndedWith(0);
        var names = scratch.Entries.Where(entry => entry.StartsWith("one/", StringComparison.Ordinal))
            .Select(entry => entry[4..]).ToList();
        Assert.HasCount(64 + 1, names);
        foreach (var name in names)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(scratch.At($"one/{name}")), File.ReadAllBytes(scratch.At($"two/{name}")), name);
        }

        var traces = TraceSet.Read(scratch.At("one"), "small", 64);
        var said = answer.GetProperty("chakra");
        Assert.AreEqual(scratch.At("one"), said.GetProperty("folder").GetString());
        Assert.AreEqual(64, said.GetProperty("ranks").GetInt32());
        Assert.AreEqual(traces.Sum(trace => trace.Nodes.Count), said.GetProperty("nodes").GetInt32());
        Assert.AreEqual(TraceSet.GroupsIn(scratch.At("one"), "small").Count, said.GetProperty("groups").GetInt32());
        Assert.AreEqual("small", traces[0].Metadata["scenario"].Value);
    }

    [TestMethod]
    public void Traces_of_a_smaller_layout_take_the_place_of_all_of_the_larger_one_and_of_nothing_else()
    {
        using var scratch = new ScratchFolder();
        var folder = scratch.At("traces");
        Directory.CreateDirectory(folder);
        string[] others = ["other.40.et", "small.notes.et", "small.040.et", "small.40.et.bak", "notes.txt"];
        foreach (var other in others.Append("small.40.et")) File.WriteAllText(Path.Combine(folder, other), other);
        SigmaProcess.Run(
            [
                "replay", .. Quick, "--set", "cluster.nodes=4", "--set", "parallelism.global_batch=128", "--chakra",
                folder,
            ]).EndedWith(0);
        var expected = Enumerable.Range(0, 32).Select(rank => $"small.{rank}.et").Append("small.groups.json")
            .Concat(others).Select(name => $"traces/{name}").Append("traces").Order(StringComparer.Ordinal);
        CollectionAssert.AreEqual(expected.ToList(), scratch.Entries.ToList());
    }

    [TestMethod]
    public void Traces_and_a_timeline_can_be_had_together()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run(["replay", .. Quick, "--chakra", scratch.At("a/b"), "--timeline", scratch.At("step.json")])
            .EndedWith(0);
        Assert.IsTrue(File.Exists(scratch.At("a/b/small.63.et")) && File.Exists(scratch.At("step.json")));
        SigmaProcess.Run(["replay", .. Quick, "--chakra", scratch.At("x"), "--timeline", scratch.At("x")])
            .EndedWith(2).Saying("one is a file, one a folder");
    }

    [TestMethod]
    public void What_is_no_folder_is_refused_before_the_work()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("file", "mine");
        SigmaProcess.Run("replay", Small, "--chakra", "").EndedWith(2).Saying("takes the name of a folder");
        SigmaProcess.Run("replay", Small, "--chakra", " ").EndedWith(2).Saying("takes the name of a folder");
        SigmaProcess.Run("replay", Small, "--chakra", file).EndedWith(2).Saying("is a file");
        SigmaProcess.Run("replay", Small, "--chakra", Path.Combine(file, "below")).EndedWith(1)
            .Saying("cannot be written");
        SigmaProcess.Run("replay", Small, "--chakra", "/").EndedWith(1).Saying("need a folder of their own");
        SigmaProcess.Run("replay", Small, "--chakra", scratch.At(new string('x', 300))).EndedWith(1)
            .Saying("the name is too long");
        Assert.AreEqual("mine", File.ReadAllText(file));
        CollectionAssert.AreEqual(new[] { "file" }, scratch.Entries.ToArray());
    }

    [TestMethod]
    public void What_has_no_step_to_write_is_refused()
    {
        using var scratch = new ScratchFolder();
        var folder = scratch.At("traces");
        SigmaProcess.Run("replay", "scenarios/stated-step.yaml", "--chakra", folder).EndedWith(2)
            .Saying("there is none to play");
        SigmaProcess.Run(
            "replay", "--operations", "scenarios/stragglers/ST.csv.gz", "--layout", "scenarios/stragglers/ST.yaml",
            "--chakra", folder).EndedWith(2).Saying("--chakra belongs to a SCENARIO");
        SigmaProcess.Run("replay", "--chakra", folder).EndedWith(2).Saying("replay takes a SCENARIO");
        Assert.IsEmpty(scratch.Entries);
    }

    [TestMethod]
    [DataRow("cluster.nodes=1024", "parallelism.global_batch=16384", "8,192 ranks")]
    [DataRow("cluster.nodes=512", "parallelism.global_batch=65536", "nodes, at most 4,000,000")]
    public void A_layout_that_is_too_large_is_refused_with_how_to_make_it_smaller(
        string nodes, string batch, string words)
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("replay", Small, "--set", nodes, "--set", batch, "--chakra", scratch.At("traces"))
            .EndedWith(2).Saying(words).Saying("take fewer `cluster.nodes`");
        Assert.IsEmpty(scratch.Entries);
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_to_is_said_before_the_work() =>
        SigmaProcess.Run("replay", Small, "--chakra", "/proc/sigma/traces").EndedWith(1).Saying("cannot be written");
}
