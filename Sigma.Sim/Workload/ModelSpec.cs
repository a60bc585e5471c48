// The full-size model and what it takes: parameters and floating-point operations, counted matrix by matrix.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Workload;

/// <summary>The experts of a layer; one expert with top-1 is a dense feed-forward layer.</summary>
/// <param name="Count">Routed experts per layer.</param>
/// <param name="TopK">Experts that a token visits.</param>
/// <param name="Ffn">Inner width of one SwiGLU expert.</param>
/// <param name="Shared">Experts of the same width that every token visits.</param>
public sealed record ExpertSpec(int Count, int TopK, int Ffn, int Shared);

/// <summary>A decoder-only transformer: grouped-query attention, SwiGLU experts, untied embedding and head.</summary>
public sealed record ModelSpec(
    string Name, int Layers, int Hidden, int Heads, int KvHeads, int HeadDim, int Vocabulary, int Sequence,
    ExpertSpec Experts, Precision Precision)
{
    /// <summary>Query, key, value and output projections of one layer.</summary>
    public double AttentionParameters => (double)Hidden * HeadDim * (2.0 * Heads + 2.0 * KvHeads);

    public double RouterParameters => Experts.Count > 1 ? (double)Hidden * Experts.Count : 0;

    /// <summary>Gate, up and down of one expert.</summary>
    public double ParametersPerExpert => 3.0 * Hidden * Experts.Ffn;

    /// <summary>Everything in a layer that is not a routed expert, norms included.</summary>
    public double DenseParametersPerLayer =>
        AttentionParameters + RouterParameters + Experts.Shared * ParametersPerExpert + 2.0 * Hidden + 2.0 * HeadDim;

    public double EmbeddingParameters => (double)Vocabulary * Hidden;

    /// <summary>All parameters.</summary>
    public double Parameters =>
        Layers * (DenseParametersPerLayer + Experts.Count * ParametersPerExpert) + 2 * EmbeddingParameters + Hidden;

    /// <summary>Parameters that one token meets: its top-k experts and everything dense.</summary>
    public double ActiveParameters =>
        Layers * (DenseParametersPerLayer + Experts.TopK * ParametersPerExpert) + 2 * EmbeddingParameters + Hidden;

    /// <summary>
    /// Model FLOPs of one token, forward and backward: 6 per parameter of a matrix product (the embedding is a look-up)
    /// and the attention scores, which count half where the mask is causal.
    /// </summary>
    public double FlopsPerToken(bool causal)
    {
        var perLayer = AttentionParameters + RouterParameters + (Experts.TopK + Experts.Shared) * ParametersPerExpert;
        return 3 * (2 * (Layers * perLayer + EmbeddingParameters) + Layers * AttentionScoreFlopsPerToken(causal));
    }

    /// <summary>Scores and weighted values of a token in one layer, forward: 4 s heads head_dim, or half.</summary>
    public double AttentionScoreFlopsPerToken(bool causal) => (causal ? 2.0 : 4.0) * Sequence * Heads * HeadDim;
}
