// Expert tokens and traffic of full-size micro-batches, taken from the routing of the real reduced step: each
// micro-batch is a contiguous window of the trace, and counts over windows come from prefix sums over blocks of tokens.
using Sigma.Sim.Training;

namespace Sigma.Sim.Workload;

/// <summary>Where the tokens of a full-size micro-batch go.</summary>
public interface ITokenTraffic
{
    /// <summary>Distinct layers of routing.</summary>
    public int Layers { get; }

    public int Experts { get; }

    /// <summary>Tokens of a micro-batch.</summary>
    public int TokensPerWindow { get; }

    /// <summary>Where windows may begin; 1 where all are alike.</summary>
    public int WindowStarts { get; }

    /// <summary>Tokens of one window by expert, added to <paramref name="tokens"/> [experts].</summary>
    public void AddExpertTokens(int layer, int start, Span<double> tokens);

    /// <summary>Tokens of one window that visit each rank at all, added to <paramref name="tokens"/> [ranks].</summary>
    public void AddRankTokens(int layer, int start, Span<double> tokens);

    /// <summary>Tokens of one window that visit each node at all, added to <paramref name="tokens"/> [nodes].</summary>
    public void AddNodeTokens(int layer, int start, Span<double> tokens);
}

/// <summary>
/// Perfect balance, as other tools assume: every expert gets exactly its share, and a token visits the ranks and nodes
/// that its top-k of equally likely experts lie on.
/// </summary>
public sealed class BalancedTraffic(ExpertSpec experts, int ranks, int nodes, int tokensPerWindow) : ITokenTraffic
{
    private readonly double _visitsRank = experts.ChanceOfVisit(experts.Count / ranks);
    private readonly double _visitsNode = experts.ChanceOfVisit(experts.Count / nodes);

    public int Layers => 1;

    public int Experts => experts.Count;

    public int TokensPerWindow => tokensPerWindow;

    public int WindowStarts => 1;

    public void AddExpertTokens(int layer, int start, Span<double> tokens)
    {
        for (var i = 0; i < experts.Count; i++) tokens[i] += (double)tokensPerWindow * experts.TopK / experts.Count;
    }

    public void AddRankTokens(int layer, int start, Span<double> tokens)
    {
        for (var i = 0; i < ranks; i++) tokens[i] += tokensPerWindow * _visitsRank;
    }

    public void AddNodeTokens(int layer, int start, Span<double> tokens)
    {
        for (var i = 0; i < nodes; i++) tokens[i] += tokensPerWindow * _visitsNode;
    }
}

/// <summary>Real routing: a micro-batch is a window of the trace of the real reduced step.</summary>
public sealed class RoutedTraffic : ITokenTraffic
{
    /// <summary>Windows begin at multiples of this many tokens: fine against thousands, small in memory.</summary>
    public const int BlockTokens = 64;

    private readonly int _blocks;
    private readonly int _ranks;
    private readonly int _nodes;

    // [layers, blocks + 1, experts], [.., ranks] and [.., nodes]: tokens before the block.
    private readonly int[] _toExpert;
    private readonly int[] _toRank;
    private readonly int[] _toNode;

    /// <param name="trace">The real step's routing; at least one block of tokens.</param>
    /// <param name="ranks">Expert-parallel ranks; they hold the experts in contiguous equal shares.</param>
    /// <param name="ranksPerNode">Consecutive ranks that share a node.</param>
    /// <param name="tokensPerWindow">Tokens of a full-size micro-batch.</param>
    public RoutedTraffic(RoutingTrace trace, int ranks, int ranksPerNode, int tokensPerWindow)
    {
        if (trace.Experts % ranks != 0)
            throw new ArgumentException($"ep {ranks} does not divide {trace.Experts} experts.");
        if (trace.Tokens < BlockTokens)
            throw new ArgumentException($"A trace of {trace.Tokens} tokens is shorter than {BlockTokens}.");
        Layers = trace.Layers;
        Experts = trace.Experts;
        _ranks = ranks;
        _nodes = (ranks + ranksPerNode - 1) / ranksPerNode;
        _blocks = trace.Tokens / BlockTokens;
        TokensPerWindow = tokensPerWindow;
        WindowBlocks = Math.Min(_blocks, Math.Max(1, tokensPerWindow / BlockTokens));
        _toExpert = new int[Layers * (_blocks + 1) * Experts];
        _toRank = new int[Layers * (_blocks + 1) * ranks];
        _toNode = new int[Layers * (_blocks + 1) * _nodes];
        for (var layer = 0; layer < Layers; layer++)
        {
            Accumulate(trace, layer);
            AccumulateVisits(trace, layer, _toRank, ranks);
            AccumulateVisits(trace, layer, _toNode, _nodes);
        }
    }

    public int Layers { get; }

    public int Experts { get; }

    public int TokensPerWindow { get; }

    /// <summary>Blocks of the trace in a window; fewer than the micro-batch's where the trace is shorter.</summary>
    public int WindowBlocks { get; }

    /// <summary>Where windows may begin, counted in blocks; windows wrap around the trace's end.</summary>
    public int WindowStarts => _blocks;

    public void AddExpertTokens(int layer, int start, Span<double> tokens) =>
        Add(_toExpert, Experts, layer, start, tokens);

    public void AddRankTokens(int layer, int start, Span<double> tokens) =>
        Add(_toRank, _ranks, layer, start, tokens);

    public void AddNodeTokens(int layer, int start, Span<double> tokens) =>
        Add(_toNode, _nodes, layer, start, tokens);

    private void Add(int[] prefix, int width, int layer, int startBlock, Span<double> tokens)
    {
        var scale = (double)TokensPerWindow / (WindowBlocks * BlockTokens);
        var end = startBlock + WindowBlocks;
        var wrapped = Math.Max(0, end - _blocks);
        for (var i = 0; i < width; i++)
        {
            var count = At(prefix, width, layer, Math.Min(end, _blocks), i) - At(prefix, width, layer, startBlock, i)
                + At(prefix, width, layer, wrapped, i);
            tokens[i] += count * scale;
        }
    }

    private int At(int[] prefix, int width, int layer, int block, int i) =>
        prefix[(layer * (_blocks + 1) + block) * width + i];

    private void Accumulate(RoutingTrace trace, int layer)
    {
        for (var block = 0; block < _blocks; block++)
        {
            var experts = Row(_toExpert, Experts, layer, block);
            for (var token = block * BlockTokens; token < (block + 1) * BlockTokens; token++)
            {
                foreach (var expert in trace.Of(layer, token))
                {
                    if (expert != RoutingTrace.Dropped) experts[expert]++;
                }
            }
        }
    }

    /// <summary>Counts each token once at every unit, rank or node, that holds one of its experts.</summary>
    private void AccumulateVisits(RoutingTrace trace, int layer, int[] prefix, int units)
    {
        var expertsPerUnit = (Experts + units - 1) / units;
        var visitedBy = new int[units];
        Array.Fill(visitedBy, -1);
        for (var block = 0; block < _blocks; block++)
        {
            var visits = Row(prefix, units, layer, block);
            for (var token = block * BlockTokens; token < (block + 1) * BlockTokens; token++)
            {
                foreach (var expert in trace.Of(layer, token))
                {
                    // No room, no journey: a dropped choice costs neither the expert nor the network anything.
                    if (expert == RoutingTrace.Dropped) continue;
                    var unit = expert / expertsPerUnit;
                    if (visitedBy[unit] == token) continue;
                    visitedBy[unit] = token;
                    visits[unit]++;
                }
            }
        }
    }

    private Span<int> Row(int[] prefix, int width, int layer, int block)
    {
        var next = prefix.AsSpan((layer * (_blocks + 1) + block + 1) * width, width);
        prefix.AsSpan((layer * (_blocks + 1) + block) * width, width).CopyTo(next);
        return next;
    }
}
