// A point on the simulated clock. It is no Duration: two instants cannot be added, and only their difference is a span.
namespace Sigma.Sim.Quantities;

/// <summary>Nanoseconds since the simulation began.</summary>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    public static Instant Start => default;

    /// <summary>The span since the simulation began.</summary>
    public Duration SinceStart => new(Nanoseconds);

    public static Instant operator +(Instant instant, Duration span) => new(instant.Nanoseconds + span.Nanoseconds);

    public static Instant operator -(Instant instant, Duration span) => new(instant.Nanoseconds - span.Nanoseconds);

    public static Duration operator -(Instant later, Instant earlier) => new(later.Nanoseconds - earlier.Nanoseconds);

    public static bool operator <(Instant left, Instant right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(Instant left, Instant right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(Instant left, Instant right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(Instant left, Instant right) => left.Nanoseconds >= right.Nanoseconds;

    public static Instant Min(Instant left, Instant right) => left <= right ? left : right;

    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);

    public override string ToString() => SinceStart.ToString();
}
