// The named tensors of the reduced model, with gradient and moments beside each value.
using System.Globalization;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Training;

/// <summary>What a tensor does in the model.</summary>
public enum TensorClass
{
    Embedding,
    Norm,
    Attention,
    Router,
    Experts,
    Head,
}

/// <summary>One tensor, row-major; matrices are [out, in] and have weight decay, vectors have none.</summary>
public sealed class Parameter
{
    internal Parameter(TensorClass kind, string name, params int[] shape)
    {
        (Class, Name, Shape) = (kind, name, shape);
        Layer = name.StartsWith("layers.", StringComparison.Ordinal)
            ? int.Parse(name.Split('.')[1], CultureInfo.InvariantCulture) : null;
        var length = shape.Aggregate(1, (product, size) => product * size);
        (Value, Gradient, FirstMoment, SecondMoment) =
            (new float[length], new float[length], new float[length], new float[length]);
    }

    public TensorClass Class { get; }

    public string Name { get; }

    /// <summary>The layer that its name begins with; null for embedding, final norm and head.</summary>
    public int? Layer { get; }

    public IReadOnlyList<int> Shape { get; }

    public float[] Value { get; }

    public float[] Gradient { get; }

    internal float[] FirstMoment { get; }

    internal float[] SecondMoment { get; }

    /// <summary>Value and moments as they are now.</summary>
    internal KeptTensor Keep() => new([.. Value], [.. FirstMoment], [.. SecondMoment]);

    internal void Restore(KeptTensor kept)
    {
        kept.Value.CopyTo(Value, 0);
        kept.FirstMoment.CopyTo(FirstMoment, 0);
        kept.SecondMoment.CopyTo(SecondMoment, 0);
    }

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

/// <summary>A tensor's value and moments at some step.</summary>
internal sealed record KeptTensor(float[] Value, float[] FirstMoment, float[] SecondMoment);

/// <summary>
/// A model between two steps: tensors in the model's order, a balancing bias per layer, the scales of fp8.
/// </summary>
internal sealed record ModelSnapshot(
    IReadOnlyList<KeptTensor> Tensors, IReadOnlyList<float[]> Biases, IReadOnlyList<KeptScale> Scales,
    OptimizerState Optimizer);
