using System.Text.Json.Nodes;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Reference;

[TestClass]
public sealed class CrossStackTests
{
    [TestMethod]
    [DataRow("moe-small")]
    [DataRow("moe-odd")]
    public void The_real_step_matches_an_independent_implementation_in_float64(string name)
    {
        var report = CrossStackCheck.Run(Folder(name), threads: 2);
        Assert.IsTrue(report.RoutingEqual);
        Assert.IsTrue(report.Worst.Relative < 2e-5, $"{report.Worst}");
        Assert.IsTrue(report.LowestCosine > 0.99999, $"{report.LowestCosine}");
        Assert.IsTrue(report.WorstLossDifference < 1e-5, $"{report.WorstLossDifference}");
        foreach (var loss in report.Losses) Assert.AreEqual(loss.ExpectedNorm, loss.FoundNorm, 1e-5);
        Assert.HasCount(0, report.Abnormal);
        Assert.HasCount(10, report.Losses);
    }

    [TestMethod]
    public void A_wrong_reference_is_abnormal()
    {
        using var copy = new Copy(Folder("moe-odd"));
        copy.Edit(tensor => (string)tensor["name"]! == "grad/head" ? "offset" : null, 0);
        var report = CrossStackCheck.Run(copy.Path, threads: 1);
        Assert.HasCount(1, report.Abnormal);
        Assert.AreEqual("grad/head", report.Abnormal[0].Name, StringComparer.Ordinal);
    }

    [TestMethod]
    public void A_broken_reference_is_refused_by_the_name_of_its_tensor()
    {
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "name"), "other"));
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "shape"), new JsonArray(1, 24)));
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "offset"), -4));
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "type"), "float8"));
        Refused("param/head", copy =>
            File.WriteAllBytes(System.IO.Path.Combine(copy.Path, "tensors.bin"), new byte[140_000]));
        Refused("not JSON", copy =>
            File.WriteAllText(System.IO.Path.Combine(copy.Path, "manifest.json"), "{ \"config\": "));
        Refused("manifest.json", copy => File.Delete(System.IO.Path.Combine(copy.Path, "manifest.json")));
        static string? Named(JsonNode tensor, string member) =>
            (string)tensor["name"]! == "param/final_norm" ? member : null;
    }

    private static void Refused(string word, Action<Copy> spoil)
    {
        using var copy = new Copy(Folder("moe-odd"));
        spoil(copy);
        var refusal = Assert.ThrowsExactly<ReferenceFormatException>(() => CrossStackCheck.Run(copy.Path, threads: 1));
        StringAssert.Contains(refusal.Message, word, StringComparison.Ordinal);
    }

    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Reference", name);

    private sealed class Copy : IDisposable
    {
        internal Copy(string folder)
        {
            Path = Directory.CreateTempSubdirectory("sigma-reference-").FullName;
            foreach (var file in Directory.GetFiles(folder))
                File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
        }

        internal string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);

        /// <summary>Sets the member that the choice names, in each tensor for which it names one.</summary>
        internal void Edit(Func<JsonNode, string?> choice, JsonNode value)
        {
            var file = System.IO.Path.Combine(Path, "manifest.json");
            var root = JsonNode.Parse(File.ReadAllText(file))!;
            foreach (var tensor in root["tensors"]!.AsArray())
                if (choice(tensor!) is { } member) tensor![member] = value.DeepClone();
            File.WriteAllText(file, root.ToJsonString());
        }
    }
}
