// GPT's parameters and floating-point operations to the last one (P4, P5), and the sizes that the authors of mixtures,
// of latent and of grouped-query attention print.
using Sigma.Sim.Cluster;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class PublishedSizeTests
{
    [TestMethod]
    [DataRow(24, 2_304, 24)]
    [DataRow(96, 12_288, 96)]
    [DataRow(1, 64, 1)]
    public void P5_GPT_has_the_parameters_of_the_formula_and_a_final_norm(int layers, int hidden, int heads)
    {
        var gpt = Gpt(layers, hidden, heads);
        double l = layers, h = hidden, v = gpt.Vocabulary, s = gpt.Sequence;
        var formula = 12 * l * h * h * (1 + 13 / (12 * h) + (v + s) / (12 * l * h));
        // The published formula leaves out the gain and the bias of the norm before the head.
        Assert.AreEqual(formula + 2 * h, gpt.Parameters, 1e-9 * formula);
        Assert.AreEqual(gpt.Parameters, gpt.ActiveParameters);
    }

    [TestMethod]
    [DataRow(24, 2_304, 24)]
    [DataRow(96, 12_288, 96)]
    public void P4_GPT_takes_96_B_s_l_h_squared_with_full_recomputation(int layers, int hidden, int heads)
    {
        var gpt = Gpt(layers, hidden, heads);
        double l = layers, h = hidden, v = gpt.Vocabulary, s = gpt.Sequence;
        var square = l * h * h;
        Assert.AreEqual(
            96 * square * (1 + s / (6 * h) + v / (16 * l * h)),
            gpt.HardwareFlopsPerToken(Recompute.Full, causal: false), 1e-9 * 96 * square);
        Assert.AreEqual(72 * square * (1 + s / (6 * h)) + 6 * v * h, gpt.FlopsPerToken(causal: false), 1e-9 * square);
        // Selective recomputation repeats the two products of attention's core: 4 s h a token and layer.
        Assert.AreEqual(
            72 * square * (1 + s / (6 * h)) + 6 * v * h + 4 * s * h * l,
            gpt.HardwareFlopsPerToken(Recompute.Selective, causal: false), 1e-9 * square);
    }

    [TestMethod]
    [DataRow("deepseek-v3", 671e9, 37e9)]
    [DataRow("llama3-405b", 405e9, 405e9)]
    [DataRow("megascale", 175e9, 175e9)]
    public void The_published_scenarios_hold_models_of_their_published_sizes(string file, double all, double active)
    {
        var model = Scenario.Load(SourceTree.PathOf($"scenarios/published/{file}.yaml"), []).Modelled.Model;
        Assert.AreEqual(all, model.Parameters, 0.01 * all);
        // DeepSeek counts neither of its two matrices of words among the active ones; both are 0.9e9.
        Assert.AreEqual(active, model.ActiveParameters, 0.02 * active);
    }

    [TestMethod]
    public void Grouped_queries_save_the_keys_and_values_of_the_heads_that_share_them()
    {
        var many = new ModelSpec(
            "many", 2, 1_024, 16, 16, 64, 1_000, 128, new ExpertSpec(1, 1, 4_096, 0), Precision.Bf16);
        var few = many with { KvHeads = 4 };
        Assert.AreEqual(2.0 * 2 * 1_024 * 64 * 12, many.Parameters - few.Parameters, 0.5);
        Assert.AreEqual(6 * 2.0 * 2 * 1_024 * 64 * 12, many.FlopsPerToken(true) - few.FlopsPerToken(true), 0.5);
    }

    [TestMethod]
    public void Dense_first_layers_have_their_own_width_and_no_experts()
    {
        var mixture = new ModelSpec(
            "mixture", 4, 256, 4, 4, 64, 1_000, 128, new ExpertSpec(8, 2, 128, 1), Precision.Bf16);
        var mixed = mixture with { DenseLayers = 1, DenseFfn = 512 };
        var network = 3.0 * 256 * 512;
        var replaced = 256 * 8 + 9 * 3.0 * 256 * 128;
        Assert.AreEqual(network - replaced, mixed.Parameters - mixture.Parameters, 0.5);
        var visited = 256 * 8 + 3 * 3.0 * 256 * 128;
        Assert.AreEqual(6 * (network - visited), mixed.FlopsPerToken(true) - mixture.FlopsPerToken(true), 0.5);
    }

    /// <summary>GPT as Megatron-LM builds it.</summary>
    private static ModelSpec Gpt(int layers, int hidden, int heads) => new(
        "gpt", layers, hidden, heads, heads, hidden / heads, 51_200, 2_048, new ExpertSpec(1, 1, 4 * hidden, 0),
        Precision.Bf16)
    {
        Activation = Activation.Gelu,
        Biases = true,
        LearnedPositions = true,
        TiedEmbedding = true,
    };
}
