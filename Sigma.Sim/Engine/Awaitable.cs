// What signals, resources, stores and containers have in common: a process can queue for them, leave the queue when it
// is interrupted, and give back what it was granted but never learned of. So an interrupt loses no unit and no item.
namespace Sigma.Sim.Engine;

/// <summary>Something that processes of one simulation wait for. The engine's own classes are its only kinds.</summary>
public abstract class Awaitable
{
    private protected Awaitable(Simulation? simulation, string name)
    {
        Simulation = simulation;
        Name = name;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>Null for what belongs to the simulation of whichever process awaits it.</summary>
    internal Simulation? Simulation { get; }

    internal abstract string Describe();

    /// <summary>True if granted at once, after those whom that frees; else the waiter is queued.</summary>
    internal abstract bool Enter(Waiter waiter);

    /// <summary>The waiter, still queued, wants no more.</summary>
    internal abstract void Leave(Waiter waiter);

    /// <summary>The waiter was granted, but its process was interrupted or killed before it went on.</summary>
    internal abstract void GiveBack(Waiter waiter);
}

/// <summary>
/// One wait of one process: its own, or one branch of an any or all. Each process owns one and uses it again and again,
/// and queues are linked through the waiters themselves; so waiting allocates nothing.
/// </summary>
internal sealed class Waiter(Process? owner, Composite? group, int branch)
{
    private const int NoSlot = -1;

    private int _timerSlot = NoSlot;

    internal Process? Owner { get; set; } = owner;

    internal Composite? Group => group;

    internal int Branch => branch;

    internal Awaitable? On { get; private set; }

    internal long Argument { get; private set; }

    /// <summary>When the wait began, in nanoseconds.</summary>
    internal long Since { get; private set; }

    internal bool IsGranted { get; private set; }

    internal Waiter? Previous { get; set; }

    internal Waiter? Next { get; set; }

    private Simulation Simulation => Owner!.Simulation;

    internal void Begin(Wait wait)
    {
        IsGranted = false;
        if (wait.Source is Awaitable awaited)
        {
            if (awaited.Simulation is not null && !ReferenceEquals(awaited.Simulation, Simulation))
            {
                throw new InvalidOperationException($"{awaited.Describe()} belongs to another simulation.");
            }

            On = awaited;
            Argument = wait.Argument;
            Since = Simulation.Calendar.Now;
            if (awaited.Enter(this)) Grant();
        }
        else
        {
            On = null;
            var priority = wait.Source is Wait.Rank rank ? rank.Priority : EventPriority.Normal;
            _timerSlot = Simulation.Calendar.Lease(this);
            Simulation.Calendar.Schedule(_timerSlot, wait.Argument, priority);
        }
    }

    internal void TimeIsUp()
    {
        Simulation.Calendar.Vacate(_timerSlot);
        _timerSlot = NoSlot;
        Grant();
    }

    /// <summary>What was awaited has come: the process goes on at this instant, through the calendar.</summary>
    internal void Grant()
    {
        IsGranted = true;
        if (Group is null) Simulation.Calendar.ScheduleNow(Owner!.Slot);
        else Group.Granted(this);
    }

    internal void Abandon()
    {
        if (_timerSlot != NoSlot)
        {
            Simulation.Calendar.Vacate(_timerSlot);
            _timerSlot = NoSlot;
        }

        var awaited = On;
        if (awaited is null) return;
        On = null;
        if (IsGranted) awaited.GiveBack(this);
        else awaited.Leave(this);
    }

    internal void Conclude() => On = null;
}

/// <summary>A queue linked through its waiters: joining and leaving take constant time and no memory.</summary>
internal struct WaiterQueue
{
    internal Waiter? First { get; private set; }

    private Waiter? _last;

    internal int Count { get; private set; }

    internal void Join(Waiter waiter) => JoinAfter(_last, waiter);

    /// <summary>Before all of larger argument, after all of equal or smaller.</summary>
    internal void JoinByArgument(Waiter waiter)
    {
        var ahead = _last;
        while (ahead is not null && ahead.Argument > waiter.Argument) ahead = ahead.Previous;
        JoinAfter(ahead, waiter);
    }

    internal void Remove(Waiter waiter)
    {
        if (waiter.Previous is null) First = waiter.Next;
        else waiter.Previous.Next = waiter.Next;
        if (waiter.Next is null) _last = waiter.Previous;
        else waiter.Next.Previous = waiter.Previous;
        waiter.Previous = null;
        waiter.Next = null;
        Count--;
    }

    internal bool TryTakeFirst([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Waiter? waiter)
    {
        waiter = First;
        if (waiter is null) return false;
        Remove(waiter);
        return true;
    }

    private void JoinAfter(Waiter? ahead, Waiter waiter)
    {
        var behind = ahead is null ? First : ahead.Next;
        waiter.Previous = ahead;
        waiter.Next = behind;
        if (ahead is null) First = waiter;
        else ahead.Next = waiter;
        if (behind is null) _last = waiter;
        else behind.Previous = waiter;
        Count++;
    }
}
