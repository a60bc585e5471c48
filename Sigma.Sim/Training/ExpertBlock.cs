// The expert half of a layer: pre-norm, router, the chosen experts and the shared ones, residual. Keeps what its own
// backward needs.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>y = x + experts(RMSNorm(x)) over [tokens, hidden], and its gradient.</summary>
internal sealed class ExpertBlock
{
    private readonly NormLayer _norm;
    private readonly SharedExperts? _sharedExperts;
    private readonly ExpertShape _shape;
    private readonly Parameter _gate, _up, _down;
    private readonly Operand _normed, _inner, _downMatrix, _activation, _innerGradient, _outputGradient;
    private readonly float[] _gates, _ups, _largest;
    private readonly Stage _forward, _combine, _backward, _gather;
    private readonly float[] _weightGradient;

    /// <summary>Reads x and writes y, each [tokens, hidden].</summary>
    internal ExpertBlock(StepParts parts, int layer, float[] x, float[] y)
    {
        var (spec, team, shared) = (parts.Spec, parts.Team, parts.Shared);
        var (tokens, hidden, experts, ffn) = (spec.Tokens, spec.Hidden, spec.Experts, spec.ExpertFfn);
        var name = $"layers.{layer}.";
        _shape = new ExpertShape(experts, spec.TopK, hidden, ffn);
        _norm = new NormLayer(parts, name + "moe_norm", x);
        Router = new TokenRouter(parts, name + "router", _norm.Output);
        _gate = new Parameter(TensorClass.Experts, name + "expert_gate", experts, ffn, hidden);
        _up = new Parameter(TensorClass.Experts, name + "expert_up", experts, ffn, hidden);
        _down = new Parameter(TensorClass.Experts, name + "expert_down", experts, hidden, ffn);
        _normed = parts.Operand(MatrixKernel.Experts, OperandRole.Forward, _norm.Output);
        _sharedExperts = spec.SharedExperts > 0 ? new SharedExperts(parts, name, x, _normed, y) : null;
        Parameters = [_norm.Weight, Router.Weight, _gate, _up, _down, .. _sharedExperts?.Parameters ?? []];
        (_gates, _ups) = (new float[tokens * spec.TopK * ffn], new float[tokens * spec.TopK * ffn]);

        _inner = parts.Operand(MatrixKernel.Experts, OperandRole.Forward, _gate.Value, _up.Value);
        _downMatrix = parts.Operand(MatrixKernel.Experts, OperandRole.Forward, _down.Value);
        _activation = parts.Operand(MatrixKernel.Experts, OperandRole.Forward);
        _innerGradient = parts.Operand(MatrixKernel.Experts, OperandRole.Gradient);
        _outputGradient = parts.Operand(MatrixKernel.Experts, OperandRole.Gradient, shared.Residual);
        _largest = new float[_activation.Measures ? experts : 0];
        _weightGradient = shared.WeightGradient;

        var kernel = MatrixKernels.NameOf(MatrixKernel.Experts);
        var flop = 6.0 * tokens * spec.TopK * hidden * ffn;
        _forward = team.Tasks(kernel, flop, experts, task =>
        {
            var expert = Router.Order.HeaviestFirst[task];
            Experts.Forward(
                _norm.Output, Router.Weights, Router.Order, expert, Values(expert), _shape, Formats, _gates, _ups,
                shared.Sorted, _largest);
        });
        _combine = team.Rows("combine", (double)tokens * spec.TopK * hidden, tokens, (row, rows) =>
        {
            var sum = y.Rows(row, rows, hidden);
            if (_sharedExperts is null) x.Rows(row, rows, hidden).CopyTo(sum);
            Experts.Combine(shared.Sorted, Router.Order, row, rows, _shape, accumulate: true, sum);
        });
        _backward = team.Tasks(kernel, 2 * flop, experts, task =>
        {
            var expert = Router.Order.HeaviestFirst[task];
            Experts.Backward(
                shared.Residual, _norm.Output, Router.Weights, Router.Order, expert, Values(expert), _shape, Formats,
                _gates, _ups, Gradients(expert), shared.Sorted, shared.WeightGradient, _largest);
        });
        _gather = team.Rows("combine", (double)tokens * spec.TopK * hidden, tokens, (row, rows) => Experts.Combine(
            shared.Sorted, Router.Order, row, rows, _shape, accumulate: true, shared.Normed.Rows(row, rows, hidden)));
    }

    internal TokenRouter Router { get; }

    internal IReadOnlyList<Parameter> Parameters { get; }

    private ExpertFormats Formats => new(
        new LinearFormat(_normed.Format, _inner.Format, _innerGradient.Format),
        new LinearFormat(_activation.Format, _downMatrix.Format, _outputGradient.Format));

    internal void Forward()
    {
        _norm.Forward();
        Router.Forward();
        _normed.Begin();
        _inner.Begin();
        _downMatrix.Begin();
        _activation.Scale();
        _forward.Run();
        _activation.Remember(Lanes.LargestMagnitude(_largest));
        _sharedExperts?.Forward();
        _combine.Run();
    }

    /// <summary>Turns the workspace's residual gradient, that of y, into that of x.</summary>
    internal void Backward()
    {
        // A dropped choice has no part in the output, so its weight has no gradient.
        if (Router.Order.Dropped > 0) Array.Clear(_weightGradient);
        _outputGradient.Begin();
        _innerGradient.Scale();
        _backward.Run();
        _innerGradient.Remember(Lanes.LargestMagnitude(_largest));
        Router.Backward();
        _gather.Run();
        _sharedExperts?.Backward();
        _norm.Backward();
    }

    private ExpertMatrices Values(int expert) => new(
        _gate.Expert(_gate.Value, expert), _up.Expert(_up.Value, expert), _down.Expert(_down.Value, expert));

    private ExpertMatrices Gradients(int expert) => new(
        _gate.Expert(_gate.Gradient, expert), _up.Expert(_up.Gradient, expert),
        _down.Expert(_down.Gradient, expert));
}
