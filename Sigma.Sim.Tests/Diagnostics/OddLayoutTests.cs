// Odd values of every key of `model` and `parallelism`, alone and against each other: each makes a scenario that can be
// planned, or a finding with a code and a place; none breaks the program.
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class OddLayoutTests
{
    private static readonly string[] OddNumbers =
        ["0", "1", "3", "7", "12", "16", "1024", "16384", "131072", "10000000", "-1", "1.5", "x", "1e9", "NaN", "[1]"];

    private static readonly string[] Numbers =
    [
        "parallelism.tp", "parallelism.pp", "parallelism.ep", "parallelism.cp", "parallelism.dp", "parallelism.zero",
        "parallelism.virtual_stages", "parallelism.micro_batch", "parallelism.global_batch", "parallelism.overlap.dp",
        "parallelism.overlap.tp", "parallelism.overlap.ep", "parallelism.layers_per_part", "model.layers",
        "model.hidden", "model.heads", "model.kv_heads", "model.head_dim", "model.vocabulary", "model.sequence",
        "model.ffn", "model.dense_layers", "model.experts.count", "model.experts.top_k", "model.experts.groups",
        "model.experts.groups_per_token", "model.experts.shared", "model.latent_attention",
        "model.latent_attention.query_rank", "sampled_steps",
    ];

    private static readonly string[] Words =
    [
        "parallelism.schedule", "parallelism.order", "parallelism.all_reduce", "parallelism.recompute",
        "parallelism.micro_batch_schedule", "parallelism.attention", "parallelism.gradients", "parallelism.routing",
        "parallelism.sequence_parallel", "parallelism.blocking_sends", "model.activation", "model.biases",
        "model.learned_positions", "model.tied_embedding", "model.precision",
    ];

    [TestMethod]
    public void Every_key_takes_odd_values_or_refuses_them_in_words()
    {
        foreach (var key in Numbers)
            foreach (var odd in OddNumbers) Judge(out _, $"{key}={odd}");
        foreach (var key in Words)
        {
            foreach (var odd in new[] { "x", "1", "TRUE", "{ a: b }", "[1]" })
                Assert.IsFalse(Judge(out _, $"{key}={odd}"), $"{key}={odd}");
        }
    }

    [TestMethod]
    [DataRow("tp 16384 x cp 16384 x pp 16384", "parallelism.tp=16384", "parallelism.cp=16384", "parallelism.pp=16384")]
    [DataRow("does not divide the data-parallel size", "cluster.nodes=16384", "parallelism.tp=8",
        "parallelism.cp=16384", "parallelism.pp=1", "parallelism.ep=16384")]
    [DataRow("does not fill whole nodes", "parallelism.tp=12", "cluster.nodes=12", "parallelism.pp=4",
        "parallelism.ep=1")]
    [DataRow("even number of stages, here pp 1\n", "parallelism.schedule=dualpipe", "parallelism.virtual_stages=1",
        "parallelism.pp=1")]
    [DataRow("at least 2 x pp = 8, here 4 = 64 / 16", "parallelism.schedule=dualpipe",
        "parallelism.virtual_stages=1", "parallelism.global_batch=64")]
    [DataRow("virtual_stages 2 needs", "parallelism.schedule=zb-h1")]
    [DataRow("virtual_stages 2 needs", "parallelism.schedule=dualpipe")]
    [DataRow("at most 10,000 are replayed", "parallelism.schedule=gpipe", "parallelism.virtual_stages=1",
        "parallelism.global_batch=9999360")]
    [DataRow("cp 2 does not divide a sequence of 4095", "parallelism.cp=2", "model.sequence=4095")]
    [DataRow("states no peak for fp8", "model.precision=fp8",
        "cluster.accelerator.from=hardware/a100-80g.yaml")]
    [DataRow("names 8 parts with 128 layers", "parallelism.layers_per_part=16 x 8")]
    [DataRow("expected layers by part", "parallelism.layers_per_part=x 3")]
    [DataRow("a hierarchy several nodes", "parallelism.tp=2", "parallelism.ep=4",
        "parallelism.all_reduce=hierarchical")]
    [DataRow("3 groups do not divide 32 experts", "model.experts.groups=3")]
    [DataRow("cannot visit 5 of 4 groups", "model.experts.groups=4", "model.experts.groups_per_token=5")]
    [DataRow("have no 4 for a token", "model.experts.groups=32")]
    [DataRow("`dense_layers` need a width", "model.dense_layers=3")]
    [DataRow("leaves none with experts", "model.dense_layers=16", "model.ffn=64")]
    [DataRow("value_dim` is missing", "model.latent_attention={ query_rank: 8, kv_rank: 8, rotary_dim: 8 }")]
    [DataRow("expected `simulated` or a share", "parallelism.overlap.dp=simulate")]
    public void What_does_not_fit_together_is_said(string words, params string[] changes)
    {
        Assert.IsFalse(Judge(out var found, changes));
        StringAssert.Contains(found, words, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("parallelism.layers_per_part=0 8 8 0 0 0 0 0")]
    [DataRow("parallelism.layers_per_part=0 0 0 0 16", "parallelism.layers_per_part=0 x 7 16")]
    [DataRow("parallelism.schedule=zb-h1", "parallelism.virtual_stages=1", "parallelism.layers_per_part=0 8 8 0")]
    [DataRow("parallelism.schedule=dualpipe", "parallelism.virtual_stages=1",
        "parallelism.layers_per_part=0 8 8 0", "parallelism.overlap.dp=simulated")]
    [DataRow("parallelism.order=tp-pp-dp", "parallelism.ep=2", "parallelism.cp=2")]
    [DataRow("parallelism.tp=16", "parallelism.ep=1", "parallelism.all_reduce=hierarchical")]
    [DataRow("model.experts.groups=4", "model.experts.groups_per_token=2")]
    [DataRow("model.experts.count=1", "model.experts.top_k=1", "parallelism.ep=1", "parallelism.routing=real")]
    [DataRow("model.dense_layers=15", "model.ffn=64")]
    [DataRow("parallelism.micro_batch_schedule=dynamic", "noise.slow_nodes={ share: 50 %, factor: 100 }")]
    public void Odd_but_possible_layouts_are_replayed(params string[] changes)
    {
        Override[] balanced = [new("parallelism.routing", "balanced"), new("sampled_steps", "1"), .. Parsed(changes)];
        var scenario = Scenario.Load(SourceTree.PathOf("scenarios/small.yaml"), balanced);
        Assert.IsGreaterThan(0, StepPrediction.Of(scenario).StepTime.Nanoseconds);
    }

    [TestMethod]
    public void A_list_of_parts_that_never_ends_is_refused_before_it_fills_the_memory()
    {
        var endless = "1024" + string.Concat(Enumerable.Repeat(" x 4096", 600));
        Assert.IsFalse(Judge(out var found, $"parallelism.layers_per_part={endless}"));
        StringAssert.Contains(found, "expected at most 1,048,576 parts", StringComparison.Ordinal);
    }

    /// <summary>True where the changed small scenario is sound; every finding has a code and a place.</summary>
    private static bool Judge(out string found, params string[] changes)
    {
        try
        {
            Scenario.Load(SourceTree.PathOf("scenarios/small.yaml"), Parsed(changes));
            found = "";
            return true;
        }
        catch (ScenarioException error)
        {
            found = error.Diagnostics.Render();
            foreach (var finding in error.Diagnostics.InSourceOrder())
            {
                StringAssert.StartsWith(finding.Code, "S", StringComparison.Ordinal);
                Assert.IsNotNull(finding.At, $"{string.Join(' ', changes)}: {finding.Message}");
            }

            return false;
        }
    }

    private static Override[] Parsed(string[] changes) =>
        [.. changes.Select(change => change.Split('=', 2)).Select(pair => new Override(pair[0], pair[1]))];
}
