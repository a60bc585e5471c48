// Two samples held against each other: a textbook example, the way back from an interval, and experiments in which the
// truth is known.
using Sigma.Sim.Experiments;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class SampleTests
{
    [TestMethod]
    public void The_half_width_is_that_of_Welch()
    {
        // Worked by hand: variances of the means 4/20 and 25/10, so 7.29 / (0.04/19 + 6.25/9) = 10.47 degrees of
        // freedom; t at 99 % is 3.137 there, times sqrt(2.7).
        var half = new Sample(0, 2, 20).HalfWidthOfDifference(new Sample(0, 5, 10), 0.99);
        Assert.AreEqual(5.155, half, 0.01);
    }

    [TestMethod]
    public void Samples_of_one_spread_have_the_freedom_of_both()
    {
        var half = new Sample(3, 1.5, 8).HalfWidthOfDifference(new Sample(4, 1.5, 8), 0.95);
        // Student's t at 14 degrees of freedom.
        Assert.AreEqual(2.1448 * 1.5 * Math.Sqrt(2.0 / 8), half, 1e-3);
    }

    [TestMethod]
    public void An_interval_gives_its_deviation_back()
    {
        var values = Normals(1, 30, 5);
        var estimate = Estimate.Of(values);
        var back = Sample.OfInterval(estimate.Mean, estimate.High - estimate.Mean, 0.95, 30);
        Assert.AreEqual(estimate.Deviation, back.Deviation, 1e-9);
        Assert.AreEqual(Sample.Of(values), back with { Deviation = estimate.Deviation });
    }

    [TestMethod]
    public void What_does_not_vary_is_met_exactly_or_not_at_all() =>
        Assert.AreEqual(0.0, new Sample(3, 0, 30).HalfWidthOfDifference(new Sample(3, 0, 4), 0.99));

    // Welch's degrees of freedom are an approximation: with four values on the wider side it promises too much.
    [TestMethod]
    [DataRow(30, 0.99)]
    [DataRow(4, 0.98)]
    public void Ninety_nine_differences_in_a_hundred_are_inside(int count, double share)
    {
        const int experiments = 2000;
        var inside = Enumerable.Range(0, experiments).Count(i =>
        {
            var (own, other) = (Sample.Of(Normals(2 * i, 30, 3)), Sample.Of(Normals(2 * i + 1, count, 10)));
            return Math.Abs(own.Mean - other.Mean) <= own.HalfWidthOfDifference(other, 0.99);
        });
        // Three deviations of a binomial count.
        Assert.AreEqual(share, (double)inside / experiments, 3 * Math.Sqrt(share * (1 - share) / experiments));
    }

    private static double[] Normals(int key, int count, double deviation)
    {
        var stream = new StreamKey(11, 0, "test/sample", key).Open();
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = 100 + deviation * stream.NextNormal();
        return values;
    }
}
