// The floats on which a conversion can go wrong: what a format holds, the middle between neighbours and the floats
// beside it, both ends of the range, and patterns without a plan.
namespace Sigma.Sim.Tests.Kernels;

internal static class FormatProbes
{
    /// <summary>Both signs of everything, from the finite values of a format in rising order.</summary>
    internal static float[] Around(IReadOnlyList<double> values)
    {
        var probes = new List<float>();
        for (var i = 0; i + 1 < values.Count; i++)
        {
            Near(values[i]);
            Near((values[i] + values[i + 1]) / 2);
        }

        var (largest, step) = (values[^1], values[^1] - values[^2]);
        Near(largest);
        Near(largest + (step / 2));
        Near(largest + step);
        for (var exponent = -149; exponent <= 127; exponent++) Near(Math.Pow(2, exponent));
        uint[] special = [0x7F80_0000, 0x7F7F_FFFF, 0x7F80_0001, 0x7F81_2345, 0x7FBF_FFFF, 0x7FC0_0000, 0x7FFF_FFFF];
        probes.AddRange(special.Select(BitConverter.UInt32BitsToSingle));
        var signed = probes.Concat(probes.Select(x => Bits(BitConverter.SingleToUInt32Bits(x) ^ 0x8000_0000)).ToList());
        return signed.Concat(Patterns(100_000)).ToArray();

        void Near(double value)
        {
            var x = (float)value;
            probes.AddRange([x, Bits(BitConverter.SingleToUInt32Bits(x) + 1)]);
            if (x > 0) probes.Add(MathF.BitDecrement(x));
        }
    }

    /// <summary>Any bits at all, the same everywhere.</summary>
    internal static IEnumerable<float> Patterns(int count)
    {
        var state = 0x9E37_79B9u;
        for (var i = 0; i < count; i++)
        {
            unchecked
            {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
            }

            yield return BitConverter.UInt32BitsToSingle(state);
        }
    }

    private static float Bits(uint bits) => BitConverter.UInt32BitsToSingle(bits);
}
