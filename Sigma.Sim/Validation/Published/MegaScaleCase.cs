// Strong scaling of a 175B model, by two systems on the same cluster (Jiang et al., MegaScale, NSDI'24, table 2).
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Validation.Published;

/// <summary>Each system's efficiency is fitted on its row of 3,072 accelerators; all others are predicted.</summary>
internal sealed record MegaScaleCase() : PublishedCase(
    "MEGASCALE", ["megascale.csv"], ["method", "gpus", "batch_seqs", "iteration_s"])
{
    private const int PerNode = 8;
    private const double Bar = 0.05;

    protected override CaseResult Row(string folder, PublishedRow row)
    {
        var file = row.Text("method") switch
        {
            "MegaScale" => "megascale.yaml",
            "Megatron-LM" => "megascale-megatron.yaml",
            var other => throw row.Wrong($"`method`: expected `MegaScale` or `Megatron-LM`, found `{other}`"),
        };
        var accelerators = row.Count("gpus");
        if (accelerators % PerNode != 0) throw row.Wrong($"{accelerators} accelerators do not fill nodes of {PerNode}");
        var scenario = ScenarioOf(folder, file, row,
        [
            GptRow.Of("cluster.nodes", accelerators / PerNode),
            GptRow.Of("parallelism.global_batch", row.Count("batch_seqs")),
        ]);
        var measured = row.Number("iteration_s");
        var quantity = $"{row.Text("method")} on {accelerators}, batch {row.Text("batch_seqs")} [s]";
        return new CaseResult(Id, quantity, StepSeconds(scenario), measured, Bar * measured, "").RestingOn(scenario);
    }
}
