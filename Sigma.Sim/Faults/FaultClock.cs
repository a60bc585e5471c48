// When the next unit fails. Every unit has a life of its own and keeps its age through the faults of others: it ages
// while its node computes, stands still outside the job, and is renewed by a replacement only. (Redrawing all ages at
// every fault, as some simulators do, turns every law into an exponential one: for Weibull shape 1.5 it gives a fifth
// of the faults.)
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>A fault that strikes.</summary>
/// <param name="Fault">Index of the way to fail.</param>
/// <param name="Node">The node that is out.</param>
/// <param name="Unit">The unit of that fault's scope, counted over the whole cluster.</param>
/// <param name="Strike">How often this unit has failed so before.</param>
/// <param name="At">Computing time of the job at which it strikes.</param>
public readonly record struct FaultEvent(int Fault, int Node, int Unit, int Strike, Duration At)
{
    /// <summary>A number of its own for every failure of every unit, to key the dice of its handling.</summary>
    public long Occurrence => Unit * 4096L + Strike % 4096;
}

/// <summary>The lives of all units, on the clock of the job's computing time.</summary>
public sealed class FaultClock
{
    private const long Never = long.MaxValue;

    private readonly IReadOnlyList<FaultSpec> _faults;
    private readonly int _acceleratorsPerNode;
    private readonly RandomStream[][] _streams;

    // By fault and unit: the node's operating age, in ns, when the unit was new and when it fails next.
    private readonly long[][] _bornAt;
    private readonly long[][] _failsAt;
    private readonly int[][] _strikes;

    // By node: operating age when it last joined the job, and the job's computing time then.
    private readonly long[] _ageAtJoin;
    private readonly long[] _joinedAt;
    private readonly bool[] _joined;
    private readonly (long Age, int Fault, int Unit)[] _nextOfNode;

    // The job asks at every checkpoint, but the answer changes only with a fault or a node that joins or leaves.
    private FaultEvent? _next;
    private bool _knowsNext;

    public FaultClock(IReadOnlyList<FaultSpec> faults, int nodes, int acceleratorsPerNode, ulong seed, int replication)
    {
        (_faults, _acceleratorsPerNode) = (faults, acceleratorsPerNode);
        _ageAtJoin = new long[nodes];
        _joinedAt = new long[nodes];
        _joined = new bool[nodes];
        _nextOfNode = new (long, int, int)[nodes];
        _streams = new RandomStream[faults.Count][];
        _bornAt = new long[faults.Count][];
        _failsAt = new long[faults.Count][];
        _strikes = new int[faults.Count][];
        for (var fault = 0; fault < faults.Count; fault++)
        {
            var units = nodes * UnitsPerNode(fault);
            _streams[fault] = new RandomStream[units];
            _bornAt[fault] = new long[units];
            _failsAt[fault] = new long[units];
            _strikes[fault] = new int[units];
            for (var unit = 0; unit < units; unit++)
            {
                var life = new StreamKey(seed, replication, $"fault/{faults[fault].Name}/life", unit);
                _streams[fault][unit] = life.Open();
                _failsAt[fault][unit] = Draw(fault, unit, 0);
            }
        }

        for (var node = 0; node < nodes; node++) _nextOfNode[node] = FirstOf(node);
    }

    /// <summary>The node computes from now on; <paramref name="computed"/> is the job's computing time.</summary>
    public void Join(int node, Duration computed)
    {
        _knowsNext = false;
        _joined[node] = true;
        _joinedAt[node] = computed.Nanoseconds;
    }

    /// <summary>The node has left the job; its age stands still.</summary>
    public void Leave(int node, Duration computed)
    {
        _knowsNext = false;
        _ageAtJoin[node] = AgeOf(node, computed);
        _joined[node] = false;
    }

    /// <summary>The next fault among the nodes of the job, or null if none of their units can fail.</summary>
    public FaultEvent? Next()
    {
        if (!_knowsNext) (_next, _knowsNext) = (FindNext(), true);
        return _next;
    }

    private FaultEvent? FindNext()
    {
        var (first, best) = (-1, Never);
        for (var node = 0; node < _joined.Length; node++)
        {
            if (!_joined[node] || _nextOfNode[node].Age == Never) continue;
            var at = _joinedAt[node] + Math.Max(0, _nextOfNode[node].Age - _ageAtJoin[node]);
            if (at < best) (first, best) = (node, at);
        }

        if (first < 0) return null;
        var (_, fault, unit) = _nextOfNode[first];
        return new FaultEvent(fault, first, unit, _strikes[fault][unit], new Duration(best));
    }

    /// <summary>A fault has struck: the unit lives on at its age, unless a replacement renews it later.</summary>
    public void Strike(FaultEvent struck)
    {
        var age = AgeOf(struck.Node, struck.At);
        _failsAt[struck.Fault][struck.Unit] = Draw(struck.Fault, struck.Unit, age);
        _strikes[struck.Fault][struck.Unit]++;
        Refresh(struck.Node);
    }

    /// <summary>The unit was replaced: all its lives begin anew, and with a node those of all its units.</summary>
    public void Renew(int fault, int node, int unit)
    {
        var age = _ageAtJoin[node];
        var wholeNode = _faults[fault].Scope == FaultScope.Node;
        for (var other = 0; other < _faults.Count; other++)
        {
            var perNode = UnitsPerNode(other);
            for (var each = node * perNode; each < (node + 1) * perNode; each++)
            {
                if (!wholeNode && (_faults[other].Scope == FaultScope.Node || each != unit)) continue;
                _bornAt[other][each] = age;
                _failsAt[other][each] = Draw(other, each, age);
            }
        }

        Refresh(node);
    }

    /// <summary>The node came back with its fault still there: it fails after <paramref name="operation"/>.</summary>
    public void Relapse(int fault, int node, int unit, Duration operation)
    {
        _failsAt[fault][unit] = Math.Min(_failsAt[fault][unit], _ageAtJoin[node] + operation.Nanoseconds);
        Refresh(node);
    }

    private void Refresh(int node)
    {
        _nextOfNode[node] = FirstOf(node);
        _knowsNext = false;
    }

    private long AgeOf(int node, Duration computed) =>
        _joined[node] ? _ageAtJoin[node] + (computed.Nanoseconds - _joinedAt[node]) : _ageAtJoin[node];

    private int UnitsPerNode(int fault) => _faults[fault].Scope == FaultScope.Accelerator ? _acceleratorsPerNode : 1;

    private long Draw(int fault, int unit, long nodeAge)
    {
        var born = _bornAt[fault][unit];
        var age = _faults[fault].NextFailureAge((nodeAge - born) / 1e9, 1, ref _streams[fault][unit]);
        var nanoseconds = age * 1e9;
        return nanoseconds > long.MaxValue / 4.0
            ? Never
            : Math.Max(nodeAge + 1, born + (long)Math.Ceiling(nanoseconds));
    }

    private (long, int, int) FirstOf(int node)
    {
        var best = (Age: Never, Fault: -1, Unit: -1);
        for (var fault = 0; fault < _faults.Count; fault++)
        {
            var perNode = UnitsPerNode(fault);
            for (var unit = node * perNode; unit < (node + 1) * perNode; unit++)
            {
                if (_failsAt[fault][unit] < best.Age) best = (_failsAt[fault][unit], fault, unit);
            }
        }

        return best;
    }
}
