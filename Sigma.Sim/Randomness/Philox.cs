// A counter-based generator: the n-th draw is a pure function of key and counter, so a stream needs no draw of any
// other stream. Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC'11);
// its published known-answer vectors are a test.
namespace Sigma.Sim.Randomness;

/// <summary>The Philox4x32 bijection with ten rounds: 128 bits of counter and 64 of key to 128 random bits.</summary>
public static class Philox
{
    private const uint MultiplierA = 0xD2511F53, MultiplierB = 0xCD9E8D57;
    private const uint WeylA = 0x9E3779B9, WeylB = 0xBB67AE85;

    /// <summary>Ten rounds over <paramref name="counter"/> under the key (A, B).</summary>
    public static Block Rounds(Block counter, uint keyA, uint keyB)
    {
        unchecked
        {
            var (x0, x1, x2, x3) = counter;
            for (var round = 0; round < 10; round++)
            {
                var a = (ulong)MultiplierA * x0;
                var b = (ulong)MultiplierB * x2;
                (x0, x1, x2, x3) = ((uint)(b >> 32) ^ x1 ^ keyA, (uint)b, (uint)(a >> 32) ^ x3 ^ keyB, (uint)a);
                keyA += WeylA;
                keyB += WeylB;
            }

            return new Block(x0, x1, x2, x3);
        }
    }

    /// <summary>Four 32-bit words: a counter on the way in, random bits on the way out.</summary>
    public readonly record struct Block(uint X0, uint X1, uint X2, uint X3);
}
