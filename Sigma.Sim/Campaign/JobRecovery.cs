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
    private bool _isCut;
    private bool _isBorrowing;

    /// <param name="world">The replication.</param>
    /// <param name="notices">What the job is told; stops are taken from it while one is under way.</param>
    public JobRecovery(CampaignWorld world, Queue<JobNotice> notices)
    {
        (_world, _notices) = (world, notices);
        _policy = RecoveryPolicies.AfterStop(world.Spec.Recovery);
        _times = world.Spec.Recovery.Times;
        _blame = new Blame(world);
        _regrouping = new Regrouping(world);
    }

    /// <summary>The job is in a wait that a fault ends.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>A fault strikes the job while it does not compute.</summary>
    public void CutShort(Process job)
    {
        if (_isCut) return;
        _isCut = true;
        job.Interrupt(null);
    }

    /// <summary>A wait is over; true where a fault has ended it.</summary>
    public bool EndPhase(Process self)
    {
        IsUnderWay = false;
        if (!_isCut) return false;
        _isCut = false;
        while (self.TakeInterrupt(out _))
        {
        }

        return true;
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
        RollBack(stop);
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
            IsUnderWay = true;
            var outages = _world.Storage.Outages;
            yield return tier.Blocking + _world.Shelf.WriteLeft(tier, _world.Now) + tier.Write;
            if (EndPhase(self)) yield break;
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
        IsUnderWay = true;
        yield return tests.Lasts;
        if (EndPhase(self)) yield break;
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
        if (_world.Spec.Cluster.Spares.Hot > 0) _world.Care.Promote();
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
            IsUnderWay = true;
            if (!latency.IsZero) yield return latency;
            if (EndPhase(self)) yield break;
            _world.Story.Tell("detection", stop.Fault.Node, $"known after {latency}");
            _world.Clock.Enter(JobPhase.Restarting, stop.Cause);
            _blame.Struck(stop);
        }

        var decision = _policy.Decide(Observe(stop));
        var isNumerics = stop.IsAlarm && stop.Fault.Node < 0;
        var decided = decision.BeforeNodes + TimeToDecide(stop);
        _world.Clock.Enter(isNumerics ? JobPhase.Investigating : JobPhase.Restarting, stop.Cause);
        IsUnderWay = true;
        if (!decided.IsZero) yield return decided;
        if (EndPhase(self)) yield break;

        // Spares may have come or gone meanwhile.
        decision = _policy.Decide(Observe(stop));
        var keeps = decision.KeepsState && !stop.IsRolledBack;
        if (keeps) KeepWholeSteps(stop);
        else RollBack(stop);
        if (decision.Move == Move.Replace)
        {
            _isBorrowing = false;
            if (LacksNodes())
            {
                var waiting = WaitForNodes(self, stop, decision);
                while (waiting.MoveNext()) yield return waiting.Current;
                if (stop.WasCutShort) yield break;
            }

            TakeNodes(decision);
        }
        else
        {
            _regrouping.GoOnWithout(decision.Move, stop.Cause);
        }

        _world.Clock.Enter(JobPhase.Restarting, stop.Cause);
        IsUnderWay = true;
        if (!decision.AfterNodes.IsZero) yield return decision.AfterNodes;
        if (EndPhase(self)) yield break;
        // A node on the bench that fails takes its copies along, even those that are being read: then go back further.
        while (!keeps && _world.Shelf.Newest(stop.Since) is { } copy)
        {
            RollBack(stop);
            var restore = Restore(self, stop, copy);
            while (restore.MoveNext()) yield return restore.Current;
            if (stop.WasCutShort) yield break;
            if (_world.Shelf.Newest(stop.Since) == copy) break;
            RollBack(stop);
        }

        _world.Clock.Enter(JobPhase.Restarting, stop.Cause);
        IsUnderWay = true;
        if (!decision.AfterRestore.IsZero) yield return decision.AfterRestore;
        EndPhase(self);
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

    private bool LacksNodes() =>
        _world.Fleet.CountOf(NodeState.Hot) + _world.Fleet.CountOf(NodeState.Standby) < _world.Roster.EmptyPlaces
        || (_isBorrowing && MustBorrow());

    private IEnumerator<Wait> WaitForNodes(Process self, JobStop stop, Decision decision)
    {
        var isTold = false;
        while (LacksNodes())
        {
            // A job that starts anew waits for a full set; one that lives on in its peers takes whoever comes.
            if (decision.KeepsState) TakeFreeNodes();
            _world.Clock.Enter(JobPhase.WaitingForNode, stop.Cause);
            if (!isTold) _world.Story.Tell("waiting", -1, "no node is free");
            isTold = true;
            IsUnderWay = true;
            if (_world.Fleet.FirstIn(NodeState.Borrowed) is not null)
            {
                _isBorrowing = decision.PlacesJob;
                yield return _times.Preempt;
                if (!EndPhase(self)) Preempt();
                else stop.WasCutShort = true;
            }
            else
            {
                _isBorrowing = false;
                _world.Care.Available.Rearm();
                yield return _world.Care.Available;
                stop.WasCutShort |= EndPhase(self);
            }

            if (stop.WasCutShort) yield break;
        }
    }

    private void TakeNodes(Decision decision)
    {
        _isBorrowing = false;
        // Only now: an attempt that is cut short may end in a job that goes on, and still has its places filled.
        _regrouping.GiveUp();
        TakeFreeNodes();
        _regrouping.AllBack();
        if (!decision.PlacesJob) return;
        _world.Counts.Placements++;
        _world.Care.FillHotPlaces();
    }

    private void TakeFreeNodes()
    {
        while (_world.Roster.FirstEmpty is { } place && _world.FreeNode is { } node) _world.TakeIntoJob(node, place);
    }

    /// <summary>Once jobs of lower priority are asked for nodes, the places of hot spares are filled as well.</summary>
    private bool MustBorrow() =>
        _world.Fleet.CountOf(NodeState.Borrowed) > 0
        && _world.Fleet.CountOf(NodeState.Hot) + _world.Fleet.CountOf(NodeState.Standby)
            < _world.Roster.EmptyPlaces + _world.Spec.Cluster.Spares.Hot;

    private void Preempt()
    {
        if (_world.Fleet.FirstIn(NodeState.Borrowed) is not { } node) return;
        _world.Counts.Preemptions++;
        _world.Clock.Move(node, NodeState.Standby, Ledger.NoCause);
        _world.Story.Tell("preemption", node, "a job of lower priority gives it up");
        _world.Care.Tell();
    }

    private IEnumerator<Wait> Restore(Process self, JobStop stop, StateCopy copy)
    {
        _world.Clock.Enter(JobPhase.Restoring, stop.Cause);
        var isStored = copy.Tier.Target == CheckpointTarget.Storage;
        int outages;
        do
        {
            while (isStored && !_world.Storage.IsUp)
            {
                IsUnderWay = true;
                _world.Storage.Back.Rearm();
                yield return _world.Storage.Back;
                stop.WasCutShort = EndPhase(self);
                if (stop.WasCutShort) yield break;
            }

            outages = _world.Storage.Outages;
            _world.Story.Tell("restore", -1, $"from {PlaceOf(copy.Tier.Target)}");
            IsUnderWay = true;
            yield return copy.Tier.Read;
            stop.WasCutShort = EndPhase(self);
        }
        while (!stop.WasCutShort && isStored && _world.Storage.Outages > outages);
    }

    /// <summary>Back to the newest copy that survived, or to the start where there is none.</summary>
    private void RollBack(JobStop stop)
    {
        var copy = _world.Shelf.Newest(stop.Since);
        var standing = copy?.Work ?? Duration.Zero;
        var lost = _world.Clock.Work.Work - standing;
        _world.Clock.RollBack(standing, stop.Cause);
        _world.Shelf.RollBack(standing, stop.Since, copy?.Latent ?? []);
        _world.Watch.RollBack(copy?.Latent ?? []);
        if (!stop.IsRolledBack || !lost.IsZero)
        {
            var target = copy is null ? "the start, since there is no older copy" : "the newest copy that may be used";
            _world.Story.Tell("rollback", -1, $"to {target}; {lost} of work is lost", lost);
        }

        stop.IsRolledBack = true;
    }

    /// <summary>
    /// Peers have the state after the last whole step: only the step that was cut off is lost, and not even that where
    /// it was saved on purpose.
    /// </summary>
    private void KeepWholeSteps(JobStop stop)
    {
        var work = _world.Clock.Work.Work;
        var whole = _world.Spec.StepTime * (work / _world.Spec.StepTime);
        var standing = Duration.Max(whole, _world.Shelf.Newest(stop.Since)?.Work ?? Duration.Zero);
        _world.Clock.RollBack(standing, stop.Cause);
        _world.Shelf.Tear(stop.Since);
        if (standing < work)
            _world.Story.Tell("state", -1, $"from peers; {work - standing} of work is lost", work - standing);
    }

    private static string PlaceOf(CheckpointTarget target) => target switch
    {
        CheckpointTarget.Storage => "storage",
        CheckpointTarget.PeerMemory => "peer memory",
        CheckpointTarget.LocalDisk => "local disks",
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
    };
}
