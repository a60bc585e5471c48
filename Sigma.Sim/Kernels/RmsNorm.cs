// Root-mean-square normalization (Zhang and Sennrich 2019): y = x / sqrt(mean(x^2) + eps) * w, row by row.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>Forward and backward over rows; threads take different rows, and different columns of the weight.</summary>
public static class RmsNorm
{
    /// <summary>
    /// y [rows, width] from x [rows, width] and w [width]; inverse [rows] keeps 1 / root mean square.
    /// </summary>
    public static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, int rows, int width, float epsilon, Span<float> y,
        Span<float> inverse)
    {
        for (var row = 0; row < rows; row++)
        {
            var source = x.Slice(row * width, width);
            var place = y.Slice(row * width, width);
            var scale = (float)(1 / Math.Sqrt((AdamW.SumOfSquares(source) / width) + epsilon));
            inverse[row] = scale;
            ref var s = ref MemoryMarshal.GetReference(source);
            ref var g = ref MemoryMarshal.GetReference(w[..width]);
            ref var d = ref MemoryMarshal.GetReference(place);
            var i = 0;
            for (; i + Lanes.Count <= width; i += Lanes.Count)
                Lanes.Store(Lanes.Load(ref s, i) * scale * Lanes.Load(ref g, i), ref d, i);
            for (; i < width; i++) place[i] = source[i] * scale * w[i];
        }
    }

    /// <summary>
    /// dx [rows, width] = (or +=) inverse dy w - x inverse^3 mean(dy w x). When dx is dy itself, each row is replaced.
    /// </summary>
    public static void BackwardInput(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> inverse,
        int rows, int width, bool accumulate, Span<float> dx)
    {
        for (var row = 0; row < rows; row++)
        {
            var gradient = dy.Slice(row * width, width);
            var source = x.Slice(row * width, width);
            var place = dx.Slice(row * width, width);
            var scale = inverse[row];
            // What scales a whole row is computed in double: its rounding would be the same error in every element.
            var pull = (float)(-((double)scale * scale * scale) * Dot(gradient, source, w) / width);
            ref var g = ref MemoryMarshal.GetReference(gradient);
            ref var s = ref MemoryMarshal.GetReference(source);
            ref var m = ref MemoryMarshal.GetReference(w[..width]);
            ref var d = ref MemoryMarshal.GetReference(place);
            var pulls = Vector256.Create(pull);
            var i = 0;
            for (; i + Lanes.Count <= width; i += Lanes.Count)
            {
                var value = Vector256.FusedMultiplyAdd(
                    Lanes.Load(ref s, i), pulls, Lanes.Load(ref g, i) * Lanes.Load(ref m, i) * scale);
                Lanes.Store(accumulate ? Lanes.Load(ref d, i) + value : value, ref d, i);
            }

            for (; i < width; i++)
            {
                var value = MathF.FusedMultiplyAdd(source[i], pull, gradient[i] * w[i] * scale);
                place[i] = accumulate ? place[i] + value : value;
            }
        }
    }

    /// <summary>dw [width] = sum over rows, in their order, of dy x inverse.</summary>
    public static void BackwardWeight(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> inverse, int rows, int width, Span<float> dw)
    {
        dw[..width].Clear();
        ref var g = ref MemoryMarshal.GetReference(dy[..(rows * width)]);
        ref var s = ref MemoryMarshal.GetReference(x[..(rows * width)]);
        ref var d = ref MemoryMarshal.GetReference(dw);
        var whole = width / Lanes.Count * Lanes.Count;
        for (var row = 0; row < rows; row++)
        {
            var scale = Vector256.Create(inverse[row]);
            for (var column = 0; column < whole; column += Lanes.Count)
            {
                var place = (row * width) + column;
                Lanes.Store(
                    Vector256.FusedMultiplyAdd(
                        Lanes.Load(ref g, place), Lanes.Load(ref s, place) * scale, Lanes.Load(ref d, column)),
                    ref d, column);
            }
        }

        for (var i = whole; i < width; i++)
            for (var row = 0; row < rows; row++)
                dw[i] = MathF.FusedMultiplyAdd(dy[(row * width) + i], x[(row * width) + i] * inverse[row], dw[i]);
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> w)
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        ref var z = ref MemoryMarshal.GetReference(w);
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i + Lanes.Count <= a.Length; i += Lanes.Count)
            sum = Vector256.FusedMultiplyAdd(Lanes.Load(ref x, i) * Lanes.Load(ref z, i), Lanes.Load(ref y, i), sum);
        if (i < a.Length)
            sum = Vector256.FusedMultiplyAdd(
                Lanes.LoadTail(a[i..], 0) * Lanes.LoadTail(w[i..a.Length], 0), Lanes.LoadTail(b[i..], 0), sum);
        return Lanes.Sum(sum);
    }
}
