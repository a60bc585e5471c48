// Who is next: a binary heap of numbered owners by time, in which each owner knows its place, so that moving, adding
// and taking one costs the logarithm of their number. Ties go to the lower number: every run decides the same.
namespace Sigma.Sim.Faults;

/// <summary>Owners 0 .. count-1, each with at most one time.</summary>
internal sealed class EarliestFirst
{
    private const int Absent = -1;

    private readonly int[] _heap;
    private readonly int[] _place;
    private readonly long[] _time;
    private int _count;

    public EarliestFirst(int owners)
    {
        _heap = new int[owners];
        _place = new int[owners];
        _time = new long[owners];
        Array.Fill(_place, Absent);
    }

    /// <summary>The owner with the earliest time, or -1.</summary>
    public int First => _count == 0 ? Absent : _heap[0];

    public long TimeOf(int owner) => _time[owner];

    /// <summary>Sets an owner's time; <see cref="long.MaxValue"/> takes it out.</summary>
    public void Set(int owner, long time)
    {
        var place = _place[owner];
        _time[owner] = time;
        if (time == long.MaxValue)
        {
            if (place != Absent) Remove(place);
            return;
        }

        if (place == Absent)
        {
            place = _count++;
            Put(owner, place);
        }

        Rise(place);
        Sink(_place[owner]);
    }

    private void Remove(int place)
    {
        _place[_heap[place]] = Absent;
        var last = _heap[--_count];
        if (place == _count) return;
        Put(last, place);
        Rise(place);
        Sink(_place[last]);
    }

    private void Rise(int place)
    {
        var owner = _heap[place];
        while (place > 0)
        {
            var above = (place - 1) / 2;
            if (!IsBefore(owner, _heap[above])) break;
            Put(_heap[above], place);
            place = above;
        }

        Put(owner, place);
    }

    private void Sink(int place)
    {
        var owner = _heap[place];
        while (2 * place + 1 < _count)
        {
            var below = 2 * place + 1;
            if (below + 1 < _count && IsBefore(_heap[below + 1], _heap[below])) below++;
            if (!IsBefore(_heap[below], owner)) break;
            Put(_heap[below], place);
            place = below;
        }

        Put(owner, place);
    }

    private bool IsBefore(int a, int b) => _time[a] != _time[b] ? _time[a] < _time[b] : a < b;

    private void Put(int owner, int place)
    {
        _heap[place] = owner;
        _place[owner] = place;
    }
}
