// One-shot news that processes wait for, and that can be made new again: a replayed step fires millions of them, so
// that neither firing nor waiting nor rearming allocates.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Engine;

/// <summary>
/// Fires once, and stays fired until <see cref="Rearm"/>. Awaiting a fired signal goes on at this instant, through the
/// calendar. Waiters are resumed in the order in which they came.
/// </summary>
public sealed class Signal : Awaitable
{
    private const int NoSlot = -1;

    private WaiterQueue _waiters;
    private int _slot = NoSlot;

    internal Signal(Simulation simulation, string name, bool hasFired)
        : base(simulation, name) => HasFired = hasFired;

    public bool HasFired { get; private set; }

    /// <summary>Whether a <see cref="FireAfter(Duration)"/> is yet to come.</summary>
    public bool IsScheduled => _slot != NoSlot;

    /// <summary>
    /// Fires now, in place of a scheduled fire if there is one. A second fire without rearming is an error.
    /// </summary>
    public void Fire()
    {
        if (HasFired) ThrowFired();
        Unschedule();
        HasFired = true;
        while (_waiters.TryTakeFirst(out var waiter)) waiter.Grant();
        Simulation!.Noticed(this);
    }

    /// <summary>
    /// Fires at Now + <paramref name="delay"/>, without a process. At most one fire is scheduled at a time.
    /// </summary>
    public void FireAfter(Duration delay) => FireAfter(delay, EventPriority.Normal);

    /// <summary>As above, in the given order within that instant; the waiters follow as normal events.</summary>
    public void FireAfter(Duration delay, EventPriority priority)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delay.Nanoseconds, nameof(delay));
        if (HasFired) ThrowFired();
        if (IsScheduled)
        {
            throw new InvalidOperationException($"{Describe()} is already scheduled to fire; Rearm() cancels that.");
        }

        _slot = Simulation!.Calendar.Lease(this);
        Simulation.Calendar.Schedule(_slot, delay.Nanoseconds, priority);
    }

    /// <summary>
    /// Not fired, not scheduled. Who waits goes on waiting; who was resumed by the last fire stays resumed.
    /// </summary>
    public void Rearm()
    {
        Unschedule();
        HasFired = false;
    }

    internal override string Describe() => $"signal '{Name}'";

    internal override bool Enter(Waiter waiter)
    {
        if (HasFired) return true;
        _waiters.Join(waiter);
        return false;
    }

    internal override void Leave(Waiter waiter) => _waiters.Remove(waiter);

    /// <summary>News cannot be given back; <see cref="HasFired"/> tells.</summary>
    internal override void GiveBack(Waiter waiter)
    {
    }

    private void Unschedule()
    {
        if (_slot == NoSlot) return;
        Simulation!.Calendar.Vacate(_slot);
        _slot = NoSlot;
    }

    private void ThrowFired() =>
        throw new InvalidOperationException($"{Describe()} has already fired; Rearm() it first.");
}
