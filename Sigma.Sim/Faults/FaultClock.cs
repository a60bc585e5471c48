// When the next unit fails. Every unit has a life of its own and keeps its age through the faults of others: it ages
// while its node computes, or by the calendar, and is renewed by a replacement only. (Redrawing all ages at every
// fault, as some simulators do, turns every law into an exponential one: for Weibull shape 1.5 it gives a fifth of the
// faults.)
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Faults;

/// <summary>A fault that strikes, or announces itself.</summary>
/// <param name="Fault">Index of the way to fail.</param>
/// <param name="Node">The node that the unit belongs to; -1 for units above nodes.</param>
/// <param name="Unit">The unit of that fault's scope, counted over the whole cluster.</param>
/// <param name="Strike">How often this unit has failed so before.</param>
/// <param name="At">When, on the clock by which it was asked for: the job's computing time or the calendar.</param>
public readonly record struct FaultEvent(int Fault, int Node, int Unit, int Strike, Duration At)
{
    /// <summary>Only a sign of the fault that is to come.</summary>
    public bool IsWarning { get; init; }

    /// <summary>A fault that was there before and was not mended.</summary>
    public bool IsRelapse { get; init; }

    /// <summary>A number of its own for every failure of every unit, to key the dice of its handling.</summary>
    public long Occurrence => Unit * 4096L + Strike % 4096;
}

/// <summary>The lives of all units, on the clocks of the job's computing time and of the calendar.</summary>
public sealed class FaultClock
{
    private const long Never = long.MaxValue;

    private static readonly (long Age, int Fault, int Unit) NoRelapse = (Never, -1, -1);

    private readonly FaultSpec[] _faults;
    private readonly int[] _perNode;
    private readonly DomainTree _tree;
    private readonly UnitLives _lives;

    // Units belong to owners: nodes come first, then every unit above nodes, one by one.
    private readonly (int Fault, int Unit)[] _above;

    // By owner: its next event as an age on the clock of operation, and as a time of the calendar.
    private readonly (long Age, int Fault, int Unit)[] _nextByAge;
    private readonly (long At, int Fault, int Unit)[] _nextByDate;
    private readonly EarliestFirst _byAge;
    private readonly EarliestFirst _byDate;
    private readonly NodeAge[] _ages;

    /// <param name="faults">Ways to fail.</param>
    /// <param name="tree">Which units there are.</param>
    /// <param name="lemons">Which nodes carry more hazard, or null.</param>
    /// <param name="seed">The scenario's.</param>
    /// <param name="replication">Counted from 0.</param>
    public FaultClock(
        IReadOnlyList<FaultSpec> faults, DomainTree tree, LemonSpec? lemons, ulong seed, int replication)
    {
        (_faults, _tree) = ([.. faults], tree);
        _perNode = [.. faults.Select(fault => tree.UnitsPerNode(fault.Scope))];
        HasCalendar = faults.Any(fault => fault.Ages == AgeClock.Calendar);
        _lives = new UnitLives(faults, tree, lemons, seed, replication);
        _above = [.. Enumerable.Range(0, faults.Count).Where(fault => !DomainTree.IsInNode(faults[fault].Scope))
            .SelectMany(fault => Enumerable.Range(0, tree.UnitsOf(faults[fault].Scope)).Select(unit => (fault, unit)))];
        var (nodes, owners) = (tree.Nodes, tree.Nodes + _above.Length);
        _ages = new NodeAge[nodes];
        Array.Fill(_ages, new NodeAge { Relapse = NoRelapse });
        _nextByAge = new (long, int, int)[owners];
        _nextByDate = new (long, int, int)[HasCalendar ? owners : 0];
        (_byAge, _byDate) = (new EarliestFirst(owners), new EarliestFirst(_nextByDate.Length));
        for (var owner = 0; owner < owners; owner++) Refresh(owner);
    }

    /// <summary>What was drawn at the start, before anything has struck.</summary>
    public double Count(FirstFailures failures) => failures.CountIn(_lives.FailsAt);

    /// <summary>Whether some unit ages by the calendar.</summary>
    public bool HasCalendar { get; }

    /// <summary>When the next event by computing time comes, or null if there is none.</summary>
    public Duration? NextAt => _byAge.First < 0 ? null : new Duration(_byAge.FirstTime);

    /// <summary>The node computes from now on; <paramref name="computed"/> is the job's computing time.</summary>
    public void Join(int node, Duration computed)
    {
        ref var age = ref _ages[node];
        (age.IsJoined, age.JoinedAt) = (true, computed.Nanoseconds);
        Queue(node);
    }

    /// <summary>The node computes no more; its operating age stands still.</summary>
    public void Leave(int node, Duration computed)
    {
        ref var age = ref _ages[node];
        (age.AtJoin, age.IsJoined) = (age.At(computed.Nanoseconds), false);
        _byAge.Set(node, Never);
    }

    /// <summary>The next event by computing time among the units of the job, or null if there is none.</summary>
    public FaultEvent? Next() => Next(_byAge, _nextByAge);

    /// <summary>The next event by the calendar, whatever its node does, or null if there is none.</summary>
    public FaultEvent? NextByCalendar() => Next(_byDate, _nextByDate);

    /// <summary>
    /// A fault has struck: the unit lives on at its age, unless a replacement renews it later. False where the fault no
    /// longer happens, because it has been fixed in the whole fleet by now.
    /// </summary>
    /// <param name="struck">What came from one of the clocks.</param>
    /// <param name="campaign">Wall time since the start.</param>
    public bool Strike(in FaultEvent struck, Duration campaign)
    {
        var owner = OwnerOf(struck.Fault, struck.Node, struck.Unit);
        var happens = true;
        if (struck.IsRelapse) _ages[owner].Relapse = NoRelapse;
        else happens = _lives.Strike(struck.Fault, struck.Unit, AgeAt(struck, owner), campaign);
        if (happens) _lives.Count(struck.Fault, struck.Unit);
        Refresh(owner);
        return happens;
    }

    /// <summary>A fault has struck in a fleet whose faults are never fixed for good.</summary>
    public void Strike(in FaultEvent struck) => Strike(struck, Duration.Zero);

    /// <summary>A fault has announced itself.</summary>
    public void Warn(in FaultEvent warned)
    {
        _lives.Warn(warned.Fault, warned.Unit);
        Refresh(OwnerOf(warned.Fault, warned.Node, warned.Unit));
    }

    /// <summary>The fault that was coming has been mended before it struck.</summary>
    public void Avert(in FaultEvent warned, Duration campaign)
    {
        _lives.Redraw(warned.Fault, warned.Unit, AgeOf(warned.Fault, warned.Node, campaign));
        Refresh(OwnerOf(warned.Fault, warned.Node, warned.Unit));
    }

    /// <summary>The unit was replaced: all its lives begin anew, and with a node those of all its units.</summary>
    public void Renew(int fault, int node, int unit, Duration campaign)
    {
        var scope = _faults[fault].Scope;
        if (scope == FaultScope.Node)
        {
            RenewNode(node, campaign);
            return;
        }

        for (var other = 0; other < _faults.Length; other++)
        {
            if (_faults[other].Scope == scope) _lives.Renew(other, unit, AgeOf(other, node, campaign));
        }

        Refresh(node);
    }

    /// <summary>A unit was replaced where nothing ages by the calendar.</summary>
    public void Renew(int fault, int node, int unit) => Renew(fault, node, unit, Duration.Zero);

    /// <summary>A new node stands in the place of an old one.</summary>
    public void RenewNode(int node, Duration campaign)
    {
        _lives.Cure(node);
        _ages[node].Relapse = NoRelapse;
        RedrawAll(node, campaign, isNew: true);
    }

    /// <summary>A lemon has become a node like others; its units keep their ages.</summary>
    public void Cure(int node, Duration campaign)
    {
        if (!_lives.Cure(node)) return;
        RedrawAll(node, campaign, isNew: false);
    }

    /// <summary>The node came back with its fault still there: it fails after <paramref name="operation"/>.</summary>
    public void Relapse(int fault, int node, int unit, Duration operation, Duration computed)
    {
        ref var of = ref _ages[node];
        var age = of.At(computed.Nanoseconds) + operation.Nanoseconds;
        if (age < of.Relapse.Age) of.Relapse = (age, fault, unit);
        Refresh(node);
    }

    /// <summary>The fault that is still in a node which came back with it, or null.</summary>
    public FaultEvent? RelapseOf(int node)
    {
        var (age, fault, unit) = _ages[node].Relapse;
        return age == Never ? null
            : new FaultEvent(fault, node, unit, _lives.StrikesOf(fault, unit), new Duration(age)) { IsRelapse = true };
    }

    /// <summary>The fault that the node still has was mended.</summary>
    public void Mend(int node)
    {
        if (_ages[node].Relapse == NoRelapse) return;
        _ages[node].Relapse = NoRelapse;
        Refresh(node);
    }

    private FaultEvent? Next(EarliestFirst queue, (long When, int Fault, int Unit)[] next)
    {
        var owner = queue.First;
        if (owner < 0) return null;
        var (when, fault, unit) = next[owner];
        var node = owner < _tree.Nodes ? owner : -1;
        var isRelapse = node >= 0 && ReferenceEquals(queue, _byAge) && _ages[node].Relapse == next[owner];
        return new FaultEvent(fault, node, unit, _lives.StrikesOf(fault, unit), new Duration(queue.FirstTime))
        {
            IsRelapse = isRelapse,
            IsWarning = !isRelapse && _lives.WarnsAt(fault, unit) == when,
        };
    }

    private long AgeAt(in FaultEvent struck, int owner) =>
        _faults[struck.Fault].Ages == AgeClock.Calendar || owner >= _tree.Nodes
            ? struck.At.Nanoseconds
            : _ages[struck.Node].At(struck.At.Nanoseconds);

    /// <summary>The age of a unit of a node that is not in the job, on the clock by which it ages.</summary>
    private long AgeOf(int fault, int node, Duration campaign) =>
        _faults[fault].Ages == AgeClock.Calendar ? campaign.Nanoseconds : _ages[node].AtJoin;

    private int OwnerOf(int fault, int node, int unit) =>
        node >= 0 ? node : _tree.Nodes + Array.IndexOf(_above, (fault, unit));

    private void Refresh(int owner)
    {
        _nextByAge[owner] = Earliest(owner, AgeClock.Operation);
        if (owner < _tree.Nodes && _ages[owner].Relapse.Age < _nextByAge[owner].Age)
            _nextByAge[owner] = _ages[owner].Relapse;
        Queue(owner);
        if (!HasCalendar) return;
        _nextByDate[owner] = Earliest(owner, AgeClock.Calendar);
        _byDate.Set(owner, _nextByDate[owner].At);
    }

    /// <summary>What is above nodes operates whenever the job computes; a node only while it is in the job.</summary>
    private void Queue(int owner)
    {
        var next = _nextByAge[owner].Age;
        if (owner >= _tree.Nodes) _byAge.Set(owner, next);
        else _byAge.Set(owner, _ages[owner].ComputedAt(next));
    }

    private (long, int, int) Earliest(int owner, AgeClock clock)
    {
        var best = (When: Never, Fault: -1, Unit: -1);
        if (owner >= _tree.Nodes)
        {
            var (fault, unit) = _above[owner - _tree.Nodes];
            return _faults[fault].Ages == clock ? (_lives.NextOf(fault, unit), fault, unit) : best;
        }

        for (var fault = 0; fault < _faults.Length; fault++)
        {
            if (_faults[fault].Ages != clock) continue;
            var perNode = _perNode[fault];
            for (var unit = owner * perNode; unit < (owner + 1) * perNode; unit++)
            {
                var next = _lives.NextOf(fault, unit);
                if (next < best.When) best = (next, fault, unit);
            }
        }

        return best;
    }

    private void RedrawAll(int node, Duration campaign, bool isNew)
    {
        for (var fault = 0; fault < _faults.Length; fault++)
        {
            var (age, perNode) = (AgeOf(fault, node, campaign), _perNode[fault]);
            for (var unit = node * perNode; unit < (node + 1) * perNode; unit++)
            {
                if (isNew) _lives.Renew(fault, unit, age);
                else _lives.Redraw(fault, unit, age);
            }
        }

        Refresh(node);
    }

    /// <summary>How long one node has operated, in nanoseconds, and when it relapses.</summary>
    private struct NodeAge
    {
        /// <summary>When it last joined the job, or now where it is outside.</summary>
        public long AtJoin;

        /// <summary>The job's computing time then.</summary>
        public long JoinedAt;
        public bool IsJoined;
        public (long Age, int Fault, int Unit) Relapse;

        /// <summary>Its age when the job has computed so long.</summary>
        public readonly long At(long computed) => IsJoined ? AtJoin + (computed - JoinedAt) : AtJoin;

        /// <summary>The job's computing time at which it reaches an age, if it stays where it is.</summary>
        public readonly long ComputedAt(long age) =>
            IsJoined && age != Never ? JoinedAt + Math.Max(0, age - AtJoin) : Never;
    }
}
