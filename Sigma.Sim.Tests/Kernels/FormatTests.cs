// Short floats against twins that look every value up: all codes, all edges, and vectors against scalars.
using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class FormatTests
{
    [TestMethod]
    public void Every_bfloat16_comes_back_and_a_NaN_comes_back_quiet()
    {
        for (var code = 0; code <= ushort.MaxValue; code++)
        {
            var bits = (ushort)code;
            var value = Bfloat16.ToSingle(bits);
            Same(Bits(Bfloat16Twin.ToSingle(bits)), Bits(value), $"value of 0x{code:X4}");
            Same(float.IsNaN(value) ? bits | 0x40u : bits, Bfloat16.FromSingle(value), $"0x{code:X4} and back");
        }
    }

    [TestMethod]
    [DataRow(Float8Kind.E4M3, 2, 448f)]
    [DataRow(Float8Kind.E5M2, 6, 57_344f)]
    public void Every_float8_comes_back_and_a_NaN_comes_back_as_the_one(Float8Kind kind, int nans, float largest)
    {
        var (found, best) = (0, 0f);
        for (var code = 0; code <= byte.MaxValue; code++)
        {
            var bits = (byte)code;
            var value = Float8.ToSingle(bits, kind);
            Same(Bits(Float8Twin.ToSingle(bits, kind)), Bits(value), $"value of 0x{code:X2}");
            var back = Float8.FromSingle(value, kind);
            if (float.IsNaN(value))
            {
                found++;
                Same(kind == Float8Kind.E4M3 ? bits : 0x7Eu | (bits & 0x80u), back, $"0x{code:X2} and back");
                continue;
            }

            Same(bits, back, $"0x{code:X2} and back");
            if (float.IsFinite(value)) best = Math.Max(best, value);
        }

        Assert.AreEqual(nans, found);
        Assert.AreEqual(largest, best);
        Assert.AreEqual(largest, Float8.Largest(kind));
    }

    [TestMethod]
    public void A_bfloat16_is_the_nearest_value_of_all()
    {
        var values = Enumerable.Range(0, 0x7F80).Select(code => (double)Bfloat16.ToSingle((ushort)code)).ToList();
        var probes = FormatProbes.Around(values);
        foreach (var x in probes) Same(Bfloat16Twin.FromSingle(x), Bfloat16.FromSingle(x), $"{x:R}, 0x{Bits(x):X8}");
        Rounds(probes, Bfloat16.Round, x => Bfloat16.ToSingle(Bfloat16.FromSingle(x)));
    }

    [TestMethod]
    [DataRow(Float8Kind.E4M3, 0x7F)]
    [DataRow(Float8Kind.E5M2, 0x7C)]
    public void A_float8_is_the_nearest_value_of_all(Float8Kind kind, int codes)
    {
        var values = Enumerable.Range(0, codes).Select(code => (double)Float8.ToSingle((byte)code, kind)).ToList();
        // Patterns without a plan are mostly far outside of eight bits, so each is also brought near.
        var near = FormatProbes.Patterns(100_000).Where(float.IsFinite)
            .Select(x => (float)Math.ScaleB(x, -Math.ILogB(x) + (int)(Bits(x) % 40) - 20));
        var probes = FormatProbes.Around(values).Concat(near).ToArray();
        foreach (var x in probes)
            Same(Float8Twin.FromSingle(x, kind), Float8.FromSingle(x, kind), $"{x:R}, 0x{Bits(x):X8}");
        Rounds(probes, span => Float8.Round(span, kind), x => Float8.ToSingle(Float8.FromSingle(x, kind), kind));
    }

    [TestMethod]
    public void Beyond_the_largest_eight_bits_saturate_and_sixteen_become_infinite()
    {
        foreach (var kind in Enum.GetValues<Float8Kind>())
            foreach (var x in new[] { 60_000f, 65_536f, float.MaxValue })
            {
                Assert.AreEqual(Float8.Largest(kind), Float8.ToSingle(Float8.FromSingle(x, kind), kind));
                Assert.AreEqual(-Float8.Largest(kind), Float8.ToSingle(Float8.FromSingle(-x, kind), kind));
            }

        Assert.AreEqual(0xFC, Float8.FromSingle(float.NegativeInfinity, Float8Kind.E5M2));
        Assert.AreEqual(0xFF, Float8.FromSingle(float.NegativeInfinity, Float8Kind.E4M3));
        Assert.AreEqual(float.PositiveInfinity, Bfloat16.ToSingle(Bfloat16.FromSingle(float.MaxValue)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Float8.Largest((Float8Kind)2));
    }

    private delegate void InPlace(Span<float> values);

    // The whole of the probes, and every short length so that each meets the vectors' tail.
    private static void Rounds(float[] probes, InPlace round, Func<float, float> scalar)
    {
        var found = (float[])probes.Clone();
        round(found);
        for (var i = 0; i < found.Length; i++) Same(Bits(scalar(probes[i])), Bits(found[i]), $"round {probes[i]:R}");
        for (var length = 0; length <= 40; length++)
            for (var first = 0; first + length < probes.Length; first += probes.Length / 20)
            {
                var part = probes.AsSpan(first, length + 1).ToArray();
                var kept = part[^1];
                round(part.AsSpan(0, length));
                for (var i = 0; i < length; i++)
                    Same(Bits(scalar(probes[first + i])), Bits(part[i]), $"{i} of {length}");
                Same(Bits(kept), Bits(part[^1]), $"beyond {length}");
            }
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    // The text of a failure is made only when there is one: there are millions of comparisons.
    private static void Same(uint expected, uint found, FormattableString what)
    {
        if (expected != found) Assert.Fail(FormattableString.Invariant($"{what}: 0x{found:X}, not 0x{expected:X}"));
    }
}
