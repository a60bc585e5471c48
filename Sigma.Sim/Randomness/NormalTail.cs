// The upper tail of the standard normal where the tail itself is too small for a number: a lognormal unit that has
// outlived all others still has a hazard.
using MathNet.Numerics;

namespace Sigma.Sim.Randomness;

/// <summary>Logarithm of the normal's survival function far from its mean.</summary>
internal static class NormalTail
{
    private const int Terms = 60;

    /// <summary>ln P(Z &gt; z) for z of at least 5: Laplace's continued fraction, from its end.</summary>
    public static double LogOf(double z)
    {
        var fraction = z;
        for (var term = Terms; term >= 1; term--) fraction = z + term / fraction;
        return -z * z / 2 - Constants.LogSqrt2Pi - Math.Log(fraction);
    }
}
