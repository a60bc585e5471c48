// The way of a failed node back into service: triage, remedies from light to heavy, acceptance tests. One process per
// node.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Takes cordoned nodes and gives back available ones.</summary>
internal sealed class NodeCare
{
    private readonly Simulation _simulation;
    private readonly LifecycleSpec _lifecycle;
    private readonly IReadOnlyList<FaultSpec> _faults;
    private readonly Fleet _fleet;
    private readonly JobClock _clock;
    private readonly FaultClock _lives;
    private readonly CampaignStory _story;
    private readonly Resource _crews;
    private readonly RandomStream[] _dice;
    private readonly ulong _seed;
    private readonly int _replication;
    private int _booting;

    public NodeCare(
        Simulation simulation, CampaignSpec spec, Fleet fleet, JobClock clock, FaultClock lives, CampaignStory story,
        ulong seed, int replication)
    {
        (_simulation, _fleet, _clock, _lives, _story) = (simulation, fleet, clock, lives, story);
        (_lifecycle, _faults) = (spec.Lifecycle, spec.Faults);
        (_seed, _replication) = (seed, replication);
        _crews = new Resource(simulation, "repair crews", spec.Lifecycle.RepairCrews);
        _dice = [.. Enumerable.Range(0, fleet.Nodes)
            .Select(node => new StreamKey(seed, replication, "lifecycle", node).Open())];
        Available = simulation.NewSignal("a node is available");
    }

    /// <summary>Fires whenever a node becomes available; whoever waits for one rearms it.</summary>
    public Signal Available { get; }

    /// <summary>A node of the job has failed: cordon it and start to mend it.</summary>
    public void Admit(FaultEvent failed)
    {
        _clock.Move(failed.Node, NodeState.Triage, failed.Fault + 1);
        _story.Tell("cordon", failed.Node, $"{_faults[failed.Fault].Name}: out of the job, into triage");
        _simulation.Start("repair", _ => Mend(failed));
        BootColdSpare();
    }

    private void BootColdSpare()
    {
        if (_fleet.CountOf(NodeState.Standby) + _booting > 1 || _fleet.FirstIn(NodeState.Cold) is not { } node) return;
        _booting++;
        _clock.Move(node, NodeState.Validating, Ledger.NoCause);
        _story.Tell("boot", node, "a cold spare boots and is validated");
        _simulation.Start("boot", _ => Boot(node));
    }

    private IEnumerator<Wait> Boot(int node)
    {
        // Dice of its own: which node boots depends on the spares, and must not move the repairs of others.
        var dice = new StreamKey(_seed, _replication, "lifecycle/boot", node).Open();
        yield return _lifecycle.ColdBoot.Draw(ref dice);
        do yield return _lifecycle.Validation.Time.Draw(ref dice);
        while (dice.NextChance(_lifecycle.Validation.RejectsGood.Value));
        _booting--;
        Release(node);
    }

    private IEnumerator<Wait> Mend(FaultEvent failed)
    {
        var (node, cause) = (failed.Node, failed.Fault + 1);
        yield return _lifecycle.Triage.Draw(ref _dice[node]);
        var remedy = FirstRemedy(_faults[failed.Fault], _dice[node].NextUniform());
        var mended = false;
        while (true)
        {
            _clock.Move(node, NodeState.Repair, cause);
            var spec = _lifecycle.Remedies[remedy];
            if (remedy == Remedy.Replace) yield return _crews.Request();
            yield return spec.Time.Draw(ref _dice[node]);
            if (remedy == Remedy.Replace) _crews.Release();
            mended |= _dice[node].NextChance(spec.Fixes.Value);
            if (mended && remedy == Remedy.Replace) _lives.Renew(failed.Fault, node, failed.Unit);

            _clock.Move(node, NodeState.Validating, cause);
            yield return _lifecycle.Validation.Time.Draw(ref _dice[node]);
            var rejects = mended ? _lifecycle.Validation.RejectsGood.Value : _lifecycle.Validation.Catches.Value;
            var rejected = _dice[node].NextChance(rejects);
            var verdict = rejected ? "rejected by validation"
                : mended ? "mended"
                : "not mended, and validation missed it";
            _story.Tell("remedy", node, $"{WordOf(remedy)}: {verdict}");
            if (!rejected)
            {
                if (!mended) _lives.Relapse(failed.Fault, node, failed.Unit, _lifecycle.Relapse!.Draw(ref _dice[node]));
                break;
            }

            if (remedy < Remedy.Replace) remedy++;
        }

        Release(node);
    }

    private void Release(int node)
    {
        _clock.Move(node, NodeState.Standby, Ledger.NoCause);
        _story.Tell("available", node, "back in the pool");
        if (!Available.HasFired) Available.Fire();
    }

    private static Remedy FirstRemedy(FaultSpec fault, double uniform)
    {
        foreach (var (remedy, share) in fault.Remedies.OrderBy(pair => pair.Key))
        {
            if (uniform < share) return remedy;
            uniform -= share;
        }

        return Remedy.Replace;
    }

    private static string WordOf(Remedy remedy) => remedy switch
    {
        Remedy.Reset => "reset",
        Remedy.Reboot => "reboot",
        Remedy.Replace => "replace",
        _ => throw new ArgumentOutOfRangeException(nameof(remedy), remedy, null),
    };
}
