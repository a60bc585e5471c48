// The end of the model: final norm, untied head, mean cross-entropy, and where the backward pass begins.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>Loss of x [tokens, hidden] against target tokens, and its gradient.</summary>
internal sealed class LanguageHead
{
    private readonly NormLayer _norm;
    private readonly Operand _normed;
    private readonly Linear _linear;
    private readonly StepWorkspace _shared;
    private readonly Stage _loss;
    private readonly float[] _logits, _gradient;
    private readonly double[] _losses;
    private int[] _targets = [];

    internal LanguageHead(StepParts parts, float[] x)
    {
        var (spec, vocabulary) = (parts.Spec, parts.Spec.Vocabulary);
        _shared = parts.Shared;
        _norm = new NormLayer(parts, "final_norm", x);
        var weight = new Parameter(TensorClass.Head, "head", vocabulary, spec.Hidden);
        Parameters = [_norm.Weight, weight];
        (_logits, _gradient) = (new float[spec.Tokens * vocabulary], new float[spec.Tokens * vocabulary]);
        _losses = new double[spec.Tokens];
        _normed = parts.Operand(MatrixKernel.Head, OperandRole.Forward, _norm.Output);
        _linear = new Linear(
            parts, MatrixKernel.Head, weight, _normed,
            new LinearBuffers(_logits, null, _gradient, parts.Shared.Normed, AddToDx: false));
        _loss = parts.Team.Rows("cross_entropy", 6.0 * spec.Tokens * vocabulary, spec.Tokens, (row, rows) =>
            CrossEntropy.ForwardBackward(
                _logits.Rows(row, rows, vocabulary), _targets.AsSpan(row, rows), rows, vocabulary, 1f / spec.Tokens,
                _losses.AsSpan(row, rows), _gradient.Rows(row, rows, vocabulary)));
    }

    internal IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>[tokens, vocabulary].</summary>
    internal ReadOnlySpan<float> Logits => _logits;

    /// <summary>Mean cross-entropy in nats a token.</summary>
    internal double Forward(int[] targets)
    {
        _targets = targets;
        _norm.Forward();
        _normed.Begin();
        _linear.Forward();
        _loss.Run();
        var sum = 0.0;
        foreach (var loss in _losses) sum += loss;
        return sum / _losses.Length;
    }

    /// <summary>Leaves the gradient of x in the workspace's residual gradient.</summary>
    internal void Backward()
    {
        _linear.Backward();
        Array.Clear(_shared.Residual);
        _norm.Backward();
    }
}
