// From the moment at which it is known what stopped the job to the first new step: it is torn down, given a full set of
// nodes, restored and started again.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Brings a stopped job back.</summary>
internal sealed class JobRestart
{
    private readonly Simulation _simulation;
    private readonly CampaignSpec _spec;
    private readonly Fleet _fleet;
    private readonly JobClock _clock;
    private readonly FaultClock _lives;
    private readonly NodeCare _care;
    private readonly CampaignStory _story;
    private readonly IRecoveryPolicy _policy;

    public JobRestart(
        Simulation simulation, CampaignSpec spec, Fleet fleet, JobClock clock, FaultClock lives, NodeCare care,
        CampaignStory story)
    {
        (_simulation, _spec, _fleet, _clock, _lives) = (simulation, spec, fleet, clock, lives);
        (_care, _story) = (care, story);
        _policy = RecoveryPolicies.AfterStop(spec.Recovery);
    }

    /// <summary>How often the job came back.</summary>
    public int Recoveries { get; private set; }

    /// <summary>Over all of these, from the stop to the end of the first new step.</summary>
    public Duration TimeToRecover { get; private set; }

    /// <param name="fault">What stopped the job.</param>
    /// <param name="copy">The copy that it goes back to, or null for the start.</param>
    /// <param name="since">When it stopped.</param>
    /// <param name="computed">Its computing time so far.</param>
    /// <param name="dice">Of the handling of this fault.</param>
    public IEnumerator<Wait> Run(
        FaultEvent fault, StateCopy? copy, Instant since, Duration computed, RandomStream dice)
    {
        var cause = fault.Fault + 1;
        // The unit behind an alarm may have left the job by now, for another fault: then the job is full as it is.
        var state = _fleet.StateOf(fault.Node);
        var missesNode = state == NodeState.Active;
        if (missesNode) _lives.Leave(fault.Node, computed);
        _clock.Enter(JobPhase.Restarting, cause);
        if (state is NodeState.Active or NodeState.Standby) _care.Admit(fault);
        var times = _spec.Recovery.Times;
        yield return _policy.Decide(Observe()).BeforeNodes + times.Decide.Draw(ref dice);

        var decision = _policy.Decide(Observe());
        while (missesNode && _fleet.CountOf(NodeState.Standby) == 0)
        {
            _clock.Enter(JobPhase.WaitingForNode, cause);
            _story.Tell("waiting", -1, "no node is free");
            _care.Available.Rearm();
            yield return _care.Available;
            decision = _policy.Decide(Observe());
        }

        if (missesNode) TakeStandby(computed);
        _clock.Enter(JobPhase.Restarting, cause);
        yield return decision.AfterNodes;

        if (copy is { } found)
        {
            _clock.Enter(JobPhase.Restoring, cause);
            var isStored = found.Tier.Target == CheckpointTarget.Storage;
            _story.Tell("restore", -1, isStored ? "from storage" : "from peer memory");
            yield return found.Tier.Read;
        }

        _clock.Enter(JobPhase.Restarting, cause);
        yield return decision.AfterRestore;
        Recoveries++;
        TimeToRecover += _simulation.Now - since + _spec.StepTime;
        var stop = _spec.Faults[fault.Fault].Kind is SilentCorruption ? "alarm" : "fault";
        _story.Tell("resumed", -1, $"{_simulation.Now - since} after the {stop}");
    }

    private Observation Observe() => new(Occasion.Stopped) { Warm = _fleet.CountOf(NodeState.Standby) };

    private void TakeStandby(Duration computed)
    {
        var node = _fleet.FirstIn(NodeState.Standby)
            ?? throw new InvalidOperationException("A policy took a standby node that is not there.");
        _clock.Move(node, NodeState.Active, Ledger.NoCause);
        _lives.Join(node, computed);
        _story.Tell("standby", node, "joins the job");
    }
}
