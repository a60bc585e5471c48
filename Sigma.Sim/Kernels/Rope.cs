// Rotary positions (Su et al. 2021): rotates the pairs (i, i + head_dim/2) by position * theta^(-2i/head_dim).
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>The rotations of every position, and their application forward and backward.</summary>
public sealed class Rope
{
    private readonly float[] _cosine, _sine;
    private readonly int _sequence, _headDim;

    /// <summary>Angles are computed in double and rounded once.</summary>
    public Rope(int sequence, int headDim, double theta)
    {
        (_sequence, _headDim) = (sequence, headDim);
        var half = headDim / 2;
        (_cosine, _sine) = (new float[sequence * half], new float[sequence * half]);
        for (var position = 0; position < sequence; position++)
            for (var i = 0; i < half; i++)
            {
                var angle = position * Math.Pow(theta, -2.0 * i / headDim);
                _cosine[(position * half) + i] = (float)Math.Cos(angle);
                _sine[(position * half) + i] = (float)Math.Sin(angle);
            }
    }

    /// <summary>
    /// Rotates x [rows, heads, head_dim] in place; row 0 is token <paramref name="first"/> of the batch.
    /// </summary>
    public void Forward(Span<float> x, int first, int rows, int heads) => Rotate(x, first, rows, heads, 1f);

    /// <summary>The gradient turns back by the same angle.</summary>
    public void Backward(Span<float> dx, int first, int rows, int heads) => Rotate(dx, first, rows, heads, -1f);

    private void Rotate(Span<float> x, int first, int rows, int heads, float direction)
    {
        var half = _headDim / 2;
        for (var row = 0; row < rows; row++)
        {
            var position = (first + row) % _sequence;
            ReadOnlySpan<float> cosine = _cosine.AsSpan(position * half, half),
                sine = _sine.AsSpan(position * half, half);
            ref var c = ref MemoryMarshal.GetReference(cosine);
            ref var s = ref MemoryMarshal.GetReference(sine);
            for (var head = 0; head < heads; head++)
            {
                var low = x.Slice(((row * heads) + head) * _headDim, half);
                var high = x.Slice((((row * heads) + head) * _headDim) + half, half);
                ref var l = ref MemoryMarshal.GetReference(low);
                ref var h = ref MemoryMarshal.GetReference(high);
                var i = 0;
                for (; i + Lanes.Count <= half; i += Lanes.Count)
                {
                    var (a, b) = (Lanes.Load(ref l, i), Lanes.Load(ref h, i));
                    var (cos, sin) = (Lanes.Load(ref c, i), Lanes.Load(ref s, i) * direction);
                    Lanes.Store(Vector256.FusedMultiplyAdd(a, cos, -(b * sin)), ref l, i);
                    Lanes.Store(Vector256.FusedMultiplyAdd(b, cos, a * sin), ref h, i);
                }

                for (; i < half; i++)
                {
                    var (a, b, cos, sin) = (low[i], high[i], cosine[i], sine[i] * direction);
                    low[i] = MathF.FusedMultiplyAdd(a, cos, -(b * sin));
                    high[i] = MathF.FusedMultiplyAdd(b, cos, a * sin);
                }
            }
        }
    }
}
