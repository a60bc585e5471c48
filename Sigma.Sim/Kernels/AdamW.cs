// AdamW (Loshchilov and Hutter 2019) with bias correction and global clipping: p -= lr (m / (sqrt(v) + eps) + decay p),
// with p before the update; and the global gradient norm, a fixed tree of doubles.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>The numbers of one update, all of them ready to multiply: corrections are 1 / (1 - beta^step).</summary>
public readonly record struct AdamWStep(
    float GradientScale, float LearningRate, float Beta1, float Beta2, float Correction1, float Correction2,
    float Epsilon, float Decay);

/// <summary>The optimizer over any stretch of a tensor; threads take different stretches.</summary>
public static class AdamW
{
    /// <summary>Updates value, first and second moment from gradient, all of one length.</summary>
    public static void Update(
        ReadOnlySpan<float> gradient, AdamWStep step, Span<float> value, Span<float> first, Span<float> second)
    {
        if (value.Length != gradient.Length || first.Length != gradient.Length || second.Length != gradient.Length)
            throw new ArgumentException("the optimizer's stretches differ in length");
        ref var g = ref MemoryMarshal.GetReference(gradient);
        ref var p = ref MemoryMarshal.GetReference(value);
        ref var m = ref MemoryMarshal.GetReference(first);
        ref var v = ref MemoryMarshal.GetReference(second);
        var i = 0;
        for (; i + Lanes.Count <= gradient.Length; i += Lanes.Count)
        {
            var (newP, newM, newV) = Next(
                Lanes.Load(ref g, i), Lanes.Load(ref p, i), Lanes.Load(ref m, i), Lanes.Load(ref v, i), step);
            Lanes.Store(newP, ref p, i);
            Lanes.Store(newM, ref m, i);
            Lanes.Store(newV, ref v, i);
        }

        if (i == gradient.Length) return;
        var (tailP, tailM, tailV) = Next(
            Lanes.LoadTail(gradient[i..], 0), Lanes.LoadTail(value[i..], 0), Lanes.LoadTail(first[i..], 0),
            Lanes.LoadTail(second[i..], 0), step);
        Lanes.StoreTail(tailP, value[i..]);
        Lanes.StoreTail(tailM, first[i..]);
        Lanes.StoreTail(tailV, second[i..]);
    }

    /// <summary>Sum of squares in double: four chains, then the pairs.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        ref var origin = ref MemoryMarshal.GetReference(values);
        var (even, odd) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i + Lanes.Count <= values.Length; i += Lanes.Count)
        {
            var (low, high) = Vector256.Widen(Lanes.Load(ref origin, i));
            even = Vector256.FusedMultiplyAdd(low, low, even);
            odd = Vector256.FusedMultiplyAdd(high, high, odd);
        }

        var sum = even + odd;
        var tail = 0.0;
        for (; i < values.Length; i++) tail = Math.FusedMultiplyAdd(values[i], values[i], tail);
        return sum.GetElement(0) + sum.GetElement(2) + (sum.GetElement(1) + sum.GetElement(3)) + tail;
    }

    private static (Vector256<float> P, Vector256<float> M, Vector256<float> V) Next(
        Vector256<float> g, Vector256<float> p, Vector256<float> m, Vector256<float> v, AdamWStep step)
    {
        g *= step.GradientScale;
        m = Vector256.FusedMultiplyAdd(g - m, Vector256.Create(1f - step.Beta1), m);
        v = Vector256.FusedMultiplyAdd((g * g) - v, Vector256.Create(1f - step.Beta2), v);
        var root = Vector256.Sqrt(v * step.Correction2) + Vector256.Create(step.Epsilon);
        var move = Vector256.FusedMultiplyAdd(p, Vector256.Create(step.Decay), m * step.Correction1 / root);
        return (Vector256.FusedMultiplyAdd(move, Vector256.Create(-step.LearningRate), p), m, v);
    }
}
