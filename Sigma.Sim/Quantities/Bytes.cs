// Amounts of data and the rates at which links and memories move them. `B` is byte, `b` is bit, `Gi` 2^30, `G` 10^9.
namespace Sigma.Sim.Quantities;

/// <summary>An amount of data, in whole bytes, not negative.</summary>
public readonly record struct Bytes(long Count) : IComparable<Bytes>
{
    public static Bytes Zero => default;

    private const double Exabyte = 1e18;

    /// <summary>An amount computed in floating point, rounded up to the byte, at most an exabyte.</summary>
    public static Bytes Of(double bytes) => new((long)Math.Ceiling(Math.Min(bytes, Exabyte)));

    public double Gibibytes => Count / (double)(1L << 30);

    public static Bytes operator +(Bytes left, Bytes right) => new(left.Count + right.Count);

    public static Bytes operator -(Bytes left, Bytes right) => new(left.Count - right.Count);

    public static Bytes operator *(Bytes amount, long times) => new(amount.Count * times);

    /// <summary>The time to move these bytes, exact in integers: rounded up, so never zero for some bytes.</summary>
    public static Duration operator /(Bytes amount, Bandwidth rate)
    {
        if (amount.Count == 0) return Duration.Zero;
        if (rate.BytesPerSecond <= 0) throw new InvalidOperationException("No bytes cross a link of bandwidth zero.");
        var scaled = (UInt128)amount.Count * Duration.NanosecondsPerSecond;
        var divisor = (UInt128)rate.BytesPerSecond;
        var nanoseconds = (scaled + divisor - 1) / divisor;
        return nanoseconds < (UInt128)Duration.Endless.Nanoseconds ? new Duration((long)nanoseconds) : Duration.Endless;
    }

    public static bool operator <(Bytes left, Bytes right) => left.Count < right.Count;

    public static bool operator >(Bytes left, Bytes right) => left.Count > right.Count;

    public static bool operator <=(Bytes left, Bytes right) => left.Count <= right.Count;

    public static bool operator >=(Bytes left, Bytes right) => left.Count >= right.Count;

    public static Bytes Max(Bytes left, Bytes right) => left >= right ? left : right;

    /// <summary>This amount times a factor of at least zero, rounded up to the byte.</summary>
    public Bytes Scaled(double factor) => Of(Count * factor);

    public int CompareTo(Bytes other) => Count.CompareTo(other.Count);

    public override string ToString() => UnitText.Prefixed(Count, "B");
}

/// <summary>A rate of data, in whole bytes per second, not negative.</summary>
public readonly record struct Bandwidth(long BytesPerSecond) : IComparable<Bandwidth>
{
    public static Bandwidth FromGigabytesPerSecond(double gigabytes) => new(checked((long)Math.Round(gigabytes * 1e9)));

    public static Bandwidth operator *(Bandwidth rate, long times) => new(rate.BytesPerSecond * times);

    /// <summary>This rate times a factor of at least zero.</summary>
    public Bandwidth Scaled(double factor) => new(checked((long)Math.Round(BytesPerSecond * factor)));

    public static Bandwidth Min(Bandwidth left, Bandwidth right) => left.CompareTo(right) <= 0 ? left : right;

    public int CompareTo(Bandwidth other) => BytesPerSecond.CompareTo(other.BytesPerSecond);

    public override string ToString() => UnitText.Prefixed(BytesPerSecond, "B/s");
}
