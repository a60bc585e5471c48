// Causal attention with grouped queries: softmax(q k^T / sqrt(head_dim)) v, in blocks of 48 queries, so that a thread
// never holds more than 48 x sequence scores; backward recomputes them (Dao et al. 2022, "FlashAttention", without its
// online softmax: a row of scores fits the first cache).
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>Sizes of an attention: heads must be a multiple of KV heads.</summary>
public readonly record struct AttentionShape(int Sequence, int Heads, int KvHeads, int HeadDim)
{
    internal int Group => Heads / KvHeads;

    internal int QueryStride => Heads * HeadDim;

    internal int KeyStride => KvHeads * HeadDim;

    /// <summary>The sequence rounded up to whole tiles of columns.</summary>
    internal int Padded => (Sequence + MatMulTile.Columns - 1) / MatMulTile.Columns * MatMulTile.Columns;

    /// <summary>
    /// Floats from one row of scores to the next: a tile more, so that rows fall on different cache sets.
    /// </summary>
    internal int Pitch => Padded + MatMulTile.Columns;

    internal float Scale => (float)(1 / Math.Sqrt(HeadDim));
}

/// <summary>
/// One call does one KV head of one sequence and the query heads that share it. q, out [sequence, heads, head_dim];
/// k, v [sequence, kv_heads, head_dim]; peak and total [heads, sequence] keep each row's largest scaled score and
/// the sum of exponentials. Threads take different (sequence, KV head).
/// </summary>
public static class Attention
{
    private const int QueryBlock = 48;

    /// <summary>The format is that in which all products read their operands.</summary>
    public static void Forward(
        ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, AttentionShape shape, int kvHead,
        OperandFormat format, Span<float> output, Span<float> peak, Span<float> total)
    {
        if (shape.Sequence == 0) return;
        var keys = k[(kvHead * shape.HeadDim)..];
        var values = v[(kvHead * shape.HeadDim)..];
        var turned = Turn(keys, shape, ScratchUse.KeysTransposed);
        for (var head = kvHead * shape.Group; head < (kvHead + 1) * shape.Group; head++)
        {
            var peaks = peak.Slice(head * shape.Sequence, shape.Sequence);
            var totals = total.Slice(head * shape.Sequence, shape.Sequence);
            for (var first = 0; first < shape.Sequence; first += QueryBlock)
            {
                var block = new QueryRows(shape, format, first, Math.Min(QueryBlock, shape.Sequence - first));
                var scores = Scratch.Rent(ScratchUse.Scores, block.Rows * shape.Pitch);
                MatMul.Multiply(block.Of(q, head), block.Left(turned), accumulate: false, scores, shape.Pitch);
                for (var row = 0; row < block.Rows; row++)
                {
                    var line = scores.Slice(row * shape.Pitch, shape.Pitch);
                    var seen = Seen(line, first + row + 1);
                    var largest = Lanes.Largest(seen) * shape.Scale;
                    var sum = Lanes.ExpInPlace(seen, shape.Scale, largest);
                    Lanes.Divide(seen, sum);
                    line[(first + row + 1)..block.PaddedKeys].Clear();
                    (peaks[first + row], totals[first + row]) = (largest, sum);
                }

                MatMul.Multiply(
                    block.Weights(scores), block.Seen(values), accumulate: false,
                    output[((first * shape.QueryStride) + (head * shape.HeadDim))..], shape.QueryStride);
            }
        }
    }

    /// <summary>
    /// dq, dk, dv in the layouts of q, k, v from dout [sequence, heads, head_dim]; overwrites this head's part.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> dout, ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v,
        ReadOnlySpan<float> output, ReadOnlySpan<float> peak, ReadOnlySpan<float> total,
        AttentionShape shape, int kvHead, OperandFormat format, Span<float> dq, Span<float> dk, Span<float> dv)
    {
        if (shape.Sequence == 0) return;
        var keys = k[(kvHead * shape.HeadDim)..];
        var values = v[(kvHead * shape.HeadDim)..];
        var dKeys = dk[(kvHead * shape.HeadDim)..];
        var dValues = dv[(kvHead * shape.HeadDim)..];
        var turnedKeys = Turn(keys, shape, ScratchUse.KeysTransposed);
        var turnedValues = Turn(values, shape, ScratchUse.ValuesTransposed);
        for (var row = 0; row < shape.Sequence; row++)
        {
            dKeys.Slice(row * shape.KeyStride, shape.HeadDim).Clear();
            dValues.Slice(row * shape.KeyStride, shape.HeadDim).Clear();
        }

        for (var head = kvHead * shape.Group; head < (kvHead + 1) * shape.Group; head++)
            for (var first = 0; first < shape.Sequence; first += QueryBlock)
            {
                var block = new QueryRows(shape, format, first, Math.Min(QueryBlock, shape.Sequence - first));
                var scores = Scratch.Rent(ScratchUse.Scores, block.Rows * shape.Pitch);
                var gradients = Scratch.Rent(ScratchUse.ScoreGradients, block.Rows * shape.Pitch);
                MatMul.Multiply(block.Of(q, head), block.Left(turnedKeys), accumulate: false, scores, shape.Pitch);
                MatMul.Multiply(block.Of(dout, head), block.Left(turnedValues), accumulate: false, gradients,
                    shape.Pitch);
                for (var row = 0; row < block.Rows; row++)
                {
                    var place = (head * shape.Sequence) + first + row;
                    var column = ((first + row) * shape.QueryStride) + (head * shape.HeadDim);
                    var pull = Lanes.Dot(dout.Slice(column, shape.HeadDim), output.Slice(column, shape.HeadDim));
                    var line = scores.Slice(row * shape.Pitch, shape.Pitch);
                    var seen = Seen(line, first + row + 1);
                    Lanes.ExpInPlace(seen, shape.Scale, peak[place]);
                    Lanes.Divide(seen, total[place]);
                    line[(first + row + 1)..block.PaddedKeys].Clear();
                    SoftmaxBackward(line[..block.PaddedKeys], pull, shape.Scale, gradients[(row * shape.Pitch)..]);
                }

                var gradient = block.Weights(gradients);
                MatMul.Multiply(block.Weights(scores).Transposed, block.Of(dout, head), accumulate: true, dValues,
                    shape.KeyStride);
                MatMul.Multiply(gradient.Transposed, block.Of(q, head), accumulate: true, dKeys, shape.KeyStride);
                MatMul.Multiply(
                    gradient, block.Seen(keys), accumulate: false,
                    dq[((first * shape.QueryStride) + (head * shape.HeadDim))..], shape.QueryStride);
            }
    }

    // The keys that a query sees, up to whole vectors: a tail by itself would cost as much as the row. The lowest
    // number becomes 1e-38 beside an exponential of one, which no sum of floats can see.
    private static Span<float> Seen(Span<float> line, int keys)
    {
        var whole = (keys + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
        line[keys..whole].Fill(float.MinValue);
        return line[..whole];
    }

    // dscore = weight (dweight - pull) scale; zero where the weight is zero, so the unseen future stays zero.
    private static void SoftmaxBackward(ReadOnlySpan<float> weights, float pull, float scale, Span<float> gradients)
    {
        ref var w = ref MemoryMarshal.GetReference(weights);
        ref var g = ref MemoryMarshal.GetReference(gradients);
        for (var i = 0; i < weights.Length; i += Lanes.Count)
            Lanes.Store((Lanes.Load(ref g, i) - Vector256.Create(pull)) * Lanes.Load(ref w, i) * scale, ref g, i);
    }

    // One head as [head_dim, padded sequence], zeros beyond the last key: columns to multiply by without packing.
    private static ReadOnlySpan<float> Turn(ReadOnlySpan<float> head, AttentionShape shape, ScratchUse use)
    {
        var turned = Scratch.Rent(use, shape.HeadDim * shape.Pitch);
        turned.Clear();
        for (var row = 0; row < shape.Sequence; row++)
        {
            var source = head.Slice(row * shape.KeyStride, shape.HeadDim);
            for (var i = 0; i < source.Length; i++) turned[(i * shape.Pitch) + row] = source[i];
        }

        return turned;
    }

    /// <summary>A block of queries and the keys that it may see.</summary>
    private readonly record struct QueryRows(AttentionShape Shape, OperandFormat Format, int First, int Rows)
    {
        private int Keys => First + Rows;

        internal int PaddedKeys =>
            Math.Min(Shape.Padded, (Keys + MatMulTile.Columns - 1) / MatMulTile.Columns * MatMulTile.Columns);

        internal Strided Of(ReadOnlySpan<float> x, int head)
        {
            var first = (First * Shape.QueryStride) + (head * Shape.HeadDim);
            return new Strided(x[first..], Rows, Shape.HeadDim, Shape.QueryStride, 1).In(Format);
        }

        internal Strided Left(ReadOnlySpan<float> turned) =>
            new Strided(turned, Shape.HeadDim, PaddedKeys, Shape.Pitch, 1).In(Format);

        internal Strided Weights(ReadOnlySpan<float> scores) =>
            new Strided(scores, Rows, Keys, Shape.Pitch, 1).In(Format);

        internal Strided Seen(ReadOnlySpan<float> head) =>
            new Strided(head, Keys, Shape.HeadDim, Shape.KeyStride, 1).In(Format);
    }
}
