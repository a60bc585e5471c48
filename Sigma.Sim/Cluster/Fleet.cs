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

    private readonly Place[] _places;
    private readonly int[] _counts = new int[NodeStates.Count];

    // A queue for each state, linked through the nodes themselves.
    private readonly int[] _first = new int[NodeStates.Count];
    private readonly int[] _last = new int[NodeStates.Count];

    /// <summary>The first nodes run the job, then come hot, warm and cold spares, and the borrowed ones.</summary>
    public Fleet(int active, SpareSpec spares)
    {
        _places = new Place[active + spares.Total];
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

    public int Nodes => _places.Length;

    public NodeState StateOf(int node) => _places[node].State;

    /// <summary>How many nodes are in a state.</summary>
    public int CountOf(NodeState state) => _counts[(int)state];

    /// <summary>Moves a node; a transition that the lifecycle does not know is a bug and throws.</summary>
    public void Move(int node, NodeState to)
    {
        var from = _places[node].State;
        if (!Allowed[(int)from * NodeStates.Count + (int)to])
            throw new InvalidOperationException($"Node {node} cannot go from {from} to {to}.");
        Leave(node, from);
        Join(node, to);
    }

    /// <summary>The node that has been in a state for longest, or null.</summary>
    public int? FirstIn(NodeState state) => _first[(int)state] == None ? null : _first[(int)state];

    /// <summary>All nodes of a state, the longest there first; do not move nodes meanwhile.</summary>
    public IEnumerable<int> AllIn(NodeState state)
    {
        for (var node = _first[(int)state]; node != None; node = _places[node].After) yield return node;
    }

    private void Join(int node, NodeState state)
    {
        var last = _last[(int)state];
        _places[node] = new Place { State = state, Before = last, After = None };
        if (last == None) _first[(int)state] = node;
        else _places[last].After = node;
        _last[(int)state] = node;
        _counts[(int)state]++;
    }

    private void Leave(int node, NodeState state)
    {
        var place = _places[node];
        if (place.Before == None) _first[(int)state] = place.After;
        else _places[place.Before].After = place.After;
        if (place.After == None) _last[(int)state] = place.Before;
        else _places[place.After].Before = place.Before;
        _counts[(int)state]--;
    }

    /// <summary>Where a node is, and who came to the same state just before and after it.</summary>
    private struct Place
    {
        public NodeState State;
        public int Before;
        public int After;
    }
}
