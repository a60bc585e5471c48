// When nodes were cordoned: many at once are a mass alarm, one too often is a lemon.
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Cordons by fault and by node, as far back as a rule looks.</summary>
internal sealed class CordonRecord(LifecycleSpec lifecycle, int nodes)
{
    private readonly Dictionary<int, List<(int Node, Instant At)>> _byFault = [];
    private readonly Queue<Instant>?[] _byNode = new Queue<Instant>?[nodes];
    private readonly bool[] _isInMassAlarm = new bool[nodes];

    /// <summary>A node is cordoned; with enough others of the same fault all of them are a mass alarm.</summary>
    public void Add(int fault, int node, Instant now)
    {
        if (lifecycle.Retirement is not null) (_byNode[node] ??= []).Enqueue(now);
        _isInMassAlarm[node] = false;
        if (lifecycle.MassAlarm is not { } alarm) return;
        if (!_byFault.TryGetValue(fault, out var cordons)) _byFault[fault] = cordons = [];
        cordons.RemoveAll(cordon => now - cordon.At > alarm.Within);
        cordons.Add((node, now));
        if (cordons.Count < alarm.Nodes) return;
        foreach (var (other, _) in cordons) _isInMassAlarm[other] = true;
    }

    /// <summary>Whether a node that is in triage is one of many.</summary>
    public bool IsInMassAlarm(int node) => _isInMassAlarm[node];

    /// <summary>Whether a node was cordoned too often lately.</summary>
    public bool IsLemon(int node, Instant now)
    {
        if (lifecycle.Retirement is not { } rule || _byNode[node] is not { } cordons) return false;
        while (cordons.Count > 0 && now - cordons.Peek() > rule.Within) cordons.Dequeue();
        return cordons.Count >= rule.After;
    }

    public void Forget(int node) => _byNode[node] = null;
}
