// Discrete-event simulation with SimPy's words: processes yield what they wait for, and the simulation resumes them in
// the total order (time, priority, insertion). One thread, one clock in whole nanoseconds, the same order on every
// machine.
using System.Runtime.CompilerServices;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Engine;

/// <summary>
/// A clock, the events ahead of it, and the processes that live by them. Not for use by several threads.
/// </summary>
public sealed class Simulation
{
    private const int Nobody = -1;

    private bool _isRunning;
    private bool _hasFailed;
    private bool _isOver;
    private Signal? _awaited;

    public Instant Now => new(Calendar.Now);

    /// <summary>Resumptions, scheduled fires and timers so far; cancelled ones do not count.</summary>
    public long EventsProcessed { get; private set; }

    /// <summary>No event comes before this; far in the future where none is scheduled.</summary>
    public Instant NextAt => new(Calendar.NextAt);

    /// <summary>Called after every event, to look at what must hold at all times; null for nothing.</summary>
    public Action? AfterEvent { get; set; }

    internal Calendar Calendar { get; } = new();

    /// <summary>
    /// The slot of the process whose body runs. An index, since a reference would cost a write barrier.
    /// </summary>
    internal int RunningSlot { get; private set; } = Nobody;

    /// <summary>Starts a process: it first runs at this instant, after all normal events already planned.</summary>
    public Process Start(string name, Func<Process, IEnumerator<Wait>> body) =>
        Begin(new Process(this, name, body));

    /// <summary>Starts a process that is never interrupted, so that its body need not know it.</summary>
    public Process Start(string name, IEnumerator<Wait> body) => Begin(new Process(this, name, body));

    /// <summary>
    /// Waits for <paramref name="delay"/>, at least zero. <see cref="Duration.Endless"/> waits for an interrupt.
    /// </summary>
    public Wait Timeout(Duration delay) => delay;

    /// <summary>As above, in the given order within the instant at which it ends.</summary>
    public Wait Timeout(Duration delay, EventPriority priority) => new(Wait.Rank.Of(priority), delay.Nanoseconds);

    public Signal NewSignal(string name) => new(this, name, hasFired: false);

    /// <summary>
    /// Waits for the first of <paramref name="waits"/>; <see cref="Process.FiredIndex"/> then tells which. The others
    /// are cancelled. What has already happened wins over a timeout of zero.
    /// </summary>
    public Wait AnyOf(params ReadOnlySpan<Wait> waits) => new(new Composite(waits, needsAll: false), 0);

    /// <summary>Waits until each of <paramref name="waits"/> has come; of none, goes on at this instant.</summary>
    public Wait AllOf(params ReadOnlySpan<Wait> waits) => new(new Composite(waits, needsAll: true), 0);

    /// <summary>Runs until no event is left. Processes may still wait for what will never come.</summary>
    public void Run() => RunBefore(long.MaxValue);

    /// <summary>
    /// Processes all events strictly before <paramref name="end"/>; then Now is <paramref name="end"/>.
    /// </summary>
    public void RunUntil(Instant end)
    {
        if (end < Now) throw new ArgumentOutOfRangeException(nameof(end), end, $"It is already {Now}.");
        if (end > Now) RunBefore(end.Nanoseconds);
        Calendar.PassTo(end.Nanoseconds);
    }

    /// <summary>
    /// Runs until <paramref name="awaited"/> fires: nothing else of that instant follows, so that a further run goes on
    /// from there. Throws <see cref="RanDryException"/> if events run out first.
    /// </summary>
    public void RunUntil(Signal awaited)
    {
        if (!ReferenceEquals(awaited.Simulation, this))
        {
            throw new ArgumentException($"{awaited.Describe()} belongs to another simulation.", nameof(awaited));
        }

        if (awaited.HasFired) return;
        _awaited = awaited;
        try
        {
            RunBefore(long.MaxValue);
            if (_isOver) return;
        }
        finally
        {
            _awaited = null;
        }

        var waiting = Calendar.Occupants.OfType<Process>().Select(process => process.DescribeWait()).ToList();
        throw new RanDryException(awaited.Describe(), Now, waiting);
    }

    internal void Noticed(Signal fired)
    {
        if (ReferenceEquals(fired, _awaited)) _isOver = true;
    }

    private Process Begin(Process process)
    {
        Calendar.ScheduleNow(process.Slot);
        return process;
    }

    private void RunBefore(long end)
    {
        if (_isRunning) throw new InvalidOperationException("The simulation is already running.");
        if (_hasFailed) throw new InvalidOperationException("A process of this simulation has failed: it is over.");
        _isRunning = true;
        _isOver = false;
        try
        {
            while (!_isOver && Calendar.TryTake(end, out var slot))
            {
                Happen(slot);
                AfterEvent?.Invoke();
            }
        }
        catch (Exception error)
        {
            _hasFailed = true;
            if (RunningSlot == Nobody || error is UnhandledInterruptException) throw;
            throw new ProcessFailedException(((Process)Calendar.OccupantOf(RunningSlot)).Name, Now, error);
        }
        finally
        {
            _isRunning = false;
            RunningSlot = Nobody;
        }
    }

    private void Happen(int slot)
    {
        EventsProcessed++;
        var occupant = Calendar.OccupantOf(slot);
        if (occupant is Process process)
        {
            RunningSlot = slot;
            Resume(process);
            RunningSlot = Nobody;
        }
        else if (occupant is Signal signal)
        {
            signal.Fire();
        }
        else
        {
            ((Waiter)occupant).TimeIsUp();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Resume(Process process)
    {
        if (process.State != ProcessState.Plain) process.Settle();
        var body = process.Body;
        if (!body.MoveNext())
        {
            process.End();
            return;
        }

        var wait = body.Current;
        if (wait.Source is null && process.State == ProcessState.Plain) Calendar.Schedule(process.Slot, wait.Argument);
        else process.Begin(wait);
    }
}
