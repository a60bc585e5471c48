// Who has to leave after a stop: the struck node if the search finds it, an innocent one if the search goes wrong, and
// whoever a rule had cordoned while the job went on.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Campaign;

/// <summary>Takes nodes out of the job and into care.</summary>
internal sealed class Blame
{
    private readonly CampaignWorld _world;
    private readonly StreamFamily[] _diagnosis;
    private readonly StreamFamily _tests;
    private long _tested;

    public Blame(CampaignWorld world)
    {
        _world = world;
        var (seed, replication) = (world.Seed, world.Replication);
        _diagnosis = [.. world.Spec.Faults.Select(f => new StreamFamily(seed, replication, $"fault/{f.Name}/blame"))];
        _tests = new StreamFamily(seed, replication, "quick validation");
    }

    /// <summary>The stop is known: look for the nodes behind all that has struck so far.</summary>
    public void Struck(JobStop stop)
    {
        while (stop.Strikes.TryDequeue(out var strike))
        {
            var isKnown = strike.IsFalseAlarm || _world.Library.See(strike.Fault);
            stop.IsUnknown |= !isKnown;
            if (strike.Outage is not null || strike.IsFalseAlarm)
            {
                foreach (var node in strike.Nodes) Take(strike, node, isKnown);
            }
            else if (strike.Nodes.Count == 1)
            {
                Diagnose(strike, strike.Nodes[0], isKnown);
            }
        }

        TakeSuspects();
    }

    /// <summary>The unit behind an alarm leaves, wherever it is by now.</summary>
    public void Corrupter(in FaultEvent fault, JobStop stop)
    {
        var state = _world.Fleet.StateOf(fault.Node);
        if (!NodeStates.IsInJob(state) && state != NodeState.Standby) return;
        Admit(fault, fault.Node, Shape.Broken, !stop.IsUnknown);
        TakeSuspects();
    }

    /// <summary>A node leaves in time.</summary>
    public void Drained(DrainNotice drain, JobStop stop)
    {
        stop.IsUnknown = !_world.Library.See(drain.Fault);
        Admit(drain.Fault, drain.Node, drain.Fault.IsWarning ? Shape.Warned : Shape.Broken, !stop.IsUnknown);
        TakeSuspects();
    }

    /// <summary>What tests of all nodes find, each fault with a chance: a node to drain, and suspects.</summary>
    public DrainNotice? FoundByTests(double catches)
    {
        var dice = _tests.Open(_tested++);
        DrainNotice? found = null;
        foreach (var (node, fault) in _world.Condition.SlowNodes.Concat(Relapsed()).ToList())
        {
            if (!dice.NextChance(catches)) continue;
            _world.Story.Tell("tests", node, $"{_world.NameOf(fault)} found");
            _world.Condition.Suspect(node, fault);
            found ??= new DrainNotice(fault, node);
        }

        return found;
    }

    private IEnumerable<(int Node, FaultEvent Fault)> Relapsed() => _world.Fleet.AllIn(NodeState.Active)
        .Select(node => (node, _world.Lives.RelapseOf(node)))
        .Where(pair => pair.Item2 is not null)
        .Select(pair => (pair.node, pair.Item2!.Value));

    private void Take(StopNotice strike, int node, bool isKnown)
    {
        if (_world.Fleet.StateOf(node) != NodeState.Active) return;
        if (strike.Outage is { } outage)
        {
            _world.LeaveJob(node);
            _world.Care.AdmitToOutage(strike.Fault, node, outage);
        }
        else
        {
            Admit(strike.Fault, node, Shape.Sound, isKnown);
        }
    }

    private void Diagnose(StopNotice strike, int node, bool isKnown)
    {
        if (_world.Fleet.StateOf(node) != NodeState.Active) return;
        var (fault, errors) = (strike.Fault, _world.Spec.Faults[strike.Fault.Fault].Diagnosis);
        if (errors.AreNone)
        {
            Admit(fault, node, Shape.Broken, isKnown);
            return;
        }

        var dice = _diagnosis[fault.Fault].Open(fault.Occurrence);
        var uniform = dice.NextUniform();
        if (uniform >= errors.Missed.Value + errors.Wrong.Value)
        {
            Admit(fault, node, Shape.Broken, isKnown);
            return;
        }

        if (_world.Spec.Lifecycle.Relapse is { } relapse)
            _world.Lives.Relapse(fault.Fault, node, fault.Unit, relapse.Draw(ref dice), _world.Computed);
        if (uniform < errors.Missed.Value)
        {
            _world.Story.Tell("diagnosis", node, "no node is blamed: the fault stays in the job");
        }
        else if (Innocent(node, ref dice) is { } innocent)
        {
            _world.Story.Tell("diagnosis", innocent, $"is blamed in place of node {node}: the fault stays in the job");
            Admit(fault, innocent, Shape.Blamed, isKnown);
        }
    }

    private int? Innocent(int guilty, ref RandomStream dice)
    {
        var others = _world.Fleet.CountOf(NodeState.Active) - 1;
        if (others < 1) return null;
        var place = dice.NextIndex(_world.Roster.Places);
        for (var tried = 0; tried < _world.Roster.Places; tried++, place = (place + 1) % _world.Roster.Places)
        {
            var node = _world.Roster.NodeAt(place);
            if (node is { } there && there != guilty && _world.Fleet.StateOf(there) == NodeState.Active) return there;
        }

        return null;
    }

    /// <summary>A rule has named them: their signatures are known.</summary>
    private void TakeSuspects()
    {
        if (_world.Condition.Suspects.Count == 0) return;
        foreach (var (node, fault) in _world.Condition.Suspects.ToList())
        {
            if (_world.Fleet.StateOf(node) == NodeState.Active) Admit(fault, node, Shape.Broken, isKnown: true);
        }
    }

    private void Admit(in FaultEvent fault, int node, Shape shape, bool isKnown)
    {
        _world.LeaveJob(node);
        _world.Care.Admit(fault, node, shape, isKnown);
    }
}
