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

    // By fault and unit. What a failure needs of a unit lies together: fields in arrays of their own would each wait
    // for memory, which takes 7 % of a campaign of 4,096 nodes.
    private readonly Life[][] _lives;
    private readonly StreamFamily[] _signs;

    // By node: how many times the law's hazard it carries. Null where all are alike.
    private readonly double[]? _hazard;
    private readonly int[] _unitsPerNode;

    public UnitLives(
        IReadOnlyList<FaultSpec> faults, DomainTree tree, LemonSpec? lemons, ulong seed, int replication)
    {
        _faults = [.. faults];
        _unitsPerNode = [.. faults.Select(fault => tree.UnitsPerNode(fault.Scope))];
        _hazard = lemons is null ? null : HazardOf(lemons, tree.Nodes, seed, replication);
        _signs = [.. faults.Select(f => new StreamFamily(seed, replication, $"fault/{f.Name}/precursor"))];
        _lives = new Life[faults.Count][];
        for (var fault = 0; fault < faults.Count; fault++)
        {
            _lives[fault] = new Life[tree.UnitsOf(faults[fault].Scope)];
            var streams = new StreamFamily(seed, replication, $"fault/{faults[fault].Name}/life");
            for (var unit = 0; unit < _lives[fault].Length; unit++)
            {
                _lives[fault][unit] = new Life { Stream = streams.Open(unit), WarnsAt = Never };
                Redraw(fault, unit, 0);
            }
        }
    }

    /// <summary>Age at which the unit fails next, in nanoseconds.</summary>
    public long FailsAt(int fault, int unit) => _lives[fault][unit].FailsAt;

    public int StrikesOf(int fault, int unit) => _lives[fault][unit].Strikes;

    /// <summary>Age at which the unit announces its failure; <see cref="long.MaxValue"/> where it does not.</summary>
    public long WarnsAt(int fault, int unit) => _lives[fault][unit].WarnsAt;

    /// <summary>Age of the unit's next event, a sign or a failure.</summary>
    public long NextOf(int fault, int unit)
    {
        ref readonly var life = ref _lives[fault][unit];
        return Math.Min(life.FailsAt, life.WarnsAt);
    }

    /// <summary>The unit fails at an age and lives on; false where the fleet no longer fails so.</summary>
    public bool Strike(int fault, int unit, long age, Duration campaign)
    {
        // Thinning: fixes only ever make the fault rarer, so the law without them is the bound.
        var happens = _faults[fault].Growth is not { } growth
            || _lives[fault][unit].Stream.NextChance(growth.At(campaign));
        Redraw(fault, unit, age);
        return happens;
    }

    public void Count(int fault, int unit) => _lives[fault][unit].Strikes++;

    public void Warn(int fault, int unit) => _lives[fault][unit].WarnsAt = Never;

    public void Renew(int fault, int unit, long age)
    {
        _lives[fault][unit].BornAt = age;
        Redraw(fault, unit, age);
    }

    /// <summary>What is left of the life of a unit that has reached an age.</summary>
    public void Redraw(int fault, int unit, long age)
    {
        var spec = _faults[fault];
        ref var life = ref _lives[fault][unit];
        var hazard = _hazard is null || _unitsPerNode[fault] == 0 ? 1 : _hazard[unit / _unitsPerNode[fault]];
        var fails = spec.NextFailureAge((age - life.BornAt) / 1e9, hazard, ref life.Stream) * 1e9;
        life.FailsAt = fails > long.MaxValue / 4.0
            ? Never
            : Math.Max(age + 1, life.BornAt + (long)Math.Ceiling(fails));
        if (spec.Precursor is { } precursor) life.WarnsAt = SignOf(precursor, fault, unit, age);
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
        ref readonly var life = ref _lives[fault][unit];
        if (life.FailsAt == Never) return Never;
        var dice = _signs[fault].Open(new FaultEvent(fault, 0, unit, life.Strikes, default).Occurrence);
        if (!dice.NextChance(precursor.Share.Value)) return Never;
        var at = life.FailsAt - precursor.Lead.Draw(ref dice).Nanoseconds;
        return at > age ? at : Never;
    }

    private static double[] HazardOf(LemonSpec lemons, int nodes, ulong seed, int replication)
    {
        var (hazard, order) = (new double[nodes], Enumerable.Range(0, nodes).ToArray());
        Array.Fill(hazard, 1);
        var dice = new StreamKey(seed, replication, "lemons", 0).Open();
        for (var i = 0; i < lemons.CountOf(nodes); i++)
        {
            var other = i + dice.NextIndex(nodes - i);
            (order[i], order[other]) = (order[other], order[i]);
            hazard[order[i]] = lemons.Factor;
        }

        return hazard;
    }

    /// <summary>One unit's; ages in nanoseconds.</summary>
    private struct Life
    {
        public RandomStream Stream;
        public long BornAt;
        public long FailsAt;
        public long WarnsAt;
        public int Strikes;
    }
}
