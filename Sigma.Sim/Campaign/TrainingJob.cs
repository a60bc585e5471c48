// The job: it computes until a checkpoint is due, a fault strikes, an alarm tells of a silent corruption, or someone
// has news for it. Steps are no events: between events the work grows with the clock, slower where something slows the
// step.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>The process of the training job.</summary>
internal sealed class TrainingJob
{
    private readonly CampaignWorld _world;
    private readonly CampaignSpec _spec;
    private readonly FaultDispatch _dispatch;
    private readonly JobRecovery _recovery;
    private readonly Queue<JobNotice> _notices = [];
    private readonly JobWait _wait = new();
    private readonly CheckpointRun _ahead;
    private readonly Process _process;

    private Duration _target;
    private Instant _computingSince;
    private Instant _validatedAt;
    private bool _isListening;
    private bool _isCalled;

    public TrainingJob(CampaignWorld world, FaultDispatch dispatch)
    {
        (_world, _spec, _dispatch) = (world, world.Spec, dispatch);
        world.Job = this;
        _recovery = new JobRecovery(world, _notices, _wait);
        _ahead = new CheckpointRun(world);
        _process = world.Simulation.Start("training job", Run);
    }

    /// <summary>A run that ends with its tokens but gets nowhere is given up after this time.</summary>
    public static Duration LongestCampaign { get; } = Duration.FromDays(20 * 365.25);

    /// <summary>Fires with the last step where steps decide.</summary>
    public Signal Ended => _process.Ended;

    /// <summary>Steps done and standing.</summary>
    public long KeptSteps => Work / _spec.StepTime;

    public int Interruptions => _world.Counts.Interruptions;

    private Duration Work => _world.Clock.Work.Work;

    /// <summary>News: the job turns to it at once if it computes, after what it does now if it does not.</summary>
    public void Tell(JobNotice notice)
    {
        _notices.Enqueue(notice);
        if (notice is StopNotice && _wait.IsUnderWay) _wait.CutShort(_process);
        else Wake();
    }

    /// <summary>A node has left its place: nobody need drain it any more, but the place is to be filled.</summary>
    public void Left(int node, bool wasBenched)
    {
        if (_notices.Count > 0) DropDrainsOf(node);
        if (wasBenched) _recovery.Refill();
    }

    /// <summary>Something has changed that the job's plans depend on.</summary>
    public void Wake()
    {
        // Whoever is told by the job itself finds it awake.
        if (!_isListening || _isCalled) return;
        _isCalled = true;
        _process.Interrupt(null);
    }

    /// <summary>Books what the job has computed since it last did.</summary>
    public void Advance()
    {
        if (_world.Clock.Phase != JobPhase.Computing) return;
        var span = _world.Now - _computingSince;
        _computingSince = _world.Now;
        var slowdown = _world.Condition.Slowdown;
        var work = slowdown == 1 ? span : Duration.Min(span.Scaled(1 / slowdown), _target - Work);
        _world.Computed += span;
        _world.Clock.Computed(work, _world.Condition);
    }

    /// <summary>Ends with the last step where steps decide, else never: the horizon then ends the run.</summary>
    private IEnumerator<Wait> Run(Process self)
    {
        while (true)
        {
            while (NextNotice() is { } notice)
            {
                var answer = AnswerTo(notice);
                while (answer.MoveNext()) yield return answer.Current;
            }

            _computingSince = _world.Now;
            _world.Clock.Enter(JobPhase.Computing, Ledger.NoCause);
            if (_ahead.TakeAhead() is { } row)
            {
                yield return row.Computing + row.Saving;
                Book(row);
                continue;
            }

            var (span, ends) = NextStretch();
            _isListening = true;
            yield return span;
            _isListening = false;
            Advance();
            if (WasCalled(self)) continue;
            if (ends != StretchEnd.Fault) _world.Clock.Work.Complete(_target);
            if (ends == StretchEnd.Done) yield break;
            var course = ends switch
            {
                StretchEnd.Checkpoint => TakeCheckpoint(self),
                StretchEnd.Alarm => _recovery.FromAlarm(self, _world.Watch.NextAlarm!),
                _ => null,
            };
            if (course is null) _dispatch.Strike(_world.Lives.Next()!.Value);
            else while (course.MoveNext()) yield return course.Current;
        }
    }

    private enum StretchEnd
    {
        Fault,
        Alarm,
        Checkpoint,
        Done,
    }

    /// <summary>
    /// How long the job computes from here, and why it stops. At a step's end a fault comes first, and an alarm before
    /// a checkpoint: nobody copies a state that is known to be corrupt.
    /// </summary>
    private (Duration Span, StretchEnd Ends) NextStretch()
    {
        var (work, ends) = (Duration.Endless, StretchEnd.Done);
        if (_spec.Steps is { } steps) work = _spec.StepTime * steps;
        if (_world.Shelf.NextDue(_spec.StepTime, _world.Storage.IsUp) is { } due && due.Work <= work)
        {
            // One that storage was out for is due as soon as it is back.
            work = Duration.Max(due.Work, CheckpointRun.EndOfStep(Work, _spec.StepTime));
            ends = StretchEnd.Checkpoint;
        }

        if (_world.Watch.NextAlarm is { } alarm && alarm.AlarmAt <= work)
            (work, ends) = (alarm.AlarmAt, StretchEnd.Alarm);
        _target = work;
        var span = work >= Duration.Endless ? Duration.Endless
            : CheckpointRun.SpanOf(work - Work, _world.Condition.Slowdown);
        if (_world.Lives.NextAt is { } strikes && strikes - _world.Computed <= span)
            (span, ends) = (Duration.Max(Duration.Zero, strikes - _world.Computed), StretchEnd.Fault);
        return (span, ends);
    }

    private void Book(CheckpointRow row)
    {
        _computingSince = _world.Now;
        _world.Computed += row.Computing;
        _world.Clock.SavedWhileComputing(row.Saving);
        _world.Clock.Computed(row.Work - Work, _world.Condition);
    }

    /// <summary>A stop comes before all else: nothing can be done with a job that has failed.</summary>
    private JobNotice? NextNotice() => _notices.Count switch
    {
        0 => null,
        1 => _notices.Dequeue(),
        _ => MostUrgent(),
    };

    private JobNotice MostUrgent()
    {
        var next = _notices.FirstOrDefault(notice => notice is StopNotice) ?? _notices.Peek();
        Drop(notice => ReferenceEquals(notice, next));
        return next;
    }

    private void DropDrainsOf(int node) => Drop(notice => notice is DrainNotice drain && drain.Node == node);

    private void Drop(Predicate<JobNotice> which)
    {
        for (var left = _notices.Count; left > 0; left--)
        {
            var notice = _notices.Dequeue();
            if (!which(notice)) _notices.Enqueue(notice);
        }
    }

    private bool WasCalled(Process self)
    {
        if (!_isCalled) return false;
        _isCalled = false;
        self.TakeInterrupts();
        return true;
    }

    private IEnumerator<Wait> TakeCheckpoint(Process self)
    {
        var (_, tier) = _world.Shelf.NextDue(_spec.StepTime, _world.Storage.IsUp)!.Value;
        _world.Clock.Enter(JobPhase.Saving, Ledger.NoCause);
        _wait.IsUnderWay = true;
        var outages = _world.Storage.Outages;
        yield return tier.Blocking + _world.Shelf.WriteLeft(tier, _world.Now);
        var isCut = _wait.EndPhase(self);
        // A fault during the checkpoint leaves no copy; nor does storage that has gone meanwhile.
        if (isCut || (tier.Target == CheckpointTarget.Storage && _world.Storage.Outages > outages)) yield break;
        _world.Shelf.Put(tier, Work, _world.Now, _world.Watch.Latent);
        var seen = new Observation(Occasion.Checkpoint) { SinceValidation = _world.Now - _validatedAt };
        if (_world.Proactive.Decide(seen).Move != Move.Validate) yield break;
        _validatedAt = _world.Now;
        var tests = _recovery.QuickValidation(self, _spec.Recovery.Proactive.QuickValidation!);
        while (tests.MoveNext()) yield return tests.Current;
    }

    private IEnumerator<Wait> AnswerTo(JobNotice notice) => notice switch
    {
        StopNotice stop => _recovery.FromStop(_process, stop),
        DrainNotice drain => _recovery.FromDrain(_process, drain),
        StallNotice stall => Stall(stall),
        RejoinNotice rejoin => Rejoin(rejoin),
        _ => throw new InvalidOperationException($"Nobody knows what to do about {notice}."),
    };

    private IEnumerator<Wait> Stall(StallNotice stall)
    {
        // A job that did something else meanwhile waits for what is left of it.
        if (_world.Fleet.StateOf(stall.Node) != NodeState.Active || stall.Until <= _world.Now) yield break;
        _world.Clock.Enter(JobPhase.Undetected, stall.Fault.Fault + 1);
        _wait.IsUnderWay = true;
        yield return stall.Until - _world.Now;
        _wait.EndPhase(_process);
    }

    private IEnumerator<Wait> Rejoin(RejoinNotice rejoin)
    {
        // A node that was struck has left its place, which is filled anew.
        bool AreReady() => rejoin.Nodes.Zip(rejoin.Places).All(pair =>
            _world.Fleet.StateOf(pair.First) == NodeState.Benched && _world.Roster.PlaceOf(pair.First) == pair.Second);
        if (!AreReady()) yield break;
        _world.Clock.Enter(JobPhase.Restarting, Ledger.NoCause);
        _wait.IsUnderWay = true;
        yield return _spec.Recovery.Times.Rejoin;
        // A fault meanwhile puts it off; after the stop the nodes are still there, or have left.
        if (_wait.EndPhase(_process)) _notices.Enqueue(rejoin);
        else if (AreReady()) _recovery.Rejoined(rejoin.Nodes);
    }
}
