// What is wrong with the running job: nodes that are slow, links that are narrow, replicas that are missing. The step
// takes as long as the worst node makes it, times what the missing ones add.
using Sigma.Sim.Accounting;
using Sigma.Sim.Faults;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Campaign;

/// <summary>The slowdown of the step, and the fault that is to blame for most of it.</summary>
/// <param name="conditions">What slows the step by how much.</param>
/// <param name="computes">Whether a node takes part in the step: one that is benched slows nobody.</param>
internal sealed class JobCondition(StepConditions conditions, Predicate<int> computes)
{
    private readonly List<(int Node, FaultEvent Fault, double Slowdown)> _slow = [];
    private readonly SortedDictionary<int, FaultEvent> _suspects = [];

    /// <summary>Step time over that of the sound step.</summary>
    public double Slowdown { get; private set; } = 1;

    /// <summary>Of the worst slow node; <see cref="Ledger.NoCause"/> where none is slow.</summary>
    public int Cause { get; private set; } = Ledger.NoCause;

    /// <summary>What the missing nodes add.</summary>
    public double Missing { get; private set; } = 1;

    /// <summary>Slow nodes with their faults, as they began.</summary>
    public IEnumerable<(int Node, FaultEvent Fault)> SlowNodes => _slow.Select(slow => (slow.Node, slow.Fault));

    /// <summary>Nodes that a rule has cordoned while the job goes on; they leave when it stops.</summary>
    public IReadOnlyDictionary<int, FaultEvent> Suspects => _suspects;

    /// <summary>Whether a node is still slow for this fault.</summary>
    public bool Holds(int node, FaultEvent fault) => _slow.Any(slow => slow.Node == node && slow.Fault == fault);

    public void Suspect(int node, in FaultEvent fault) => _suspects[node] = fault;

    /// <summary>How many times as long the step takes with a node that is so slow.</summary>
    public double SlowdownOf(FailSlow kind) =>
        Math.Max(conditions.Slow(kind.Kernels), conditions.Narrow(kind.Nics.Value));

    public void Add(int node, FaultEvent fault, FailSlow kind)
    {
        _slow.Add((node, fault, SlowdownOf(kind)));
        Refresh();
    }

    /// <summary>A node has left the job, and its troubles with it.</summary>
    public void Forget(int node)
    {
        if (_suspects.Count > 0) _suspects.Remove(node);
        if (_slow.Count > 0) Remove(slow => slow.Node == node);
    }

    /// <summary>A trouble has passed.</summary>
    public void Remove(Predicate<(int Node, FaultEvent Fault)> which)
    {
        if (_slow.RemoveAll(slow => which((slow.Node, slow.Fault))) > 0) Refresh();
    }

    /// <summary>Groups whose work others do, or nodes whose work their peers do.</summary>
    public void MissGroups(int groups) => Miss(conditions.Missing(groups, conditions.WithoutGroup));

    public void MissNodes(int nodes) => Miss(conditions.Missing(nodes, conditions.WithoutNode));

    private void Miss(double factor)
    {
        Missing = factor;
        Refresh();
    }

    private void Refresh()
    {
        var worst = 1.0;
        Cause = Ledger.NoCause;
        foreach (var (node, fault, slowdown) in _slow)
        {
            if (slowdown <= worst || !computes(node)) continue;
            (worst, Cause) = (slowdown, fault.Fault + 1);
        }

        Slowdown = worst * Missing;
    }
}
