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
    /// bf16 weights (2 bytes a parameter), fp32 accumulated gradients (4), fp32 master weights and two moments (12);
    /// the last divided among the replicas that hold the same parameters from ZeRO-1 on, gradients from ZeRO-2 on.
    /// </summary>
    public static MemoryPlan Of(ModelSpec model, ParallelismSpec parallelism, ParallelLayout layout, int stage)
    {
        var (parts, shape) = (ModelParts.Of(model, parallelism), parallelism.Shape);
        var (dense, experts) = (parts.DenseParametersOn(stage, layout), parts.ExpertParametersOn(stage, layout));
        var copies = layout.Context * parallelism.CopiesPerPipeline;
        var shared = dense / (layout.Data * copies) + experts / (layout.ExpertGroups * copies);
        var whole = dense + experts;
        return new MemoryPlan(
            Bytes.Of(whole * WeightBytes),
            Bytes.Of((parallelism.Zero >= ZeroStage.Gradients ? shared : whole) * GradientBytes),
            Bytes.Of((parallelism.Zero >= ZeroStage.Optimizer ? shared : whole) * OptimizerBytes),
            Bytes.Of(ActivationBytes(model, parallelism, layout, stage, parts, shape)),
            Bytes.Of(4 * TokensOf(model, parallelism) * model.Experts.TopK * model.Hidden * ElementBytes));
    }

    private static double TokensOf(ModelSpec model, ParallelismSpec parallelism) =>
        (double)parallelism.MicroBatch * model.Sequence / parallelism.Context;

    private static double ActivationBytes(
        ModelSpec model, ParallelismSpec parallelism, ParallelLayout layout, int stage, ModelParts parts,
        PipelineShape shape)
    {
        var tokens = TokensOf(model, parallelism);
        var microBatches = parallelism.GlobalBatch / parallelism.MicroBatch / layout.Data;
        var inFlight = PipelineSchedule.MostInFlight(PipelineSchedule.Of(shape, stage, microBatches));
        var layersPerPass = (double)parts.LayersOn(stage) / shape.Chunks;
        var (whole, scores) = BytesPerToken(model, parallelism);
        var kept = tokens * parallelism.Recompute switch
        {
            Recompute.None => whole,
            Recompute.Selective => whole - scores,
            Recompute.Full => model.Hidden * ElementBytes / (parallelism.SequenceParallel ? layout.Tensor : 1),
            _ => throw new ArgumentOutOfRangeException(nameof(parallelism), parallelism.Recompute, null),
        };
        // One layer at a time holds again what it did not keep.
        var working = parts.LayersOn(stage) > 0 ? tokens * whole - kept : 0;
        var holdsHead = Enumerable.Range(0, shape.Chunks).Any(chunk => parts.HoldsHead(stage, chunk));
        var logits = holdsHead ? tokens * model.Vocabulary * 6 / layout.Tensor : 0;
        return inFlight * layersPerPass * kept + working + logits;
    }

    /// <summary>
    /// What a layer keeps per token for its backward pass (Korthikanti et al., 2022, for GPT: 10 + 24/t + 5 a s/(h t)
    /// times h): inputs of norms and, with GPT's norms, of the products behind them on every tensor-parallel rank,
    /// unless the sequence is split, and the rest divided. A gate's product is computed again.
    /// </summary>
    private static (double Whole, double Scores) BytesPerToken(ModelSpec model, ParallelismSpec parallelism)
    {
        var materialized = parallelism.AttentionKernel == AttentionKernel.Materialized;
        var repeated = ((model.Biases ? 4 : 2) * ElementBytes + (materialized ? 2 : 0)) * model.Hidden;
        var heads = (double)model.Heads;
        var keysAndValues = 2.0 * Math.Max(model.KvHeads, parallelism.Tensor) * model.HeadDim;
        var attention = ElementBytes * (heads * (model.ScoreDim + model.ValueDim) + keysAndValues);
        var visits = model.Experts.TopK + model.Experts.Shared;
        var network = ElementBytes * visits * 2.0 * model.Experts.Ffn;
        // Copies of a token that its experts take in and give back.
        if (model.Experts.Count > 1) network += ElementBytes * 2.0 * visits * model.Hidden;
        var scores = (materialized ? 5 * heads * model.Sequence : 0) / parallelism.Tensor;
        var split = (attention + network) / parallelism.Tensor;
        return ((parallelism.SequenceParallel ? repeated / parallelism.Tensor : repeated) + split + scores, scores);
    }
}
