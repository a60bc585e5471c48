// Several tests at once: the textbook's numbers, the promise about families, and an interval that says what the test
// says.
using Sigma.Sim.Experiments;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class HolmCorrectionTests
{
    [TestMethod]
    public void Adjusted_values_follow_the_step_down()
    {
        // Differences of mean m and deviation 1 in ten replications: t = m sqrt(10).
        var family = HolmCorrection.Of([Shifted(1.2), Shifted(0.1), Shifted(0.9)]);
        Assert.AreEqual(family[0].PValue * 3, family[0].Adjusted, 1e-12);
        Assert.AreEqual(family[2].PValue * 2, family[2].Adjusted, 1e-12);
        Assert.AreEqual(family[1].PValue, family[1].Adjusted, 1e-12);
        // Twice Student's density with 9 degrees of freedom beyond 0.9 sqrt(10), by Simpson's rule.
        Assert.AreEqual(0.0192125860, family[2].PValue, 1e-9);
        Assert.IsTrue(family[0].IsSignificant && family[2].IsSignificant && !family[1].IsSignificant);
    }

    [TestMethod]
    public void An_interval_leaves_out_zero_exactly_where_the_difference_is_significant()
    {
        var significant = 0;
        for (var family = 0; family < 500; family++)
        {
            var dice = new StreamKey(2, family, "families", 0).Open();
            var members = Enumerable.Range(0, 2 + family % 5)
                .Select(_ => Drawn(ref dice, 0.8 * dice.NextUniform())).ToList();
            foreach (var member in HolmCorrection.Of(members))
            {
                var leavesOut = member.Difference.Low > 0 || member.Difference.High < 0;
                Assert.AreEqual(member.IsSignificant, leavesOut);
                if (leavesOut) significant++;
            }
        }

        Assert.IsGreaterThan(200, significant);
    }

    [TestMethod]
    public void Of_families_without_a_difference_one_in_twenty_shows_one()
    {
        var alarms = 0;
        for (var family = 0; family < 2000; family++)
        {
            var dice = new StreamKey(3, family, "families", 0).Open();
            var members = Enumerable.Range(0, 4).Select(_ => Drawn(ref dice, 0)).ToList();
            if (HolmCorrection.Of(members).Any(member => member.IsSignificant)) alarms++;
        }

        // 99.9 % of binomial draws of 2,000 by 0.05 are below 135.
        Assert.IsLessThan(135, alarms);
    }

    [TestMethod]
    public void What_does_not_vary_is_sure_unless_it_is_nothing()
    {
        var family = HolmCorrection.Of([[1, 1, 1], [0, 0, 0]]);
        Assert.IsTrue(family[0].IsSignificant);
        Assert.IsFalse(family[1].IsSignificant);
        Assert.AreEqual(1, family[1].Adjusted);
    }

    private static double[] Shifted(double mean)
    {
        // Symmetric about zero, scaled to a deviation of one.
        double[] around = [-4.5, -3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5];
        var deviation = Estimate.Of(around).Deviation;
        return [.. around.Select(value => mean + value / deviation)];
    }

    private static double[] Drawn(ref RandomStream dice, double mean)
    {
        var values = new double[12];
        for (var i = 0; i < values.Length; i++)
        {
            // Box and Muller.
            var radius = Math.Sqrt(-2 * Math.Log(dice.NextUniform()));
            values[i] = mean + radius * Math.Cos(2 * Math.PI * dice.NextUniform());
        }

        return values;
    }
}
