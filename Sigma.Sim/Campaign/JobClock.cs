// Books time as it passes: whenever the job's phase or a node's state changes, the span since the last change goes to
// the ledger, node state by node state, so that every accelerator-nanosecond finds its bucket.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Campaign;

/// <summary>The job's phase, the fleet's states, and the ledger between them.</summary>
internal sealed class JobClock
{
    private static readonly NodeState[] States = Enum.GetValues<NodeState>();

    private readonly Simulation _simulation;
    private readonly Fleet _fleet;
    private readonly int _perNode;
    private readonly int[] _causeOfNode;

    // Nodes by state and cause, so that booking costs the same for a hundred nodes and for ten thousand.
    private readonly int[] _nodes;
    private readonly List<PhaseSpan>? _phases;
    private Instant _booked;
    private Instant _phaseBegan;

    // Accelerator-nanoseconds of computing that a rollback may still turn into lost work.
    private Int128 _pending;

    public JobClock(
        Simulation simulation, Fleet fleet, int acceleratorsPerNode, IEnumerable<string> faults, bool recordPhases)
    {
        (_simulation, _fleet, _perNode) = (simulation, fleet, acceleratorsPerNode);
        _causeOfNode = new int[fleet.Nodes];
        _phases = recordPhases ? [] : null;
        Ledger = new Ledger(faults);
        _nodes = new int[States.Length * Ledger.Causes.Count];
        foreach (var state in States) _nodes[IndexOf(state, Ledger.NoCause)] = fleet.CountOf(state);
    }

    public Ledger Ledger { get; }

    public JobPhase Phase { get; private set; } = JobPhase.Computing;

    /// <summary>The fault that pays for the present phase; <see cref="Ledger.NoCause"/> while all is well.</summary>
    public int Cause { get; private set; } = Ledger.NoCause;

    public IReadOnlyList<PhaseSpan> Phases => _phases ?? [];

    /// <summary>The job goes over to another phase.</summary>
    public void Enter(JobPhase phase, int cause)
    {
        Book();
        if (phase != Phase) CloseSpan();
        (Phase, Cause) = (phase, cause);
    }

    /// <summary>A node goes over to another state, on account of a fault or of none.</summary>
    public void Move(int node, NodeState to, int cause)
    {
        Book();
        _nodes[IndexOf(_fleet.StateOf(node), _causeOfNode[node])]--;
        _fleet.Move(node, to);
        _nodes[IndexOf(to, cause)]++;
        _causeOfNode[node] = cause;
    }

    /// <summary>Takes <paramref name="work"/> of computing back: it was done and is lost.</summary>
    public void RollBack(Duration work, int cause, long accelerators)
    {
        Book();
        var lost = (Int128)accelerators * work.Nanoseconds;
        if (lost > _pending)
        {
            throw new InvalidOperationException(
                $"{lost} accelerator-ns cannot be rolled back, only {_pending} are there.");
        }

        _pending -= lost;
        Ledger.Post(TimeBucket.LostWork, cause, lost);
    }

    /// <summary>Ends the run: what is left of the computing was kept and splits as the replayed step does.</summary>
    public void Close(StepShares shares)
    {
        Book();
        CloseSpan();
        var exposed = Share(shares.ExposedCommunication);
        var bubble = Share(shares.PipelineBubble);
        var straggler = Share(shares.StragglerWait);
        Ledger.Post(TimeBucket.ExposedCommunication, Ledger.NoCause, exposed);
        Ledger.Post(TimeBucket.PipelineBubble, Ledger.NoCause, bubble);
        Ledger.Post(TimeBucket.StragglerWait, Ledger.NoCause, straggler);
        Ledger.Post(TimeBucket.Compute, Ledger.NoCause, _pending - exposed - bubble - straggler);
        _pending = 0;
    }

    private Int128 Share(double share) => _pending * (long)(share * (1L << 40)) >> 40;

    private void CloseSpan()
    {
        if (_phases is not null && _simulation.Now > _phaseBegan)
            _phases.Add(new PhaseSpan(_phaseBegan, _simulation.Now, Phase));
        _phaseBegan = _simulation.Now;
    }

    private void Book()
    {
        var span = _simulation.Now - _booked;
        _booked = _simulation.Now;
        if (span.IsZero) return;
        var active = (long)_fleet.CountOf(NodeState.Active) * _perNode;
        if (Phase == JobPhase.Computing) _pending += (Int128)active * span.Nanoseconds;
        else Ledger.Post(BucketOf(Phase), Cause, active, span);
        foreach (var state in States)
        {
            if (state == NodeState.Active) continue;
            for (var cause = 0; cause < Ledger.Causes.Count; cause++)
            {
                var nodes = _nodes[IndexOf(state, cause)];
                if (nodes > 0) Ledger.Post(BucketOf(state), cause, (long)nodes * _perNode, span);
            }
        }
    }

    private int IndexOf(NodeState state, int cause) => (int)state * Ledger.Causes.Count + cause;

    private static TimeBucket BucketOf(JobPhase phase) => phase switch
    {
        JobPhase.Computing => TimeBucket.Compute,
        JobPhase.Saving => TimeBucket.CheckpointSave,
        JobPhase.Undetected => TimeBucket.DetectionWait,
        JobPhase.Restarting => TimeBucket.Restart,
        JobPhase.Restoring => TimeBucket.Restore,
        JobPhase.WaitingForNode => TimeBucket.SpareWait,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    private static TimeBucket BucketOf(NodeState state) => state switch
    {
        NodeState.Active => TimeBucket.Idle,
        NodeState.Standby or NodeState.Cold => TimeBucket.Standby,
        NodeState.Triage => TimeBucket.Triage,
        NodeState.Repair => TimeBucket.Repair,
        NodeState.Validating => TimeBucket.Validation,
        NodeState.Retired => TimeBucket.Retired,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
