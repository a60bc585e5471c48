// Where a fault goes: what it strikes depends on its scope, and what that means on where the struck nodes are.
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Brings faults to the job, to nodes outside it and to storage.</summary>
internal sealed class FaultDispatch
{
    private readonly CampaignWorld _world;
    private readonly NodeTroubles _troubles;
    private readonly Process? _calendar;
    private Duration _waitsUntil;
    private bool _isWaiting;

    public FaultDispatch(CampaignWorld world)
    {
        _world = world;
        _troubles = new NodeTroubles(world);
        world.Dispatch = this;
        _calendar = world.Lives.HasCalendar ? world.Simulation.Start("calendar of faults", FollowCalendar) : null;
    }

    /// <summary>Lives were drawn anew: a failure may come sooner than the one that is waited for.</summary>
    public void LookAgain()
    {
        if (_calendar is null || !_isWaiting || _world.Lives.NextByCalendar() is not { } next) return;
        if (next.At >= _waitsUntil) return;
        _isWaiting = false;
        _calendar.Interrupt(null);
    }

    /// <summary>A fault strikes, or announces itself.</summary>
    public void Strike(in FaultEvent fault)
    {
        if (fault.IsWarning)
        {
            Announce(fault);
            return;
        }

        if (!_world.Lives.Strike(fault, _world.Now.SinceStart)) return;
        _world.Counts.Struck(fault.Fault);
        var spec = _world.Spec.Faults[fault.Fault];
        switch (spec.Scope)
        {
            case FaultScope.Storage:
                var dice = _world.HandlingOf(fault);
                _world.Storage.Fail(fault, spec.Outage.Draw(ref dice));
                break;
            case FaultScope.Job:
                StrikeJob(fault, [], null);
                break;
            default:
                StrikeNodes(fault, spec);
                break;
        }
    }

    private void StrikeNodes(in FaultEvent fault, FaultSpec spec)
    {
        var (first, end) = _world.Tree.NodesOf(spec.Scope, fault.Unit);
        var dice = _world.HandlingOf(fault);
        Duration? outage = DomainTree.IsInNode(spec.Scope) ? null : spec.Outage.Draw(ref dice);
        List<int>? inJob = null;
        for (var node = first; node < end; node++)
        {
            if (_world.Fleet.StateOf(node) == NodeState.Active) (inJob ??= []).Add(node);
            else StrikeOutsideJob(fault, spec, node, outage);
        }

        if (inJob is not null) StrikeJob(fault, inJob, outage);
    }

    private void StrikeJob(in FaultEvent fault, IReadOnlyList<int> nodes, Duration? outage)
    {
        var dice = _world.HandlingOf(fault);
        var kind = _world.Spec.Faults[fault.Fault].Kind;
        // The length of an outage comes first from the same dice, whether anybody waits for it or not.
        if (outage is not null) dice.Skip();
        switch (kind)
        {
            case FailStop stop:
                Stop(new StopNotice(fault, nodes, stop.Latency.Draw(ref dice)) { Outage = outage });
                break;
            case Hang hang:
                Stop(new StopNotice(fault, nodes, hang.Latency.Draw(ref dice)) { Outage = outage });
                break;
            case FalseAlarm:
                Stop(new StopNotice(fault, nodes, Duration.Zero) { IsFalseAlarm = true });
                break;
            case SilentCorruption silent:
                Corrupt(fault, silent);
                break;
            case FailSlow slow:
                foreach (var node in nodes) _troubles.Slow(fault, node, slow);
                break;
            case LinkFlap flap:
                _troubles.Flap(fault, nodes[0], flap);
                break;
            default:
                throw new InvalidOperationException($"{_world.NameOf(fault)} is of no kind.");
        }
    }

    private void Stop(StopNotice stop)
    {
        if (_world.Story.IsKept) TellOf(stop);
        _world.Job.Tell(stop);
    }

    private void TellOf(StopNotice stop)
    {
        var node = stop.Nodes.Count == 1 ? stop.Nodes[0] : -1;
        var what = stop.Nodes.Count > 1 ? $"{stop.Nodes.Count} nodes" : $"unit {stop.Fault.Unit}";
        var where = stop.Nodes.Count == 0 ? "" : $" on {what}";
        var before = _world.Clock.Phase == JobPhase.Computing ? "" : $" while the job is {Doing(_world.Clock.Phase)}";
        _world.Story.Tell(stop.IsFalseAlarm ? "false alarm" : "fault", node,
            $"{_world.NameOf(stop.Fault)}{where}{before}");
    }

    private void StrikeOutsideJob(in FaultEvent fault, FaultSpec spec, int node, Duration? outage)
    {
        // What only slows, flaps or corrupts is not seen where nothing computes.
        if (spec.Kind is not (FailStop or Hang)) return;
        var state = _world.Fleet.StateOf(node);
        if (state == NodeState.Validating) _world.Care.Spoil(node);
        if (state is not (NodeState.Hot or NodeState.Benched or NodeState.Standby or NodeState.Borrowed)) return;
        _world.Story.Tell("fault", node, $"{_world.NameOf(fault)} outside the computing job");
        _world.LeaveJob(node);
        if (outage is { } down) _world.Care.AdmitToOutage(fault, node, down);
        else _world.Care.Admit(fault, node, Shape.Broken, _world.Library.See(fault));
    }

    private void Corrupt(in FaultEvent fault, SilentCorruption kind)
    {
        // A state that is being brought back is not computed with.
        if (_world.Clock.Phase is not (JobPhase.Computing or JobPhase.Saving)) return;
        _world.Job.Advance();
        var outcome = _world.Watch.Strike(fault, kind, _world.Clock.Work.Work);
        var comesTo = outcome.Effect switch
        {
            CorruptionEffect.Harmless => "harmless",
            CorruptionEffect.Unnoticed => "the damage lasts and is never noticed",
            CorruptionEffect.Noticed => $"to be noticed after {CampaignStory.Steps(outcome.AfterSteps)}",
            _ => throw new InvalidOperationException($"A corruption came to {outcome.Effect}."),
        };
        _world.Story.Tell("corruption", fault.Node, $"{_world.NameOf(fault)} on unit {fault.Unit}; {comesTo}");
        _world.Job.Wake();
    }

    private void Announce(in FaultEvent fault)
    {
        _world.Lives.Warn(fault);
        var isInJob = fault.Node >= 0 && _world.Fleet.StateOf(fault.Node) == NodeState.Active;
        _world.Story.Tell("precursor", fault.Node, $"{_world.NameOf(fault)} announces itself");
        if (isInJob && _world.Proactive.Decide(new Observation(Occasion.Warned)).Move == Move.Drain)
            _world.Job.Tell(new DrainNotice(fault, fault.Node));
    }

    private IEnumerator<Wait> FollowCalendar(Process self)
    {
        while (true)
        {
            _waitsUntil = _world.Lives.NextByCalendar()?.At ?? Duration.Endless;
            _isWaiting = true;
            yield return Duration.Max(Duration.Zero, _waitsUntil - _world.Now.SinceStart);
            _isWaiting = false;
            self.TakeInterrupts();
            // What was waited for may have been put off by a repair.
            if (_world.Lives.NextByCalendar() is { } due && due.At <= _world.Now.SinceStart) Strike(due);
        }
    }

    private static string Doing(JobPhase phase) => phase switch
    {
        JobPhase.Saving => "saving",
        JobPhase.Restoring => "restoring",
        JobPhase.WaitingForNode => "waiting for a node",
        JobPhase.Testing => "testing nodes",
        _ => "being restarted",
    };
}
