// Which node has which place in the job. Places, not nodes, make groups of replicas and partners of copies: a node that
// steps in takes over its place's part in both.
using Sigma.Sim.Replay;

namespace Sigma.Sim.Campaign;

/// <summary>The places of a job, each with a node or empty.</summary>
internal sealed class JobRoster
{
    private const int Empty = -1;

    private readonly int[] _nodeAt;
    private readonly int[] _placeOf;
    private readonly int[] _emptyIn;

    // In order. Seldom more than a few, so that a list beats a tree, which allocates.
    private readonly List<int> _empty = [];
    private readonly int _perGroup;

    public JobRoster(int places, int nodes, StepConditions conditions)
    {
        _nodeAt = [.. Enumerable.Range(0, places)];
        _placeOf = new int[nodes];
        Array.Fill(_placeOf, Empty);
        for (var place = 0; place < places; place++) _placeOf[place] = place;
        _perGroup = Math.Max(1, conditions.NodesPerGroup);
        _emptyIn = new int[(places + _perGroup - 1) / _perGroup];
        GroupsPerNode = Math.Max(1, conditions.Groups / _emptyIn.Length);
    }

    public int Places => _nodeAt.Length;

    public int EmptyPlaces => _empty.Count;

    /// <summary>Groups that lack a node.</summary>
    public int GroupsHit { get; private set; }

    /// <summary>Groups that a node holds, where it holds whole ones.</summary>
    public int GroupsPerNode { get; }

    public int? FirstEmpty => _empty.Count == 0 ? null : _empty[0];

    /// <summary>The place of a node, or -1.</summary>
    public int PlaceOf(int node) => _placeOf[node];

    /// <summary>The node of a place, or null.</summary>
    public int? NodeAt(int place) => _nodeAt[place] == Empty ? null : _nodeAt[place];

    public int GroupOf(int place) => place / _perGroup;

    public int EmptyPlacesOf(int group) => _emptyIn[group];

    public int FirstEmptyOf(int group) => PlacesOf(group).First(place => _nodeAt[place] == Empty);

    /// <summary>The nodes that a group has.</summary>
    public IEnumerable<int> NodesOf(int group) =>
        PlacesOf(group).Select(place => _nodeAt[place]).Where(node => node != Empty);

    /// <summary>Groups that lack a node, in order.</summary>
    public IEnumerable<int> HitGroups => _empty.Select(GroupOf).Distinct();

    /// <summary>A node leaves its place; which it was.</summary>
    public int Leave(int node)
    {
        var place = _placeOf[node];
        (_placeOf[node], _nodeAt[place]) = (Empty, Empty);
        _empty.Insert(~_empty.BinarySearch(place), place);
        if (_emptyIn[GroupOf(place)]++ == 0) GroupsHit++;
        return place;
    }

    /// <summary>A node takes an empty place.</summary>
    public void Take(int node, int place)
    {
        (_placeOf[node], _nodeAt[place]) = (place, node);
        _empty.RemoveAt(_empty.BinarySearch(place));
        if (--_emptyIn[GroupOf(place)] == 0) GroupsHit--;
    }

    private IEnumerable<int> PlacesOf(int group) =>
        Enumerable.Range(group * _perGroup, Math.Min(_perGroup, Places - group * _perGroup));
}
