// What all layers share during one step, allocated once: the model's settings, the team, and gradients on their way.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>What every layer is made from.</summary>
internal sealed record StepParts(
    ReducedModelSpec Spec, KernelPrecisions Precisions, TimedTeam Team, StepWorkspace Shared)
{
    /// <summary>Every operand whose scale has a history, in the order in which they were made.</summary>
    internal List<Operand> Scaled { get; } = [];

    /// <summary>A tensor, or several that share a scale, as products of a kernel read it.</summary>
    internal Operand Operand(MatrixKernel kernel, OperandRole role, params float[][] tensors)
    {
        var operand = new Operand(Precisions[kernel], role, tensors);
        if (operand.Measures) Scaled.Add(operand);
        return operand;
    }
}

/// <summary>Gradients on their way through a layer; each is overwritten by the next layer.</summary>
internal sealed class StepWorkspace(ReducedModelSpec spec)
{
    internal Rope Rope { get; } = new(spec.Sequence, spec.HeadDim, spec.RopeTheta);

    /// <summary>
    /// Gradient of the residual stream [tokens, hidden]: of a block's output before its backward, of its input after.
    /// </summary>
    internal float[] Residual { get; } = new float[spec.Tokens * spec.Hidden];

    /// <summary>Gradient of a norm's output [tokens, hidden].</summary>
    internal float[] Normed { get; } = new float[spec.Tokens * spec.Hidden];

    /// <summary>[tokens, heads, head_dim].</summary>
    internal float[] Mixed { get; } = new float[spec.Tokens * spec.Heads * spec.HeadDim];

    /// <summary>[tokens, heads, head_dim].</summary>
    internal float[] Q { get; } = new float[spec.Tokens * spec.Heads * spec.HeadDim];

    /// <summary>[tokens, kv_heads, head_dim].</summary>
    internal float[] K { get; } = new float[spec.Tokens * spec.KvHeads * spec.HeadDim];

    /// <summary>[tokens, kv_heads, head_dim].</summary>
    internal float[] V { get; } = new float[spec.Tokens * spec.KvHeads * spec.HeadDim];

    /// <summary>[tokens, top_k, hidden], sorted by expert.</summary>
    internal float[] Sorted { get; } = new float[spec.Tokens * spec.TopK * spec.Hidden];

    /// <summary>[tokens, experts].</summary>
    internal float[] RouterGradient { get; } = new float[spec.Tokens * spec.Experts];

    /// <summary>[tokens, top_k].</summary>
    internal float[] WeightGradient { get; } = new float[spec.Tokens * spec.TopK];
}

/// <summary>Views on row-major buffers.</summary>
internal static class RowViews
{
    /// <summary>Rows of a row-major matrix of the given width.</summary>
    internal static Span<float> Rows(this float[] values, int first, int rows, int width) =>
        values.AsSpan(first * width, rows * width);
}
