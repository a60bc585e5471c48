// A search finds what is known: the top of a noisy hill, an end of a range, a number of spares, and Daly's interval.
using System.Globalization;
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Randomness;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Search;

[TestClass]
public sealed class OptimizerTests
{
    private static readonly MetricName Ettr = RunMetrics.Names.Single(metric => metric.Name == "ettr");

    [TestMethod]
    public void It_finds_the_top_of_a_noisy_hill()
    {
        var held = 0;
        for (var seed = 0UL; seed < 40; seed++)
        {
            var optimum = Search(seed, x => 1 - (x - 0.37) * (x - 0.37), noise: 0.02, Axis("0.0..1.0"));
            Assert.AreEqual(0.37, Number(optimum.Best.Texts[0]), 0.1);
            if (Number(optimum.Interval[0].Low) <= 0.37 && 0.37 <= Number(optimum.Interval[0].High)) held++;
        }

        Assert.IsGreaterThan(35, held);
    }

    [TestMethod]
    public void An_end_of_the_range_is_told()
    {
        var optimum = Search(1, x => x, noise: 0.01, Axis("0.0..1.0"));
        Assert.IsTrue(optimum.AtEdge[0]);
        Assert.AreEqual(1, Number(optimum.Best.Texts[0]), 0.02);
    }

    [TestMethod]
    public void Whole_numbers_stay_whole()
    {
        var optimum = Search(1, x => -(x - 11) * (x - 11), noise: 0.1, Axis("0..32"));
        Assert.AreEqual("11", optimum.Best.Texts[0]);
        Assert.IsTrue(optimum.Points.All(point => point.Texts[0].All(char.IsAsciiDigit)));
    }

    [TestMethod]
    public void Two_axes_are_searched_together()
    {
        var axes = new[] { Axis("0.0..1.0"), Axis("0.0..1.0") };
        var optimum = new Optimizer(axes, Ettr, Hill, 3).Search();
        Assert.AreEqual(0.7, Number(optimum.Best.Texts[0]), 0.1);
        Assert.AreEqual(0.2, Number(optimum.Best.Texts[1]), 0.1);

        static double[] Hill(IReadOnlyList<string> texts)
        {
            var (x, y) = (Number(texts[0]) - 0.7, Number(texts[1]) - 0.2);
            return Noisy(1 - x * x - 2 * y * y + 0.5 * x * y, 3, 0.005, texts);
        }
    }

    [TestMethod]
    public void Points_that_never_end_are_walked_round()
    {
        var axis = Axis("0.0..1.0");
        var optimum = new Optimizer([axis], Ettr, texts => Number(texts[0]) > 0.6
            ? null
            : Noisy(-Math.Abs(Number(texts[0]) - 0.4), 2, 0.001, texts), 2).Search();
        Assert.AreEqual(0.4, Number(optimum.Best.Texts[0]), 0.05);
        Assert.ThrowsExactly<ComparisonException>(() => new Optimizer([axis], Ettr, _ => null, 2).Search());
    }

    [TestMethod]
    public void It_finds_the_interval_of_Daly_and_as_good_a_time()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("daly.yaml", """
            scenario: daly
            seed: 5
            duration: 200 d
            replications: 40
            step: { time: 10 s }
            cluster: { nodes: 16, accelerators_per_node: 8, spares: { warm: 64 } }
            faults:
              - name: node lost
                scope: node
                ages: calendar
                time_to_failure: exponential 96 h
                detection: { latency: 0 s }
                remedy: { reset: 1 }
            lifecycle:
              triage: 0 s
              validation: { time: 0 s, catches: 0, rejects_good: 0 }
              remedies: { reset: { time: 1 min, fixes: 1 } }
              repair_crews: 100000
            checkpoint: { tiers: [{ to: storage, every: 1 h, blocking: 5 min, write: 0 s, read: 0 s }] }
            recovery:
              policy: warm-spare
              restart: { tear_down: 0 s, decide: 0 s, schedule: 0 s, swap: 0 s, initialize: 0 s, first_step: 0 s }
            """);
        var axis = SearchAxis.Of("checkpoint.tiers.0.every", "10 min..10 h").Value;
        var outcome = new OptimizeJob(file, [], null, 2, _ => { }, default).Run([axis]);
        // Daly for 5 minutes and 6 hours: 56.7 minutes.
        Assert.AreEqual(56.7, Number(outcome.Optimum.Best.Texts[0].Split(' ')[0]), 5.67);
        var closed = outcome.ClosedForm!;
        StringAssert.StartsWith(closed.Value, "56.7 min", StringComparison.Ordinal);
        Assert.AreEqual(closed.Estimate!.Mean, outcome.Optimum.Best.Estimate.Mean, 0.001);
        Assert.IsGreaterThanOrEqualTo(closed.Estimate.Mean - 0.0005, outcome.Optimum.Best.Estimate.Mean);
    }

    [TestMethod]
    public void A_scenario_that_never_ends_as_it_stands_is_searched_by_what_every_run_has()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Holding("never.yaml", """
            scenario: never
            work: 10 d
            replications: 2
            step: { time: 10 s }
            cluster: { nodes: 16, accelerators_per_node: 8, spares: { warm: 2 } }
            faults: [{ name: machine lost, scope: node, time_to_failure: exponential 30 h }]
            checkpoint: { tiers: [{ to: storage, every: 1 d, blocking: 0 s, write: 5 min, read: 5 min }] }
            recovery: { policy: restart }
            """);
        var axis = SearchAxis.Of("checkpoint.tiers.0.every", "10 min..1 d").Value;
        var outcome = new OptimizeJob(file, [], null, 2, _ => { }, default).Run([axis]);
        Assert.AreEqual("ettr", outcome.Optimum.Metric.Name);
        Assert.IsNull(outcome.Own);
        var counted = new OptimizeJob(file, [], "goodput_tokens_per_s", 2, _ => { }, default);
        Assert.ThrowsExactly<ComparisonException>(() => counted.Run([axis]));
    }

    private static Optimum Search(ulong seed, Func<double, double> hill, double noise, SearchAxis axis) =>
        new Optimizer([axis], Ettr, texts => Noisy(hill(Number(texts[0])), seed, noise, texts), seed).Search();

    /// <summary>Most of the noise is common to all points, some is a point's own, as on common faults.</summary>
    private static double[] Noisy(double value, ulong seed, double noise, IReadOnlyList<string> texts)
    {
        var values = new double[30];
        for (var i = 0; i < values.Length; i++)
        {
            var common = new StreamKey(seed, i, "common", 0).Open();
            var own = new StreamKey(seed, i, string.Join(' ', texts), 0).Open();
            values[i] = value + 0.3 * (common.NextUniform() - 0.5) + noise * (own.NextUniform() - 0.5);
        }

        return values;
    }

    private static SearchAxis Axis(string range) => SearchAxis.Of("path", range).Value;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
