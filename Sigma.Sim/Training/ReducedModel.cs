// The reduced mixture-of-experts transformer that really trains: embedding, layers, head and loss, forward and
// backward, and the optimizer's step, all in fp32 by the kernels. All buffers are allocated here, once.
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
    private readonly Parameter _embedding, _finalNorm, _head;
    private readonly float[] _last, _normed, _inverse, _logits, _dx;
    private readonly double[] _losses;

    public ReducedModel(ReducedModelSpec spec, OptimizerSpec optimizer, int threads)
    {
        var violations = spec.Violations().Concat(optimizer.Violations()).ToList();
        if (violations.Count > 0) throw new ArgumentException(string.Join("; ", violations));
        Spec = spec;
        _workers = new WorkerTeam(threads);
        _team = new TimedTeam(_workers);
        _shared = new StepWorkspace(spec);
        _attention = Enumerable.Range(0, spec.Layers).Select(
            l => new AttentionBlock(spec, l, _team, _shared)).ToArray();
        _experts = Enumerable.Range(0, spec.Layers).Select(l => new ExpertBlock(spec, l, _team, _shared)).ToArray();
        _embedding = new Parameter("embedding", spec.Vocabulary, spec.Hidden);
        _finalNorm = new Parameter("final_norm", spec.Hidden);
        _head = new Parameter("head", spec.Vocabulary, spec.Hidden);
        Parameters =
        [
            _embedding,
            .. Enumerable.Range(0, spec.Layers).SelectMany(
                l => _attention[l].Parameters.Concat(_experts[l].Parameters)),
            _finalNorm, _head,
        ];
        _optimizer = new Optimizer(optimizer, Parameters);
        var size = spec.Tokens * spec.Hidden;
        (_last, _normed, _inverse, _dx) = (new float[size], new float[size], new float[spec.Tokens], new float[size]);
        (_logits, _losses) = (new float[spec.Tokens * spec.Vocabulary], new double[spec.Tokens]);
    }

    public ReducedModelSpec Spec { get; }

    public int Threads => _workers.Threads;

    /// <summary>In the reference's order; writing a value changes the model.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Work and time of each kernel since the account was cleared.</summary>
    public IReadOnlyList<KernelWork> Work => _team.Account();

    /// <summary>Normal weights of the spec's deviation, ones for norms.</summary>
    public void Initialize(ulong seed)
    {
        foreach (var parameter in Parameters) parameter.Initialize(seed, Spec.InitStd);
    }

    public void ClearWork() => _team.Clear();

    /// <summary>
    /// Losses and all gradients from tokens and targets, each [batch * sequence]. <paramref name="logits"/>, when not
    /// null, receives [tokens, vocabulary].
    /// </summary>
    public StepLosses ForwardBackward(int[] tokens, int[] targets, float[]? logits)
    {
        CheckTokens(tokens);
        CheckTokens(targets);
        for (var t = 0; t < tokens.Length; t++)
            _embedding.Value.Rows(tokens[t], 1, Spec.Hidden).CopyTo(_attention[0].Input.Rows(t, 1, Spec.Hidden));
        for (var layer = 0; layer < Spec.Layers; layer++)
        {
            _attention[layer].Forward(_experts[layer].Input);
            _experts[layer].Forward(HiddenAfter(layer));
        }

        var crossEntropy = Head(targets, logits);
        HeadBackward();
        for (var layer = Spec.Layers - 1; layer >= 0; layer--)
        {
            _experts[layer].Backward(_dx);
            _attention[layer].Backward(_dx);
        }

        Array.Clear(_embedding.Gradient);
        for (var t = 0; t < tokens.Length; t++)
            Lanes.Add(_dx.Rows(t, 1, Spec.Hidden), _embedding.Gradient.Rows(tokens[t], 1, Spec.Hidden));
        var (balance, z) = (0.0, 0.0);
        foreach (var block in _experts) (balance, z) = (balance + block.Balance, z + block.Z);
        (balance, z) = (balance / Spec.Layers, z / Spec.Layers);
        return new StepLosses(crossEntropy + (Spec.AuxLoss * balance) + (Spec.ZLoss * z), crossEntropy, balance, z);
    }

    /// <summary>Clips and updates; returns the gradient norm before clipping.</summary>
    public double Step() => _optimizer.Step(_team);

    /// <summary>[tokens, hidden] after a layer.</summary>
    public float[] HiddenAfter(int layer) => layer + 1 < Spec.Layers ? _attention[layer + 1].Input : _last;

    /// <summary>[tokens, top_k] of the last forward pass, largest weight first.</summary>
    public ReadOnlySpan<ushort> RoutingIndex(int layer) => _experts[layer].Index;

    /// <summary>[tokens, top_k] of the last forward pass.</summary>
    public ReadOnlySpan<float> RoutingWeight(int layer) => _experts[layer].Weight;

    public void Dispose() => _workers.Dispose();

    private double Head(int[] targets, float[]? logits)
    {
        var (hidden, vocabulary) = (Spec.Hidden, Spec.Vocabulary);
        _team.Rows("rms_norm", 4.0 * Spec.Tokens * hidden, Spec.Tokens, (row, rows) => RmsNorm.Forward(
            _last.Rows(row, rows, hidden), _finalNorm.Value, rows, hidden, (float)Spec.NormEps,
            _normed.Rows(row, rows, hidden), _inverse.Rows(row, rows, 1)));
        _team.Rows("head", 2.0 * Spec.Tokens * hidden * vocabulary, Spec.Tokens, (row, rows) => MatMul.Forward(
            _normed.Rows(row, rows, hidden), _head.Value, rows, hidden, vocabulary, LinearFormat.Float32,
            _logits.Rows(row, rows, vocabulary)));
        if (logits is not null) _logits.CopyTo(logits, 0);
        _team.Rows("cross_entropy", 6.0 * Spec.Tokens * vocabulary, Spec.Tokens, (row, rows) =>
        {
            var lines = _logits.Rows(row, rows, vocabulary);
            CrossEntropy.ForwardBackward(
                lines, targets.AsSpan(row, rows), rows, vocabulary, 1f / Spec.Tokens, _losses.AsSpan(row, rows), lines);
        });
        var sum = 0.0;
        foreach (var loss in _losses) sum += loss;
        return sum / Spec.Tokens;
    }

    private void HeadBackward()
    {
        var (hidden, vocabulary, dnormed) = (Spec.Hidden, Spec.Vocabulary, _shared.Hidden);
        _team.Weight("head", _logits, _normed, Spec.Tokens, _head);
        _team.Rows("head", 2.0 * Spec.Tokens * hidden * vocabulary, Spec.Tokens, (row, rows) => MatMul.BackwardInput(
            _logits.Rows(row, rows, vocabulary), _head.Value, rows, hidden, vocabulary, LinearFormat.Float32,
            accumulate: false, dnormed.Rows(row, rows, hidden)));
        Array.Clear(_dx);
        _team.NormBackward(dnormed, _last, _inverse, Spec.Tokens, _finalNorm, _dx);
    }

    private void CheckTokens(int[] tokens)
    {
        if (tokens.Length != Spec.Tokens)
            throw new ArgumentException($"a step takes {Spec.Tokens} tokens, found {tokens.Length}");
        foreach (var token in tokens)
            if ((uint)token >= (uint)Spec.Vocabulary)
                throw new ArgumentException($"token {token} lies outside the vocabulary of {Spec.Vocabulary}");
    }
}
