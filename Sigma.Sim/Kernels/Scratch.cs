// Temporary rows of one thread, grown to powers of two and kept: a step in steady state allocates nothing.
using System.Numerics;

namespace Sigma.Sim.Kernels;

/// <summary>What a scratch buffer is for; kernels that call one another use different ones.</summary>
internal enum ScratchUse
{
    PackedLeft, PackedRight, Scores, ScoreGradients, KeysTransposed, ValuesTransposed, Gathered, GatheredGradients,
    Activated, ActivatedGradients, BiasedScores,
}

/// <summary>Per-thread buffers; their content is undefined on entry.</summary>
internal static class Scratch
{
    [ThreadStatic] private static float[]?[]? _buffers;

    internal static Span<float> Rent(ScratchUse use, int length)
    {
        _buffers ??= new float[]?[Enum.GetValues<ScratchUse>().Length];
        ref var buffer = ref _buffers[(int)use];
        if (buffer is null || buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<float>(
                (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, 1024)), pinned: true);
        return buffer.AsSpan(0, length);
    }
}
