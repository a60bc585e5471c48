// Own dice per cause: a stream is named by (seed, replication, purpose, entity), and what one stream draws never moves
// another. Changing a recovery policy therefore leaves the faults it meets as they were (common random numbers).
namespace Sigma.Sim.Randomness;

/// <summary>
/// Names a random stream. The purpose is a plain-words path such as <c>fault/accelerator fault/lifetime</c>;
/// the entity is the index of the unit (accelerator, node, rank) that draws.
/// </summary>
public readonly record struct StreamKey(ulong Seed, int Replication, string Purpose, long Entity)
{
    /// <summary>FNV-1a over UTF-16 units: equal on any machine, unlike <see cref="string.GetHashCode()"/>.</summary>
    internal ulong PurposeHash()
    {
        var hash = 0xCBF29CE484222325UL;
        unchecked
        {
            foreach (var unit in Purpose) hash = (hash ^ unit) * 0x100000001B3UL;
        }

        return hash;
    }

    /// <summary>The stream's first draw is the same however often and wherever it is opened.</summary>
    public RandomStream Open() => new StreamFamily(Seed, Replication, Purpose).Open(Entity);
}

/// <summary>All streams of one purpose: opening one of thousands need not read the purpose again.</summary>
public readonly struct StreamFamily
{
    private readonly ulong _mixed;
    private readonly uint _replication;

    public StreamFamily(ulong seed, int replication, string purpose)
    {
        // The key mixes seed and purpose; entity and replication are counter words, so no two of them can collide.
        var key = new StreamKey(seed, replication, purpose, 0);
        _mixed = RandomStream.Mix(seed ^ RandomStream.Mix(key.PurposeHash()));
        _replication = checked((uint)replication);
    }

    /// <summary>The stream of one entity, the same as that of a <see cref="StreamKey"/>.</summary>
    public RandomStream Open(long entity) => new(_mixed, checked((uint)entity), _replication);
}

/// <summary>
/// A sequence of independent draws. A mutable struct of 48 bytes: keep it in a field or pass it by <c>ref</c>;
/// a copy repeats the draws of its original. Bits are made when they are read, so that passing one over costs nothing.
/// </summary>
public struct RandomStream
{
    private readonly uint _keyA, _keyB, _entity, _replication;
    private Philox.Block _bits;

    // The draw that comes next, and which block, counted from 1, the bits at hand are of; a block has two draws.
    private ulong _next;
    private ulong _drawn;

    internal RandomStream(ulong mixed, uint entity, uint replication)
    {
        _keyA = (uint)(mixed & uint.MaxValue);
        _keyB = (uint)(mixed >> 32);
        _entity = entity;
        _replication = replication;
        _bits = default;
        _next = 0;
        _drawn = 0;
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits()
    {
        unchecked
        {
            var block = _next >> 1;
            if (_drawn != block + 1)
            {
                var counter = new Philox.Block((uint)block, (uint)(block >> 32), _entity, _replication);
                _bits = Philox.Rounds(counter, _keyA, _keyB);
                _drawn = block + 1;
            }

            return (_next++ & 1) == 0 ? ((ulong)_bits.X1 << 32) | _bits.X0 : ((ulong)_bits.X3 << 32) | _bits.X2;
        }
    }

    /// <summary>Passes over one draw whose outcome does not matter; later ones stay what they are.</summary>
    public void Skip()
    {
        unchecked
        {
            _next++;
        }
    }

    /// <summary>Uniform on the open interval (0, 1): never 0, so that its logarithm is finite, and never 1.</summary>
    public double NextUniform() => ((NextBits() >> 12) + 0.5) * (1.0 / (1UL << 52));

    /// <summary>Uniform on 0 .. <paramref name="bound"/> - 1 without bias (Lemire's multiply and reject).</summary>
    public int NextIndex(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        var reject = unchecked(0UL - (ulong)bound) % (ulong)bound;
        while (true)
        {
            var high = Math.BigMul(NextBits(), (ulong)bound, out var low);
            if (low >= reject) return (int)high;
        }
    }

    /// <summary>Standard normal by inversion: one uniform a draw, monotone in it: paired runs stay paired.</summary>
    public double NextNormal() => NormalQuantile.Of(NextUniform());

    /// <summary>Exponential with mean one, by inversion.</summary>
    public double NextUnitExponential() => -Math.Log(NextUniform());

    /// <summary>True with the given probability; one draw, even where the answer is certain.</summary>
    public bool NextChance(double probability)
    {
        if (probability is > 0 and < 1) return NextUniform() < probability;
        Skip();
        return probability >= 1;
    }

    internal static ulong Mix(ulong z)
    {
        unchecked
        {
            z += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
