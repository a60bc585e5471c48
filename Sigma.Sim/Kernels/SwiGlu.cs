// The gated activation of an expert (Shazeer 2020): silu(gate) * up, weighed by the router's weight of each row.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>Forward and backward over rows of one expert; threads take different experts.</summary>
public static class SwiGlu
{
    /// <summary>activated [rows, width] = weight [rows] * silu(gate) * up, with gate, up [rows, width].</summary>
    public static void Forward(
        ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> weight, int rows, int width,
        Span<float> activated)
    {
        for (var row = 0; row < rows; row++)
        {
            var g = gate.Slice(row * width, width);
            var u = up.Slice(row * width, width);
            var place = activated.Slice(row * width, width);
            ref var x = ref MemoryMarshal.GetReference(g);
            ref var y = ref MemoryMarshal.GetReference(u);
            ref var d = ref MemoryMarshal.GetReference(place);
            var i = 0;
            for (; i + Lanes.Count <= width; i += Lanes.Count)
                Lanes.Store(Silu(Lanes.Load(ref x, i)) * Lanes.Load(ref y, i) * weight[row], ref d, i);
            if (i < width)
                Lanes.StoreTail(Silu(Lanes.LoadTail(g[i..], 0)) * Lanes.LoadTail(u[i..], 0) * weight[row], place[i..]);
        }
    }

    /// <summary>
    /// From dactivated [rows, width]: dgate, dup [rows, width] (dup may be dactivated itself), dweight [rows], and
    /// activated [rows, width] once more for the gradient of the matrix that follows.
    /// </summary>
    public static void Backward(
        ReadOnlySpan<float> dactivated, ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> weight,
        int rows, int width, Span<float> activated, Span<float> dgate, Span<float> dup, Span<float> dweight)
    {
        for (var row = 0; row < rows; row++)
        {
            var (first, factor) = (row * width, weight[row]);
            ref var g = ref MemoryMarshal.GetReference(gate.Slice(first, width));
            ref var u = ref MemoryMarshal.GetReference(up.Slice(first, width));
            ref var d = ref MemoryMarshal.GetReference(dactivated.Slice(first, width));
            ref var a = ref MemoryMarshal.GetReference(activated.Slice(first, width));
            ref var dg = ref MemoryMarshal.GetReference(dgate.Slice(first, width));
            ref var du = ref MemoryMarshal.GetReference(dup.Slice(first, width));
            var pull = Vector256<float>.Zero;
            var i = 0;
            for (; i + Lanes.Count <= width; i += Lanes.Count)
            {
                var (x, y, dy) = (Lanes.Load(ref g, i), Lanes.Load(ref u, i), Lanes.Load(ref d, i));
                Slopes(x, y, dy, factor, ref pull, out var value, out var dx, out var dz);
                Lanes.Store(value, ref a, i);
                Lanes.Store(dx, ref dg, i);
                Lanes.Store(dz, ref du, i);
            }

            if (i < width)
            {
                var (from, left) = (first + i, width - i);
                Slopes(
                    Lanes.LoadTail(gate.Slice(from, left), 0), Lanes.LoadTail(up.Slice(from, left), 0),
                    Lanes.LoadTail(dactivated.Slice(from, left), 0), factor, ref pull, out var value, out var dx,
                    out var dz);
                Lanes.StoreTail(value, activated.Slice(from, left));
                Lanes.StoreTail(dx, dgate.Slice(from, left));
                Lanes.StoreTail(dz, dup.Slice(from, left));
            }

            dweight[row] = Lanes.Sum(pull);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Silu(Vector256<float> x) => x * Lanes.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Slopes(
        Vector256<float> x, Vector256<float> y, Vector256<float> dy, float weight, ref Vector256<float> pull,
        out Vector256<float> value, out Vector256<float> dx, out Vector256<float> dz)
    {
        var sigmoid = Lanes.Sigmoid(x);
        var silu = x * sigmoid;
        var plain = silu * y;
        pull = Vector256.FusedMultiplyAdd(dy, plain, pull);
        value = plain * weight;
        var weighed = dy * weight;
        // silu' = sigmoid (1 + x (1 - sigmoid))
        var one = Vector256<float>.One;
        dx = weighed * y * (sigmoid * Vector256.FusedMultiplyAdd(x, one - sigmoid, one));
        dz = weighed * silu;
    }
}
