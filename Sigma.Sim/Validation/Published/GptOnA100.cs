// GPT steps measured on A100: vTrain's rows (Bang et al., MICRO'24), Megatron-LM (Narayanan et al., SC'21) and
// Korthikanti et al. (2022), all predicted with one set of parameters.
using System.Globalization;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>What the columns of such a table change in the scenario.</summary>
internal static class GptRow
{
    public static readonly string[] Columns =
    [
        "accelerators", "global_batch_sequences", "micro_batch_sequences", "hidden", "heads", "layers",
        "sequence_length", "tp", "dp", "pp",
    ];

    private const int PerNode = 8, WordsPadded = 128, Words = 50_257;

    public static IEnumerable<Override> Changes(PublishedRow row, bool padsWords)
    {
        var (accelerators, hidden, heads, tensor) =
            (row.Count("accelerators"), row.Count("hidden"), row.Count("heads"), row.Count("tp"));
        if (hidden % heads != 0) throw row.Wrong($"{heads} heads do not divide a width of {hidden}");
        var perNode = Math.Min(PerNode, accelerators);
        if (accelerators % perNode != 0) throw row.Wrong($"{accelerators} accelerators do not fill nodes of {PerNode}");
        yield return Of("cluster.nodes", accelerators / perNode);
        yield return Of("cluster.accelerators_per_node", perNode);
        yield return Of("model.hidden", hidden);
        yield return Of("model.heads", heads);
        yield return Of("model.kv_heads", heads);
        yield return Of("model.head_dim", hidden / heads);
        yield return Of("model.ffn", 4L * hidden);
        yield return Of("model.layers", row.Count("layers"));
        yield return Of("model.sequence", row.Count("sequence_length"));
        // Megatron-LM pads its vocabulary to multiples of 128 words a tensor-parallel rank.
        if (padsWords)
        {
            var multiple = (long)WordsPadded * tensor;
            yield return Of("model.vocabulary", (Words + multiple - 1) / multiple * multiple);
        }

        yield return Of("parallelism.tp", tensor);
        yield return Of("parallelism.dp", row.Count("dp"));
        yield return Of("parallelism.pp", row.Count("pp"));
        yield return Of("parallelism.micro_batch", row.Count("micro_batch_sequences"));
        yield return Of("parallelism.global_batch", row.Count("global_batch_sequences"));
    }

    public static Override Of(string path, long value) => new(path, value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>vTrain's two tables; its own mean errors are 14.7 and 8.4 %.</summary>
internal sealed record VTrainCase() : PublishedCase(
    "VTRAIN", ["vtrain-multi-node.csv", "vtrain-single-node.csv"], [.. GptRow.Columns, "iteration_ms"])
{
    /// <summary>
    /// A row alone may lie off by this share before it is called missed; the verdict is on their mean.
    /// </summary>
    private const double RowTolerance = 0.25;

    protected override CaseResult Row(string folder, PublishedRow row)
    {
        var scenario = ScenarioOf(folder, "gpt-a100.yaml", row, GptRow.Changes(row, padsWords: true));
        var measured = row.Number("iteration_ms");
        var layout = scenario.Modelled.Parallelism;
        var quantity = $"{row.Text("hidden")} wide, {row.Text("layers")} layers on {row.Text("accelerators")}: "
            + $"tp {layout.Tensor} dp {row.Text("dp")} pp {layout.Pipeline} micro-batch {layout.MicroBatch} [ms]";
        return new CaseResult(Id, quantity, StepSeconds(scenario) * 1e3, measured, RowTolerance * measured, "")
        {
            IsRow = true,
        }.RestingOn(scenario);
    }

    public override IEnumerable<CaseResult> Summary(string table, IReadOnlyList<CaseResult> rows) =>
        table == Tables[0]
            ? MeanErrors("vTrain's steps on many nodes", rows, 0.06, 0.03)
            : MeanErrors("vTrain's steps on one node", rows, 0.08, null);
}

/// <summary>Step times of Korthikanti et al., and Megatron-LM's throughput, on Selene.</summary>
internal sealed record MegatronCase() : PublishedCase(
    "MEGATRON", ["megatron.csv"],
    [.. GptRow.Columns, "name", "virtual_stages", "recompute", "sequence_parallel", "iteration_s", "tflops_per_gpu"])
{
    protected override CaseResult Row(string folder, PublishedRow row)
    {
        var chunks = row.Count("virtual_stages");
        Override[] more =
        [
            GptRow.Of("parallelism.virtual_stages", chunks),
            new("parallelism.schedule", chunks > 1 ? "interleaved-1f1b" : "1f1b"),
            // Interleaved stages exchange both ways and wait: sends beside kernels came to Megatron-LM later.
            new("parallelism.blocking_sends", chunks > 1 ? "true" : "false"),
            new("parallelism.recompute", row.Text("recompute")),
            new("parallelism.sequence_parallel", row.Text("sequence_parallel")),
        ];
        var scenario = ScenarioOf(folder, "megatron.yaml", row, [.. GptRow.Changes(row, padsWords: false), .. more]);
        var seconds = StepSeconds(scenario);
        if (row.Has("iteration_s"))
        {
            var measured = row.Number("iteration_s");
            return new CaseResult(Id, $"{row.Text("name")} [s]", seconds, measured, 0.05 * measured, "")
                .RestingOn(scenario);
        }

        // Their FLOPs count full recomputation: 96 B s l h^2 (1 + s / 6 h + V / 16 l h).
        var model = scenario.Modelled.Model;
        double h = model.Hidden, l = model.Layers, s = model.Sequence, b = scenario.Modelled.Parallelism.GlobalBatch;
        var flops = 96 * b * s * l * h * h * (1 + s / (6 * h) + model.Vocabulary / (16 * l * h));
        var rate = flops / seconds / scenario.Cluster.Accelerators / 1e12;
        var published = row.Number("tflops_per_gpu");
        return new CaseResult(Id, $"{row.Text("name")} [TFLOP/s]", rate, published, 0.05 * published, "")
            .RestingOn(scenario);
    }
}
