// The job: it computes until a checkpoint is due or a fault strikes, and after a fault it is detected, torn down, given
// a full set of nodes, restored and started again. Steps are no events: between events the work grows with the clock.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>The process of the training job.</summary>
internal sealed class TrainingJob
{
    private readonly Simulation _simulation;
    private readonly CampaignSpec _spec;
    private readonly Fleet _fleet;
    private readonly JobClock _clock;
    private readonly FaultClock _lives;
    private readonly NodeCare _care;
    private readonly CampaignStory _story;
    private readonly CheckpointShelf _shelf;
    private readonly IRecoveryPolicy _policy;
    private readonly long _accelerators;
    private readonly ulong _seed;
    private readonly int _replication;
    private readonly int[] _interruptions;

    // Computing time over the whole run, which is what units age by, and the part of it that stands after rollbacks.
    private Duration _computed;
    private Duration _work;
    private Instant _computingSince;
    private int _recoveries;
    private Duration _timeToRecover;

    public TrainingJob(
        Simulation simulation, CampaignSpec spec, Fleet fleet, JobClock clock, FaultClock lives, NodeCare care,
        CampaignStory story, ulong seed, int replication)
    {
        (_simulation, _spec, _fleet, _clock, _lives) = (simulation, spec, fleet, clock, lives);
        (_care, _story, _seed, _replication) = (care, story, seed, replication);
        _shelf = new CheckpointShelf(spec.Tiers);
        _policy = RecoveryPolicies.Of(spec.Recovery.Policy);
        _accelerators = spec.Cluster.Accelerators;
        _interruptions = new int[spec.Faults.Count];
        for (var node = 0; node < spec.Cluster.Nodes; node++) _lives.Join(node, Duration.Zero);
    }

    /// <summary>A run that ends with its tokens but gets nowhere is given up after this time.</summary>
    public static Duration LongestCampaign { get; } = Duration.FromDays(20 * 365.25);

    /// <summary>True where the run was given up.</summary>
    public bool GaveUp { get; private set; }

    public int Interruptions => _interruptions.Sum();

    public int InterruptionsBy(int fault) => _interruptions[fault];

    public int Recoveries => _recoveries;

    public Duration TimeToRecover => _timeToRecover;

    /// <summary>Steps done and standing at this moment.</summary>
    public long KeptSteps => WorkDone / _spec.StepTime;

    /// <summary>Computing that stands at this moment, the running step included.</summary>
    public Duration WorkDone => _work + RunningSpan;

    private Duration RunningSpan =>
        _clock.Phase == JobPhase.Computing ? _simulation.Now - _computingSince : Duration.Zero;

    /// <summary>Ends with the last step where steps decide, else never: the horizon then ends the run.</summary>
    public IEnumerator<Wait> Run(Process self)
    {
        while (true)
        {
            var (span, ends) = NextStretch();
            _computingSince = _simulation.Now;
            _clock.Enter(JobPhase.Computing, Ledger.NoCause);
            yield return span;
            _computed += span;
            _work += span;
            _computingSince = _simulation.Now;
            GaveUp = _spec.Steps is not null && _simulation.Now.SinceStart > LongestCampaign;
            if (ends == StretchEnd.Done || GaveUp) yield break;
            if (ends == StretchEnd.Checkpoint)
            {
                var (_, tier) = _shelf.NextDue(_spec.StepTime)!.Value;
                _clock.Enter(JobPhase.Saving, Ledger.NoCause);
                yield return tier.Blocking + _shelf.WriteLeft(tier, _simulation.Now);
                _shelf.Put(tier, _work, _simulation.Now);
                continue;
            }

            var recovery = Recover(_lives.Next()!.Value);
            while (recovery.MoveNext()) yield return recovery.Current;
        }
    }

    private enum StretchEnd
    {
        Fault,
        Checkpoint,
        Done,
    }

    /// <summary>How long the job computes from here, and why it stops; at a step's end a fault comes first.</summary>
    private (Duration Span, StretchEnd Ends) NextStretch()
    {
        var (span, ends) = (Duration.Endless, StretchEnd.Fault);
        if (_lives.Next() is { } fault) span = fault.At - _computed;
        if (_shelf.NextDue(_spec.StepTime) is { } due && due.Work - _work < span)
            (span, ends) = (due.Work - _work, StretchEnd.Checkpoint);
        if (_spec.Steps is { } steps && _spec.StepTime * steps - _work < span)
            (span, ends) = (_spec.StepTime * steps - _work, StretchEnd.Done);
        return (span, ends);
    }

    private IEnumerator<Wait> Recover(FaultEvent fault)
    {
        var struckAt = _simulation.Now;
        var spec = _spec.Faults[fault.Fault];
        var cause = fault.Fault + 1;
        var dice = new StreamKey(_seed, _replication, $"fault/{spec.Name}/handling", fault.Occurrence).Open();
        _interruptions[fault.Fault]++;
        _lives.Strike(fault);
        _clock.Enter(JobPhase.Undetected, cause);
        var copy = _shelf.Newest(struckAt);
        var lost = RollBack(copy?.Work ?? Duration.Zero, cause);
        _story.Tell("fault", fault.Node, $"{spec.Name} on unit {fault.Unit}; {lost} of work is lost", lost);
        yield return spec.Detection.Draw(ref dice);
        _story.Tell("detection", fault.Node, $"known after {_simulation.Now - struckAt}");

        _lives.Leave(fault.Node, _computed);
        _clock.Enter(JobPhase.Restarting, cause);
        _care.Admit(fault);
        var times = _spec.Recovery.Times;
        yield return _policy.Decide(Observe(), times).BeforeNode + times.Decide.Draw(ref dice);

        var decision = _policy.Decide(Observe(), times);
        while (!decision.TakesStandby)
        {
            _clock.Enter(JobPhase.WaitingForNode, cause);
            _story.Tell("waiting", -1, "no node is free");
            _care.Available.Rearm();
            yield return _care.Available;
            decision = _policy.Decide(Observe(), times);
        }

        TakeStandby();
        _clock.Enter(JobPhase.Restarting, cause);
        yield return decision.AfterNode;

        if (copy is { } found)
        {
            _clock.Enter(JobPhase.Restoring, cause);
            var isStored = found.Tier.Target == CheckpointTarget.Storage;
            _story.Tell("restore", -1, isStored ? "from storage" : "from peer memory");
            yield return found.Tier.Read;
        }

        _clock.Enter(JobPhase.Restarting, cause);
        yield return decision.AfterRestore;
        _recoveries++;
        _timeToRecover += _simulation.Now - struckAt + _spec.StepTime;
        _story.Tell("resumed", -1, $"{_simulation.Now - struckAt} after the fault");
    }

    private Duration RollBack(Duration standing, int cause)
    {
        var lost = _work - standing;
        _clock.RollBack(lost, cause, _accelerators);
        _work = standing;
        _shelf.RollBack(standing, _simulation.Now);
        return lost;
    }

    private Observation Observe() => new(_fleet.CountOf(NodeState.Standby));

    private void TakeStandby()
    {
        var node = _fleet.FirstIn(NodeState.Standby)
            ?? throw new InvalidOperationException("A policy took a standby node that is not there.");
        _clock.Move(node, NodeState.Active, Ledger.NoCause);
        _lives.Join(node, _computed);
        _story.Tell("standby", node, "joins the job");
    }
}
