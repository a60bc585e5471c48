// Every nanosecond is owned: accelerator-nanoseconds by bucket and cause, in integers, so that the sum is exact. 128
// bits, since 2,048 accelerators for 75 days are 1.3e19 of them, beyond 2^63.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Accounting;

/// <summary>Accelerator-time by bucket and by the fault that caused it.</summary>
public sealed class Ledger
{
    /// <summary>The cause of time that no fault caused.</summary>
    public const int NoCause = 0;

    private readonly Int128[] _nanoseconds;
    private readonly string[] _causes;

    /// <param name="causes">Names of the faults; cause 0 is none.</param>
    public Ledger(IEnumerable<string> causes)
    {
        _causes = ["", .. causes];
        _nanoseconds = new Int128[_causes.Length * TimeBuckets.Count];
    }

    /// <summary>Names of the causes; the first is empty: no fault.</summary>
    public IReadOnlyList<string> Causes => _causes;

    /// <summary>All that was ever posted, kept beside the buckets to hold them against.</summary>
    public Int128 Posted { get; private set; }

    /// <summary>Puts <paramref name="accelerators"/> x <paramref name="span"/> into a bucket.</summary>
    public void Post(TimeBucket bucket, int cause, long accelerators, Duration span) =>
        Post(bucket, cause, Product(accelerators, span.Nanoseconds));

    /// <summary>Puts accelerator-nanoseconds, at least zero, into a bucket.</summary>
    public void Post(TimeBucket bucket, int cause, Int128 acceleratorNanoseconds)
    {
        if (Int128.IsNegative(acceleratorNanoseconds))
        {
            throw new ArgumentOutOfRangeException(
                nameof(acceleratorNanoseconds), $"{bucket} would receive negative time.");
        }

        // Sums stay far below 2^127, and checked additions of 128 bits take three times as long.
        unchecked
        {
            _nanoseconds[cause * TimeBuckets.Count + (int)bucket] += acceleratorNanoseconds;
            Posted += acceleratorNanoseconds;
        }
    }

    /// <summary>Accelerator-nanoseconds of a bucket, over all causes.</summary>
    public Int128 this[TimeBucket bucket]
    {
        get
        {
            Int128 sum = 0;
            for (var cause = 0; cause < _causes.Length; cause++) sum += Of(bucket, cause);
            return sum;
        }
    }

    /// <summary>Accelerator-nanoseconds of a bucket by one cause.</summary>
    public Int128 Of(TimeBucket bucket, int cause) => _nanoseconds[cause * TimeBuckets.Count + (int)bucket];

    public Int128 Total => Sum(_ => true);

    /// <summary>The sum over buckets that a predicate picks.</summary>
    public Int128 Sum(Func<TimeBucket, bool> picks)
    {
        Int128 sum = 0;
        foreach (var bucket in TimeBuckets.All)
        {
            if (picks(bucket)) sum += this[bucket];
        }

        return sum;
    }

    /// <summary>Accelerator-hours of a bucket.</summary>
    public double Hours(TimeBucket bucket) => ToHours(this[bucket]);

    /// <summary>The exact product; several times as fast as that of two 128-bit integers.</summary>
    public static Int128 Product(long a, long b)
    {
        var high = Math.BigMul(a, b, out var low);
        unchecked
        {
            return new Int128((ulong)high, (ulong)low);
        }
    }

    public static double ToHours(Int128 acceleratorNanoseconds) => (double)acceleratorNanoseconds / 3.6e12;

    /// <summary>Throws unless the buckets sum to accelerators x horizon exactly.</summary>
    public void Check(long accelerators, Duration horizon)
    {
        var owed = (Int128)accelerators * horizon.Nanoseconds;
        if (Total == owed) return;
        throw new InvalidOperationException(
            $"The ledger holds {Total} accelerator-ns, but {accelerators} accelerators for {horizon} are {owed}.");
    }
}
