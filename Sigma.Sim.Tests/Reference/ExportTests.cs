using Sigma.Sim.Kernels;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.Training;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Reference;

[TestClass]
public sealed class ExportTests
{
    private static readonly ReducedModelSpec Small = SampleModel.Small;

    [TestMethod]
    [DataRow(StepPrecision.Fp32)]
    [DataRow(StepPrecision.Bf16)]
    [DataRow(StepPrecision.Fp8)]
    public void What_we_export_we_verify_to_the_last_bit(StepPrecision precision)
    {
        RoundTrip(Small, precision);
        RoundTrip(
            Small with { Router = RouterKind.Sigmoid, BiasRate = 0.01, SharedExperts = 1, CapacityFactor = 1.2 },
            precision);
    }

    private static void RoundTrip(ReducedModelSpec model, StepPrecision precision)
    {
        using var scratch = new ScratchFolder();
        var spec = new TrainingSpec(
            model, OptimizerSpec.Default, KernelPrecisions.Of(precision), Corpus.Version1, Seed: 3, Steps: 10,
            Threads: 2, TraceSteps: 1);
        using (var manifest = File.Create(scratch.At("manifest.json")))
        using (var tensors = File.Create(scratch.At("tensors.bin")))
            ReferenceWriter.Write(spec, manifest, tensors, default);

        var report = CrossStackCheck.Run(scratch.Path, null, threads: 1, default);
        Assert.AreEqual(spec.Precisions.Name, report.Precision, StringComparer.Ordinal);
        Assert.AreEqual(0, report.Worst.Relative);
        Assert.AreEqual(0, report.WorstLossDifference);
        foreach (var loss in report.Losses) Assert.AreEqual(loss.ExpectedNorm, loss.FoundNorm);
        var reference = ReferenceFolder.Open(scratch.Path);
        Assert.AreEqual(model, reference.Model);
        // Weights, gradients, and the weights after one and after ten steps; three of each layer; tokens and logits.
        var parameters = reference.Tensors.Count(name => name.StartsWith("param/", StringComparison.Ordinal));
        Assert.AreEqual((4 * parameters) + (3 * model.Layers) + 3, reference.Tensors.Count());
    }
}
