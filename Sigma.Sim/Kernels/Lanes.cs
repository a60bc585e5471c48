// Eight lanes, fused multiply-adds and one fixed reduction tree: what every kernel is made of, so that its bits do not
// depend on the machine. Exp: range reduction of Cody and Waite, Taylor to degree 7. Log: the series of atanh in
// double.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>Vector steps that give the same bits on every instruction set.</summary>
public static class Lanes
{
    /// <summary>Floats in a vector, on every machine.</summary>
    public const int Count = 8;

    /// <summary>Eight floats from <paramref name="index"/>; the caller vouches that they exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Load(ref float origin, int index) =>
        Vector256.LoadUnsafe(ref Unsafe.Add(ref origin, index));

    /// <summary>Stores eight floats at <paramref name="index"/>; the caller vouches that they exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<float> value, ref float origin, int index) =>
        value.StoreUnsafe(ref Unsafe.Add(ref origin, index));

    /// <summary>The last 1 to 7 floats of a row, the other lanes filled.</summary>
    internal static Vector256<float> LoadTail(ReadOnlySpan<float> tail, float fill)
    {
        var lanes = Vector256.Create(fill);
        var place = MemoryMarshal.CreateSpan(ref Unsafe.As<Vector256<float>, float>(ref lanes), Count);
        tail.CopyTo(place);
        return lanes;
    }

    /// <summary>Stores the first lanes into a row's last 1 to 7 floats.</summary>
    internal static void StoreTail(Vector256<float> value, Span<float> tail)
    {
        Span<float> lanes = stackalloc float[Count];
        value.CopyTo(lanes);
        lanes[..tail.Length].CopyTo(tail);
    }

    /// <summary>The fixed tree: halves, quarters, the pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Sum(Vector256<float> value)
    {
        var half = value.GetLower() + value.GetUpper();
        return (half.GetElement(0) + half.GetElement(2)) + (half.GetElement(1) + half.GetElement(3));
    }

    /// <summary>Lane by lane the larger; one comparison, so that it reads alike with and without hardware.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Larger(Vector256<float> left, Vector256<float> right) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(left, right), left, right);

    /// <summary>The largest of a row, which must not be empty.</summary>
    internal static float Largest(ReadOnlySpan<float> row)
    {
        ref var origin = ref MemoryMarshal.GetReference(row);
        var best = Vector256.Create(row[0]);
        var i = 0;
        for (; i + Count <= row.Length; i += Count) best = Larger(best, Load(ref origin, i));
        if (i < row.Length) best = Larger(best, LoadTail(row[i..], row[0]));
        var half = Vector128.Max(best.GetLower(), best.GetUpper());
        return Math.Max(
            Math.Max(half.GetElement(0), half.GetElement(2)), Math.Max(half.GetElement(1), half.GetElement(3)));
    }

    /// <summary>The largest magnitude of any number of values, 0 for none.</summary>
    public static float LargestMagnitude(ReadOnlySpan<float> values)
    {
        ref var origin = ref MemoryMarshal.GetReference(values);
        var best = Vector256<float>.Zero;
        var i = 0;
        for (; i + Count <= values.Length; i += Count) best = Larger(Vector256.Abs(Load(ref origin, i)), best);
        if (i < values.Length) best = Larger(Vector256.Abs(LoadTail(values[i..], 0)), best);
        var largest = 0f;
        for (var lane = 0; lane < Count; lane++) largest = Math.Max(largest, best.GetElement(lane));
        return largest;
    }

    /// <summary>
    /// e^x to about one unit in the last place, for x clamped to -87 .. 88; what is not a number stays none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        var given = x;
        var low = Vector256.Create(-87f);
        var high = Vector256.Create(88f);
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, low), low, x);
        x = Vector256.ConditionalSelect(Vector256.GreaterThan(x, high), high, x);
        // Adding 1.5 x 2^23 rounds to a whole number and leaves it in the low bits of the sum.
        var magic = Vector256.Create(12582912f);
        var shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(1.44269504f), magic);
        var whole = shifted - magic;
        var r = Vector256.FusedMultiplyAdd(whole, Vector256.Create(-0.693359375f), x);
        r = Vector256.FusedMultiplyAdd(whole, Vector256.Create(2.12194440e-4f), r);
        var p = Vector256.Create(1.98412698e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.38888889e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.33333333e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.16666667e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.66666667e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        var power = (p.AsInt32() + (shifted.AsInt32() << 23)).AsSingle();
        // The bits of a NaN shifted into the exponent could look like a number.
        return Vector256.ConditionalSelect(Vector256.Equals(given, given), power, given);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) =>
        Vector256<float>.One / (Vector256<float>.One + Exp(-x));

    /// <summary>Replaces a row by e^(scale x - shift) and returns the sum of it.</summary>
    internal static float ExpInPlace(Span<float> row, float scale, float shift)
    {
        ref var origin = ref MemoryMarshal.GetReference(row);
        var (scales, shifts) = (Vector256.Create(scale), Vector256.Create(-shift));
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i + Count <= row.Length; i += Count)
        {
            var e = Exp(Vector256.FusedMultiplyAdd(Load(ref origin, i), scales, shifts));
            sum += e;
            Store(e, ref origin, i);
        }

        if (i == row.Length) return Sum(sum);
        var last = Exp(Vector256.FusedMultiplyAdd(LoadTail(row[i..], 0), scales, shifts));
        StoreTail(last, row[i..]);
        return Sum(sum + LoadTail(row[i..], 0));
    }

    /// <summary>Multiplies a row by a factor.</summary>
    internal static void Scale(Span<float> row, float factor)
    {
        ref var origin = ref MemoryMarshal.GetReference(row);
        var i = 0;
        for (; i + Count <= row.Length; i += Count) Store(Load(ref origin, i) * factor, ref origin, i);
        for (; i < row.Length; i++) row[i] *= factor;
    }

    /// <summary>Divides a row by a number: one rounding, where a product with the inverse has two.</summary>
    internal static void Divide(Span<float> row, float divisor)
    {
        ref var origin = ref MemoryMarshal.GetReference(row);
        var i = 0;
        for (; i + Count <= row.Length; i += Count)
            Store(Load(ref origin, i) / Vector256.Create(divisor), ref origin, i);
        for (; i < row.Length; i++) row[i] /= divisor;
    }

    /// <summary>Adds a row to another.</summary>
    public static void Add(ReadOnlySpan<float> source, Span<float> destination)
    {
        if (source.Length != destination.Length) throw new ArgumentException("rows to add differ in length");
        ref var s = ref MemoryMarshal.GetReference(source);
        ref var d = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        for (; i + Count <= source.Length; i += Count) Store(Load(ref d, i) + Load(ref s, i), ref d, i);
        for (; i < source.Length; i++) destination[i] += source[i];
    }

    /// <summary>Adds a row of singles to one of doubles: each sum is a chain of its own, as one by one.</summary>
    internal static void AddWidened(ReadOnlySpan<float> source, Span<double> destination)
    {
        ref var s = ref MemoryMarshal.GetReference(source);
        ref var d = ref MemoryMarshal.GetReference(destination[..source.Length]);
        var i = 0;
        for (; i + Count <= source.Length; i += Count)
        {
            var (low, high) = Vector256.Widen(Load(ref s, i));
            (Vector256.LoadUnsafe(ref Unsafe.Add(ref d, i)) + low).StoreUnsafe(ref Unsafe.Add(ref d, i));
            (Vector256.LoadUnsafe(ref Unsafe.Add(ref d, i + 4)) + high).StoreUnsafe(ref Unsafe.Add(ref d, i + 4));
        }

        for (; i < source.Length; i++) destination[i] += source[i];
    }

    /// <summary>The scalar product of two rows of one length: eight chains, then the tree.</summary>
    internal static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right[..left.Length]);
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i + Count <= left.Length; i += Count)
            sum = Vector256.FusedMultiplyAdd(Load(ref a, i), Load(ref b, i), sum);
        if (i < left.Length)
            sum = Vector256.FusedMultiplyAdd(LoadTail(left[i..], 0), LoadTail(right[i..left.Length], 0), sum);
        return Sum(sum);
    }

    /// <summary>Natural logarithm of a positive normal number, to about 1e-16 of its size.</summary>
    public static double Log(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | 0x3FF0000000000000L);
        if (mantissa > 1.4142135623730951) (mantissa, exponent) = (mantissa * 0.5, exponent + 1);
        var f = (mantissa - 1) / (mantissa + 1);
        var square = f * f;
        var series = 0.0;
        for (var odd = 23; odd >= 1; odd -= 2) series = Math.FusedMultiplyAdd(series, square, 1.0 / odd);
        return Math.FusedMultiplyAdd(exponent, 0.6931471805599453, 2 * f * series);
    }
}
