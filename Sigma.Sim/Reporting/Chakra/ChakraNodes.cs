// Nodes of one rank's trace in the words of the format: attributes under the names and with the types that readers of
// Chakra traces look for (the feeder of mlcommons/chakra, and ASTRA-sim's).
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting.Chakra;

/// <summary>Adds nodes one after the other; each may wait for earlier ones only, so that there is no circle.</summary>
internal sealed class ChakraNodes
{
    private readonly List<Node> _nodes = [];
    private Duration _computed;

    public IReadOnlyList<Node> All => _nodes;

    /// <summary>
    /// Kernels. The format counts whole microseconds: a node ends at the rounded end of all kernels so far, so that the
    /// sum over a rank is right to half of one.
    /// </summary>
    public ulong Compute(string name, Duration length, WorkAmount work, IEnumerable<ulong> waits)
    {
        var node = Add(name, NodeType.CompNode, waits);
        var before = WholeMicroseconds(_computed);
        _computed += length;
        node.DurationMicros = (ulong)(WholeMicroseconds(_computed) - before);
        node.Attr.Add(new AttributeProto { Name = "num_ops", Int64Val = (long)Math.Round(work.Flops) });
        node.Attr.Add(new AttributeProto { Name = "tensor_size", Uint64Val = (ulong)Math.Round(work.Bytes) });
        return node.Id;
    }

    /// <summary>A collective of a group; how long it takes is for the network to say.</summary>
    public ulong Collective(string name, CollectiveKind kind, Bytes size, string group, IEnumerable<ulong> waits)
    {
        var node = Add(name, NodeType.CommCollNode, waits);
        node.Attr.Add(new AttributeProto { Name = "comm_type", Int64Val = (long)TypeOf(kind) });
        node.Attr.Add(new AttributeProto { Name = "comm_size", Int64Val = size.Count });
        node.Attr.Add(new AttributeProto { Name = "pg_name", StringVal = group });
        return node.Id;
    }

    /// <summary>One end of a message; both ends say the same sender, receiver, tag and size.</summary>
    public ulong Message(bool sends, string name, int from, int to, int tag, Bytes size, IEnumerable<ulong> waits)
    {
        var node = Add(name, sends ? NodeType.CommSendNode : NodeType.CommRecvNode, waits);
        node.Attr.Add(new AttributeProto { Name = "comm_src", Int32Val = from });
        node.Attr.Add(new AttributeProto { Name = "comm_dst", Int32Val = to });
        node.Attr.Add(new AttributeProto { Name = "comm_tag", Int32Val = tag });
        node.Attr.Add(new AttributeProto { Name = "comm_size", Int64Val = size.Count });
        return node.Id;
    }

    private static CollectiveCommType TypeOf(CollectiveKind kind) => kind switch
    {
        CollectiveKind.AllReduce => CollectiveCommType.AllReduce,
        CollectiveKind.AllGather => CollectiveCommType.AllGather,
        CollectiveKind.ReduceScatter => CollectiveCommType.ReduceScatter,
        CollectiveKind.AllToAll => CollectiveCommType.AllToAll,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static long WholeMicroseconds(Duration length) => (length.Nanoseconds + 500) / 1000;

    /// <summary>Numbers begin at 1, so that every node carries its own.</summary>
    private Node Add(string name, NodeType type, IEnumerable<ulong> waits)
    {
        var node = new Node { Id = (ulong)_nodes.Count + 1, Name = name, Type = type };
        node.DataDeps.AddRange(waits.Distinct().Order());
        node.Attr.Add(new AttributeProto { Name = "is_cpu_op", BoolVal = false });
        _nodes.Add(node);
        return node;
    }
}
