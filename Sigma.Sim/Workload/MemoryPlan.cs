// What a rank must hold: weights, gradients, its shard of the optimizer, activations of the passes in flight, buffers.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>Memory of one rank of a stage, by purpose.</summary>
public sealed record MemoryPlan(Bytes Weights, Bytes Gradients, Bytes Optimizer, Bytes Activations, Bytes Buffers)
{
    private const double WeightBytes = 2, GradientBytes = 4, OptimizerBytes = 12, ElementBytes = 2;

    public Bytes Total => Weights + Gradients + Optimizer + Activations + Buffers;

    /// <summary>
    /// bf16 weights (2 bytes a parameter), fp32 accumulated gradients (4), and ZeRO-1: fp32 master weights and two
    /// moments (12) divided among the replicas that hold the same parameters.
    /// </summary>
    public static MemoryPlan Of(ModelSpec model, ParallelismSpec parallelism, ParallelLayout layout, int stage)
    {
        var layers = (double)model.Layers / layout.Pipeline;
        var edge = (stage == 0 ? 1 : 0) + (stage == layout.Pipeline - 1 ? 1 : 0);
        var dense = (layers * model.DenseParametersPerLayer + edge * model.EmbeddingParameters) / layout.Tensor;
        var experts = layers * model.Experts.Count * model.ParametersPerExpert / layout.Expert / layout.Tensor;
        var microBatches = parallelism.GlobalBatch / parallelism.MicroBatch / layout.Data;
        var passes = PipelineSchedule.Of(layout.Pipeline, stage, microBatches, parallelism.VirtualStages);
        var layersPerPass = layers / parallelism.VirtualStages;
        var tokens = (double)parallelism.MicroBatch * model.Sequence;
        var perLayer = tokens * ActivationElements(model) * ElementBytes / layout.Tensor;
        var kept = parallelism.Recompute == Recompute.Full ? tokens * model.Hidden * ElementBytes : perLayer;
        var working = parallelism.Recompute == Recompute.Full ? perLayer : 0;
        var logits = stage == layout.Pipeline - 1 ? tokens * model.Vocabulary * 6 / layout.Tensor : 0;
        return new MemoryPlan(
            Bytes.Of((dense + experts) * WeightBytes),
            Bytes.Of((dense + experts) * GradientBytes),
            Bytes.Of(dense * OptimizerBytes / layout.Data + experts * OptimizerBytes / layout.ExpertGroups),
            Bytes.Of(PipelineSchedule.MostInFlight(passes) * layersPerPass * kept + working + logits),
            Bytes.Of(4 * tokens * model.Experts.TopK * model.Hidden * ElementBytes));
    }

    /// <summary>Elements that a layer keeps per token for its backward pass.</summary>
    private static double ActivationElements(ModelSpec model)
    {
        var attention = 4.0 * model.Hidden
            + 2.0 * (model.Heads + 2.0 * model.KvHeads) * model.HeadDim
            + (double)model.Heads * model.HeadDim;
        var experts = (model.Experts.TopK + model.Experts.Shared) * (2.0 * model.Hidden + 3.0 * model.Experts.Ffn);
        return attention + experts;
    }
}
