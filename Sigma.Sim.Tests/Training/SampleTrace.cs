// Routing that nobody trained, for tests of what is done with one: drawn, skewed, and with dropped choices where asked.
using Sigma.Sim.Randomness;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Training;

/// <summary>Makes routings and where they come from.</summary>
internal static class SampleTrace
{
    /// <summary>Two traced steps; one choice in <paramref name="dropEvery"/> is dropped, none where it is 0.</summary>
    public static LearnedRouting Of(int layers, int tokensPerStep, int experts, int topK, int dropEvery)
    {
        var sizes = new TrainedSizes(layers, 64, 4, 2, 16, 32, 256, tokensPerStep, 1, experts, topK);
        TrainedStep[] steps =
        [
            new(1, new StepLosses(5.75, 5.5, 1.25, 0.5), 2.125), new(2, new StepLosses(4.5, 4.25, 1.125, 0.25), 1.5),
            new(3, new StepLosses(4.25, 4, 1.0625, -0.0), 0.1),
        ];
        var origin = new RoutingOrigin("corpus-v1", "fp32", ulong.MaxValue, sizes, 0.004, 1.5e9, 2, steps);
        var dice = new StreamKey(3, 0, "test/sample", experts).Open();
        var choices = new ushort[layers * 2 * tokensPerStep * topK];
        for (var i = 0; i < choices.Length; i++)
        {
            var u = dice.NextUniform();
            choices[i] = dropEvery > 0 && i % dropEvery == 0 ? RoutingTrace.Dropped : (ushort)(u * u * experts);
        }

        return new LearnedRouting(origin, new RoutingTrace(layers, 2 * tokensPerStep, experts, topK, choices));
    }
}
