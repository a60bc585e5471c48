// What the routing makes of every layer with experts: the work of each rank and the traffic between them, for the
// micro-batches of one sampled step.
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Training;

namespace Sigma.Sim.Workload;

/// <summary>A layer of one micro-batch in one expert-parallel group, as the routing makes it.</summary>
/// <param name="ExpertSeconds">Forward time of the grouped product on each member [ep].</param>
/// <param name="Dispatch">Tokens to experts.</param>
/// <param name="Combine">Expert outputs back to tokens.</param>
/// <param name="HottestOverMean">Tokens on the busiest rank over the mean.</param>
public sealed record ExpertLayer(double[] ExpertSeconds, Duration Dispatch, Duration Combine, double HottestOverMean)
{
    /// <summary>The work of the grouped product on each member [ep], forward.</summary>
    public required WorkAmount[] ExpertAmounts { get; init; }

    /// <summary>
    /// What a member sends in a dispatch, mean over the members; what stays on the member counts too.
    /// </summary>
    public required Bytes DispatchSize { get; init; }

    /// <summary>The same of a combine.</summary>
    public required Bytes CombineSize { get; init; }
}

/// <summary>The dispatch of the first expert-parallel group, mean over micro-batches and layers of a step.</summary>
/// <param name="Members">Size of the group.</param>
/// <param name="MembersPerNode">Consecutive members that share a node.</param>
/// <param name="Bytes">[members, members] bytes, row sends, column receives; the diagonal stays where it is.</param>
/// <param name="Choice">The algorithm for such a dispatch, its time, and why this one.</param>
public sealed record MeanDispatch(int Members, int MembersPerNode, IReadOnlyList<long> Bytes, string Choice);

/// <summary>Turns windows of the routing into seconds and bytes.</summary>
internal sealed class ExpertWork
{
    private readonly StepPlan _plan;
    private readonly ITokenTraffic _traffic;
    private readonly ulong _seed;
    private readonly double _dispatchBytes;
    private readonly double _combineBytes;

    public ExpertWork(StepPlan plan, RoutingTrace? trace, ulong seed)
    {
        (_plan, _seed) = (plan, seed);
        var (model, parallelism, ep) = (plan.Model, plan.Parallelism, plan.Layout.Expert);
        var tokens = parallelism.MicroBatch * model.Sequence / parallelism.Context;
        MembersPerNode = Math.Min(ep, Math.Max(1, plan.Layout.AcceleratorsPerNode / plan.Layout.DataStride));
        var nodes = (ep + MembersPerNode - 1) / MembersPerNode;
        _traffic = plan.ReplicasAreAlike
            ? new BalancedTraffic(model.Experts, ep, nodes, tokens)
            : new RoutedTraffic(trace!, ep, MembersPerNode, tokens);
        // fp8 tokens carry a scale of 4 bytes for every 128 elements; outputs come back in bf16.
        _dispatchBytes = model.Hidden * (model.Precision == Sigma.Sim.Cluster.Precision.Fp8 ? 1 + 4.0 / 128 : 2);
        _combineBytes = model.Hidden * 2.0;
        // Where the sequence is split, every tensor rank sends its tokens, and the exchange around them gathers all.
        if (!parallelism.SequenceParallel) return;
        _dispatchBytes /= parallelism.Tensor;
        _combineBytes /= parallelism.Tensor;
    }

    /// <summary>Consecutive members of an expert-parallel group that share a node.</summary>
    public int MembersPerNode { get; }

    public int TraceLayers => _traffic.Layers;

    /// <summary>Layers of a sampled step, [group, micro-batch, trace layer].</summary>
    public ExpertLayer[] Of(int sample, int groups)
    {
        var (microBatches, traceLayers, ep) = (_plan.MicroBatches, TraceLayers, _plan.Layout.Expert);
        var layers = new ExpertLayer[groups * microBatches * traceLayers];
        var starts = Windows(sample, groups * ep);
        for (var i = 0; i < layers.Length; i++)
        {
            var (group, batch) = (i / (microBatches * traceLayers), i / traceLayers % microBatches);
            // Where all windows are alike one layer stands for all of them.
            layers[i] = _plan.ReplicasAreAlike && i > 0 ? layers[0] : LayerOf(group, batch, i % traceLayers, starts);
        }

        return layers;
    }

    /// <summary>What the first group's members send each other in a dispatch, on average.</summary>
    public MeanDispatch MeanDispatch(int sample)
    {
        var (ep, batches) = (_plan.Layout.Expert, _plan.MicroBatches);
        var nodes = (ep + MembersPerNode - 1) / MembersPerNode;
        var (toMember, toNode) = (new double[ep * ep], new double[ep * nodes]);
        var starts = Windows(sample, ep);
        var layers = Enumerable.Range(0, _plan.Model.Layers).Where(_plan.Model.HasExperts).ToList();
        foreach (var layer in layers.Select(_plan.TraceLayerOf))
        {
            for (var i = 0; i < starts.Length; i++)
            {
                var member = i / batches;
                _traffic.AddRankTokens(layer, starts[i], toMember.AsSpan(member * ep, ep));
                _traffic.AddNodeTokens(layer, starts[i], toNode.AsSpan(member * nodes, nodes));
            }
        }

        var share = _dispatchBytes / (layers.Count * batches);
        var traffic = new TrafficMatrix(
            ep, MembersPerNode, Array.ConvertAll(toMember, tokens => (long)(tokens * share)),
            Array.ConvertAll(toNode, tokens => (long)(tokens * share)));
        var choice = _plan.Parallelism.AllToAll is { } asked
            ? $"{asked}: {AllToAll.Time(asked, traffic, _plan.Fabric)}, as the layout asks"
            : AllToAll.Choose(traffic, _plan.Fabric).Reason;
        return new MeanDispatch(ep, MembersPerNode, traffic.ToMember, choice);
    }

    /// <summary>Where the windows of the first ranks begin, [data-parallel rank, micro-batch].</summary>
    private int[] Windows(int sample, int ranks)
    {
        var starts = new int[ranks * _plan.MicroBatches];
        for (var data = 0; data < ranks; data++)
        {
            var stream = new StreamKey(_seed, sample, "replay/window", data).Open();
            for (var batch = 0; batch < _plan.MicroBatches; batch++)
                starts[data * _plan.MicroBatches + batch] = stream.NextIndex(_traffic.WindowStarts);
        }

        return starts;
    }

    private ExpertLayer LayerOf(int group, int batch, int traceLayer, int[] starts)
    {
        var ep = _plan.Layout.Expert;
        var nodes = (ep + MembersPerNode - 1) / MembersPerNode;
        Span<double> byExpert = new double[_traffic.Experts];
        var (toMember, toNode) = (new double[ep * ep], new double[ep * nodes]);
        for (var source = 0; source < ep; source++)
        {
            var start = starts[(group * ep + source) * _plan.MicroBatches + batch];
            _traffic.AddExpertTokens(traceLayer, start, byExpert);
            if (ep == 1) continue;
            _traffic.AddRankTokens(traceLayer, start, toMember.AsSpan(source * ep, ep));
            if (nodes > 1) _traffic.AddNodeTokens(traceLayer, start, toNode.AsSpan(source * nodes, nodes));
        }

        var dispatch = Time(toMember, toNode, _dispatchBytes, reversed: false);
        var combine = Time(toMember, toNode, _combineBytes, reversed: true);
        var (seconds, amounts) = (new double[ep], new WorkAmount[ep]);
        var perRank = _traffic.Experts / ep;
        var (hottest, total) = (0.0, 0.0);
        for (var rank = 0; rank < ep; rank++)
        {
            var (tokens, busy) = (0.0, 0);
            foreach (var load in byExpert.Slice(rank * perRank, perRank))
            {
                seconds[rank] += _plan.Operations.Expert(load);
                tokens += load;
                if (load > 0) busy++;
            }

            amounts[rank] = _plan.Operations.Amounts.Experts(tokens, busy);

            seconds[rank] += _plan.Operations.ExpertLaunches;
            hottest = Math.Max(hottest, tokens);
            total += tokens;
        }

        var sent = toMember.Sum() / ep;
        return new ExpertLayer(seconds, dispatch, combine, total > 0 ? hottest * ep / total : 1)
        {
            ExpertAmounts = amounts,
            DispatchSize = Bytes.Of(sent * _dispatchBytes),
            CombineSize = Bytes.Of(sent * _combineBytes),
        };
    }

    /// <summary>Tokens times bytes over the network; a combine goes back the way that the dispatch came.</summary>
    private Duration Time(double[] toMember, double[] toNode, double tokenBytes, bool reversed)
    {
        var ep = _plan.Layout.Expert;
        if (ep == 1) return Duration.Zero;
        var bytes = Array.ConvertAll(toMember, tokens => (long)(tokens * tokenBytes));
        // What crosses once per node is counted at the sender of the dispatch, which receives the combine.
        var crossing = Array.ConvertAll(toNode, tokens => (long)(tokens * tokenBytes));
        var traffic = new TrafficMatrix(ep, MembersPerNode, reversed ? Transposed(bytes, ep) : bytes, crossing);
        return _plan.Parallelism.AllToAll is { } chosen
            ? AllToAll.Time(chosen, traffic, _plan.Fabric)
            : AllToAll.Fastest(traffic, _plan.Fabric).Time;
    }

    private static long[] Transposed(long[] matrix, int size)
    {
        var turned = new long[matrix.Length];
        for (var i = 0; i < matrix.Length; i++) turned[i % size * size + i / size] = matrix[i];
        return turned;
    }
}
