// Which experts each token of a real text went to: what the full-scale step takes its traffic from.
namespace Sigma.Sim.Training;

/// <summary>Choices [layers, tokens, top_k], tokens in text order, the largest weight first.</summary>
public sealed class RoutingTrace
{
    /// <summary>A choice that the expert's capacity refused.</summary>
    public const ushort Dropped = ushort.MaxValue;

    private readonly ushort[] _choices;

    /// <summary>Takes over <paramref name="choices"/> [layers, tokens, top_k].</summary>
    public RoutingTrace(int layers, int tokens, int experts, int topK, ushort[] choices)
    {
        if (layers < 1 || tokens < 1 || experts < 1 || topK < 1 || topK > experts)
            throw new ArgumentException(
                $"no routing has {layers} layers, {tokens} tokens and {topK} of {experts} experts");
        if (choices.Length != checked(layers * tokens * topK))
            throw new ArgumentException($"expected {layers} x {tokens} x {topK} choices, found {choices.Length}");
        foreach (var expert in choices)
            if (expert >= experts) throw new ArgumentException($"expert {expert} is not one of {experts}");
        (Layers, Tokens, Experts, TopK, _choices) = (layers, tokens, experts, topK, choices);
    }

    public int Layers { get; }

    public int Tokens { get; }

    public int Experts { get; }

    public int TopK { get; }

    /// <summary>All choices, [layers, tokens, top_k].</summary>
    public ReadOnlySpan<ushort> Choices => _choices;

    /// <summary>The experts of one token, [top_k].</summary>
    public ReadOnlySpan<ushort> Of(int layer, int token)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)layer, (uint)Layers);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)Tokens);
        return _choices.AsSpan(((layer * Tokens) + token) * TopK, TopK);
    }

    /// <summary>How many tokens chose each expert, [experts].</summary>
    public int[] TokensPerExpert(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)layer, (uint)Layers);
        var counts = new int[Experts];
        foreach (var expert in _choices.AsSpan(layer * Tokens * TopK, Tokens * TopK)) counts[expert]++;
        return counts;
    }
}

/// <summary>
/// How unevenly a layer's experts are loaded: largest over mean, standard deviation over mean, and the entropy of the
/// load as a fraction of its largest possible value (1 is even).
/// </summary>
public sealed record ExpertLoad(
    int Layer, IReadOnlyList<int> TokensPerExpert, double MaxOverMean, double CoefficientOfVariation, double Entropy)
{
    internal static ExpertLoad Of(RoutingTrace trace, int layer)
    {
        var counts = trace.TokensPerExpert(layer);
        var mean = (double)trace.Tokens * trace.TopK / trace.Experts;
        var (squares, entropy) = (0.0, 0.0);
        foreach (var count in counts)
        {
            squares += (count - mean) * (count - mean);
            var share = count / (mean * trace.Experts);
            if (count > 0) entropy -= share * Kernels.Lanes.Log(share);
        }

        return new ExpertLoad(
            layer, counts, counts.Max() / mean, Math.Sqrt(squares / trace.Experts) / mean,
            trace.Experts == 1 ? 1 : entropy / Kernels.Lanes.Log(trace.Experts));
    }
}
