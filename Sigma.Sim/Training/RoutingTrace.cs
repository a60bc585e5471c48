// Which experts each token of a real text went to: what the full-scale step takes its traffic from.
namespace Sigma.Sim.Training;

/// <summary>
/// Choices [layers, tokens, top_k], tokens in text order, the largest weight first; a choice is an expert or
/// <see cref="Dropped"/>.
/// </summary>
public sealed class RoutingTrace
{
    /// <summary>The choice of a token that its expert had no room for.</summary>
    public const ushort Dropped = ushort.MaxValue;

    /// <summary>Experts that a choice can tell apart from each other and from a dropped one.</summary>
    public const int MostExperts = Dropped;

    private readonly ushort[] _choices;

    /// <summary>Takes over <paramref name="choices"/> [layers, tokens, top_k].</summary>
    public RoutingTrace(int layers, int tokens, int experts, int topK, ushort[] choices)
    {
        if (layers < 1 || tokens < 1 || experts < 1 || topK < 1 || topK > experts)
            throw new ArgumentException(
                $"no routing has {layers} layers, {tokens} tokens and {topK} of {experts} experts");
        if (experts > MostExperts)
            throw new ArgumentException($"{experts} experts do not fit a routing trace; at most {MostExperts} do");
        if (choices.Length != checked(layers * tokens * topK))
            throw new ArgumentException($"expected {layers} x {tokens} x {topK} choices, found {choices.Length}");
        foreach (var expert in choices)
            if (expert >= experts && expert != Dropped)
                throw new ArgumentException($"expert {expert} is not one of {experts}");
        (Layers, Tokens, Experts, TopK, _choices) = (layers, tokens, experts, topK, choices);
    }

    public int Layers { get; }

    public int Tokens { get; }

    public int Experts { get; }

    public int TopK { get; }

    /// <summary>All choices, [layers, tokens, top_k].</summary>
    public ReadOnlySpan<ushort> Choices => _choices;

    /// <summary>The experts of one token, [top_k]; dropped choices among them.</summary>
    public ReadOnlySpan<ushort> Of(int layer, int token)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)layer, (uint)Layers);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)Tokens);
        return _choices.AsSpan(((layer * Tokens) + token) * TopK, TopK);
    }

    /// <summary>How many tokens each expert was sent, [experts]; dropped choices reach none.</summary>
    public int[] TokensPerExpert(int layer)
    {
        var counts = new int[Experts];
        foreach (var expert in LayerOf(layer))
            if (expert != Dropped) counts[expert]++;
        return counts;
    }

    /// <summary>How many choices of a layer were dropped.</summary>
    public int DroppedChoices(int layer) => LayerOf(layer).Count(Dropped);

    private ReadOnlySpan<ushort> LayerOf(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)layer, (uint)Layers);
        return _choices.AsSpan(layer * Tokens * TopK, Tokens * TopK);
    }
}

/// <summary>
/// How unevenly a layer's experts are loaded by the choices that were kept: largest over mean, standard deviation over
/// mean, and the entropy of the load as a fraction of its largest possible value (1 is even).
/// </summary>
public sealed record ExpertLoad(
    int Layer, IReadOnlyList<int> TokensPerExpert, int DroppedChoices, double MaxOverMean,
    double CoefficientOfVariation, double Entropy)
{
    /// <summary>The load of every layer of a trace.</summary>
    public static IReadOnlyList<ExpertLoad> OfAll(RoutingTrace trace) =>
        [.. Enumerable.Range(0, trace.Layers).Select(layer => Of(trace, layer))];

    private static ExpertLoad Of(RoutingTrace trace, int layer)
    {
        var counts = trace.TokensPerExpert(layer);
        var dropped = trace.DroppedChoices(layer);
        var kept = (double)trace.Tokens * trace.TopK - dropped;
        // Where nothing was kept, nothing is uneven.
        if (kept == 0) return new ExpertLoad(layer, counts, dropped, 1, 0, 1);
        var mean = kept / trace.Experts;
        var (squares, entropy) = (0.0, 0.0);
        foreach (var count in counts)
        {
            squares += (count - mean) * (count - mean);
            var share = count / (mean * trace.Experts);
            if (count > 0) entropy -= share * Kernels.Lanes.Log(share);
        }

        return new ExpertLoad(
            layer, counts, dropped, counts.Max() / mean, Math.Sqrt(squares / trace.Experts) / mean,
            trace.Experts == 1 ? 1 : entropy / Kernels.Lanes.Log(trace.Experts));
    }
}
