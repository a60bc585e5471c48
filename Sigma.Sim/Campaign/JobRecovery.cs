// From the moment at which the job stops to the first new step: it is known what stopped it, someone decides, the job
// gets the nodes that it needs, its state comes back. A fault in between ends the attempt and begins another one.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Brings a stopped job back.</summary>
internal sealed class JobRecovery
{
    private readonly CampaignWorld _world;
    private readonly Queue<JobNotice> _notices;
    private readonly Queue<StopNotice> _strikes = [];
    private readonly IRecoveryPolicy _policy;
    private readonly RestartTimes _times;
    private readonly Blame _blame;
    private readonly Regrouping _regrouping;
    private readonly JobWait _wait;
    private readonly NodeGathering _nodes;
    private readonly StateReturn _state;

    /// <param name="world">The replication.</param>
    /// <param name="notices">What the job is told; stops are taken from it while one is under way.</param>
    /// <param name="wait">The job's present wait.</param>
    public JobRecovery(CampaignWorld world, Queue<JobNotice> notices, JobWait wait)
    {
        (_world, _notices, _wait) = (world, notices, wait);
        _policy = RecoveryPolicies.AfterStop(world.Spec.Recovery);
        _times = world.Spec.Recovery.Times;
        _blame = new Blame(world);
        _regrouping = new Regrouping(world);
        _nodes = new NodeGathering(world, wait, _regrouping);
        _state = new StateReturn(world, wait);
    }

    /// <summary>A fault has stopped the job.</summary>
    public IEnumerator<Wait> FromStop(Process self, StopNotice notice)
    {
        _world.Counts.Interrupted(notice.Fault.Fault);
        var stop = new JobStop(notice.Fault, _world.Now, _strikes);
        stop.Strikes.Enqueue(notice);
        return Recover(self, stop);
    }

    /// <summary>An alarm: what was computed since the corruption is worthless, and so is every copy of it.</summary>
    public IEnumerator<Wait> FromAlarm(Process self, LatentCorruption corruption)
    {
        var fault = corruption.Strike;
        _world.Counts.Interrupted(fault.Fault);
        var stop = new JobStop(fault, _world.Now, _strikes)
        {
            IsAlarm = true,
            IsUnknown = !_world.Library.See(fault),
        };
        _world.Clock.Enter(JobPhase.Restarting, stop.Cause);
        _world.Watch.Notice(corruption);
        _world.Shelf.Discard(corruption);
        _world.Story.Tell("alarm", fault.Node,
            $"{_world.NameOf(fault)} on unit {fault.Unit}, noticed after {CampaignStory.Steps(corruption.AfterSteps)}");
        // The unit behind an alarm may have left the job by now, for another fault: then the job is full as it is.
        if (fault.Node >= 0) _blame.Corrupter(fault, stop);
        _state.RollBack(stop);
        return Recover(self, stop);
    }

    /// <summary>A node leaves before it stops the job: save first, then go on without it.</summary>
    public IEnumerator<Wait> FromDrain(Process self, DrainNotice drain)
    {
        if (_world.Fleet.StateOf(drain.Node) != NodeState.Active) yield break;
        var cause = drain.Fault.Fault + 1;
        if (_world.Spec.Tiers.FirstOrDefault(SavesWithoutNode) is { } tier)
        {
            _world.Clock.Enter(JobPhase.Saving, cause);
            _wait.IsUnderWay = true;
            var outages = _world.Storage.Outages;
            yield return tier.Blocking + _world.Shelf.WriteLeft(tier, _world.Now) + tier.Write;
            if (_wait.EndPhase(self)) yield break;
            if (tier.Target != CheckpointTarget.Storage || _world.Storage.Outages == outages)
                _world.Shelf.Save(tier, _world.Clock.Work.Work, _world.Now, _world.Watch.Latent);
        }

        _world.Counts.Drains++;
        var stop = new JobStop(drain.Fault, _world.Now, _strikes) { IsPlanned = true };
        _world.Clock.Enter(JobPhase.Restarting, cause);
        _blame.Drained(drain, stop);
        var recovery = Recover(self, stop);
        while (recovery.MoveNext()) yield return recovery.Current;
    }

    private bool SavesWithoutNode(CheckpointTier tier) => tier.Target switch
    {
        CheckpointTarget.LocalDisk => false,
        CheckpointTarget.Storage => _world.Storage.IsUp,
        _ => true,
    };

    /// <summary>The job stands still for tests of all its nodes; those that fail them leave.</summary>
    public IEnumerator<Wait> QuickValidation(Process self, QuickValidationSpec tests)
    {
        _world.Clock.Enter(JobPhase.Testing, Ledger.NoCause);
        _wait.IsUnderWay = true;
        yield return tests.Lasts;
        if (_wait.EndPhase(self)) yield break;
        if (_blame.FoundByTests(tests.Catches.Value) is not { } drain) yield break;
        var course = FromDrain(self, drain);
        while (course.MoveNext()) yield return course.Current;
    }

    /// <summary>Nodes are back in the running job.</summary>
    public void Rejoined(IReadOnlyList<int> nodes) => _regrouping.Rejoined(nodes);

    /// <summary>A benched node has left its place.</summary>
    public void Refill() => _regrouping.Refill();

    private IEnumerator<Wait> Recover(Process self, JobStop stop)
    {
        TakeStops(stop);
        do
        {
            stop.WasCutShort = false;
            var attempt = Attempt(self, stop);
            while (attempt.MoveNext()) yield return attempt.Current;
            TakeStops(stop);
        }
        while (stop.WasCutShort);
        var span = _world.Now - stop.Since;
        if (!stop.IsPlanned)
        {
            _world.Counts.Recoveries++;
            _world.Counts.TimeToRecover += span + _world.Spec.StepTime;
        }

        var after = stop.IsAlarm ? "alarm" : stop.IsPlanned ? "drain" : "fault";
        _world.Story.Tell("resumed", -1, $"{span} after the {after}");
        if (_world.Spec.Cluster.Spares.Hot > 0) _world.HotPlaces.Promote();
    }

    /// <summary>Faults that struck during an attempt belong to the same stop.</summary>
    private void TakeStops(JobStop stop)
    {
        for (var i = _notices.Count; i > 0; i--)
        {
            var notice = _notices.Dequeue();
            if (notice is StopNotice further)
            {
                stop.Strikes.Enqueue(further);
                stop.Fault = further.Fault;
                stop.WasCutShort = true;
            }
            else
            {
                _notices.Enqueue(notice);
            }
        }
    }

    private IEnumerator<Wait> Attempt(Process self, JobStop stop)
    {
        if (stop.Strikes.Count > 0)
        {
            var latency = stop.LongestLatency;
            _world.Clock.Enter(JobPhase.Undetected, stop.Cause);
            _wait.IsUnderWay = true;
            if (!latency.IsZero) yield return latency;
            if (_wait.EndPhase(self)) yield break;
            _world.Story.Tell("detection", stop.Fault.Node, $"known after {latency}");
            _world.Clock.Enter(JobPhase.Restarting, stop.Cause);
            _blame.Struck(stop);
        }

        var decision = _policy.Decide(Observe(stop));
        var isNumerics = stop.IsAlarm && stop.Fault.Node < 0;
        var decided = decision.BeforeNodes + TimeToDecide(stop);
        _world.Clock.Enter(isNumerics ? JobPhase.Investigating : JobPhase.Restarting, stop.Cause);
        _wait.IsUnderWay = true;
        if (!decided.IsZero) yield return decided;
        if (_wait.EndPhase(self)) yield break;

        // Spares may have come or gone meanwhile.
        decision = _policy.Decide(Observe(stop));
        var keeps = decision.KeepsState && !stop.IsRolledBack;
        if (keeps) _state.KeepWholeSteps(stop);
        else _state.RollBack(stop);
        if (decision.Move == Move.Replace)
        {
            if (_nodes.Begin())
            {
                var waiting = _nodes.WaitFor(self, stop, decision);
                while (waiting.MoveNext()) yield return waiting.Current;
                if (stop.WasCutShort) yield break;
            }

            _nodes.Take(decision);
        }
        else
        {
            _regrouping.GoOnWithout(decision.Move, stop.Cause);
        }

        _world.Clock.Enter(JobPhase.Restarting, stop.Cause);
        _wait.IsUnderWay = true;
        if (!decision.AfterNodes.IsZero) yield return decision.AfterNodes;
        if (_wait.EndPhase(self)) yield break;
        // A node on the bench that fails takes its copies along, even those that are being read: then go back further.
        while (!keeps && _world.Shelf.Newest(stop.Since) is { } copy)
        {
            _state.RollBack(stop);
            var restore = _state.Restore(self, stop, copy);
            while (restore.MoveNext()) yield return restore.Current;
            if (stop.WasCutShort) yield break;
            if (_world.Shelf.Newest(stop.Since) == copy) break;
            _state.RollBack(stop);
        }

        _world.Clock.Enter(JobPhase.Restarting, stop.Cause);
        _wait.IsUnderWay = true;
        if (!decision.AfterRestore.IsZero) yield return decision.AfterRestore;
        _wait.EndPhase(self);
    }

    private Duration TimeToDecide(JobStop stop)
    {
        var dice = _world.HandlingOf(stop.Fault);
        // Outage and latency were drawn from these dice when the fault struck.
        dice.Skip();
        dice.Skip();
        return (stop.IsUnknown ? _times.ManualDecide : _times.Decide).Draw(ref dice);
    }

    private Observation Observe(JobStop stop) => new(Occasion.Stopped)
    {
        Lost = _world.Roster.EmptyPlaces,
        Hot = _world.Fleet.CountOf(NodeState.Hot),
        Warm = _world.Fleet.CountOf(NodeState.Standby),
        Groups = _world.Spec.Conditions.Groups,
        // Software that fails takes the state of all ranks with it.
        GroupsHit = _world.Spec.Faults[stop.Fault.Fault].Scope == FaultScope.Job
            ? _world.Spec.Conditions.Groups
            : _regrouping.MissingGroups,
    };
}
