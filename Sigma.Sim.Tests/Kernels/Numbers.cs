// Test numbers and comparisons that the kernel tests share: plain sequences, and slopes by central differences in
// double.
namespace Sigma.Sim.Tests.Kernels;

internal static class Numbers
{
    /// <summary>Values in -1 .. 1 that look random and are the same everywhere.</summary>
    internal static float[] Some(int length, int seed)
    {
        var values = new float[length];
        var state = unchecked((uint)(seed * 747796405) + 2891336453u);
        for (var i = 0; i < length; i++)
        {
            state = unchecked((state * 1664525u) + 1013904223u);
            values[i] = ((state >> 8) / (float)(1 << 23)) - 1f;
        }

        return values;
    }

    internal static double[] Wide(this float[] values) => Array.ConvertAll(values, value => (double)value);

    /// <summary>d f / d x by central differences; x is restored.</summary>
    internal static double[] Slopes(double[] x, Func<double> f)
    {
        const double step = 1e-5;
        var slopes = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var kept = x[i];
            x[i] = kept + step;
            var above = f();
            x[i] = kept - step;
            slopes[i] = (above - f()) / (2 * step);
            x[i] = kept;
        }

        return slopes;
    }

    /// <summary>Every element of a gradient against differences.</summary>
    internal static void EverySlope(
        double[] x, Func<double> f, ReadOnlySpan<float> gradient, double tolerance, string what) =>
        Close(Slopes(x, f), gradient, tolerance, what);

    /// <summary>A gradient in one direction that no element escapes, where all slopes would take too long.</summary>
    internal static void Slope(double[] x, Func<double> f, ReadOnlySpan<float> gradient, double tolerance, string what)
    {
        const double step = 1e-5;
        Assert.AreEqual(x.Length, gradient.Length, what);
        var direction = Some(x.Length, 77);
        var kept = (double[])x.Clone();
        var (found, size) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            found += (double)gradient[i] * direction[i];
            size += Math.Abs((double)gradient[i] * direction[i]);
            x[i] = kept[i] + (step * direction[i]);
        }

        var above = f();
        for (var i = 0; i < x.Length; i++) x[i] = kept[i] - (step * direction[i]);
        var slope = (above - f()) / (2 * step);
        kept.CopyTo(x, 0);
        Assert.IsTrue(
            Math.Abs(slope - found) <= (tolerance * size) + 1e-7, $"{what} falls by {found}, expected {slope}");
    }

    internal static double Dot(double[] left, float[] right)
    {
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }

    /// <summary>Every element within a fraction of the largest.</summary>
    internal static void Close(double[] expected, ReadOnlySpan<float> found, double tolerance, string what)
    {
        Assert.AreEqual(expected.Length, found.Length, what);
        var largest = expected.Length == 0 ? 0 : expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.IsTrue(
                Math.Abs(expected[i] - found[i]) <= (tolerance * largest) + 1e-7,
                $"{what}[{i}] is {found[i]}, expected {expected[i]}");
    }
}
