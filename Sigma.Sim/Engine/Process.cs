// A process is an iterator that yields what it waits for; the engine resumes it. An interrupt that a process does not
// take stops the run: read as the end of a timeout, it would make a crashed step look like a finished one.
namespace Sigma.Sim.Engine;

/// <summary>An activity of a simulation, from <c>Start</c> until its body returns.</summary>
public sealed class Process
{
    // None until the process first waits for more than a time: many never do.
    private Waiter? _waiter;
    private Queue<object?>? _causes;
    private Signal? _ended;

    internal Process(Simulation simulation, string name, Func<Process, IEnumerator<Wait>> body)
    {
        Simulation = simulation;
        Name = name;
        Body = body(this);
        Slot = simulation.Calendar.Lease(this);
    }

    internal Process(Simulation simulation, string name, IEnumerator<Wait> body)
    {
        Simulation = simulation;
        Name = name;
        Body = body;
        Slot = simulation.Calendar.Lease(this);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    public bool IsAlive => State != ProcessState.Ended;

    /// <summary>Fires when the body has returned or the process was killed.</summary>
    public Signal Ended => _ended ??= new Signal(Simulation, $"end of {Name}", !IsAlive);

    /// <summary>After a wait for any of several: which of them came first, counted from 0.</summary>
    public int FiredIndex { get; internal set; } = -1;

    internal Simulation Simulation { get; }

    internal IEnumerator<Wait> Body { get; }

    internal int Slot { get; }

    internal ProcessState State { get; set; } = ProcessState.Starting;

    private bool IsRunning => Simulation.RunningSlot == Slot && IsAlive;

    /// <summary>
    /// Cancels whatever the process waits for and resumes it at this instant, before all normal events. The process
    /// must call <see cref="TakeInterrupt"/> before it waits again or ends. Interrupts that come before the first was
    /// taken are queued and delivered one by one; those that come before the process first ran reach it at its first
    /// wait. A process that has ended cannot be interrupted, nor can one interrupt itself.
    /// </summary>
    public void Interrupt(object? cause)
    {
        if (!IsAlive) throw new InvalidOperationException($"Process '{Name}' has ended and cannot be interrupted.");
        if (IsRunning) throw new InvalidOperationException($"Process '{Name}' cannot interrupt itself.");
        _causes ??= new Queue<object?>();
        _causes.Enqueue(cause);
        if ((State & (ProcessState.Starting | ProcessState.InterruptPending)) != ProcessState.Plain) return;
        CancelWait();
        PlanInterrupt();
    }

    /// <summary>True if the process was interrupted, with the oldest cause not yet taken.</summary>
    public bool TakeInterrupt(out object? cause)
    {
        if (_causes is null || !_causes.TryDequeue(out cause))
        {
            cause = null;
            return false;
        }

        State &= ~(ProcessState.InterruptDelivered | ProcessState.InterruptQueued);
        if (_causes.Count > 0) State |= ProcessState.InterruptQueued;
        return true;
    }

    /// <summary>Takes all interrupts, whatever their causes.</summary>
    public void TakeInterrupts()
    {
        while (TakeInterrupt(out _))
        {
        }
    }

    /// <summary>
    /// Ends the process where it waits: its <c>finally</c> blocks run now and <see cref="Ended"/> fires. Killing the
    /// dead is no error; a running process returns instead.
    /// </summary>
    public void Kill()
    {
        if (!IsAlive) return;
        if (IsRunning) throw new InvalidOperationException($"Process '{Name}' cannot kill itself: let it return.");
        CancelWait();
        End();
    }

    /// <summary>What a resumption must settle before the body goes on, if anything.</summary>
    internal void Settle()
    {
        if ((State & ProcessState.Waiting) != ProcessState.Plain) _waiter!.Conclude();
        State = (State & ProcessState.InterruptPending) != ProcessState.Plain ? ProcessState.InterruptDelivered
            : State & ProcessState.Starting;
    }

    /// <summary>Begins a wait that is no plain timeout, or any wait of a process with interrupts.</summary>
    internal void Begin(Wait wait)
    {
        ThrowIfInterruptIgnored();
        State = ProcessState.Plain;
        if (_causes is { Count: > 0 })
        {
            PlanInterrupt();
        }
        else if (wait.Source is Awaitable)
        {
            State = ProcessState.Waiting;
            (_waiter ??= new Waiter(this, null, 0)).Begin(wait);
        }
        else
        {
            var priority = wait.Source is Wait.Rank rank ? rank.Priority : EventPriority.Normal;
            Simulation.Calendar.Schedule(Slot, wait.Argument, priority);
        }
    }

    /// <summary>The body has returned, or is made to.</summary>
    internal void End()
    {
        ThrowIfInterruptIgnored();
        State = ProcessState.Ended;
        Body.Dispose();
        Simulation.Calendar.Vacate(Slot);
        if (_ended is { HasFired: false }) _ended.Fire();
    }

    internal string DescribeWait() =>
        $"'{Name}' on {(_waiter?.On is { } awaited ? awaited.Describe() : "nothing but an interrupt")}";

    private void PlanInterrupt()
    {
        State = ProcessState.InterruptPending;
        Simulation.Calendar.Schedule(Slot, 0, EventPriority.Urgent);
    }

    private void CancelWait()
    {
        Simulation.Calendar.Cancel(Slot);
        if ((State & ProcessState.Waiting) != ProcessState.Plain) _waiter!.Abandon();
        State = ProcessState.Plain;
    }

    private void ThrowIfInterruptIgnored()
    {
        if ((State & ProcessState.InterruptDelivered) == ProcessState.Plain) return;
        throw new UnhandledInterruptException(Name, Simulation.Now, _causes!.Peek());
    }
}

/// <summary>What the engine must look at before it resumes a process, or lets it wait.</summary>
[Flags]
internal enum ProcessState
{
    Plain = 0,
    Starting = 1,
    Waiting = 2,
    InterruptPending = 4,
    InterruptDelivered = 8,
    InterruptQueued = 16,
    Ended = 32,
}
