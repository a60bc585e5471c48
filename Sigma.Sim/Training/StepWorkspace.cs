// Buffers that all layers share during one step, allocated once, and the few stages that several blocks have in common.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>Gradients on their way through a layer; each is overwritten by the next layer.</summary>
internal sealed class StepWorkspace(ReducedModelSpec spec)
{
    internal Rope Rope { get; } = new(spec.Sequence, spec.HeadDim, spec.RopeTheta);

    /// <summary>[tokens, hidden].</summary>
    internal float[] Hidden { get; } = new float[spec.Tokens * spec.Hidden];

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

/// <summary>Stages that more than one block runs.</summary>
internal static class Stages
{
    /// <summary>Rows of a row-major matrix of the given width.</summary>
    internal static Span<float> Rows(this float[] values, int first, int rows, int width) =>
        values.AsSpan(first * width, rows * width);

    /// <summary>
    /// Gradient of a matrix [out, in] from dy [tokens, out] and x [tokens, in]; tasks take rows of it.
    /// </summary>
    internal static void Weight(this TimedTeam team, string name, float[] dy, float[] x, int tokens, Parameter matrix)
    {
        const int block = 24;
        var (outs, ins) = (matrix.Shape[0], matrix.Shape[1]);
        team.Run(name, 2.0 * tokens * outs * ins, (outs + block - 1) / block, task =>
        {
            var (first, count) = (task * block, Math.Min(block, outs - (task * block)));
            MatMul.BackwardWeight(
                dy, x, tokens, ins, outs, first, count, LinearFormat.Float32, accumulate: false, matrix.Gradient);
        });
    }

    /// <summary>Adds a norm's gradient to dx [tokens, hidden] and computes that of its weight.</summary>
    internal static void NormBackward(
        this TimedTeam team, float[] dy, float[] x, float[] inverse, int tokens, Parameter norm, float[] dx)
    {
        var width = norm.Value.Length;
        team.Run("rms_norm", 3.0 * tokens * width, 1, _ =>
            RmsNorm.BackwardWeight(dy, x, inverse, tokens, width, norm.Gradient));
        team.Rows("rms_norm", 8.0 * tokens * width, tokens, (row, rows) => RmsNorm.BackwardInput(
            dy.Rows(row, rows, width), x.Rows(row, rows, width), norm.Value, inverse.Rows(row, rows, 1), rows, width,
            accumulate: true, dx.Rows(row, rows, width)));
    }
}
