// What the ranks of a step send each other besides tokens: activations between stages, the exchanges of tensor and
// context parallelism, and gradients.
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>Durations without contention, before any declared overlap unless a name says otherwise.</summary>
public sealed class CommunicationTimes
{
    private const double ElementBytes = LayerKernels.ElementBytes;

    private readonly ParallelismSpec _parallelism;
    private readonly ParallelLayout _layout;
    private readonly FabricSpec _fabric;
    private readonly Duration _start;
    private readonly double _activationBytes;

    /// <param name="model">The full-size model.</param>
    /// <param name="parallelism">Its layout and schedule.</param>
    /// <param name="layout">Where its ranks are.</param>
    /// <param name="fabric">The links.</param>
    /// <param name="start">Time to set one collective going.</param>
    public CommunicationTimes(
        ModelSpec model, ParallelismSpec parallelism, ParallelLayout layout, FabricSpec fabric, Duration start)
    {
        (_parallelism, _layout, _fabric, _start) = (parallelism, layout, fabric, start);
        _activationBytes = (double)parallelism.MicroBatch * model.Sequence * model.Hidden * ElementBytes
            / parallelism.Context;
        TensorExchange = TensorAllReduce().Scaled(1 - parallelism.Overlap.TensorParallel.Value);
        var keysAndValues = (double)parallelism.MicroBatch * model.Sequence * ElementBytes / parallelism.Tensor
            * (model.Latent is { } latent
                ? latent.KvRank + latent.RotaryDim
                : 2.0 * model.KvHeads * model.HeadDim);
        ContextExchange = _layout.Context == 1 ? Duration.Zero : Ring(_layout.Context, _layout.Tensor, keysAndValues);
    }

    /// <summary>
    /// One all-reduce of tensor parallelism over the activations of a micro-batch, or the reduce-scatter and all-gather
    /// of sequence parallelism, which carry as much; less the declared overlap.
    /// </summary>
    public Duration TensorExchange { get; }

    /// <summary>Keys and values of a layer once around the ring of context-parallel ranks.</summary>
    public Duration ContextExchange { get; }

    /// <summary>Activations, or gradients, of a micro-batch from a stage to another; tensor ranks send a part each.</summary>
    public Duration Send(int from, int to)
    {
        var bytes = Bytes.Of(_activationBytes / _layout.Tensor);
        var sent = OnOneNode(from, to)
            ? Collectives.PointToPoint(bytes, _fabric.ScaleUp.Latency, _fabric.ScaleUp.BandwidthPerAccelerator)
            : Collectives.PointToPoint(bytes, _fabric.ScaleOut.Latency, _fabric.ScaleOutPerAccelerator);
        if (_layout.Tensor == 1 || _parallelism.SequenceParallel) return sent;
        // Without sequence parallelism every receiver needs the whole, and gathers it inside its node.
        return sent + Collectives.RingHalf(Math.Min(_layout.Tensor, _layout.AcceleratorsPerNode),
            Bytes.Of(_activationBytes), Duration.Zero, _fabric.ScaleUp.BandwidthPerAccelerator);
    }

    /// <summary>The gradients of a matrix that is both embedding and head, summed between the first and last stage.</summary>
    public Duration TiedExchange(double parameters) => Collectives.RingAllReduce(
        2, Bytes.Of(parameters * _parallelism.GradientBytes), _fabric.ScaleOut.Latency, _fabric.ScaleOutPerAccelerator);

    /// <summary>
    /// Gradients of so many parameters over the replicas that hold them: reduce-scatter of gradients and all-gather of
    /// bf16 parameters where the optimizer's state is shared out, else an all-reduce.
    /// </summary>
    /// <param name="parameters">On one rank.</param>
    /// <param name="replicas">Ranks that hold the same ones.</param>
    /// <param name="stride">Ranks between two of them.</param>
    public Duration GradientExchange(double parameters, int replicas, int stride)
    {
        if (replicas <= 1 || parameters <= 0) return Duration.Zero;
        var reduce = Ring(replicas, stride, parameters * _parallelism.GradientBytes);
        var gather = _parallelism.Zero == ZeroStage.None
            ? Ring(replicas, stride, parameters * _parallelism.GradientBytes)
            : Ring(replicas, stride, parameters * ElementBytes);
        return reduce + gather;
    }

    private bool OnOneNode(int from, int to) =>
        _layout.NodeOf(_layout.RankOf(new(0, 0, from))) == _layout.NodeOf(_layout.RankOf(new(0, 0, to)));

    /// <summary>Inside a node a ring; across nodes, scattered inside each first, then on every rail, then gathered.</summary>
    private Duration TensorAllReduce()
    {
        var (tensor, perNode) = (_layout.Tensor, _layout.AcceleratorsPerNode);
        if (tensor == 1) return Duration.Zero;
        var bytes = Bytes.Of(_activationBytes);
        var (latency, rate) = (_fabric.ScaleUp.Latency, _fabric.ScaleUp.BandwidthPerAccelerator);
        if (tensor <= perNode) return _start + Collectives.RingAllReduce(tensor, bytes, latency, rate);
        var nodes = tensor / perNode;
        // One ring that enters and leaves every node once has all its NICs; on rails each rank has its own.
        var (far, nic) = (_fabric.ScaleOut.Latency, _fabric.ScaleOutAcross(nodes));
        var ring = Collectives.RingAllReduce(tensor, bytes, far, Slower(nic * perNode, rate));
        var hierarchical = 2 * Collectives.RingHalf(perNode, bytes, latency, rate)
            + Collectives.RingAllReduce(nodes, Bytes.Of(_activationBytes / perNode), far, nic);
        return _start + _parallelism.AllReduce switch
        {
            AllReduceAlgorithm.Ring => ring,
            AllReduceAlgorithm.Hierarchical => hierarchical,
            null => Duration.Min(ring, hierarchical),
            _ => throw new InvalidOperationException($"no all-reduce is {_parallelism.AllReduce}"),
        };
    }

    private static Bandwidth Slower(Bandwidth a, Bandwidth b) => a.BytesPerSecond < b.BytesPerSecond ? a : b;

    /// <summary>Half an all-reduce over ranks at a stride; those of one node meet on its fabric.</summary>
    private Duration Ring(int members, int stride, double bytes)
    {
        var nodes = _layout.NodesOf(members, stride);
        var up = _fabric.ScaleUp;
        if (nodes == 1)
            return _start + Collectives.RingHalf(members, Bytes.Of(bytes), up.Latency, up.BandwidthPerAccelerator);
        // A ring crosses a node's border once, with the NICs of all its members there.
        var here = Math.Min(members, Math.Max(1, _layout.AcceleratorsPerNode / stride));
        var rate = _fabric.ScaleOutAcross(nodes) * here;
        // Where two accelerators share a NIC, a ring of some of them enters by one NIC and leaves by another.
        if (here > 1 && stride > 1 && _fabric.ScaleOut.NicsPerNode < _layout.AcceleratorsPerNode) rate = rate.Scaled(0.5);
        return _start + Collectives.RingHalf(
            members, Bytes.Of(bytes), _fabric.ScaleOut.Latency, Slower(rate, up.BandwidthPerAccelerator));
    }
}
