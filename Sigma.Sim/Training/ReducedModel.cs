// The reduced mixture-of-experts transformer that really trains: embedding, layers, head and loss, forward and
// backward, and the optimizer's step, by the kernels. All buffers and stages are made here, once.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>
/// Losses of one forward pass: total, cross-entropy, and means over layers of balance and z loss, unweighted.
/// </summary>
public readonly record struct StepLosses(double Total, double CrossEntropy, double Balance, double Z);

/// <summary>
/// Parameters named as in the reference. <see cref="ForwardBackward"/>, then <see cref="Step"/>; the same bits at any
/// number of threads.
/// </summary>
public sealed class ReducedModel : IDisposable
{
    private readonly WorkerTeam _workers;
    private readonly StepWorkspace _shared;
    private readonly TimedTeam _team;
    private readonly Optimizer _optimizer;
    private readonly AttentionBlock[] _attention;
    private readonly ExpertBlock[] _experts;
    private readonly Parameter _embedding;
    private readonly LanguageHead _head;
    private readonly float[][] _residual;
    private readonly List<Operand> _scaled;

    public ReducedModel(ReducedModelSpec spec, OptimizerSpec optimizer, KernelPrecisions precisions, int threads)
    {
        var violations = spec.Violations().Concat(optimizer.Violations()).ToList();
        if (violations.Count > 0) throw new ArgumentException(string.Join("; ", violations));
        (Spec, Precisions) = (spec, precisions);
        _workers = new WorkerTeam(threads);
        _team = new TimedTeam(_workers);
        _shared = new StepWorkspace(spec);
        _residual = new float[(2 * spec.Layers) + 1][];
        for (var place = 0; place < _residual.Length; place++) _residual[place] = new float[spec.Tokens * spec.Hidden];
        var parts = new StepParts(spec, precisions, _team, _shared);
        _scaled = parts.Scaled;
        _embedding = new Parameter(TensorClass.Embedding, "embedding", spec.Vocabulary, spec.Hidden);
        (_attention, _experts) = (new AttentionBlock[spec.Layers], new ExpertBlock[spec.Layers]);
        for (var layer = 0; layer < spec.Layers; layer++)
        {
            var (before, between, after) = (_residual[2 * layer], _residual[(2 * layer) + 1], HiddenAfter(layer));
            _attention[layer] = new AttentionBlock(parts, layer, before, between);
            _experts[layer] = new ExpertBlock(parts, layer, between, after);
        }

        _head = new LanguageHead(parts, _residual[^1]);
        Parameters =
        [
            _embedding,
            .. Enumerable.Range(0, spec.Layers).SelectMany(
                layer => _attention[layer].Parameters.Concat(_experts[layer].Parameters)),
            .. _head.Parameters,
        ];
        _optimizer = new Optimizer(optimizer, Parameters, _team);
    }

    public ReducedModelSpec Spec { get; }

    public KernelPrecisions Precisions { get; }

    public int Threads => _workers.Threads;

    /// <summary>In the reference's order; writing a value changes the model.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Work and time of each kernel since the account was cleared.</summary>
    public IReadOnlyList<KernelWork> Work => _team.Account();

    /// <summary>[tokens, vocabulary] of the last forward pass.</summary>
    public ReadOnlySpan<float> Logits => _head.Logits;

    /// <summary>
    /// Hears of every place of the residual stream as it is written, 0 after the embedding, then two a layer; may
    /// change what lies there.
    /// </summary>
    internal Action<int, float[]> AfterBlock { get; set; } = (_, _) => { };

    /// <summary>The residual stream [tokens, hidden] at its 2 layers + 1 places, of the last forward pass.</summary>
    internal IReadOnlyList<float[]> Residual => _residual;

    /// <summary>Normal weights of the spec's deviation, ones for norms.</summary>
    public void Initialize(ulong seed)
    {
        foreach (var parameter in Parameters) parameter.Initialize(seed, Spec.InitStd);
    }

    /// <summary>The state of another model of the same spec and precisions.</summary>
    internal void Restore(ModelSnapshot from)
    {
        foreach (var (tensor, kept) in Parameters.Zip(from.Tensors)) tensor.Restore(kept);
        foreach (var (block, bias) in _experts.Zip(from.Biases)) block.Router.SetBias(bias);
        foreach (var (operand, kept) in _scaled.Zip(from.Scales)) operand.Restore(kept);
        _optimizer.State = from.Optimizer;
    }

    /// <summary>Everything that the next step depends on.</summary>
    internal ModelSnapshot Snapshot() => new(
        [.. Parameters.Select(tensor => tensor.Keep())], [.. _experts.Select(block => block.Router.Bias.ToArray())],
        [.. _scaled.Select(operand => operand.Keep())], _optimizer.State);

    public void ClearWork() => _team.Clear();

    /// <summary>Losses and all gradients from tokens and targets, each [batch * sequence].</summary>
    public StepLosses ForwardBackward(int[] tokens, int[] targets)
    {
        CheckTokens(tokens);
        CheckTokens(targets);
        for (var t = 0; t < tokens.Length; t++)
            _embedding.Value.Rows(tokens[t], 1, Spec.Hidden).CopyTo(_residual[0].Rows(t, 1, Spec.Hidden));
        AfterBlock(0, _residual[0]);
        for (var layer = 0; layer < Spec.Layers; layer++)
        {
            _attention[layer].Forward();
            AfterBlock((2 * layer) + 1, _residual[(2 * layer) + 1]);
            _experts[layer].Forward();
            AfterBlock((2 * layer) + 2, _residual[(2 * layer) + 2]);
        }

        var crossEntropy = _head.Forward(targets);
        _head.Backward();
        for (var layer = Spec.Layers - 1; layer >= 0; layer--)
        {
            _experts[layer].Backward();
            _attention[layer].Backward();
        }

        Array.Clear(_embedding.Gradient);
        for (var t = 0; t < tokens.Length; t++)
            Lanes.Add(
                _shared.Residual.Rows(t, 1, Spec.Hidden), _embedding.Gradient.Rows(tokens[t], 1, Spec.Hidden));
        var (balance, z) = (0.0, 0.0);
        foreach (var block in _experts) (balance, z) = (balance + block.Router.Balance, z + block.Router.Z);
        (balance, z) = (balance / Spec.Layers, z / Spec.Layers);
        return new StepLosses(crossEntropy + (Spec.AuxLoss * balance) + (Spec.ZLoss * z), crossEntropy, balance, z);
    }

    /// <summary>
    /// Clips, updates and moves the routers' balancing biases; returns the gradient norm before clipping.
    /// </summary>
    public double Step()
    {
        var norm = _optimizer.Step();
        foreach (var block in _experts) block.Router.MoveBias();
        return norm;
    }

    /// <summary>[tokens, hidden] after a layer.</summary>
    public float[] HiddenAfter(int layer) => _residual[(2 * layer) + 2];

    /// <summary>[tokens, top_k] of the last forward pass, largest weight first.</summary>
    public ReadOnlySpan<ushort> RoutingIndex(int layer) => _experts[layer].Router.Index;

    /// <summary>[tokens, top_k] of the last forward pass.</summary>
    public ReadOnlySpan<float> RoutingWeight(int layer) => _experts[layer].Router.Weights;

    /// <summary>The choices of the last forward pass [tokens, top_k], dropped ones marked as such.</summary>
    public void CopyRouting(int layer, Span<ushort> choices)
    {
        var router = _experts[layer].Router;
        router.Index.CopyTo(choices);
        if (router.Order.Dropped == 0) return;
        for (var choice = 0; choice < choices.Length; choice++)
            if (router.Order.Place[choice] < 0) choices[choice] = RoutingTrace.Dropped;
    }

    public void Dispose() => _workers.Dispose();

    private void CheckTokens(int[] tokens)
    {
        if (tokens.Length != Spec.Tokens)
            throw new ArgumentException($"a step takes {Spec.Tokens} tokens, found {tokens.Length}");
        foreach (var token in tokens)
            if ((uint)token >= (uint)Spec.Vocabulary)
                throw new ArgumentException($"token {token} lies outside the vocabulary of {Spec.Vocabulary}");
    }
}
