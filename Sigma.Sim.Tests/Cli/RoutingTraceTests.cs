// A trace that `step` wrote stands for the training it came from: the run that reads it writes the same results, and
// says where its routing is from.
using System.Security.Cryptography;
using System.Text.Json;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class RoutingTraceTests
{
    private const string Small = "scenarios/small.yaml";

    private static readonly string[] Results =
    [
        "summary.csv", "replications.csv", "ledger.csv", "events.csv", "step.csv", "routing.csv", "timeline.json",
    ];

    [TestMethod]
    public void A_run_with_the_trace_writes_the_results_of_the_run_that_trains()
    {
        using var scratch = new ScratchFolder();
        var (trace, trained, reused) = (scratch.At("small.trace"), scratch.At("trained"), scratch.At("reused"));
        SigmaProcess.Run("step", Small, "--trace", trace, "--threads", "1").EndedWith(0);
        SigmaProcess.Run("run", Small, "--out", trained, "--quiet").EndedWith(0);
        var said = SigmaProcess.Run("run", Small, "--set", $"real_step.trace={trace}", "--out", reused).EndedWith(0);
        StringAssert.Contains(said.Output, "routing read from", StringComparison.Ordinal);
        foreach (var name in Results)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Path.Combine(trained, name)), File.ReadAllBytes(Path.Combine(reused, name)), name);
        }

        const string earlier = "That was an earlier training, not a part of this run";
        StringAssert.Contains(
            File.ReadAllText(Path.Combine(reused, "report.html")), earlier, StringComparison.Ordinal);
        Assert.DoesNotContain(
            earlier, File.ReadAllText(Path.Combine(trained, "report.html")), StringComparison.Ordinal);
        var inputs = InputsIn(Path.Combine(reused, "manifest.json"));
        Assert.AreEqual(trace, inputs["real_step.trace"]);
        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(trace))),
            inputs["real_step.trace.sha256"]);
        Assert.DoesNotContain("real_step.steps", inputs.Keys);
        Assert.DoesNotContain("real_step.trace", InputsIn(Path.Combine(trained, "manifest.json")).Keys);
    }

    [TestMethod]
    public void A_trace_is_named_from_the_folder_of_its_scenario()
    {
        using var scratch = new ScratchFolder();
        SigmaProcess.Run("step", Small, "--trace", scratch.At("small.trace")).EndedWith(0);
        CollectionAssert.AreEqual(new[] { "small.trace" }, scratch.Entries.ToArray());
        var small = House.SourceTree.PathOf(Small).Replace('\\', '/');
        var scenario = scratch.Holding("with.yaml", $"from: {small}\nreal_step: {{ trace: small.trace }}\n");
        var seen = SigmaProcess.Run("check", scenario, "--json").EndedWith(0).Json.GetProperty("derived");
        Assert.AreEqual(4096, seen.GetProperty("trace_tokens").GetInt32());
        var (read, trained) = (SigmaProcess.Run("replay", scenario), SigmaProcess.Run("replay", Small));
        Assert.AreEqual(trained.EndedWith(0).Output, read.EndedWith(0).Output);
        SigmaProcess.Run("step", scenario).EndedWith(2).Saying("reads its routing from `small.trace`");
    }

    [TestMethod]
    public void Threads_do_not_change_a_byte_and_an_older_trace_is_replaced()
    {
        using var scratch = new ScratchFolder();
        var (one, two) = (scratch.At("one.trace"), scratch.Holding("two.trace", "old"));
        SigmaProcess.Run("step", "--steps", "3", "--threads", "1", "--trace", one).EndedWith(0);
        SigmaProcess.Run("step", "--steps", "3", "--threads", "3", "--trace", two).EndedWith(0);
        CollectionAssert.AreEqual(File.ReadAllBytes(one), File.ReadAllBytes(two));
        Assert.HasCount(2, scratch.Entries);
    }

    [TestMethod]
    public void A_place_where_no_trace_can_be_is_refused_before_the_work()
    {
        using var scratch = new ScratchFolder();
        Refused(2, "is a folder", scratch.Path);
        Refused(1, "there is no folder for", scratch.At("none/a.trace"));
        Refused(1, "there is no folder for", Path.Combine(scratch.Holding("file", ""), "a.trace"));
        Refused(2, "takes the name of a file", "");
        SigmaProcess.Run("step", "--verify", "Sigma.Sim.Tests/Reference/moe-odd", "--trace", scratch.At("a.trace"))
            .EndedWith(2).Saying("--trace says nothing to --verify");
        Assert.HasCount(1, scratch.Entries);
        if (File.Exists("/dev/null")) Refused(2, "is a device", "/dev/null");

        static void Refused(int code, string words, string path) =>
            SigmaProcess.Run("step", "--steps", "100000", "--trace", path).EndedWith(code).Saying(words);
    }

    private static Dictionary<string, string> InputsIn(string manifest)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(manifest));
        return document.RootElement.GetProperty("inputs").EnumerateArray()
            .ToDictionary(i => i.GetProperty("path").GetString()!, i => i.GetProperty("value").GetString()!);
    }
}
