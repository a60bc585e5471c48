// An amount of something that has no identity: buffer space, credits, tokens.
namespace Sigma.Sim.Engine;

/// <summary>
/// A level from 0 to a capacity. Gets wait for enough, puts for room; each side is served in order, and the first in a
/// queue is not passed by a smaller one behind it.
/// </summary>
public sealed class Container : Awaitable
{
    private WaiterQueue _getters;
    private WaiterQueue _putters;
    private long _level;

    public Container(Simulation simulation, string name, long capacity, long level)
        : base(simulation, name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, capacity);
        Capacity = capacity;
        _level = level;
        Level = new TimeWeighted(simulation, level);
    }

    public long Capacity { get; }

    public TimeWeighted Level { get; }

    /// <summary>Waits until <paramref name="amount"/>, from 1 to the capacity, is there and takes it.</summary>
    public Wait Get(long amount) => new(this, -Checked(amount));

    /// <summary>Waits until <paramref name="amount"/>, from 1 to the capacity, has room and puts it in.</summary>
    public Wait Put(long amount) => new(this, Checked(amount));

    internal override string Describe() => $"container '{Name}'";

    internal override bool Enter(Waiter waiter)
    {
        var change = waiter.Argument;
        var isFirst = (change < 0 ? _getters.First : _putters.First) is null;
        if (isFirst && TryChange(change))
        {
            Serve();
            return true;
        }

        if (change < 0) _getters.Join(waiter);
        else _putters.Join(waiter);
        return false;
    }

    internal override void Leave(Waiter waiter)
    {
        if (waiter.Argument < 0) _getters.Remove(waiter);
        else _putters.Remove(waiter);
        Serve();
    }

    /// <summary>
    /// What was taken returns, even above the capacity; what was put in may be gone already, and stays.
    /// </summary>
    internal override void GiveBack(Waiter waiter)
    {
        if (waiter.Argument > 0) return;
        _level -= waiter.Argument;
        Level.Level = _level;
        Serve();
    }

    private void Serve()
    {
        bool hasServed;
        do
        {
            hasServed = TryServeFirst(ref _getters) | TryServeFirst(ref _putters);
        }
        while (hasServed);
    }

    private bool TryServeFirst(ref WaiterQueue queue)
    {
        if (queue.First is not { } first || !TryChange(first.Argument)) return false;
        queue.Remove(first);
        first.Grant();
        return true;
    }

    private bool TryChange(long change)
    {
        if (change < 0 ? _level + change < 0 : _level > Capacity - change) return false;
        _level += change;
        Level.Level = _level;
        return true;
    }

    private long Checked(long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, Capacity);
        return amount;
    }
}
