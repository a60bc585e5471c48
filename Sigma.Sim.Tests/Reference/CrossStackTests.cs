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
        var report = CrossStackCheck.Run(Folder(name), StepPrecision.Fp32, threads: 2);
        Assert.IsTrue(report.RoutingEqual);
        Assert.IsTrue(report.Worst.Relative < 2e-5, $"{report.Worst}");
        Assert.IsTrue(report.LowestCosine > 0.99999, $"{report.LowestCosine}");
        Assert.IsTrue(report.WorstLossDifference < 1e-5, $"{report.WorstLossDifference}");
        foreach (var loss in report.Losses) Assert.AreEqual(loss.ExpectedNorm, loss.FoundNorm, 1e-5);
        Assert.HasCount(0, report.Abnormal);
        Assert.HasCount(10, report.Losses);
    }

    /// <summary>
    /// Rounding operands to eight bits leaves one part in a hundred in a gradient. A norm of queries or keys has few
    /// elements, each a sum over all tokens in which most cancels: what is left there is more.
    /// </summary>
    [TestMethod]
    [DataRow("moe-small")]
    [DataRow("moe-odd")]
    public void Bf16_gradients_stay_close_to_those_of_float64(string name)
    {
        var report = CrossStackCheck.Run(Folder(name), StepPrecision.Bf16, threads: 2);
        Assert.AreEqual("bf16", report.Precision, StringComparer.Ordinal);
        var gradients = report.Tensors.Where(t => t.Name.StartsWith("grad/", StringComparison.Ordinal)).ToList();
        foreach (var tensor in gradients)
        {
            var isNorm = tensor.Name.EndsWith("_norm", StringComparison.Ordinal);
            Assert.IsTrue(tensor.Relative < (isNorm ? 4e-2 : 2e-2), $"{tensor}");
            Assert.IsTrue(tensor.Cosine > 0.999, $"{tensor}");
        }

        Assert.IsTrue(report.WorstLossDifference > 1e-5, "nothing was rounded");
    }

    [TestMethod]
    public void A_weight_of_a_reference_that_is_not_a_number_is_named()
    {
        using var copy = new Copy(Folder("moe-odd"));
        var manifest = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(copy.Path, "manifest.json")))!;
        var tensor = manifest["tensors"]!.AsArray().First(t => (string)t!["name"]! == "param/layers.1.query")!;
        var file = System.IO.Path.Combine(copy.Path, "tensors.bin");
        var bytes = File.ReadAllBytes(file);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, (int)tensor["offset"]! + 8);
        File.WriteAllBytes(file, bytes);
        var refusal = Assert.ThrowsExactly<ReferenceFormatException>(
            () => CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1));
        Assert.AreEqual(
            "tensor param/layers.1.query holds NaN at element [0, 2]", refusal.Message, StringComparer.Ordinal);
    }

    [TestMethod]
    [DataRow("moe-small")]
    [DataRow("moe-odd")]
    public void An_attention_layer_that_computes_something_else_is_found(string name)
    {
        using var copy = new Copy(Folder(name));
        copy.EditConfig("rope_theta", 9_000);
        var report = CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1);
        Assert.IsTrue(report.Worst.Relative > 1e-4, $"{report.Worst}");
    }

    [TestMethod]
    public void A_wrong_reference_is_abnormal()
    {
        using var copy = new Copy(Folder("moe-odd"));
        copy.Edit(tensor => (string)tensor["name"]! == "grad/head" ? "offset" : null, 0);
        var report = CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1);
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
        Refused("router must be one of softmax, sigmoid, found tanh", copy => copy.EditConfig("router", "tanh"));
        Refused("precision must be one of", copy => copy.EditConfig("precision", "int4"));
        Refused("shared_experts", copy => copy.EditConfig("shared_experts", -3));
        Refused("capacity_factor", copy => copy.EditConfig("capacity_factor", 0));
        Refused("KV heads", copy => copy.EditConfig("kv_heads", 4));
        Refused("top_k", copy => copy.EditConfig("top_k", 1000));
        Refused("layers must be at least 1", copy => copy.EditConfig("layers", 0));
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
        var refusal = Assert.ThrowsExactly<ReferenceFormatException>(
            () => CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1));
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

        internal void EditConfig(string key, JsonNode value)
        {
            var file = System.IO.Path.Combine(Path, "manifest.json");
            var root = JsonNode.Parse(File.ReadAllText(file))!;
            root["config"]![key] = value.DeepClone();
            File.WriteAllText(file, root.ToJsonString());
        }

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
