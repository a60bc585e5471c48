// Any of several waits, or all of them. Losing branches leave their queues and timers at the moment the race is
// decided, so that a timeout that lost never resumes anybody.
namespace Sigma.Sim.Engine;

internal sealed class Composite : Awaitable
{
    private readonly Wait[] _parts;
    private readonly Waiter[] _branches;
    private readonly bool _needsAll;
    private Waiter? _parent;
    private int _missing;
    private bool _isEntering;
    private bool _isDone;

    internal Composite(ReadOnlySpan<Wait> parts, bool needsAll)
        : base(null, needsAll ? "all" : "any")
    {
        if (parts.IsEmpty && !needsAll) throw new ArgumentException("Any of nothing never comes.", nameof(parts));
        _parts = parts.ToArray();
        _needsAll = needsAll;
        _branches = new Waiter[_parts.Length];
        for (var i = 0; i < _branches.Length; i++) _branches[i] = new Waiter(null, this, i);
    }

    internal override string Describe() => $"{Name} of ({string.Join(", ", _parts.Select(part => part.Describe()))})";

    internal override bool Enter(Waiter waiter)
    {
        if (_parent is not null && _parent != waiter && ReferenceEquals(_parent.On, this))
        {
            throw new InvalidOperationException($"{Describe()} is already awaited: make one for each process.");
        }

        _parent = waiter;
        _missing = _needsAll ? _parts.Length : 1;
        _isDone = _missing == 0;
        _isEntering = true;
        foreach (var branch in _branches) branch.Conclude();
        for (var i = 0; i < _parts.Length && !_isDone; i++)
        {
            _branches[i].Owner = waiter.Owner;
            _branches[i].Begin(_parts[i]);
        }

        _isEntering = false;
        return _isDone;
    }

    internal void Granted(Waiter branch)
    {
        if (_isDone)
        {
            // A unit that one abandoned branch gave back reached another that is about to be abandoned.
            branch.Abandon();
            return;
        }

        if (--_missing > 0) return;
        _isDone = true;
        if (!_needsAll)
        {
            foreach (var other in _branches)
            {
                if (other != branch) other.Abandon();
            }

            if (_parent!.Group is null) _parent.Owner!.FiredIndex = branch.Branch;
        }

        if (!_isEntering) _parent!.Grant();
    }

    internal override void Leave(Waiter waiter)
    {
        _isDone = true;
        foreach (var branch in _branches) branch.Abandon();
    }

    internal override void GiveBack(Waiter waiter) => Leave(waiter);
}
