using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sigma.Sim.Kernels;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Determinism;

[TestClass]
public sealed class TrainingThreadsTests
{
    private static readonly ReducedModelSpec Small = ReducedModelSpec.Default with
    {
        Layers = 1,
        Batch = 2,
        Sequence = 33,
        Experts = 6,
        TopK = 2,
        Hidden = 24,
        ExpertFfn = 20
    };

    private static readonly ReducedModelSpec Everything = Small with
    {
        Layers = 2,
        Batch = 3,
        Sequence = 75,
        Experts = 13,
        TopK = 3,
        Hidden = 40,
        Router = RouterKind.Sigmoid,
        BiasRate = 0.01,
        SharedExperts = 2,
        CapacityFactor = 1.1,
    };

    [TestMethod]
    [DataRow(StepPrecision.Fp32)]
    [DataRow(StepPrecision.Bf16)]
    [DataRow(StepPrecision.Fp8)]
    public void Any_number_of_threads_gives_the_same_bits(StepPrecision precision)
    {
        var plain = Everything with { Router = RouterKind.Softmax, SharedExperts = 0, CapacityFactor = null };
        foreach (var spec in new[] { plain, Everything })
        {
            var one = Fingerprint(spec, precision, threads: 1);
            for (var threads = 1; threads <= 3; threads++)
                Assert.AreEqual(one, Fingerprint(spec, precision, threads), StringComparer.Ordinal);
        }
    }

    [TestMethod]
    public void The_bits_of_a_small_run_are_these_on_every_machine()
    {
        string[] found =
        [
            Fingerprint(Small, StepPrecision.Fp32, threads: 2), Fingerprint(Everything, StepPrecision.Fp32, threads: 2),
            Fingerprint(Everything, StepPrecision.Bf16, threads: 2),
            Fingerprint(Everything, StepPrecision.Fp8, threads: 2),
        ];
        Assert.AreEqual(
            "B13A5C16C6DD542B, 710A642C74ECBD40, AD72436F9C67C24A, 4D40F78324C704F1", string.Join(", ", found),
            StringComparer.Ordinal);
    }

    private static string Fingerprint(ReducedModelSpec spec, StepPrecision precision, int threads)
    {
        var precisions = KernelPrecisions.Of(precision);
        using var model = new ReducedModel(spec, OptimizerSpec.Default, precisions, threads);
        model.Initialize(seed: 7);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (tokens, targets) = (new int[spec.Tokens], new int[spec.Tokens]);
        for (var step = 1; step <= 3; step++)
        {
            for (var i = 0; i < tokens.Length; i++)
                (tokens[i], targets[i]) = ((i * 31 * step) % 256, ((i * 31 * step) + 7) % 256);
            var losses = model.ForwardBackward(tokens, targets);
            hash.AppendData(BitConverter.GetBytes(losses.Total));
            hash.AppendData(BitConverter.GetBytes(model.Step()));
        }

        foreach (var parameter in model.Parameters) hash.AppendData(MemoryMarshal.AsBytes(parameter.Value.AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
