// A span of simulated time in whole nanoseconds: integers, so that a ledger can sum exactly and a clock never drifts.
using System.Numerics;

namespace Sigma.Sim.Quantities;

/// <summary>A span of simulated time, in nanoseconds, up to 292 years; negative only as a difference.</summary>
public readonly record struct Duration(long Nanoseconds) : IComparable<Duration>,
    IAdditionOperators<Duration, Duration, Duration>, ISubtractionOperators<Duration, Duration, Duration>
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    public static Duration Zero => default;

    /// <summary>Longer than any simulation: the wait of a process that nothing but an interrupt ends.</summary>
    public static Duration Endless => new(long.MaxValue / 4);

    public static Duration FromNanoseconds(long nanoseconds) => new(nanoseconds);

    public static Duration FromMicroseconds(double microseconds) => Rounded(microseconds * 1e3);

    public static Duration FromMilliseconds(double milliseconds) => Rounded(milliseconds * 1e6);

    public static Duration FromSeconds(double seconds) => Rounded(seconds * 1e9);

    public static Duration FromMinutes(double minutes) => Rounded(minutes * 60e9);

    public static Duration FromHours(double hours) => Rounded(hours * 3600e9);

    public static Duration FromDays(double days) => Rounded(days * 86400e9);

    /// <summary>The time that work takes: rounded up, and never zero for work that exists.</summary>
    public static Duration OfWork(double seconds) => Rounded(Math.Ceiling(seconds * 1e9));

    public double Seconds => Nanoseconds / 1e9;

    public double Minutes => Nanoseconds / 60e9;

    public double Hours => Nanoseconds / 3600e9;

    public double Days => Nanoseconds / 86400e9;

    public bool IsZero => Nanoseconds == 0;

    public static Duration operator +(Duration left, Duration right) => new(left.Nanoseconds + right.Nanoseconds);

    public static Duration operator -(Duration left, Duration right) => new(left.Nanoseconds - right.Nanoseconds);

    public static Duration operator *(Duration span, long times) => new(span.Nanoseconds * times);

    public static Duration operator *(long times, Duration span) => span * times;

    /// <summary>How often <paramref name="part"/> fits whole into <paramref name="whole"/>.</summary>
    public static long operator /(Duration whole, Duration part) => whole.Nanoseconds / part.Nanoseconds;

    public static Duration operator %(Duration whole, Duration part) => new(whole.Nanoseconds % part.Nanoseconds);

    public static bool operator <(Duration left, Duration right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Duration left, Duration right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Duration left, Duration right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Duration left, Duration right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>This span stretched by a factor of at least zero, rounded to the nanosecond.</summary>
    public Duration Scaled(double factor) => Rounded(Nanoseconds * factor);

    /// <summary>This span as a share of <paramref name="whole"/>.</summary>
    public double Over(Duration whole) => (double)Nanoseconds / whole.Nanoseconds;

    public static Duration Max(Duration left, Duration right) => left >= right ? left : right;

    public static Duration Min(Duration left, Duration right) => left <= right ? left : right;

    public int CompareTo(Duration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public override string ToString() => UnitText.Of(this);

    // What is longer than any simulation is endless: a tail of a heavy law must not end a run by overflow.
    private static Duration Rounded(double nanoseconds) => Math.Abs(nanoseconds) < Endless.Nanoseconds
        ? new Duration((long)Math.Round(nanoseconds, MidpointRounding.AwayFromZero))
        : nanoseconds > 0 ? Endless : new Duration(-Endless.Nanoseconds);
}
