// Every accelerator is somewhere: a node is in exactly one state, its accelerators with it, and every change is checked
// against the transitions that the platform's lifecycle knows. Nodes of a state stand in a queue, so that the one that
// has waited longest is taken first and no choice depends on the number of nodes.
namespace Sigma.Sim.Cluster;

/// <summary>The states of all nodes of a cluster.</summary>
public sealed class Fleet
{
    private const int None = -1;

    private static readonly bool[] Allowed =
    [
        .. NodeStates.All.SelectMany(from => NodeStates.All.Select(to => NodeStates.Allows(from, to))),
    ];

    private readonly NodeState[] _states;
    private readonly int[] _counts = new int[NodeStates.Count];

    // A queue for each state, linked through the nodes themselves.
    private readonly int[] _first = new int[NodeStates.Count];
    private readonly int[] _last = new int[NodeStates.Count];
    private readonly int[] _before;
    private readonly int[] _after;
    private int _somewhere;

    /// <summary>The first nodes run the job, then come hot, warm and cold spares, and the borrowed ones.</summary>
    public Fleet(int active, SpareSpec spares)
    {
        _states = new NodeState[active + spares.Total];
        (_before, _after) = (new int[_states.Length], new int[_states.Length]);
        Array.Fill(_first, None);
        Array.Fill(_last, None);
        var node = 0;
        Add(NodeState.Active, active);
        Add(NodeState.Hot, spares.Hot);
        Add(NodeState.Standby, spares.Warm);
        Add(NodeState.Cold, spares.Cold);
        Add(NodeState.Borrowed, spares.Borrowed);

        void Add(NodeState state, int count)
        {
            for (; count > 0; count--, node++) Join(node, state);
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
        if (!Allowed[(int)from * NodeStates.Count + (int)to])
            throw new InvalidOperationException($"Node {node} cannot go from {from} to {to}.");
        Leave(node, from);
        Join(node, to);
        if (_somewhere != _states.Length || _counts[(int)from] < 0)
        {
            throw new InvalidOperationException(
                $"After node {node} went from {from} to {to}, {_somewhere} of {_states.Length} nodes are somewhere.");
        }
    }

    /// <summary>The node that has been in a state for longest, or null.</summary>
    public int? FirstIn(NodeState state) => _first[(int)state] == None ? null : _first[(int)state];

    /// <summary>All nodes of a state, the longest there first; do not move nodes meanwhile.</summary>
    public IEnumerable<int> AllIn(NodeState state)
    {
        for (var node = _first[(int)state]; node != None; node = _after[node]) yield return node;
    }

    private void Join(int node, NodeState state)
    {
        var last = _last[(int)state];
        (_before[node], _after[node]) = (last, None);
        if (last == None) _first[(int)state] = node;
        else _after[last] = node;
        _last[(int)state] = node;
        _states[node] = state;
        _counts[(int)state]++;
        _somewhere++;
    }

    private void Leave(int node, NodeState state)
    {
        var (before, after) = (_before[node], _after[node]);
        if (before == None) _first[(int)state] = after;
        else _after[before] = after;
        if (after == None) _last[(int)state] = before;
        else _before[after] = before;
        _counts[(int)state]--;
        _somewhere--;
    }
}
