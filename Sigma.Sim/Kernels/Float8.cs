// The two 8-bit floats of the OCP specification "8-bit floating point (OFP8)", revision 1.0 (2023): E4M3 gives up
// infinity for one more binade, E5M2 is IEEE's pattern made small.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>Which of the two: bits of exponent, bits of mantissa.</summary>
public enum Float8Kind { E4M3, E5M2 }

/// <summary>
/// Conversions to the nearest, ties to even. What is finite and beyond the largest becomes the largest; an infinity is
/// never hidden: E5M2 keeps it, E4M3 makes it a NaN. A NaN keeps its sign and loses its payload.
/// </summary>
public static class Float8
{
    private const int Sign = unchecked((int)0x8000_0000), Infinity = 0x7F80_0000, Quiet = 0x7FC0_0000;

    /// <summary>The 8 bits nearest to a value.</summary>
    public static byte FromSingle(float value, Float8Kind kind)
    {
        var layout = Layout.Of(kind);
        var bits = BitConverter.SingleToInt32Bits(value);
        var sign = (bits >> 24) & 0x80;
        var magnitude = bits & ~Sign;
        if (magnitude > Infinity) return (byte)(sign | layout.NaNCode);
        if (magnitude == Infinity) return (byte)(sign | layout.InfinityCode);
        if (magnitude < layout.Normal)
        {
            // Beside the anchor a step is one unit in the last place: the sum rounds, and its low bits count the steps.
            var sum = MathF.Abs(value) + BitConverter.Int32BitsToSingle(layout.Anchor);
            return (byte)(sign | (BitConverter.SingleToInt32Bits(sum) - layout.Anchor));
        }

        var rounded = Math.Min(magnitude, layout.Largest) + layout.Half + ((magnitude >> layout.Shift) & 1);
        var code = (Math.Min(rounded, layout.Largest) >> layout.Shift) - layout.Rebias;
        return (byte)(sign | code);
    }

    /// <summary>The value of 8 bits, exact.</summary>
    public static float ToSingle(byte bits, Float8Kind kind)
    {
        var layout = Layout.Of(kind);
        var (sign, code) = (bits >> 7 == 0 ? 0 : Sign, bits & 0x7F);
        if (code == layout.InfinityCode) return BitConverter.Int32BitsToSingle(sign | layout.InfinityBits);
        if (code > layout.LargestCode) return BitConverter.Int32BitsToSingle(sign | Quiet);
        var anchor = BitConverter.Int32BitsToSingle(layout.Anchor);
        var magnitude = code < layout.NormalCode
            ? BitConverter.SingleToInt32Bits(BitConverter.Int32BitsToSingle(layout.Anchor + code) - anchor)
            : (code + layout.Rebias) << layout.Shift;
        return BitConverter.Int32BitsToSingle(sign | magnitude);
    }

    /// <summary>The largest finite value: 448 or 57,344.</summary>
    public static float Largest(Float8Kind kind) => BitConverter.Int32BitsToSingle(Layout.Of(kind).Largest);

    /// <summary>Replaces every value by the nearest that the format holds.</summary>
    public static void Round(Span<float> values, Float8Kind kind) => Round(values, kind, 1f);

    /// <summary>Replaces every x by x scale, rounded, divided by scale: one pass over memory for all three.</summary>
    internal static void Round(Span<float> values, Float8Kind kind, float scale)
    {
        var layout = Layout.Of(kind);
        ref var origin = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i + Lanes.Count <= values.Length; i += Lanes.Count)
        {
            var rounded = Round(Lanes.Load(ref origin, i) * scale, layout);
            Lanes.Store(rounded / Vector256.Create(scale), ref origin, i);
        }

        for (; i < values.Length; i++) values[i] = ToSingle(FromSingle(values[i] * scale, kind), kind) / scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Round(Vector256<float> value, Layout layout)
    {
        var bits = value.AsInt32();
        var sign = bits & Vector256.Create(Sign);
        var magnitude = bits & Vector256.Create(~Sign);
        var even = Vector256.ShiftRightLogical(magnitude, layout.Shift) & Vector256<int>.One;
        var normal = (magnitude + Vector256.Create(layout.Half) + even) & Vector256.Create(-1 << layout.Shift);
        var largest = Vector256.Create(layout.Largest);
        normal = Vector256.ConditionalSelect(Vector256.GreaterThan(magnitude, largest), largest, normal);
        var anchor = Vector256.Create(layout.Anchor).AsSingle();
        var small = ((magnitude.AsSingle() + anchor) - anchor).AsInt32();
        var result = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(layout.Normal)), small, normal);
        var infinity = Vector256.Create(Infinity);
        result = Vector256.ConditionalSelect(
            Vector256.Equals(magnitude, infinity), Vector256.Create(layout.InfinityBits), result);
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude, infinity), Vector256.Create(Quiet), result);
        return (result | sign).AsSingle();
    }

    /// <summary>
    /// What the bit arithmetic needs of a kind. Shift: mantissa bits of a single that it lacks. Rebias: difference of
    /// the exponents' biases, in codes. Normal, Largest, Anchor: bits of singles; the anchor's last place is the step
    /// of the subnormals. InfinityCode and InfinityBits: what an infinity becomes.
    /// </summary>
    private readonly record struct Layout(
        int Shift, int Rebias, int Normal, int Largest, int Anchor, int NormalCode, int LargestCode, int InfinityCode,
        int NaNCode, int InfinityBits)
    {
        internal int Half => (1 << (Shift - 1)) - 1;

        internal static Layout Of(Float8Kind kind) => kind switch
        {
            Float8Kind.E4M3 => new Layout(
                20, 120 << 3, Single(1f / 64), Single(448f), Single(16384f), 0x08, 0x7E, 0x7F, 0x7F, Quiet),
            Float8Kind.E5M2 => new Layout(
                21, 112 << 2, Single(1f / 16384), Single(57344f), Single(128f), 0x04, 0x7B, 0x7C, 0x7E, Infinity),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "an 8-bit float is E4M3 or E5M2"),
        };

        private static int Single(float value) => BitConverter.SingleToInt32Bits(value);
    }
}
