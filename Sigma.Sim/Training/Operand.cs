// A tensor as matrix products read it. For fp8 the scale comes from the largest magnitudes of the last 16 passes
// (delayed scaling, Micikevicius et al. 2022, "FP8 formats for deep learning"), so that the tensor is not read twice.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>Whether an operand belongs to the forward pass (weights, activations) or is a gradient.</summary>
internal enum OperandRole
{
    Forward,
    Gradient,
}

/// <summary>What an operand remembers of earlier passes.</summary>
internal sealed record KeptScale(float[] Largest, int Seen, OperandFormat Format);

/// <summary>
/// The format of one tensor at one place of the step. A tensor without history is read as bf16: its first pass only
/// measures.
/// </summary>
internal sealed class Operand(StepPrecision precision, OperandRole role, params float[][] tensors)
{
    private const int Passes = 16;

    private readonly float[] _largest = new float[precision == StepPrecision.Fp8 ? Passes : 0];
    private int _seen;

    /// <summary>The tensor, or the first of several that share a scale.</summary>
    internal float[] Values => tensors[0];

    internal OperandFormat Format { get; private set; } =
        precision == StepPrecision.Fp32 ? OperandFormat.Float32 : OperandFormat.Bfloat16;

    /// <summary>Whether somebody must say how large the values of a pass were.</summary>
    internal bool Measures => precision == StepPrecision.Fp8;

    internal KeptScale Keep() => new([.. _largest], _seen, Format);

    internal void Restore(KeptScale kept)
    {
        kept.Largest.CopyTo(_largest, 0);
        (_seen, Format) = (kept.Seen, kept.Format);
    }

    /// <summary>To call when the values of a pass are there, before a product reads them.</summary>
    internal void Begin()
    {
        if (!Measures) return;
        Scale();
        var largest = 0f;
        foreach (var values in tensors) largest = Math.Max(largest, Lanes.LargestMagnitude(values));
        Remember(largest);
    }

    /// <summary>Sets the format of a pass from the passes before it.</summary>
    internal void Scale()
    {
        if (!Measures || _seen == 0) return;
        var largest = 0f;
        foreach (var value in _largest) largest = Math.Max(largest, value);
        Format = role == OperandRole.Forward ? OperandFormat.E4M3For(largest) : OperandFormat.E5M2For(largest);
    }

    /// <summary>
    /// Adds the largest magnitude of a pass; one that is not finite would spoil sixteen, and is left out.
    /// </summary>
    internal void Remember(float largest)
    {
        if (!Measures || !float.IsFinite(largest)) return;
        _largest[_seen++ % Passes] = largest;
    }
}
