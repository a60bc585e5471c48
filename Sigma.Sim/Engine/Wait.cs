// What a process yields: the one thing it waits for. Sixteen bytes, so that it travels in registers and costs nothing.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Engine;

/// <summary>
/// A timeout, a signal, the end of a process, a request, or any or all of several. It is a description: waiting begins
/// when a process yields it, and what is never yielded never happens. <c>default</c> is a timeout of zero.
/// </summary>
public readonly struct Wait
{
    /// <summary>Null for a timeout, a <see cref="Rank"/> for one of unusual priority, else what is awaited.</summary>
    internal readonly object? Source;

    /// <summary>Nanoseconds of a timeout, priority of a request, amount of a container.</summary>
    internal readonly long Argument;

    internal Wait(object? source, long argument)
    {
        Source = source;
        Argument = argument;
    }

    public static implicit operator Wait(Duration delay) => new(null, delay.Nanoseconds);

    public static implicit operator Wait(Signal signal) => new(signal, 0);

    public static implicit operator Wait(Process process) => new(process.Ended, 0);

    internal string Describe() => Source switch
    {
        Awaitable awaited => awaited.Describe(),
        _ when Argument >= Duration.Endless.Nanoseconds => "nothing but an interrupt",
        _ => $"a timeout of {new Duration(Argument)}",
    };

    internal sealed class Rank(EventPriority priority)
    {
        internal static readonly Rank Urgent = new(EventPriority.Urgent);
        internal static readonly Rank Normal = new(EventPriority.Normal);
        internal static readonly Rank Late = new(EventPriority.Late);

        internal EventPriority Priority => priority;

        internal static Rank Of(EventPriority priority) => priority switch
        {
            EventPriority.Urgent => Urgent,
            EventPriority.Normal => Normal,
            EventPriority.Late => Late,
            _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "No such priority."),
        };
    }
}
