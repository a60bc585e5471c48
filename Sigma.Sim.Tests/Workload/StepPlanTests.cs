// The plan of a step: M1 (the hottest rank's share of the work is its share of the load) and where its layers come
// from.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class StepPlanTests
{
    [TestMethod]
    public void M1_the_hottest_rank_takes_its_load_over_the_mean_as_long()
    {
        // Flat efficiency, no launch, endless memory bandwidth: expert time is proportional to tokens.
        var plan = Proportional(RoutingMode.Real).Plan();
        foreach (var layer in plan.ExpertLayers(0))
        {
            Assert.IsGreaterThan(1.05, layer.HottestOverMean);
            Assert.AreEqual(layer.HottestOverMean, layer.ExpertSeconds.Max() / layer.ExpertSeconds.Average(), 1e-9);
        }
    }

    [TestMethod]
    public void M1_balance_is_exactly_even_and_takes_the_mean_time()
    {
        var balanced = Proportional(RoutingMode.Balanced).Plan().ExpertLayers(0);
        var real = Proportional(RoutingMode.Real).Plan().ExpertLayers(0);
        foreach (var layer in balanced)
        {
            Assert.AreEqual(1, layer.HottestOverMean, 1e-12);
            Assert.AreEqual(layer.ExpertSeconds.Max(), layer.ExpertSeconds.Min(), 1e-18);
            foreach (var skewed in real)
                Assert.AreEqual(layer.ExpertSeconds.Average(), skewed.ExpertSeconds.Average(),
                    1e-9 * layer.ExpertSeconds.Average());
        }
    }

    [TestMethod]
    public void A_sample_meets_the_same_windows_whatever_the_fabric()
    {
        var (one, other) = (SmallStep.Plain.Plan(), SmallStep.Plain.WithBandwidths(3).Plan());
        var (a, b) = (one.ExpertLayers(2), other.ExpertLayers(2));
        for (var i = 0; i < a.Length; i++) CollectionAssert.AreEqual(a[i].ExpertSeconds, b[i].ExpertSeconds);
        Assert.IsTrue(one.ExpertLayers(3).Zip(a).Any(pair =>
            pair.First.HottestOverMean != pair.Second.HottestOverMean));
    }

    [TestMethod]
    public void Chunks_and_stages_share_out_all_layers()
    {
        for (var i = 0; i < 60; i++)
        {
            var plan = SmallStep.Random(i).Plan();
            var layers = new List<int>();
            for (var stage = 0; stage < plan.Layout.Pipeline; stage++)
                for (var chunk = 0; chunk < plan.Parallelism.VirtualStages; chunk++)
                {
                    var range = plan.Parts.LayersOf(stage, chunk);
                    layers.AddRange(Enumerable.Range(range.Start.Value, range.End.Value - range.Start.Value));
                }
            CollectionAssert.AreEquivalent(Enumerable.Range(0, plan.Model.Layers).ToList(), layers);
            foreach (var layer in layers)
                Assert.AreEqual(layer * plan.TraceLayers / plan.Model.Layers, plan.TraceLayerOf(layer));
        }
    }

    [TestMethod]
    public void The_operations_of_a_step_do_the_models_work()
    {
        // At 100 % efficiency with nothing else to pay, a step's kernels take what FlopsPerToken says, head included;
        // the fused core of attention computes its scores once more in its backward pass: 5 products for 4.
        var step = Proportional(RoutingMode.Balanced);
        step = step with { Parallelism = step.Parallelism with { Pipeline = 1, Expert = 1, GlobalBatch = 16 } };
        var plan = step.Plan();
        var passes = new[] { PassKind.Forward, PassKind.Backward }
            .SelectMany(kind => PassOperations.Of(plan, 0, 0, kind)).ToArray();
        var expert = plan.ExpertLayers(0)[0].ExpertSeconds[0];
        var seconds = passes.Sum(o => o.Kind == OperationKind.Experts ? expert * o.Factor : o.Seconds);
        var scores = 0.5 * step.Model.Layers * step.Model.AttentionScoreFlopsPerToken(causal: true);
        var expected = step.Model.Sequence * (step.Model.FlopsPerToken(causal: true) + scores) / 1e14;
        Assert.AreEqual(expected, seconds, 1e-3 * expected);
    }

    [TestMethod]
    public void An_operation_takes_the_roofline()
    {
        var step = SmallStep.Plain with { Cluster = Flat(0.5, 1_000_000_000_000, 7_000) };
        var operations = step.Plan().Operations;
        Assert.AreEqual(2 * 7e-6, operations.ExpertLaunches, 1e-15);
        Assert.AreEqual(1e-3 + 7e-6, operations.Streaming(1e9), 1e-12);
        // Up and gate [t, 512] x [512, 512], down [t, 256] x [256, 512], and three reads and writes of the inner width.
        foreach (var t in new[] { 1.0, 100, 10_000 })
        {
            double Product(double m, double k, double n) =>
                Math.Max(2 * m * k * n / 50e12, (m * k + k * n + m * n) * 2 / 1e12);
            var expected = Product(t, 512, 512) + Product(t, 256, 512) + 3 * t * 256 * 2 / 1e12;
            Assert.AreEqual(expected, operations.Expert(t), 1e-12);
        }
    }

    private static SmallStep Proportional(RoutingMode routing) => SmallStep.Plain with
    {
        Parallelism = SmallStep.Plain.Parallelism with { Routing = routing },
        Cluster = Flat(1, long.MaxValue / 4, 0),
    };

    private static ClusterSpec Flat(double efficiency, long memory, long launch)
    {
        var cluster = SmallStep.Plain.Cluster;
        return cluster with
        {
            Accelerator = cluster.Accelerator with
            {
                HbmBandwidth = new Bandwidth(memory),
                Launch = new Duration(launch),
                Matmul = new EfficiencyCurve([new EfficiencyPoint(new Flops(1), new Fraction(efficiency))], 1),
            },
        };
    }
}
