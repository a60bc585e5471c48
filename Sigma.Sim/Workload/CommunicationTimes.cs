// What the ranks of a step send each other besides tokens: activations between stages, the exchanges of tensor and
// context parallelism, and gradients.
using System.Numerics;
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>Durations without contention, before any declared overlap unless a name says otherwise.</summary>
public sealed class CommunicationTimes
{
    private readonly ParallelismSpec _parallelism;
    private readonly ParallelLayout _layout;
    private readonly FabricSpec _fabric;
    private readonly Duration _start;

    /// <param name="model">The full-size model.</param>
    /// <param name="parallelism">Its layout and schedule.</param>
    /// <param name="layout">Where its ranks are.</param>
    /// <param name="fabric">The links.</param>
    /// <param name="start">Time to set one collective going.</param>
    public CommunicationTimes(
        ModelSpec model, ParallelismSpec parallelism, ParallelLayout layout, FabricSpec fabric, Duration start)
    {
        (_parallelism, _layout, _fabric, _start) = (parallelism, layout, fabric, start);
        Sizes = new MessageSizes(model, parallelism, layout);
        TensorAllReduce = _layout.Tensor == 1 ? null : ChooseAllReduce();
        var exchange = TensorAllReduce is { } choice ? start + choice.Time : Duration.Zero;
        TensorExchange = exchange.Scaled(1 - parallelism.Overlap.TensorParallel.Value);
        ContextExchange = _layout.Context == 1
            ? Duration.Zero : Ring(_layout.Context, _layout.Tensor, Sizes.KeysAndValues);
    }

    /// <summary>What is sent, in bytes.</summary>
    public MessageSizes Sizes { get; }

    /// <summary>How tensor-parallel ranks sum up, and why so; null where there is one of them.</summary>
    public AlgorithmChoice<AllReduceAlgorithm>? TensorAllReduce { get; }

    /// <summary>The algorithm of a tensor-parallel all-reduce and why this one; null without such ranks.</summary>
    public string? TensorReason => TensorAllReduce?.Reason;

    /// <summary>
    /// One all-reduce of tensor parallelism over the activations of a micro-batch, or the reduce-scatter and all-gather
    /// of sequence parallelism, which carry as much; less the declared overlap.
    /// </summary>
    public Duration TensorExchange { get; }

    /// <summary>Keys and values of a layer once around the ring of context-parallel ranks.</summary>
    public Duration ContextExchange { get; }

    /// <summary>
    /// Activations, or gradients, of a micro-batch from a stage to another; tensor ranks send a part each.
    /// </summary>
    public Duration Send(int from, int to)
    {
        var sent = Collectives.PointToPoint(
            Sizes.ActivationsOfRank, OnOneNode(from, to) ? _fabric.ScaleUp.Channel : _fabric.ScaleOutChannel(1));
        if (_layout.Tensor == 1 || _parallelism.SequenceParallel) return sent;
        // Without sequence parallelism every receiver needs the whole, and gathers it inside its node.
        var inside = _fabric.ScaleUp.Channel with { Latency = Duration.Zero };
        var near = Math.Min(_layout.Tensor, _layout.AcceleratorsPerNode);
        return sent + Collectives.RingHalf(near, Sizes.Activations, inside);
    }

    /// <summary>
    /// The gradients of a matrix that is both embedding and head, summed between the first and last stage.
    /// </summary>
    public Duration TiedExchange(double parameters) => Collectives.RingAllReduce(
        2, Sizes.Gradients(parameters),
        OnOneNode(0, _layout.Pipeline - 1) ? _fabric.ScaleUp.Channel : _fabric.ScaleOutChannel(2));

    /// <summary>
    /// Gradients of so many parameters over the replicas that hold them: a reduce-scatter where the
    /// optimizer's state is shared out, else an all-reduce.
    /// </summary>
    /// <param name="parameters">On one rank.</param>
    /// <param name="replicas">Ranks that hold the same ones.</param>
    /// <param name="stride">Ranks between two of them.</param>
    /// <param name="rounds">Times a step that gradients are reduced.</param>
    public Duration GradientReduction(double parameters, int replicas, int stride, int rounds)
    {
        if (replicas <= 1 || parameters <= 0) return Duration.Zero;
        var reduce = Ring(replicas, stride, Sizes.Gradients(parameters));
        return _parallelism.Zero == ZeroStage.None ? reduce * 2 : reduce * rounds;
    }

    /// <summary>The bf16 parameters that every replica has updated a part of; nothing where each updates all.</summary>
    public Duration ParameterGather(double parameters, int replicas, int stride) =>
        _parallelism.Zero == ZeroStage.None || replicas <= 1 || parameters <= 0
            ? Duration.Zero
            : Ring(replicas, stride, Sizes.Parameters(parameters));

    /// <summary>True where two stages of a pipeline share a node.</summary>
    public bool OnOneNode(int from, int to) =>
        _layout.NodeOf(_layout.RankOf(new(0, 0, from))) == _layout.NodeOf(_layout.RankOf(new(0, 0, to)));

    /// <summary>The algorithm that the layout names, or the fastest that fits the group.</summary>
    private AlgorithmChoice<AllReduceAlgorithm> ChooseAllReduce()
    {
        var ranked = Candidates().OrderBy(found => found.Time).ToList();
        if (_parallelism.AllReduce is { } asked)
        {
            var found = ranked.Where(candidate => candidate.Algorithm == asked).ToList();
            if (found.Count == 0)
                throw new ArgumentException($"{AllReduce.Word(asked)} is not defined for {_layout.Tensor} ranks.");
            return new(asked, found[0].Time, $"{AllReduce.Word(asked)}: {found[0].Time}, as the layout asks");
        }

        var (best, next) = (ranked[0], ranked[1]);
        return new(best.Algorithm, best.Time,
            $"{AllReduce.Word(best.Algorithm)}: {best.Time} against {AllReduce.Word(next.Algorithm)} {next.Time}");
    }

    /// <summary>Closed forms of the group: inside a node, or on all NICs of the nodes that it fills.</summary>
    private IEnumerable<(AllReduceAlgorithm Algorithm, Duration Time)> Candidates()
    {
        var (tensor, perNode) = (_layout.Tensor, _layout.AcceleratorsPerNode);
        var (bytes, inside) = (Sizes.Activations, _fabric.ScaleUp.Channel);
        var near = tensor <= perNode;
        var across = _fabric.ScaleOutChannel(Math.Max(1, tensor / perNode));
        // One ring that enters and leaves every node once has all its NICs.
        var around = near ? inside : across with { Rate = Slower(across.Rate * perNode, inside.Rate) };
        yield return (AllReduceAlgorithm.Ring, Collectives.RingAllReduce(tensor, bytes, around));
        yield return (AllReduceAlgorithm.DoubleBinaryTree,
            Collectives.DoubleBinaryTreeAllReduce(tensor, bytes, around));
        if (BitOperations.IsPow2(tensor) && near)
        {
            yield return (AllReduceAlgorithm.HalvingDoubling,
                Collectives.HalvingDoublingAllReduce(tensor, bytes, inside));
        }

        if (!near)
        {
            yield return (AllReduceAlgorithm.Hierarchical,
                Collectives.HierarchicalAllReduce(tensor / perNode, perNode, bytes, inside, across));
        }
    }

    private static Bandwidth Slower(Bandwidth a, Bandwidth b) => a.BytesPerSecond < b.BytesPerSecond ? a : b;

    /// <summary>Half an all-reduce over ranks at a stride; those of one node meet on its fabric.</summary>
    private Duration Ring(int members, int stride, Bytes bytes)
    {
        var nodes = _layout.NodesOf(members, stride);
        var inside = _fabric.ScaleUp.Channel;
        if (nodes == 1) return _start + Collectives.RingHalf(members, bytes, inside);
        // A ring crosses a node's border once, with the NICs of all its members there.
        var here = Math.Min(members, Math.Max(1, _layout.AcceleratorsPerNode / stride));
        var across = _fabric.ScaleOutChannel(nodes);
        var rate = across.Rate * here;
        // Where two accelerators share a NIC, a ring of some of them enters by one NIC and leaves by another.
        var share = _fabric.ScaleOut.NicsPerNode < _layout.AcceleratorsPerNode;
        if (here > 1 && stride > 1 && share) rate = rate.Scaled(0.5);
        return _start + Collectives.RingHalf(
            members, bytes, across with { Rate = Slower(rate, inside.Rate) });
    }
}
