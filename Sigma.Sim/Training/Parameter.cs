// The named tensors of the reduced model, with gradient and moments beside each value.
using Sigma.Sim.Kernels;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Training;

/// <summary>One tensor, row-major; matrices are [out, in] and have weight decay, vectors have none.</summary>
public sealed class Parameter
{
    internal Parameter(string name, params int[] shape)
    {
        (Name, Shape) = (name, shape);
        var length = shape.Aggregate(1, (product, size) => product * size);
        (Value, Gradient, FirstMoment, SecondMoment) =
            (new float[length], new float[length], new float[length], new float[length]);
    }

    public string Name { get; }

    public IReadOnlyList<int> Shape { get; }

    public float[] Value { get; }

    public float[] Gradient { get; }

    internal float[] FirstMoment { get; }

    internal float[] SecondMoment { get; }

    internal bool Decays => Shape.Count > 1;

    /// <summary>The matrix of one expert of [experts, out, in], or of its gradient.</summary>
    internal Span<float> Expert(float[] values, int expert)
    {
        var size = Shape[1] * Shape[2];
        return values.AsSpan(expert * size, size);
    }

    /// <summary>
    /// Norms start at one, matrices normal with their own stream, so that adding a tensor moves no other.
    /// </summary>
    internal void Initialize(ulong seed, double deviation)
    {
        if (!Decays)
        {
            Array.Fill(Value, 1f);
            return;
        }

        var stream = new StreamKey(seed, 0, $"training/weight/{Name}", 0).Open();
        for (var i = 0; i < Value.Length; i++) Value[i] = (float)(deviation * stream.NextNormal());
    }
}

/// <summary>Clipping and AdamW over all tensors, in stretches that threads share out.</summary>
internal sealed class Optimizer
{
    private const int StretchLength = 16_384;

    private readonly OptimizerSpec _spec;
    private readonly List<(Parameter Tensor, int First, int Length)> _stretches = [];
    private readonly double[] _squares;
    private readonly double _size;
    private double _power1 = 1, _power2 = 1;
    private int _step;

    internal Optimizer(OptimizerSpec spec, IReadOnlyList<Parameter> parameters)
    {
        _spec = spec;
        foreach (var tensor in parameters)
            for (var first = 0; first < tensor.Value.Length; first += StretchLength)
                _stretches.Add((tensor, first, Math.Min(StretchLength, tensor.Value.Length - first)));
        _squares = new double[_stretches.Count];
        _size = _stretches.Sum(stretch => (double)stretch.Length);
    }

    /// <summary>Moves every value by one step and returns the gradient norm before clipping.</summary>
    internal double Step(TimedTeam team)
    {
        team.Run("gradient_norm", 2 * _size, _stretches.Count, Square);
        var sum = 0.0;
        foreach (var square in _squares) sum += square;
        var norm = Math.Sqrt(sum);

        _step++;
        _power1 *= _spec.Beta1;
        _power2 *= _spec.Beta2;
        var step = new AdamWStep(
            (float)Math.Min(1, _spec.Clip / (norm + 1e-6)), (float)_spec.RateAt(_step), (float)_spec.Beta1,
            (float)_spec.Beta2, (float)(1 / (1 - _power1)), (float)(1 / (1 - _power2)), (float)_spec.AdamEps,
            (float)_spec.WeightDecay);
        team.Run("adamw", 16 * _size, _stretches.Count, task => Update(task, step));
        return norm;
    }

    private void Square(int task)
    {
        var (tensor, first, length) = _stretches[task];
        _squares[task] = AdamW.SumOfSquares(tensor.Gradient.AsSpan(first, length));
    }

    private void Update(int task, AdamWStep step)
    {
        var (tensor, first, length) = _stretches[task];
        AdamW.Update(
            tensor.Gradient.AsSpan(first, length), tensor.Decays ? step : step with { Decay = 0 },
            tensor.Value.AsSpan(first, length), tensor.FirstMoment.AsSpan(first, length),
            tensor.SecondMoment.AsSpan(first, length));
    }
}
