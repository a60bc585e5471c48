// The job: it computes until a checkpoint is due, a fault strikes or an alarm tells of a silent corruption. Whatever
// stops it takes away the work since the newest copy that may be used. Steps are no events: between events the work
// grows with the clock.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Campaign;

/// <summary>The process of the training job.</summary>
internal sealed class TrainingJob
{
    private readonly Simulation _simulation;
    private readonly CampaignSpec _spec;
    private readonly JobClock _clock;
    private readonly FaultClock _lives;
    private readonly JobRestart _restart;
    private readonly CampaignStory _story;
    private readonly CheckpointShelf _shelf;
    private readonly CorruptionWatch _watch;
    private readonly long _accelerators;
    private readonly ulong _seed;
    private readonly int _replication;
    private readonly int[] _interruptions;

    // Computing time over the whole run, which is what units age by, and the part of it that stands after rollbacks.
    private Duration _computed;
    private Duration _work;
    private Instant _computingSince;

    public TrainingJob(
        Simulation simulation, CampaignSpec spec, Fleet fleet, JobClock clock, FaultClock lives, NodeCare care,
        CampaignStory story, ulong seed, int replication)
    {
        (_simulation, _spec, _clock, _lives) = (simulation, spec, clock, lives);
        (_story, _seed, _replication) = (story, seed, replication);
        _restart = new JobRestart(simulation, spec, fleet, clock, lives, care, story);
        _shelf = new CheckpointShelf(spec.Tiers);
        _watch = new CorruptionWatch(spec.Faults, spec.StepTime, seed, replication);
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

    public CorruptionCounts CorruptionsBy(int fault) => _watch.CountsOf(fault);

    public int Recoveries => _restart.Recoveries;

    public Duration TimeToRecover => _restart.TimeToRecover;

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
                _shelf.Put(tier, _work, _simulation.Now, _watch.Latent);
                continue;
            }

            var recovery = ends == StretchEnd.Alarm ? Noticed(_watch.NextAlarm!) : StruckBy(_lives.Next()!.Value);
            while (recovery?.MoveNext() == true) yield return recovery.Current;
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
        var (span, ends) = (Duration.Endless, StretchEnd.Fault);
        if (_lives.Next() is { } fault) span = fault.At - _computed;
        if (_watch.NextAlarm is { } alarm && alarm.AlarmAt - _work < span)
            (span, ends) = (alarm.AlarmAt - _work, StretchEnd.Alarm);
        if (_shelf.NextDue(_spec.StepTime) is { } due && due.Work - _work < span)
            (span, ends) = (due.Work - _work, StretchEnd.Checkpoint);
        if (_spec.Steps is { } steps && _spec.StepTime * steps - _work < span)
            (span, ends) = (_spec.StepTime * steps - _work, StretchEnd.Done);
        return (span, ends);
    }

    /// <summary>What a fault does to the job: the recovery from it, or null where nobody sees it.</summary>
    private IEnumerator<Wait>? StruckBy(FaultEvent fault)
    {
        _lives.Strike(fault);
        switch (_spec.Faults[fault.Fault].Kind)
        {
            case FailStop stop:
                return Stopped(fault, stop.Latency);
            case SilentCorruption silent:
                Corrupt(fault, silent);
                return null;
            default:
                throw new InvalidOperationException($"{_spec.Faults[fault.Fault].Name} is of no kind.");
        }
    }

    private void Corrupt(FaultEvent fault, SilentCorruption kind)
    {
        var outcome = _watch.Strike(fault, kind, _work);
        var comesTo = outcome.Effect switch
        {
            CorruptionEffect.Harmless => "harmless",
            CorruptionEffect.Unnoticed => "the damage lasts and is never noticed",
            CorruptionEffect.Noticed => $"to be noticed after {Steps(outcome.AfterSteps)}",
            _ => throw new InvalidOperationException($"A corruption came to {outcome.Effect}."),
        };
        _story.Tell("corruption", fault.Node, $"{NameOf(fault)} on unit {fault.Unit}; {comesTo}");
    }

    private IEnumerator<Wait> Stopped(FaultEvent fault, Distribution latency)
    {
        var struckAt = _simulation.Now;
        var dice = HandlingOf(fault);
        _interruptions[fault.Fault]++;
        _clock.Enter(JobPhase.Undetected, fault.Fault + 1);
        var copy = _shelf.Newest(struckAt);
        var lost = RollBack(copy, fault.Fault + 1);
        _story.Tell("fault", fault.Node, $"{NameOf(fault)} on unit {fault.Unit}; {lost} of work is lost", lost);
        yield return latency.Draw(ref dice);
        _story.Tell("detection", fault.Node, $"known after {_simulation.Now - struckAt}");
        var restart = _restart.Run(fault, copy, struckAt, _computed, dice);
        while (restart.MoveNext()) yield return restart.Current;
    }

    /// <summary>An alarm: what was computed since the corruption is worthless, and so is every copy of it.</summary>
    private IEnumerator<Wait> Noticed(LatentCorruption corruption)
    {
        var fault = corruption.Strike;
        _interruptions[fault.Fault]++;
        _clock.Enter(JobPhase.Restarting, fault.Fault + 1);
        _watch.Notice(corruption);
        _shelf.Discard(corruption);
        var copy = _shelf.Newest(_simulation.Now);
        var lost = RollBack(copy, fault.Fault + 1);
        var target = copy is null ? "the start, since no copy is older" : "a copy from before it";
        var story = $"{NameOf(fault)} on unit {fault.Unit}, noticed after {Steps(corruption.AfterSteps)}: "
            + $"rolled back to {target}; {lost} of work is lost";
        _story.Tell("fault", fault.Node, story, lost);
        return _restart.Run(fault, copy, _simulation.Now, _computed, HandlingOf(fault));
    }

    private string NameOf(FaultEvent fault) => _spec.Faults[fault.Fault].Name;

    private static string Steps(int count) => $"{UnitText.Count(count)} {(count == 1 ? "step" : "steps")}";

    private RandomStream HandlingOf(FaultEvent fault) =>
        new StreamKey(_seed, _replication, $"fault/{NameOf(fault)}/handling", fault.Occurrence).Open();

    /// <summary>Back to a copy, or to the start where there is none; what it takes away of the work.</summary>
    private Duration RollBack(StateCopy? copy, int cause)
    {
        var standing = copy?.Work ?? Duration.Zero;
        var lost = _work - standing;
        _clock.RollBack(lost, cause, _accelerators);
        _work = standing;
        _shelf.RollBack(standing, _simulation.Now);
        _watch.RollBack(copy?.Latent ?? []);
        return lost;
    }
}
