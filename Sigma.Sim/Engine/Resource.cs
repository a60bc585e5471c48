// Units that processes hold for a while: repair crews, spares, a file system's writers. First come, first served.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Engine;

/// <summary>
/// A number of equal units. A process that yields <see cref="Request"/> holds one when it goes on, and calls
/// <see cref="Release"/> when done. One that is interrupted while it requests holds none.
/// </summary>
public sealed class Resource : Awaitable
{
    private WaiterQueue _queue;

    public Resource(Simulation simulation, string name, int capacity)
        : base(simulation, name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        Capacity = capacity;
        InUse = new TimeWeighted(simulation, 0);
        QueueLength = new TimeWeighted(simulation, 0);
    }

    public int Capacity { get; }

    /// <summary>Units held, from 0 to <see cref="Capacity"/>.</summary>
    public TimeWeighted InUse { get; }

    /// <summary>Requests that wait.</summary>
    public TimeWeighted QueueLength { get; }

    /// <summary>Seconds from request to grant, of all that were granted; 0 for those granted at once.</summary>
    public Tally WaitingSeconds { get; } = new();

    /// <summary>Waits for a unit, after all who asked before.</summary>
    public Wait Request() => new(this, 0);

    /// <summary>
    /// Waits for a unit, after all of smaller or equal <paramref name="priority"/>; others request with 0.
    /// </summary>
    public Wait RequestWithPriority(int priority) => new(this, priority);

    /// <summary>Takes a unit at once if one is free.</summary>
    public bool TryRequest()
    {
        if (InUse.Level >= Capacity) return false;
        InUse.Level++;
        WaitingSeconds.Add(0);
        return true;
    }

    /// <summary>Hands a unit back; the first in the queue gets it at this instant.</summary>
    public void Release()
    {
        if (InUse.Level == 0) throw new InvalidOperationException($"{Describe()}: no unit is held to be released.");
        if (_queue.TryTakeFirst(out var next))
        {
            QueueLength.Level--;
            WaitingSeconds.Add(new Duration(Simulation!.Calendar.Now - next.Since).Seconds);
            next.Grant();
        }
        else
        {
            InUse.Level--;
        }
    }

    internal override string Describe() => $"resource '{Name}'";

    internal override bool Enter(Waiter waiter)
    {
        if (TryRequest()) return true;
        _queue.JoinByArgument(waiter);
        QueueLength.Level++;
        return false;
    }

    internal override void Leave(Waiter waiter)
    {
        _queue.Remove(waiter);
        QueueLength.Level--;
    }

    internal override void GiveBack(Waiter waiter) => Release();
}
