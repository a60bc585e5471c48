// What must be true of a rank's memory whatever the model: more work at once needs more of it, and everything that
// shares it out or computes it again needs less.
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class MemoryLawTests
{
    private const int Layouts = 150;

    [TestMethod]
    public void More_sequences_at_once_never_need_less_memory() => ForAll((step, about) =>
    {
        var one = Largest(step);
        var two = Largest(step, p => p with { MicroBatch = 2, GlobalBatch = 2 * p.GlobalBatch });
        AssertNoMore(two, one, about);
        Assert.IsTrue(two > one, about);
    });

    [TestMethod]
    public void Computing_more_of_it_again_never_needs_more_memory() => ForAll((step, about) =>
    {
        foreach (var kernel in Enum.GetValues<AttentionKernel>())
        {
            Bytes Of(Recompute recompute) =>
                Largest(step, p => p with { Recompute = recompute, AttentionKernel = kernel });
            AssertNoMore(Of(Recompute.None), Of(Recompute.Selective), about);
            AssertNoMore(Of(Recompute.Selective), Of(Recompute.Full), about);
        }
    });

    [TestMethod]
    public void Sharing_out_more_never_needs_more_memory() => ForAll((step, about) =>
    {
        Bytes Of(ZeroStage zero) => Largest(step, p => p with { Zero = zero });
        AssertNoMore(Of(ZeroStage.None), Of(ZeroStage.Optimizer), about);
        AssertNoMore(Of(ZeroStage.Optimizer), Of(ZeroStage.Gradients), about);
        AssertNoMore(
            Largest(step, p => p with { SequenceParallel = false }),
            Largest(step, p => p with { SequenceParallel = true }), about);
    });

    [TestMethod]
    public void Context_parallel_ranks_hold_their_part_of_the_activations() => ForAll((step, about) =>
    {
        // Twice the ranks, as many replicas: each stage has as many micro-batches in flight.
        var alone = step with
        {
            Parallelism = step.Parallelism with { Context = 1 },
            Cluster = SmallStep.ClusterOf(step.Parallelism.Tensor * step.Parallelism.Pipeline * 4, 4, 1),
        };
        alone = alone with { Parallelism = alone.Parallelism with { GlobalBatch = 16 * 3 * 8 } };
        var both = alone with
        {
            Parallelism = alone.Parallelism with { Context = 2 },
            Cluster = SmallStep.ClusterOf(2 * alone.Cluster.Nodes, 4, 1),
        };
        for (var stage = 0; stage < step.Parallelism.Pipeline; stage++)
        {
            var (whole, half) = (alone.Plan().MemoryOf(stage), both.Plan().MemoryOf(stage));
            Assert.AreEqual(whole.Activations.Count / 2.0, half.Activations.Count, 2, about);
            Assert.AreEqual(whole.Weights, half.Weights, about);
        }
    });

    [TestMethod]
    [DataRow("model.layers=160")]
    [DataRow("parallelism.micro_batch=4", "model.layers=32")]
    [DataRow("parallelism.zero=0", "model.layers=128")]
    [DataRow("model.vocabulary=2000000", "parallelism.micro_batch=4")]
    public void What_does_not_fit_is_refused_with_the_sum(params string[] changes)
    {
        Override[] smaller =
        [
            new("cluster.accelerator.hbm.capacity", "16 GiB"),
            .. changes.Select(change => change.Split('=')).Select(pair => new Override(pair[0], pair[1])),
        ];
        var error = Assert.ThrowsExactly<ScenarioException>(
            () => Scenario.Load(SourceTree.PathOf("scenarios/small.yaml"), smaller));
        var found = error.Diagnostics.Render();
        StringAssert.Contains(found, "error[S044]: a rank of stage", StringComparison.Ordinal);
        foreach (var part in new[] { "weights", "+ gradients", "+ optimizer", "+ activations", "+ buffers", "= " })
            StringAssert.Contains(found, part, StringComparison.Ordinal);
    }

    private static Bytes Largest(SmallStep step) => Largest(step, parallelism => parallelism);

    private static Bytes Largest(SmallStep step, Func<ParallelismSpec, ParallelismSpec> change) =>
        (step with { Parallelism = change(step.Parallelism) }).Plan().LargestMemory.Total;

    private static void AssertNoMore(Bytes than, Bytes bytes, string about) =>
        Assert.IsTrue(bytes <= than, $"{bytes.Count} against {than.Count} bytes: {about}");

    private static void ForAll(Action<SmallStep, string> holds)
    {
        foreach (var (step, number) in SteadySteps.All(Layouts)) holds(step, $"step {number}: {step.Parallelism}");
    }
}
