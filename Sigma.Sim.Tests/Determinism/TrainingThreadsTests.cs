using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Determinism;

[TestClass]
public sealed class TrainingThreadsTests
{
    [TestMethod]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var spec = ReducedModelSpec.Default with
        {
            Layers = 2,
            Batch = 3,
            Sequence = 75,
            Experts = 13,
            TopK = 3,
            Hidden = 40
        };
        var one = Fingerprint(spec, threads: 1);
        Assert.AreEqual(one, Fingerprint(spec, threads: 1), StringComparer.Ordinal);
        Assert.AreEqual(one, Fingerprint(spec, threads: 2), StringComparer.Ordinal);
        Assert.AreEqual(one, Fingerprint(spec, threads: 3), StringComparer.Ordinal);
    }

    [TestMethod]
    public void The_bits_of_a_small_run_are_these_on_every_machine()
    {
        var spec = ReducedModelSpec.Default with
        {
            Layers = 1,
            Batch = 2,
            Sequence = 33,
            Experts = 6,
            TopK = 2,
            Hidden = 24,
            ExpertFfn = 20
        };
        Assert.AreEqual("B13A5C16C6DD542B", Fingerprint(spec, threads: 2), StringComparer.Ordinal);
    }

    private static string Fingerprint(ReducedModelSpec spec, int threads)
    {
        using var model = new ReducedModel(spec, OptimizerSpec.Default, threads);
        model.Initialize(seed: 7);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (tokens, targets) = (new int[spec.Tokens], new int[spec.Tokens]);
        for (var step = 1; step <= 3; step++)
        {
            for (var i = 0; i < tokens.Length; i++)
                (tokens[i], targets[i]) = ((i * 31 * step) % 256, ((i * 31 * step) + 7) % 256);
            var losses = model.ForwardBackward(tokens, targets, logits: null);
            hash.AppendData(BitConverter.GetBytes(losses.Total));
            hash.AppendData(BitConverter.GetBytes(model.Step()));
        }

        foreach (var parameter in model.Parameters) hash.AppendData(MemoryMarshal.AsBytes(parameter.Value.AsSpan()));
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
