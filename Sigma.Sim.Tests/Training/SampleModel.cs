// A model that trains in milliseconds, for tests of what is done with one.
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Training;

/// <summary>Odd sizes, so that no edge of a kernel falls on a whole vector by luck.</summary>
internal static class SampleModel
{
    public static readonly ReducedModelSpec Small = ReducedModelSpec.Default with
    {
        Layers = 3,
        Hidden = 24,
        Heads = 2,
        KvHeads = 1,
        HeadDim = 8,
        Experts = 5,
        TopK = 2,
        ExpertFfn = 12,
        Sequence = 19,
        Batch = 2,
        InitStd = 0.2,
    };
}
