using Sigma.Sim.Kernels;
using Sigma.Sim.Training;

namespace Sigma.Sim.Tests.Training;

[TestClass]
public sealed class ReducedModelTests
{
    private static readonly ReducedModelSpec Small = SampleModel.Small;

    /// <summary>Whoever composes right kernels wrongly is found by the slope of the whole model's loss.</summary>
    [TestMethod]
    [DataRow(RouterKind.Softmax, 0)]
    [DataRow(RouterKind.Softmax, 2)]
    [DataRow(RouterKind.Sigmoid, 0)]
    [DataRow(RouterKind.Sigmoid, 2)]
    public void The_gradient_of_the_whole_model_is_the_slope_of_its_loss(RouterKind router, int shared)
    {
        // Every token visits every expert, so that no choice flips on the way.
        var spec = Small with { TopK = 5, Router = router, SharedExperts = shared, AuxLoss = 0.3, ZLoss = 0.05 };
        using var model = Model(spec, StepPrecision.Fp32, threads: 1);
        var (tokens, targets) = Batch(spec);
        model.ForwardBackward(tokens, targets);
        foreach (var tensor in model.Parameters)
        {
            var (kept, gradient) = ((float[])tensor.Value.Clone(), (float[])tensor.Gradient.Clone());
            var length = Math.Sqrt(gradient.Sum(value => (double)value * value));
            const double step = 5e-3;
            double At(double distance)
            {
                for (var i = 0; i < kept.Length; i++)
                    tensor.Value[i] = (float)(kept[i] + (distance * gradient[i] / length));
                return model.ForwardBackward(tokens, targets).Total;
            }

            // Of two step widths, so that the curvature cancels as well.
            var (wide, narrow) = ((At(step) - At(-step)) / (2 * step), (At(step / 2) - At(-step / 2)) / step);
            var slope = ((4 * narrow) - wide) / 3;
            kept.CopyTo(tensor.Value, 0);
            // A loss in fp32 carries noise of some 1e-6, here divided by a step of 5e-3.
            Assert.AreEqual(length, slope, (5e-3 * length) + 1e-3, tensor.Name);
        }
    }

    [TestMethod]
    [DataRow(StepPrecision.Fp32)]
    [DataRow(StepPrecision.Bf16)]
    [DataRow(StepPrecision.Fp8)]
    public void A_step_in_steady_state_allocates_nothing(StepPrecision precision)
    {
        var spec = Small with { Router = RouterKind.Sigmoid, BiasRate = 0.01, SharedExperts = 1, CapacityFactor = 1 };
        using var model = Model(spec, precision, threads: 1);
        var (tokens, targets) = Batch(spec);
        for (var step = 0; step < 3; step++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 5; step++) Step();
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            model.ForwardBackward(tokens, targets);
            model.Step();
        }
    }

    [TestMethod]
    public void Nor_do_its_worker_threads()
    {
        using var model = Model(Small, StepPrecision.Fp32, threads: 2);
        var (tokens, targets) = Batch(Small);
        // A thread gets its scratch when it first takes a kind of task, which may be late: the median of many steps.
        var allocated = new long[200];
        for (var step = 0; step < allocated.Length; step++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            model.ForwardBackward(tokens, targets);
            model.Step();
            allocated[step] = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Array.Sort(allocated);
        Assert.AreEqual(0, allocated[allocated.Length / 2]);
    }

    [TestMethod]
    public void A_weight_that_is_not_a_number_is_named()
    {
        Names(model => model.Parameters[7].Value[2] = float.NaN, "tensor layers.0.output holds NaN at element [0, 2]");
        Names(
            model => model.Parameters[^1].Value[24] = float.PositiveInfinity,
            "tensor head holds infinity at element [1, 0]");
        Names(
            model => model.AfterBlock = (place, hidden) => { if (place == 2) hidden[3] = float.NaN; },
            "tensor layers.0.hidden holds NaN at element [0, 0, 3]");

        static void Names(Action<ReducedModel> spoil, string words)
        {
            using var model = Model(Small, StepPrecision.Fp32, threads: 1);
            spoil(model);
            var (tokens, targets) = Batch(Small);
            var losses = model.ForwardBackward(tokens, targets);
            var stop = Assert.ThrowsExactly<NonFiniteTensorException>(() => TensorCheck.Losses(model, 3, losses));
            Assert.AreEqual($"the loss is not a number in step 3: {words}", stop.Message, StringComparer.Ordinal);
        }
    }

    [TestMethod]
    public void A_gradient_that_is_not_finite_moves_nothing()
    {
        using var model = Model(Small, StepPrecision.Fp32, threads: 1);
        var (tokens, targets) = Batch(Small);
        model.ForwardBackward(tokens, targets);
        var before = model.Parameters.Select(tensor => (float[])tensor.Value.Clone()).ToList();
        model.Parameters[3].Gradient[1] = float.NaN;
        var norm = model.Step();
        Assert.IsTrue(double.IsNaN(norm));
        foreach (var (tensor, kept) in model.Parameters.Zip(before)) CollectionAssert.AreEqual(kept, tensor.Value);
        var stop = Assert.ThrowsExactly<NonFiniteTensorException>(() => TensorCheck.Norm(model, 1, norm));
        StringAssert.Contains(stop.Message, "the gradient of tensor layers.0.key", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_snapshot_brings_back_the_very_same_steps()
    {
        var spec = Small with { Router = RouterKind.Sigmoid, BiasRate = 0.05 };
        using var model = Model(spec, StepPrecision.Fp32, threads: 1);
        var (tokens, targets) = Batch(spec);
        model.ForwardBackward(tokens, targets);
        model.Step();
        var kept = model.Snapshot();
        double[] Go() => [.. Enumerable.Range(0, 4).Select(_ =>
        {
            var loss = model.ForwardBackward(tokens, targets).Total;
            return loss + model.Step();
        })];
        var first = Go();
        model.Restore(kept);
        CollectionAssert.AreEqual(first, Go());
    }

    [TestMethod]
    public void The_balancing_bias_evens_the_load_without_a_loss()
    {
        var spec = Small with { Batch = 8, Experts = 16, AuxLoss = 0, ZLoss = 0, Router = RouterKind.Sigmoid };
        Assert.IsTrue(Imbalance(spec with { BiasRate = 0.02 }) < 0.6 * Imbalance(spec));

        static double Imbalance(ReducedModelSpec spec)
        {
            var run = new TrainingSpec(
                spec, OptimizerSpec.Default, KernelPrecisions.Of(StepPrecision.Fp32), Corpus.Version1, Seed: 1,
                Steps: 40, Threads: 1, TraceSteps: 4);
            return TrainingRun.Run(run, _ => { }).Load.Average(load => load.CoefficientOfVariation);
        }
    }

    [TestMethod]
    public void Dropped_choices_are_counted_and_marked()
    {
        var spec = Small with { Experts = 16, TopK = 2, CapacityFactor = 0.5 };
        using var model = Model(spec, StepPrecision.Fp32, threads: 2);
        var (tokens, targets) = Batch(spec);
        model.ForwardBackward(tokens, targets);
        var capacity = ExpertOrder.CapacityOf(0.5, spec.Tokens, new RouterShape(16, 2, RouterKind.Softmax));
        var choices = new ushort[spec.Tokens * 2];
        model.CopyRouting(1, choices);
        var raw = model.RoutingIndex(1).ToArray();
        for (var expert = 0; expert < 16; expert++)
        {
            var wanted = raw.Count(chosen => chosen == expert);
            Assert.AreEqual(Math.Min(capacity, wanted), choices.Count(chosen => chosen == expert));
        }

        Assert.IsTrue(choices.Contains(RoutingTrace.Dropped));
    }

    private static ReducedModel Model(ReducedModelSpec spec, StepPrecision precision, int threads)
    {
        var model = new ReducedModel(spec, OptimizerSpec.Default, KernelPrecisions.Of(precision), threads);
        model.Initialize(seed: 3);
        return model;
    }

    private static (int[] Tokens, int[] Targets) Batch(ReducedModelSpec spec)
    {
        var (tokens, targets) = (new int[spec.Tokens], new int[spec.Tokens]);
        Corpus.Version1.Fill(5, 1, spec.Sequence, tokens, targets);
        return (tokens, targets);
    }
}
