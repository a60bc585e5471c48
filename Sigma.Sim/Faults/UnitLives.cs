// The life of each unit on its own clock: when it was new, when it fails next, and what it draws that from. A unit
// draws from a stream of its own, so that nothing which happens to others moves its failures.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>Ages in nanoseconds, by fault and unit.</summary>
internal sealed class UnitLives
{
    private const long Never = long.MaxValue;

    private readonly FaultSpec[] _faults;
    private readonly RandomStream[][] _streams;
    private readonly StreamFamily[] _signs;
    private readonly long[][] _bornAt;
    private readonly long[][] _failsAt;
    private readonly long[][] _warnsAt;
    private readonly int[][] _strikes;

    // By node: how many times the law's hazard it carries. Null where all are alike.
    private readonly double[]? _hazard;
    private readonly int[] _unitsPerNode;

    public UnitLives(
        IReadOnlyList<FaultSpec> faults, DomainTree tree, LemonSpec? lemons, ulong seed, int replication)
    {
        _faults = [.. faults];
        _unitsPerNode = [.. faults.Select(fault => tree.UnitsPerNode(fault.Scope))];
        _hazard = lemons is null ? null : HazardOf(lemons, tree.Nodes, seed, replication);
        _streams = new RandomStream[faults.Count][];
        _signs = new StreamFamily[faults.Count];
        (_bornAt, _failsAt, _warnsAt) = (new long[faults.Count][], new long[faults.Count][], new long[faults.Count][]);
        _strikes = new int[faults.Count][];
        for (var fault = 0; fault < faults.Count; fault++)
        {
            var units = tree.UnitsOf(faults[fault].Scope);
            _streams[fault] = new RandomStream[units];
            _bornAt[fault] = new long[units];
            _failsAt[fault] = new long[units];
            _warnsAt[fault] = faults[fault].Precursor is null ? [] : new long[units];
            _strikes[fault] = new int[units];
            _signs[fault] = new StreamFamily(seed, replication, $"fault/{faults[fault].Name}/precursor");
            var lives = new StreamFamily(seed, replication, $"fault/{faults[fault].Name}/life");
            for (var unit = 0; unit < units; unit++)
            {
                _streams[fault][unit] = lives.Open(unit);
                Redraw(fault, unit, 0);
            }
        }
    }

    public int StrikesOf(int fault, int unit) => _strikes[fault][unit];

    /// <summary>Age at which the unit announces its failure; <see cref="long.MaxValue"/> where it does not.</summary>
    public long WarnsAt(int fault, int unit) => _warnsAt[fault].Length == 0 ? Never : _warnsAt[fault][unit];

    /// <summary>Age of the unit's next event, a sign or a failure.</summary>
    public long NextOf(int fault, int unit) => _warnsAt[fault].Length == 0
        ? _failsAt[fault][unit]
        : Math.Min(_failsAt[fault][unit], _warnsAt[fault][unit]);

    /// <summary>The unit fails at an age and lives on; false where the fleet no longer fails so.</summary>
    public bool Strike(int fault, int unit, long age, Duration campaign)
    {
        // Thinning: fixes only ever make the fault rarer, so the law without them is the bound.
        var happens = _faults[fault].Growth is not { } growth
            || _streams[fault][unit].NextChance(growth.At(campaign));
        Redraw(fault, unit, age);
        return happens;
    }

    public void Count(int fault, int unit) => _strikes[fault][unit]++;

    public void Warn(int fault, int unit) => _warnsAt[fault][unit] = Never;

    public void Renew(int fault, int unit, long age)
    {
        _bornAt[fault][unit] = age;
        Redraw(fault, unit, age);
    }

    /// <summary>What is left of the life of a unit that has reached an age.</summary>
    public void Redraw(int fault, int unit, long age)
    {
        var (spec, born) = (_faults[fault], _bornAt[fault][unit]);
        var hazard = _hazard is null || _unitsPerNode[fault] == 0 ? 1 : _hazard[unit / _unitsPerNode[fault]];
        var fails = spec.NextFailureAge((age - born) / 1e9, hazard, ref _streams[fault][unit]) * 1e9;
        _failsAt[fault][unit] = fails > long.MaxValue / 4.0
            ? Never
            : Math.Max(age + 1, born + (long)Math.Ceiling(fails));
        if (spec.Precursor is { } precursor) _warnsAt[fault][unit] = SignOf(precursor, fault, unit, age);
    }

    /// <summary>A lemon becomes a node like others; false where it was none.</summary>
    public bool Cure(int node)
    {
        if (_hazard is null || _hazard[node] == 1) return false;
        _hazard[node] = 1;
        return true;
    }

    /// <summary>Dice of its own for every failure, so that the failures are the same with and without signs.</summary>
    private long SignOf(Precursor precursor, int fault, int unit, long age)
    {
        if (_failsAt[fault][unit] == Never) return Never;
        var dice = _signs[fault].Open(new FaultEvent(fault, 0, unit, _strikes[fault][unit], default).Occurrence);
        if (!dice.NextChance(precursor.Share.Value)) return Never;
        var at = _failsAt[fault][unit] - precursor.Lead.Draw(ref dice).Nanoseconds;
        return at > age ? at : Never;
    }

    private static double[] HazardOf(LemonSpec lemons, int nodes, ulong seed, int replication)
    {
        var (hazard, order) = (new double[nodes], Enumerable.Range(0, nodes).ToArray());
        Array.Fill(hazard, 1);
        var dice = new StreamKey(seed, replication, "lemons", 0).Open();
        for (var i = 0; i < (int)(lemons.Share.Value * nodes); i++)
        {
            var other = i + dice.NextIndex(nodes - i);
            (order[i], order[other]) = (order[other], order[i]);
            hazard[order[i]] = lemons.Factor;
        }

        return hazard;
    }
}
