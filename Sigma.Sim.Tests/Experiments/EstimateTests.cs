// Intervals that keep their promise: a textbook example, MathNet beside it, and 1,000 experiments with a known truth.
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Randomness;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class EstimateTests
{
    [TestMethod]
    public void An_estimate_is_the_textbooks()
    {
        // Law, Simulation Modeling and Analysis, example 4.27: ten draws, mean 1.34, variance 0.17; t is 2.262.
        var estimate = Estimate.Of([1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09]);
        Assert.AreEqual(1.343, estimate.Mean, 1e-9);
        Assert.AreEqual(0.17, estimate.Deviation * estimate.Deviation, 0.005);
        Assert.AreEqual(2.262 * Math.Sqrt(0.0168), (estimate.High - estimate.Low) / 2, 0.003);
        Assert.AreEqual(10, estimate.Count);
    }

    [TestMethod]
    public void An_estimate_is_MathNets()
    {
        for (var n = 2; n < 40; n++)
        {
            var values = Normals(n, n);
            var estimate = Estimate.Of(values);
            var half = StudentT.InvCDF(0, 1, n - 1, 0.975) * values.StandardDeviation() / Math.Sqrt(n);
            Assert.AreEqual(values.Mean(), estimate.Mean, 1e-12);
            Assert.AreEqual(values.StandardDeviation(), estimate.Deviation, 1e-12);
            Assert.AreEqual(half, (estimate.High - estimate.Low) / 2, 1e-9);
            Assert.AreEqual(estimate.Mean, (estimate.Low + estimate.High) / 2, 1e-12);
        }
    }

    [TestMethod]
    public void One_replication_promises_nothing()
    {
        var estimate = Estimate.Of([5]);
        Assert.AreEqual(5, estimate.Mean);
        Assert.IsTrue(double.IsNegativeInfinity(estimate.Low) && double.IsPositiveInfinity(estimate.High));
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(10)]
    [DataRow(30)]
    public void The_interval_holds_the_truth_in_95_of_100_experiments(int replications)
    {
        var covered = 0;
        for (var experiment = 0; experiment < 1_000; experiment++)
        {
            var estimate = Estimate.Of(Normals(replications, 1_000 + experiment));
            if (estimate.Low <= 2 && estimate.High >= 2) covered++;
        }

        Assert.IsTrue(covered is >= 930 and <= 970, $"{covered} of 1,000");
    }

    [TestMethod]
    public void Threads_change_no_bit_of_a_replication_set()
    {
        var spec = Campaigns.Random(4) with { Horizon = Sim.Quantities.Duration.FromDays(20), Steps = null };
        var (one, two) = (Set(1), Set(2));
        foreach (var metric in RunMetrics.Names) Assert.AreEqual(one.Metrics[metric.Name], two.Metrics[metric.Name]);
        for (var i = 0; i < one.Runs.Count; i++)
        {
            Assert.AreEqual(i, two.Runs[i].Replication);
            foreach (var bucket in TimeBuckets.All)
                Assert.AreEqual(one.Runs[i].Ledger[bucket], two.Runs[i].Ledger[bucket]);
        }

        Assert.IsGreaterThan(1, one.Runs.Select(run => run.Ledger[TimeBucket.Compute]).Distinct().Count());

        ReplicationSet Set(int threads) => ReplicationSet.Run(spec, 3, 12, threads, CancellationToken.None);
    }

    private static double[] Normals(int count, int number)
    {
        var dice = new StreamKey(6, 0, "test/estimate", number).Open();
        return [.. Enumerable.Range(0, count).Select(_ => 2 + 0.3 * dice.NextNormal())];
    }
}
