// The full-size model and what it takes: parameters and floating-point operations, counted matrix by matrix.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Workload;

/// <summary>The experts of a layer; one expert with top-1 is a dense feed-forward layer.</summary>
/// <param name="Count">Routed experts per layer.</param>
/// <param name="TopK">Experts that a token visits.</param>
/// <param name="Ffn">Inner width of one expert.</param>
/// <param name="Shared">Experts of the same width that every token visits.</param>
public sealed record ExpertSpec(int Count, int TopK, int Ffn, int Shared)
{
    /// <summary>
    /// Groups of neighbouring experts; a token's experts lie in at most <see cref="GroupsPerToken"/>.
    /// </summary>
    public int Groups { get; init; } = 1;

    public int GroupsPerToken { get; init; } = 1;

    /// <summary>
    /// The chance that a token visits a unit (a rank or a node) that holds so many of the experts, all being equally
    /// likely: groups are chosen first, then distinct experts in them. The mean over units, which share out the experts
    /// in order: where units cut through groups they are not all alike.
    /// </summary>
    public double ChanceOfVisit(int expertsOfUnit) => Enumerable.Range(0, Count / expertsOfUnit)
        .Average(unit => ChanceOfVisit(unit * expertsOfUnit, (unit + 1) * expertsOfUnit));

    /// <summary>For a unit that holds the experts from one up to another.</summary>
    private double ChanceOfVisit(int from, int to)
    {
        var perGroup = Count / Groups;
        var (whole, parts) = (0, new List<int>(2));
        for (var group = from / perGroup; group * perGroup < to; group++)
        {
            var held = Math.Min(to, (group + 1) * perGroup) - Math.Max(from, group * perGroup);
            if (held == perGroup) whole++;
            else parts.Add(held);
        }

        // Some of the whole groups are chosen, and each of at most two parts or not.
        var (chance, others) = (0.0, Groups - whole - parts.Count);
        for (var set = 0; set < 1 << parts.Count; set++)
        {
            var chosenParts = int.PopCount(set);
            var ofParts = parts.Where((_, part) => (set >> part & 1) == 1).Sum();
            for (var chosen = 0; chosen <= whole; chosen++)
            {
                var ways = Choose(whole, chosen) * Choose(others, GroupsPerToken - chosen - chosenParts)
                    / Choose(Groups, GroupsPerToken);
                chance += ways * (1 - AllElsewhere(GroupsPerToken * perGroup, ofParts + chosen * perGroup));
            }
        }

        return chance;
    }

    /// <summary>The chance that all of a token's distinct experts lie outside some of the pool.</summary>
    private double AllElsewhere(int pool, int some)
    {
        var chance = 1.0;
        for (var i = 0; i < TopK; i++) chance *= Math.Max(0, pool - some - i) / (double)(pool - i);
        return chance;
    }

    /// <summary>Ways to take k of n; 0 where there are none.</summary>
    private static double Choose(int n, int k)
    {
        if (k < 0 || k > n) return 0;
        var ways = 1.0;
        for (var i = 0; i < k; i++) ways *= (n - i) / (double)(k - i);
        return ways;
    }
}

/// <summary>The feed-forward network of a layer or expert.</summary>
public enum Activation
{
    /// <summary>Gate, up and down (Shazeer, 2020): three matrices.</summary>
    SwiGlu,

    /// <summary>Up and down: two matrices, as in GPT.</summary>
    Gelu,
}

/// <summary>
/// Latent attention (DeepSeek-V2, 2024): queries, and keys with values, pass through narrow projections; each head has
/// a part of its width with rotary positions, whose key all heads share. A head's other part is `head_dim` wide.
/// </summary>
/// <param name="QueryRank">Width of the queries' latent.</param>
/// <param name="KvRank">Width of the keys' and values' latent.</param>
/// <param name="RotaryDim">Width of a head's part with positions.</param>
/// <param name="ValueDim">Width of a head's values.</param>
public sealed record LatentAttention(int QueryRank, int KvRank, int RotaryDim, int ValueDim);

/// <summary>
/// A decoder-only transformer: grouped-query or latent attention, dense or expert feed-forward layers.
/// </summary>
public sealed record ModelSpec(
    string Name, int Layers, int Hidden, int Heads, int KvHeads, int HeadDim, int Vocabulary, int Sequence,
    ExpertSpec Experts, Precision Precision)
{
    public Activation Activation { get; init; } = Activation.SwiGlu;

    /// <summary>Null for grouped-query attention.</summary>
    public LatentAttention? Latent { get; init; }

    /// <summary>
    /// First layers that have one feed-forward network of width <see cref="DenseFfn"/> and no experts.
    /// </summary>
    public int DenseLayers { get; init; }

    public int DenseFfn { get; init; }

    /// <summary>GPT's block: biases in every matrix and norm, no norms of query and key.</summary>
    public bool Biases { get; init; }

    /// <summary>GPT's embeddings: learned positions, and a head that is the embedding.</summary>
    public bool LearnedPositions { get; init; }

    /// <summary>Head and embedding are one matrix.</summary>
    public bool TiedEmbedding { get; init; }

    /// <summary>Matrices of one feed-forward network.</summary>
    public int FeedForwardMatrices => Activation == Activation.SwiGlu ? 3 : 2;

    /// <summary>Width of the scores' inner product per head.</summary>
    public int ScoreDim => HeadDim + (Latent?.RotaryDim ?? 0);

    /// <summary>Width of a head's values.</summary>
    public int ValueDim => Latent?.ValueDim ?? HeadDim;

    /// <summary>Query, key, value and output projections of one layer.</summary>
    public double AttentionParameters => Latent is { } latent
        ? (double)Hidden * latent.QueryRank + (double)latent.QueryRank * Heads * ScoreDim
            + (double)Hidden * (latent.KvRank + latent.RotaryDim)
            + (double)latent.KvRank * Heads * (HeadDim + latent.ValueDim) + (double)Heads * latent.ValueDim * Hidden
        : (double)Hidden * HeadDim * (2.0 * Heads + 2.0 * KvHeads);

    public double RouterParameters => Experts.Count > 1 ? (double)Hidden * Experts.Count : 0;

    /// <summary>All matrices of one expert.</summary>
    public double ParametersPerExpert => (double)FeedForwardMatrices * Hidden * Experts.Ffn;

    /// <summary>Everything in a layer with experts that is not a routed expert, norms and biases included.</summary>
    public double DenseParametersPerLayer =>
        AttentionParameters + RouterParameters + Experts.Shared * ParametersPerExpert + SmallParameters(Experts.Ffn);

    /// <summary>A whole layer without experts.</summary>
    public double ParametersPerDenseLayer =>
        AttentionParameters + (double)FeedForwardMatrices * Hidden * DenseFfn + SmallParameters(DenseFfn);

    /// <summary>Token embedding, or head.</summary>
    public double EmbeddingParameters => (double)Vocabulary * Hidden;

    /// <summary>All parameters.</summary>
    public double Parameters => EdgeParameters
        + ExpertLayers * (DenseParametersPerLayer + Experts.Count * ParametersPerExpert)
        + DenseLayers * ParametersPerDenseLayer;

    /// <summary>Parameters that one token meets: its top-k experts and everything dense.</summary>
    public double ActiveParameters => EdgeParameters
        + ExpertLayers * (DenseParametersPerLayer + Experts.TopK * ParametersPerExpert)
        + DenseLayers * ParametersPerDenseLayer;

    /// <summary>True for a layer whose tokens are routed, or that has its one expert.</summary>
    public bool HasExperts(int layer) => layer >= DenseLayers;

    /// <summary>
    /// Model FLOPs of one token, forward and backward: 6 per parameter of a matrix product (the embedding is a look-up)
    /// and the attention scores, which count half where the mask is causal.
    /// </summary>
    public double FlopsPerToken(bool causal) => 3 * (LayerFlopsPerToken(causal) + 2 * EmbeddingParameters);

    /// <summary>
    /// Hardware FLOPs of one token: the model's and what recomputation repeats, which is every layer's forward pass, or
    /// only the core of attention.
    /// </summary>
    public double HardwareFlopsPerToken(Recompute recompute, bool causal) => FlopsPerToken(causal) + recompute switch
    {
        Recompute.None => 0,
        Recompute.Selective => Layers * AttentionScoreFlopsPerToken(causal),
        Recompute.Full => LayerFlopsPerToken(causal),
        _ => throw new ArgumentOutOfRangeException(nameof(recompute), recompute, null),
    };

    /// <summary>Scores and weighted values of a token in one layer, forward: 4 s heads head_dim, or half.</summary>
    public double AttentionScoreFlopsPerToken(bool causal) =>
        (causal ? 1.0 : 2.0) * Sequence * Heads * (ScoreDim + ValueDim);

    private int ExpertLayers => Layers - DenseLayers;

    private double EdgeParameters => (TiedEmbedding ? 1 : 2) * EmbeddingParameters + (Biases ? 2.0 : 1) * Hidden
        + (LearnedPositions ? (double)Sequence * Hidden : 0);

    /// <summary>Forward FLOPs of all layers for one token.</summary>
    private double LayerFlopsPerToken(bool causal)
    {
        var experts = RouterParameters + (Experts.TopK + Experts.Shared) * ParametersPerExpert;
        var dense = (double)FeedForwardMatrices * Hidden * DenseFfn;
        return 2 * (Layers * AttentionParameters + ExpertLayers * experts + DenseLayers * dense)
            + Layers * AttentionScoreFlopsPerToken(causal);
    }

    /// <summary>Two norms with those of query and key; or GPT's biases: 3 h, h, ffn, h and two norms of 2 h.</summary>
    private double SmallParameters(int ffn) => Biases
        ? (Heads + 2.0 * KvHeads) * HeadDim + 2.0 * Hidden + ffn + 4.0 * Hidden
        : 2.0 * Hidden + 2.0 * HeadDim;
}
