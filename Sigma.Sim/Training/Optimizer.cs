// The optimizer of the step: the global gradient norm, clipping, and AdamW with fp32 master weights.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>Steps taken, and the decay rates to that power.</summary>
internal readonly record struct OptimizerState(int Steps, double Power1, double Power2);

/// <summary>Clipping and AdamW over all tensors, in stretches that threads share out.</summary>
internal sealed class Optimizer
{
    private const int StretchLength = 16_384;

    private readonly OptimizerSpec _spec;
    private readonly List<(Parameter Tensor, int First, int Length)> _stretches = [];
    private readonly double[] _squares;
    private readonly Stage _norm, _update;
    private AdamWStep _numbers;

    internal Optimizer(OptimizerSpec spec, IReadOnlyList<Parameter> parameters, TimedTeam team)
    {
        _spec = spec;
        foreach (var tensor in parameters)
            for (var first = 0; first < tensor.Value.Length; first += StretchLength)
                _stretches.Add((tensor, first, Math.Min(StretchLength, tensor.Value.Length - first)));
        _squares = new double[_stretches.Count];
        var size = _stretches.Sum(stretch => (double)stretch.Length);
        _norm = team.Tasks("gradient_norm", 2 * size, _stretches.Count, Square);
        _update = team.Tasks("adamw", 16 * size, _stretches.Count, Update);
    }

    internal OptimizerState State { get; set; } = new(0, 1, 1);

    /// <summary>
    /// Moves every value by one step and returns the gradient norm before clipping. A norm that is not finite moves
    /// nothing: one broken gradient would spoil every weight.
    /// </summary>
    internal double Step()
    {
        _norm.Run();
        var sum = 0.0;
        foreach (var square in _squares) sum += square;
        var norm = Math.Sqrt(sum);
        if (!double.IsFinite(norm)) return norm;

        State = new OptimizerState(State.Steps + 1, State.Power1 * _spec.Beta1, State.Power2 * _spec.Beta2);
        _numbers = new AdamWStep(
            (float)Math.Min(1, _spec.Clip / (norm + 1e-6)), (float)_spec.RateAt(State.Steps), (float)_spec.Beta1,
            (float)_spec.Beta2, (float)(1 / (1 - State.Power1)), (float)(1 / (1 - State.Power2)), (float)_spec.AdamEps,
            (float)_spec.WeightDecay);
        _update.Run();
        return norm;
    }

    private void Square(int task)
    {
        var (tensor, first, length) = _stretches[task];
        _squares[task] = AdamW.SumOfSquares(tensor.Gradient.AsSpan(first, length));
    }

    private void Update(int task)
    {
        var (tensor, first, length) = _stretches[task];
        AdamW.Update(
            tensor.Gradient.AsSpan(first, length), tensor.Decays ? _numbers : _numbers with { Decay = 0 },
            tensor.Value.AsSpan(first, length), tensor.FirstMoment.AsSpan(first, length),
            tensor.SecondMoment.AsSpan(first, length));
    }
}
