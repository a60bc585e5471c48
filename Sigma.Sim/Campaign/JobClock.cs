// Books time as it passes. Each pair of bucket and cause is an account with a number of nodes in it; a change of that
// number posts what has passed since the last one, so that an event costs the same in a cluster of any size. That every
// accelerator-nanosecond has found its bucket is checked at every event.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Campaign;

/// <summary>The job's phase, the fleet's states, and the ledger between them.</summary>
internal sealed class JobClock
{
    private readonly Simulation _simulation;
    private readonly Fleet _fleet;
    private readonly int _perNode;
    private readonly List<PhaseSpan>? _phases;
    private Instant _phaseBegan;

    // By account: nodes in it, and since when they have been the same.
    private readonly long[] _nodes;
    private readonly long[] _since;
    private readonly int[] _accountOf;

    // What all open accounts hold together: nodes, and nodes x the time since when. The latter wraps round at 2^64, and
    // so does the check: 128 bits at every event would take a fifth of a campaign's time.
    private long _openNodes;
    private ulong _openSince;
    private Duration _computing;

    // The account of the nodes that are in the running job.
    private int _present;

    public JobClock(
        Simulation simulation, Fleet fleet, int acceleratorsPerNode, IEnumerable<string> faults, bool recordPhases)
    {
        (_simulation, _fleet, _perNode) = (simulation, fleet, acceleratorsPerNode);
        _phases = recordPhases ? [] : null;
        Ledger = new Ledger(faults);
        Service = new ServiceRecord(simulation, fleet);
        _nodes = new long[TimeBuckets.Count * Ledger.Causes.Count];
        _since = new long[_nodes.Length];
        _accountOf = new int[fleet.Nodes];
        foreach (var state in NodeStates.All)
        {
            if (state == NodeState.Active) continue;
            var account = AccountOf(BucketOf(state), Ledger.NoCause);
            foreach (var node in fleet.AllIn(state)) _accountOf[node] = account;
            Shift(account, fleet.CountOf(state));
        }

        _present = AccountOf(BucketOf(Phase), Cause);
        Shift(_present, fleet.CountOf(NodeState.Active));
    }

    public Ledger Ledger { get; }

    /// <summary>Computing that stands.</summary>
    public WorkLog Work { get; } = new();

    /// <summary>How many nodes are out of service, over time.</summary>
    public ServiceRecord Service { get; }

    public JobPhase Phase { get; private set; } = JobPhase.Computing;

    /// <summary>The fault that pays for the present phase; <see cref="Ledger.NoCause"/> while all is well.</summary>
    public int Cause { get; private set; } = Ledger.NoCause;

    public IReadOnlyList<PhaseSpan> Phases => _phases ?? [];

    /// <summary>The job goes over to another phase.</summary>
    public void Enter(JobPhase phase, int cause)
    {
        if (phase != Phase) CloseSpan();
        (Phase, Cause) = (phase, cause);
        // The account may hold other nodes than those of the job: a job that is tested is as idle as a hot spare.
        var (from, active) = (_present, _fleet.CountOf(NodeState.Active));
        _present = AccountOf(BucketOf(phase), cause);
        if (from == _present) return;
        Shift(from, -active);
        Shift(_present, active);
    }

    /// <summary>The computing since the last call was worth this work.</summary>
    public void Computed(Duration work, JobCondition condition)
    {
        if (Phase != JobPhase.Computing)
            throw new InvalidOperationException($"The job does not compute, it is {Phase}.");
        Shift(_present, 0);
        Work.Add(work, _computing, _nodes[_present] * _perNode, condition);
        _computing = Duration.Zero;
    }

    /// <summary>Of the computing since the last call, so much was the blocking part of checkpoints.</summary>
    public void SavedWhileComputing(Duration saving)
    {
        Shift(_present, 0);
        _computing -= saving;
        Ledger.Post(TimeBucket.CheckpointSave, Ledger.NoCause, _nodes[_present] * _perNode, saving);
    }

    /// <summary>A node goes over to another state, on account of a fault or of none.</summary>
    public void Move(int node, NodeState to, int cause)
    {
        var from = _fleet.StateOf(node);
        if (from == NodeState.Active && Phase == JobPhase.Computing)
            throw new InvalidOperationException($"Node {node} cannot leave a job that computes.");
        Shift(from == NodeState.Active ? _present : _accountOf[node], -1);
        _fleet.Move(node, to);
        _accountOf[node] = AccountOf(BucketOf(to), cause);
        Shift(to == NodeState.Active ? _present : _accountOf[node], 1);
        Service.Moved(node, from, to);
    }

    /// <summary>Goes back to an amount of work: what was done beyond it is lost on account of a fault.</summary>
    public void RollBack(Duration work, int cause) => Ledger.Post(TimeBucket.LostWork, cause, Work.RollBack(work));

    /// <summary>Ends the run: all computing that stands was kept.</summary>
    public void Close(StepShares shares)
    {
        for (var account = 0; account < _nodes.Length; account++) Shift(account, 0);
        CloseSpan();
        Service.Close();
        Work.Close(Ledger, shares);
    }

    /// <summary>Throws unless every accelerator-nanosecond since the start is in one bucket or in the work.</summary>
    public void Check()
    {
        unchecked
        {
            var now = (ulong)_simulation.Now.Nanoseconds;
            var open = (ulong)_openNodes * now - _openSince + (ulong)_computing.Nanoseconds * (ulong)_nodes[_present];
            var held = (ulong)Ledger.Posted + (ulong)Work.Spent + open * (ulong)_perNode;
            var owed = (ulong)_fleet.Nodes * (ulong)_perNode * now;
            if (held == owed && _openNodes == _fleet.Nodes) return;
            throw new InvalidOperationException(
                $"Until {_simulation.Now} the books of {_fleet.Nodes} nodes are {(long)(held - owed)} accelerator-ns "
                + $"off, with {_openNodes} nodes in them.");
        }
    }

    private static int AccountOf(TimeBucket bucket, int cause) => cause * TimeBuckets.Count + (int)bucket;

    private void Shift(int account, long change)
    {
        var (now, nodes) = (_simulation.Now.Nanoseconds, _nodes[account]);
        var span = now - _since[account];
        if (nodes > 0 && span > 0)
        {
            // What computing is worth is not known yet: it waits for the job to say.
            if (account % TimeBuckets.Count == (int)TimeBucket.Compute) _computing += new Duration(span);
            else Post(account, nodes, new Duration(span));
        }

        unchecked
        {
            _openSince += (ulong)(nodes + change) * (ulong)now - (ulong)nodes * (ulong)_since[account];
        }

        _openNodes += change;
        _nodes[account] = nodes + change;
        _since[account] = now;
    }

    private void Post(int account, long nodes, Duration span)
    {
        var (cause, bucket) = Math.DivRem(account, TimeBuckets.Count);
        Ledger.Post((TimeBucket)bucket, cause, nodes * _perNode, span);
    }

    private void CloseSpan()
    {
        if (_phases is not null && _simulation.Now > _phaseBegan)
            _phases.Add(new PhaseSpan(_phaseBegan, _simulation.Now, Phase));
        _phaseBegan = _simulation.Now;
    }

    private static TimeBucket BucketOf(JobPhase phase) => phase switch
    {
        JobPhase.Computing => TimeBucket.Compute,
        JobPhase.Saving => TimeBucket.CheckpointSave,
        JobPhase.Undetected => TimeBucket.DetectionWait,
        JobPhase.Restarting => TimeBucket.Restart,
        JobPhase.Restoring => TimeBucket.Restore,
        JobPhase.WaitingForNode => TimeBucket.SpareWait,
        JobPhase.Investigating => TimeBucket.NumericsIncident,
        JobPhase.Testing => TimeBucket.Idle,
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    private static TimeBucket BucketOf(NodeState state) => state switch
    {
        NodeState.Active or NodeState.Benched or NodeState.Hot => TimeBucket.Idle,
        NodeState.Standby or NodeState.Borrowed or NodeState.Cold => TimeBucket.Standby,
        NodeState.Triage => TimeBucket.Triage,
        NodeState.Repair => TimeBucket.Repair,
        NodeState.Validating => TimeBucket.Validation,
        NodeState.Retired => TimeBucket.Retired,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };
}
