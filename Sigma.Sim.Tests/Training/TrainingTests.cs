using System.Security.Cryptography;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Training;

[TestClass]
public sealed class TrainingTests
{
    [TestMethod]
    public void The_text_is_frozen()
    {
        Assert.AreEqual(228_833, Corpus.Version1.Length);
        Assert.AreEqual("E8839FDE533ED6BC276D77874DD375316302512A2F324E31B84ABB5B54BB11C5",
            Convert.ToHexString(SHA256.HashData(Corpus.Version1.Bytes)), StringComparer.Ordinal);
    }

    [TestMethod]
    public void Sixty_default_steps_learn_the_text()
    {
        var record = TrainingRun.Run(Default(steps: 60), _ => { });
        Assert.IsTrue(record.Steps[0].Losses.CrossEntropy > 5);
        Assert.IsTrue(record.Steps[^1].Losses.CrossEntropy < 2.9, $"{record.Steps[^1].Losses}");
        Assert.AreEqual(4096, record.Routing.Tokens);
        foreach (var load in record.Load)
        {
            Assert.AreEqual(4096 * 8, load.TokensPerExpert.Sum());
            Assert.IsTrue(load.MaxOverMean >= 1 && load.Entropy is > 0 and <= 1, $"{load}");
        }

        Assert.IsTrue(record.FlopPerStep is > 5e9 and < 2e10, $"{record.FlopPerStep}");
    }

    [TestMethod]
    public void Settings_that_contradict_themselves_are_named()
    {
        var model = ReducedModelSpec.Default;
        Names(model with { KvHeads = 3 }, "KV heads");
        Names(model with { TopK = 97 }, "97 of 96 experts");
        Names(model with { Layers = 0 }, "layers must be at least 1");
        Names(model with { HeadDim = 15 }, "head_dim is 15");
        Names(model with { Batch = 1000 }, "longer than the text");
        Names(model with { Vocabulary = 100 }, "at least 256");
        Names(model with { Hidden = 1 << 30 }, "parameters");
        Names(model with { InitStd = double.NaN }, "init_std");
        Names(model with { BiasRate = -1 }, "bias_rate");
        Names(model with { SharedExperts = -1 }, "shared_experts");
        Names(model with { CapacityFactor = 0 }, "capacity_factor");
        Names(model with { CapacityFactor = double.PositiveInfinity }, "capacity_factor");
        Assert.HasCount(0, model.ViolationsOn(Corpus.Version1.Length));
        Assert.HasCount(0, OptimizerSpec.Default.Violations());
        Assert.HasCount(1, (OptimizerSpec.Default with { Beta1 = 1 }).Violations());
        Assert.ThrowsExactly<ArgumentException>(() => TrainingRun.Run(Default(steps: 0), _ => { }));
    }

    private static TrainingSpec Default(int steps) =>
        new(
            ReducedModelSpec.Default, OptimizerSpec.Default, KernelPrecisions.Of(StepPrecision.Fp32), Corpus.Version1,
            Seed: 1, steps, Threads: 2, TraceSteps: 1);

    private static void Names(ReducedModelSpec spec, string words)
    {
        var found = spec.ViolationsOn(Corpus.Version1.Length);
        Assert.HasCount(1, found);
        StringAssert.Contains(found[0], words, StringComparison.Ordinal);
    }
}
