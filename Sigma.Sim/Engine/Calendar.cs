// The event calendar: a heap for what lies ahead, and a ring for what happens at this very instant, whose order is that
// of its coming. A thousand ranks that a signal wakes so pass no heap.
using System.Runtime.CompilerServices;

namespace Sigma.Sim.Engine;

/// <summary>
/// Pending events in the total order (time, priority, insertion). An event belongs to a slot, and a slot has at most
/// one live event: its key is the slot's ticket, so an event is cancelled by changing the ticket and skipped when it
/// surfaces.
/// </summary>
internal sealed class Calendar
{
    // A key is 2 bits of priority, 40 of insertion, 22 of slot: 10^12 events and 4 million pending ones.
    private const int SlotBits = 22;
    private const int PriorityShift = 62;
    private const ulong SlotMask = (1UL << SlotBits) - 1;
    private const ulong InsertionStep = 1UL << SlotBits;
    private const ulong InsertionLimit = 1UL << PriorityShift;
    private const ulong Normal = (ulong)EventPriority.Normal << PriorityShift;

    private EventHeap _heap = new();
    private int _cancelled;
    private Func<ulong, bool>? _isAlive;

    private ulong[] _ring = new ulong[64];
    private int _ringHead;
    private int _ringCount;

    private ulong _insertion = InsertionStep;
    private ulong[] _tickets = new ulong[64];
    private object?[] _occupants = new object?[64];
    private int[] _free = new int[64];
    private int _freeCount;
    private int _slotCount;

    /// <summary>Nanoseconds since the start.</summary>
    internal long Now { get; private set; }

    /// <summary>Entries of the heap, dead ones included.</summary>
    internal int Length => _heap.Count;

    /// <summary>All that occupies a slot, in order of slots.</summary>
    internal IEnumerable<object> Occupants => _occupants.OfType<object>();

    /// <summary>Takes the first live event strictly before <paramref name="end"/> and moves the clock to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryTake(long end, out int slot)
    {
        while (true)
        {
            _heap.Settle();
            ref readonly var root = ref _heap.Root;
            ulong key;
            if (_ringCount != 0 && (root.Time != Now || root.Key > _ring[_ringHead]))
            {
                key = TakeFromRing();
            }
            else
            {
                // With the heap empty the root is a sentinel, and no end lies beyond it.
                if (root.Time >= end)
                {
                    slot = -1;
                    return false;
                }

                key = root.Key;
                _heap.TakeRoot();
                if (_tickets[(int)(key & SlotMask)] == key) Now = root.Time;
                else if (_cancelled > 0) _cancelled--;
            }

            slot = (int)(key & SlotMask);
            ref var ticket = ref _tickets[slot];
            if (ticket != key) continue;
            ticket = 0;
            return true;
        }
    }

    /// <summary>No event comes before this time; one that was cancelled may still count.</summary>
    internal long NextAt
    {
        get
        {
            if (_ringCount != 0) return Now;
            _heap.Settle();
            return _heap.Root.Time;
        }
    }

    /// <summary>Moves the clock forward over a time in which nothing happens.</summary>
    internal void PassTo(long time) => Now = time;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal object OccupantOf(int slot) => _occupants[slot]!;

    /// <summary>A place for one pending event of <paramref name="occupant"/>.</summary>
    internal int Lease(object occupant)
    {
        if (_freeCount > 0)
        {
            var slot = _free[--_freeCount];
            _occupants[slot] = occupant;
            return slot;
        }

        if (_slotCount == _occupants.Length) GrowSlots();
        _occupants[_slotCount] = occupant;
        return _slotCount++;
    }

    /// <summary>Cancels the slot's event, if it has one, and makes room for another occupant.</summary>
    internal void Vacate(int slot)
    {
        Cancel(slot);
        _occupants[slot] = null;
        _free[_freeCount++] = slot;
    }

    /// <summary>
    /// Plans the event of <paramref name="slot"/>. A delay of <see cref="Quantities.Duration.Endless"/> or more never
    /// passes and is not entered.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Schedule(int slot, long delay)
    {
        if (delay > 0 && delay < long.MaxValue / 4)
        {
            var key = NextKey(slot, Normal);
            _tickets[slot] = key;
            _heap.Insert(new EventHeap.Entry(Now + delay, key));
        }
        else
        {
            ScheduleEdge(slot, delay);
        }
    }

    /// <summary>As above, in another order within the instant.</summary>
    internal void Schedule(int slot, long delay, EventPriority priority)
    {
        if (priority == EventPriority.Normal)
        {
            Schedule(slot, delay);
            return;
        }

        if (delay < 0) ThrowNegative(delay);
        if (delay >= long.MaxValue / 4) return;
        var key = NextKey(slot, (ulong)priority << PriorityShift);
        _tickets[slot] = key;
        _heap.Insert(new EventHeap.Entry(Now + delay, key));
    }

    /// <summary>
    /// Plans the event of <paramref name="slot"/> for this instant, after all normal ones already planned.
    /// </summary>
    internal void ScheduleNow(int slot)
    {
        var key = NextKey(slot, Normal);
        _tickets[slot] = key;
        if (_ringCount == _ring.Length) GrowRing();
        _ring[(_ringHead + _ringCount++) & (_ring.Length - 1)] = key;
    }

    /// <summary>The slot's event will not happen. Dead entries are swept out when they outnumber the living.</summary>
    internal void Cancel(int slot)
    {
        if (_tickets[slot] == 0) return;
        _tickets[slot] = 0;
        if (++_cancelled <= 64 || _cancelled <= _heap.Count / 2) return;
        _heap.Sweep(_isAlive ??= key => _tickets[(int)(key & SlotMask)] == key);
        _cancelled = 0;
    }

    private void ScheduleEdge(int slot, long delay)
    {
        if (delay < 0) ThrowNegative(delay);
        if (delay == 0) ScheduleNow(slot);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong NextKey(int slot, ulong priority)
    {
        var insertion = _insertion;
        if (insertion >= InsertionLimit) ThrowExhausted();
        _insertion = unchecked(insertion + InsertionStep);
        return priority | insertion | (uint)slot;
    }

    private ulong TakeFromRing()
    {
        var key = _ring[_ringHead];
        _ringHead = (_ringHead + 1) & (_ring.Length - 1);
        _ringCount--;
        return key;
    }

    private void GrowRing()
    {
        var ring = new ulong[_ring.Length * 2];
        for (var i = 0; i < _ringCount; i++) ring[i] = _ring[(_ringHead + i) & (_ring.Length - 1)];
        _ring = ring;
        _ringHead = 0;
    }

    private void GrowSlots()
    {
        if (_slotCount > (int)SlotMask / 2)
        {
            throw new InvalidOperationException(
                $"A simulation holds at most {SlotMask / 2 + 1} processes and pending timers at once.");
        }

        Array.Resize(ref _tickets, _slotCount * 2);
        Array.Resize(ref _occupants, _slotCount * 2);
        Array.Resize(ref _free, _slotCount * 2);
    }

    private static void ThrowNegative(long delay) =>
        throw new ArgumentOutOfRangeException(nameof(delay), delay, "A delay is at least 0 ns: no time runs back.");

    private static void ThrowExhausted() =>
        throw new InvalidOperationException($"A simulation plans at most {InsertionLimit / InsertionStep} events.");
}
