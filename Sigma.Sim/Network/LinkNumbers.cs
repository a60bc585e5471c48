// Numbers the links of a cluster by arithmetic, so that a topology of 16,384 nodes keeps only what is unsound: first
// those inside nodes, then NICs and the leaves' trunks, or the links of a torus.
namespace Sigma.Sim.Network;

/// <summary>Ids of links from places, and back.</summary>
internal sealed class LinkNumbers
{
    private readonly FabricSpec _fabric;
    private readonly int _perNode, _insidePerNode, _outside, _trunks;
    private readonly bool _isSwitch, _isTorus, _isRail;

    public LinkNumbers(FabricSpec fabric, int nodes)
    {
        (_fabric, Nodes, _perNode) = (fabric, nodes, fabric.AcceleratorsPerNode);
        _isSwitch = fabric.ScaleUp.Kind == ScaleUpKind.Switch;
        _isTorus = fabric.ScaleOut.Kind == ScaleOutKind.Torus;
        _isRail = fabric.ScaleOut.Kind == ScaleOutKind.RailFatTree;
        _insidePerNode = _isSwitch ? 2 * _perNode : _perNode * _perNode;
        _outside = nodes * _insidePerNode;
        Nics = Math.Min(fabric.ScaleOut.NicsPerNode, _perNode);
        _trunks = _isTorus
            ? _outside + nodes * 2 * fabric.ScaleOut.Dimensions.Length
            : _outside + nodes * 2 * Nics;
        var groups = (nodes + fabric.ScaleOut.NodesPerLeaf - 1) / fabric.ScaleOut.NodesPerLeaf;
        Leaves = _isTorus ? 0 : _isRail ? groups * Nics : groups;
        Count = _trunks + 2 * Leaves;
    }

    public int Nodes { get; }

    /// <summary>NICs per node of the topology: several NICs of one accelerator count as one.</summary>
    public int Nics { get; }

    public int Leaves { get; }

    public int Count { get; }

    /// <summary>The NIC that an accelerator of this place uses first.</summary>
    public int NicOf(int place) => place * Nics / _perNode;

    /// <summary>The first accelerator of those that use a NIC first.</summary>
    public int OwnerOf(int nic) => (nic * _perNode + Nics - 1) / Nics;

    public int LeafOf(int node, int nic)
    {
        var group = node / _fabric.ScaleOut.NodesPerLeaf;
        return _isRail ? group * Nics + nic : group;
    }

    /// <summary>Nodes that hang on a leaf; the last group may be smaller.</summary>
    public int NodesOn(int leaf)
    {
        var first = (_isRail ? leaf / Nics : leaf) * _fabric.ScaleOut.NodesPerLeaf;
        return Math.Min(_fabric.ScaleOut.NodesPerLeaf, Nodes - first);
    }

    public int PortOut(int node, int place) => node * _insidePerNode + 2 * place;

    public int PortIn(int node, int place) => PortOut(node, place) + 1;

    public int Mesh(int node, int from, int to) => node * _insidePerNode + from * _perNode + to;

    public int NicOut(int node, int nic) => _outside + 2 * (node * Nics + nic);

    public int NicIn(int node, int nic) => NicOut(node, nic) + 1;

    public int Climb(int leaf) => _trunks + 2 * leaf;

    public int Descend(int leaf) => Climb(leaf) + 1;

    public int Torus(int node, int dimension, bool forward) =>
        _outside + 2 * (node * _fabric.ScaleOut.Dimensions.Length + dimension) + (forward ? 0 : 1);

    public bool IsInside(int link) => link < _outside;

    public bool IsTrunk(int link) => link >= _trunks;

    /// <summary>Both ends of a link.</summary>
    public (NetworkDevice From, NetworkDevice To) Ends(int link)
    {
        if (link < 0 || link >= Count)
            throw new ArgumentOutOfRangeException(nameof(link), link, $"The topology has {Count} links.");
        if (IsInside(link)) return EndsInside(link / _insidePerNode, link % _insidePerNode);
        if (IsTrunk(link))
        {
            var leaf = new NetworkDevice(DeviceKind.Leaf, 0, (link - _trunks) / 2);
            var spine = new NetworkDevice(DeviceKind.Spine, 0, 0);
            return (link - _trunks) % 2 == 0 ? (leaf, spine) : (spine, leaf);
        }

        return _isTorus ? EndsInTorus(link - _outside) : EndsOfNic(link - _outside);
    }

    /// <summary>The node one hop from another along a dimension.</summary>
    public int Neighbour(int node, int dimension, bool forward)
    {
        var (size, stride) = (_fabric.ScaleOut.Dimensions[dimension], 1);
        for (var i = dimension + 1; i < _fabric.ScaleOut.Dimensions.Length; i++)
            stride *= _fabric.ScaleOut.Dimensions[i];
        var at = node / stride % size;
        var next = forward ? (at + 1) % size : (at + size - 1) % size;
        return node + (next - at) * stride;
    }

    private (NetworkDevice From, NetworkDevice To) EndsInside(int node, int number)
    {
        if (!_isSwitch) return (Accelerator(number / _perNode), Accelerator(number % _perNode));
        var hub = new NetworkDevice(DeviceKind.NodeSwitch, node, 0);
        return number % 2 == 0 ? (Accelerator(number / 2), hub) : (hub, Accelerator(number / 2));

        NetworkDevice Accelerator(int place) => new(DeviceKind.Accelerator, node, place);
    }

    private (NetworkDevice From, NetworkDevice To) EndsOfNic(int number)
    {
        var (node, nic) = (number / 2 / Nics, number / 2 % Nics);
        var port = new NetworkDevice(DeviceKind.Nic, node, nic);
        var leaf = new NetworkDevice(DeviceKind.Leaf, 0, LeafOf(node, nic));
        return number % 2 == 0 ? (port, leaf) : (leaf, port);
    }

    private (NetworkDevice From, NetworkDevice To) EndsInTorus(int number)
    {
        var dimensions = _fabric.ScaleOut.Dimensions.Length;
        var (node, dimension) = (number / 2 / dimensions, number / 2 % dimensions);
        var next = Neighbour(node, dimension, number % 2 == 0);
        return (new NetworkDevice(DeviceKind.Router, node, 0), new NetworkDevice(DeviceKind.Router, next, 0));
    }
}
