// Who is next: a heap of numbered owners by time, four below each, in which each owner knows its place, so that moving,
// adding and taking one costs the logarithm of their number. Ties go to the lower number: every run decides the same.
namespace Sigma.Sim.Faults;

/// <summary>Owners 0 .. count-1, each with at most one time.</summary>
internal sealed class EarliestFirst
{
    private const int Absent = -1;
    private const int Arity = 4;

    // Times lie in the heap itself: looked up by owner, each comparison would wait for memory.
    private readonly Entry[] _heap;
    private readonly int[] _place;
    private int _count;

    public EarliestFirst(int owners)
    {
        _heap = new Entry[owners];
        _place = new int[owners];
        Array.Fill(_place, Absent);
    }

    /// <summary>The owner with the earliest time, or -1.</summary>
    public int First => _count == 0 ? Absent : _heap[0].Owner;

    /// <summary>Its time, or <see cref="long.MaxValue"/> where there is none.</summary>
    public long FirstTime => _count == 0 ? long.MaxValue : _heap[0].Time;

    /// <summary>Sets an owner's time; <see cref="long.MaxValue"/> takes it out.</summary>
    public void Set(int owner, long time)
    {
        var place = _place[owner];
        if (time == long.MaxValue)
        {
            if (place == Absent) return;
            _place[owner] = Absent;
            var last = _heap[--_count];
            if (place < _count) Settle(place, last);
            return;
        }

        Settle(place == Absent ? _count++ : place, new Entry(time, owner));
    }

    /// <summary>Puts an entry where it belongs, from a hole on the way there.</summary>
    private void Settle(int hole, Entry entry)
    {
        if (hole > 0 && entry.IsBefore(_heap[(hole - 1) / Arity])) Rise(hole, entry);
        else Sink(hole, entry);
    }

    private void Rise(int hole, Entry entry)
    {
        while (hole > 0)
        {
            var above = (hole - 1) / Arity;
            if (!entry.IsBefore(_heap[above])) break;
            Put(_heap[above], hole);
            hole = above;
        }

        Put(entry, hole);
    }

    private void Sink(int hole, Entry entry)
    {
        while (Arity * hole + 1 < _count)
        {
            var below = Arity * hole + 1;
            var end = Math.Min(below + Arity, _count);
            for (var other = below + 1; other < end; other++)
                if (_heap[other].IsBefore(_heap[below])) below = other;
            if (!_heap[below].IsBefore(entry)) break;
            Put(_heap[below], hole);
            hole = below;
        }

        Put(entry, hole);
    }

    private void Put(in Entry entry, int place)
    {
        _heap[place] = entry;
        _place[entry.Owner] = place;
    }

    private readonly record struct Entry(long Time, int Owner)
    {
        public bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && Owner < other.Owner);
    }
}
