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
        var report = CrossStackCheck.Run(Folder(name), StepPrecision.Fp32, threads: 2, default);
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
        var report = CrossStackCheck.Run(Folder(name), StepPrecision.Bf16, threads: 2, default);
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
        copy.Put("param/layers.1.query", 2, BitConverter.GetBytes(float.NaN));
        var refusal = Assert.ThrowsExactly<ReferenceFormatException>(
            () => CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1, default));
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
        var report = CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1, default);
        Assert.IsTrue(report.Worst.Relative > 1e-4, $"{report.Worst}");
    }

    [TestMethod]
    public void A_wrong_reference_is_abnormal()
    {
        using var copy = new Copy(Folder("moe-odd"));
        copy.Edit(tensor => (string)tensor["name"]! == "grad/head" ? "offset" : null, 0);
        var report = CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1, default);
        Assert.HasCount(1, report.Abnormal);
        Assert.AreEqual("grad/head", report.Abnormal[0], StringComparer.Ordinal);
    }

    /// <summary>What a cosine cannot see: a loss summed and not averaged, or a norm of something else.</summary>
    [TestMethod]
    public void A_forgotten_factor_is_abnormal()
    {
        using (var copy = new Copy(Folder("moe-odd")))
        {
            copy.Scale("grad/final_norm", 2);
            var report = CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1, default);
            CollectionAssert.AreEqual(new[] { "grad/final_norm" }, report.Abnormal.ToArray());
        }

        using var other = new Copy(Folder("moe-odd"));
        other.EditScalars("gradient_norm", row => (double)row * 1.2);
        other.EditScalars("loss_total_ce_balance_z", row => new JsonArray(9, (double)row[1]!, (double)row[2]!, 3));
        var found = CrossStackCheck.Run(other.Path, StepPrecision.Fp32, threads: 1, default).Abnormal;
        Assert.HasCount(20, found);
        Assert.AreEqual("losses of step 1", found[0], StringComparer.Ordinal);
        Assert.AreEqual("gradient norm of step 1", found[1], StringComparer.Ordinal);
    }

    [TestMethod]
    [DataRow("tokens", -1)]
    [DataRow("tokens", 256)]
    [DataRow("targets", int.MinValue)]
    public void A_token_outside_the_vocabulary_is_refused(string tensor, int token)
    {
        using var copy = new Copy(Folder("moe-odd"));
        copy.Put(tensor, 1, BitConverter.GetBytes(token));
        var refusal = Assert.ThrowsExactly<ReferenceFormatException>(
            () => CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1, default));
        StringAssert.Contains(refusal.Message, $"tensor {tensor} holds {token}", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_broken_reference_is_refused_by_the_name_of_its_tensor()
    {
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "name"), "other"));
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "shape"), new JsonArray(1, 24)));
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "offset"), -4));
        Refused("param/final_norm", copy => copy.Edit(tensor => Named(tensor, "type"), "float8"));
        Refused("is 96 bytes from 9223372036854775807 on", copy =>
            copy.Edit(tensor => Named(tensor, "offset"), long.MaxValue));
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
        static string? Named(JsonNode tensor, string member) =>
            (string)tensor["name"]! == "param/final_norm" ? member : null;
    }

    private static void Refused(string word, Action<Copy> spoil)
    {
        using var copy = new Copy(Folder("moe-odd"));
        spoil(copy);
        var refusal = Assert.ThrowsExactly<ReferenceFormatException>(
            () => CrossStackCheck.Run(copy.Path, StepPrecision.Fp32, threads: 1, default));
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

        internal void EditScalars(string name, Func<JsonNode, JsonNode> change)
        {
            var file = System.IO.Path.Combine(Path, "manifest.json");
            var root = JsonNode.Parse(File.ReadAllText(file))!;
            var rows = root["scalars"]![name]!.AsArray();
            for (var step = 0; step < rows.Count; step++) rows[step] = change(rows[step]!);
            File.WriteAllText(file, root.ToJsonString());
        }

        /// <summary>Writes one element of a tensor.</summary>
        internal void Put(string tensor, int element, byte[] value)
        {
            var bytes = File.ReadAllBytes(TensorFile);
            value.CopyTo(bytes, OffsetOf(tensor).Offset + (4 * element));
            File.WriteAllBytes(TensorFile, bytes);
        }

        internal void Scale(string tensor, float factor)
        {
            var bytes = File.ReadAllBytes(TensorFile);
            var (offset, length) = OffsetOf(tensor);
            for (var i = 0; i < length; i++)
                BitConverter.GetBytes(BitConverter.ToSingle(bytes, offset + (4 * i)) * factor)
                    .CopyTo(bytes, offset + (4 * i));
            File.WriteAllBytes(TensorFile, bytes);
        }

        private string TensorFile => System.IO.Path.Combine(Path, "tensors.bin");

        private (int Offset, int Length) OffsetOf(string tensor)
        {
            var root = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(Path, "manifest.json")))!;
            var entry = root["tensors"]!.AsArray().First(t => (string)t!["name"]! == tensor)!;
            var length = entry["shape"]!.AsArray().Aggregate(1, (product, size) => product * (int)size!);
            return ((int)entry["offset"]!, length);
        }

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
