// Every accelerator is somewhere: a node is in exactly one state, its accelerators with it, and every change is checked
// against the transitions that the platform's lifecycle knows.
namespace Sigma.Sim.Cluster;

/// <summary>Where a node is in its life.</summary>
public enum NodeState
{
    /// <summary>Runs the job.</summary>
    Active,

    /// <summary>Booted, validated, waiting for work.</summary>
    Standby,

    /// <summary>Switched off; it must boot before it can be validated.</summary>
    Cold,

    /// <summary>Cordoned; someone or something finds out what is wrong.</summary>
    Triage,

    /// <summary>A remedy is being tried, or waits for a crew.</summary>
    Repair,

    /// <summary>Runs the acceptance tests.</summary>
    Validating,

    /// <summary>Taken out of service for good.</summary>
    Retired,
}

/// <summary>The states of all nodes of a cluster.</summary>
public sealed class Fleet
{
    private static readonly Dictionary<NodeState, NodeState[]> Allowed = new()
    {
        [NodeState.Active] = [NodeState.Triage, NodeState.Standby],
        [NodeState.Standby] = [NodeState.Active, NodeState.Triage],
        [NodeState.Cold] = [NodeState.Validating],
        [NodeState.Triage] = [NodeState.Repair],
        [NodeState.Repair] = [NodeState.Validating, NodeState.Retired],
        [NodeState.Validating] = [NodeState.Standby, NodeState.Repair],
        [NodeState.Retired] = [],
    };

    private readonly NodeState[] _states;
    private readonly int[] _counts = new int[Enum.GetValues<NodeState>().Length];

    /// <summary>The first nodes run the job, the next are warm spares, the last are cold ones.</summary>
    public Fleet(int active, int warm, int cold)
    {
        _states = new NodeState[active + warm + cold];
        for (var node = 0; node < _states.Length; node++)
        {
            _states[node] = node < active ? NodeState.Active
                : node < active + warm ? NodeState.Standby
                : NodeState.Cold;
            _counts[(int)_states[node]]++;
        }
    }

    public int Nodes => _states.Length;

    public NodeState StateOf(int node) => _states[node];

    /// <summary>How many nodes are in a state.</summary>
    public int CountOf(NodeState state) => _counts[(int)state];

    /// <summary>Moves a node; a transition that the lifecycle does not know is a bug and throws.</summary>
    public void Move(int node, NodeState to)
    {
        var from = _states[node];
        if (Array.IndexOf(Allowed[from], to) < 0)
            throw new InvalidOperationException($"Node {node} cannot go from {from} to {to}.");
        _states[node] = to;
        _counts[(int)from]--;
        _counts[(int)to]++;
        var somewhere = _counts.Sum();
        if (_counts[(int)from] < 0 || somewhere != _states.Length)
        {
            throw new InvalidOperationException(
                $"After node {node} went from {from} to {to}, {somewhere} of {_states.Length} nodes are somewhere.");
        }
    }

    /// <summary>The lowest-numbered node in a state, or null: lowest, so that every run chooses the same.</summary>
    public int? FirstIn(NodeState state)
    {
        var node = Array.IndexOf(_states, state);
        return node < 0 ? null : node;
    }
}
