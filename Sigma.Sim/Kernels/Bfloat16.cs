// The 16-bit float that keeps a single's exponent and eight bits of its significand; rounded on the bits, because the
// format is the upper half of a single.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sigma.Sim.Kernels;

/// <summary>
/// Conversions to the nearest, ties to even, as IEEE 754 rounds: what lies beyond the largest becomes infinite,
/// subnormals are kept, a NaN stays one with its sign and is quieted.
/// </summary>
public static class Bfloat16
{
    private const uint Magnitude = 0x7FFF_FFFF, Infinity = 0x7F80_0000, Upper = 0xFFFF_0000, Quiet = 0x0040_0000;

    /// <summary>The 16 bits nearest to a value.</summary>
    public static ushort FromSingle(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        unchecked
        {
            return (bits & Magnitude) > Infinity
                ? (ushort)((bits | Quiet) >> 16)
                : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>The value of 16 bits, exact.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Replaces every value by the nearest that the format holds.</summary>
    public static void Round(Span<float> values)
    {
        ref var origin = ref MemoryMarshal.GetReference(values);
        var i = 0;
        for (; i + Lanes.Count <= values.Length; i += Lanes.Count)
            Lanes.Store(Round(Lanes.Load(ref origin, i)), ref origin, i);
        for (; i < values.Length; i++) values[i] = ToSingle(FromSingle(values[i]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Round(Vector256<float> value)
    {
        var bits = value.AsUInt32();
        var even = (bits >> 16) & Vector256<uint>.One;
        var rounded = bits + Vector256.Create(0x7FFFu) + even;
        // Without its sign a pattern is a positive integer, so that the signed comparison of old machines will do.
        var isNaN = Vector256.GreaterThan(
            (bits & Vector256.Create(Magnitude)).AsInt32(), Vector256.Create((int)Infinity)).AsUInt32();
        var kept = Vector256.ConditionalSelect(isNaN, bits | Vector256.Create(Quiet), rounded);
        return (kept & Vector256.Create(Upper)).AsSingle();
    }
}
