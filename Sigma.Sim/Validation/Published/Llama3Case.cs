// Llama 3 405B on 8,192 H100 (Dubey et al., 2024, table 4).
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>One efficiency is fitted, on this row.</summary>
internal sealed record Llama3Case() : PublishedCase(
    "LLAMA3", ["llama3.csv"],
    [
        "name", "accelerators", "tp", "cp", "pp", "dp", "sequence_length", "batch_per_replica", "tflops_per_gpu",
        "mfu_pct",
    ])
{
    private const int PerNode = 8;
    private const double Bar = 1;

    protected override CaseResult Row(string folder, PublishedRow row)
    {
        var (accelerators, replicas) = (row.Count("accelerators"), row.Count("dp"));
        if (accelerators % PerNode != 0) throw row.Wrong($"{accelerators} accelerators do not fill nodes of {PerNode}");
        var scenario = ScenarioOf(folder, "llama3-405b.yaml", row,
        [
            GptRow.Of("cluster.nodes", accelerators / PerNode),
            GptRow.Of("parallelism.tp", row.Count("tp")),
            GptRow.Of("parallelism.cp", row.Count("cp")),
            GptRow.Of("parallelism.pp", row.Count("pp")),
            GptRow.Of("parallelism.dp", replicas),
            GptRow.Of("model.sequence", row.Count("sequence_length")),
            GptRow.Of("parallelism.global_batch", (long)replicas * row.Count("batch_per_replica")),
        ]);
        var utilization = StepPrediction.Of(scenario).Figures.Mfu;
        return new CaseResult(
            Id, $"{row.Text("name")} on {accelerators}: MFU, causal attention counted half [%]", utilization * 100,
            row.Number("mfu_pct"), Bar, "").RestingOn(scenario);
    }
}
