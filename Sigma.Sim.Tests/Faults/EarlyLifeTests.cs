// Infant mortality by thinning: its limits are laws that one can write down.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Faults;

[TestClass]
public sealed class EarlyLifeTests
{
    private static readonly Exponential Law = new(Duration.FromHours(100));

    [TestMethod]
    public void A_factor_of_one_changes_no_life()
    {
        foreach (var law in new Distribution[] { Law, new Weibull(0.7, Duration.FromHours(100)) })
        {
            var with = Fault(law, new EarlyLife(1, Duration.FromHours(3)));
            var without = Fault(law, null);
            var (a, b) = (Stream(1), Stream(1));
            for (var i = 0; i < 200; i++)
            {
                Assert.AreEqual(without.NextFailureAge(i * 50, 1, ref b), with.NextFailureAge(i * 50, 1, ref a));
                a.NextBits();
                (a, b) = (Stream(i + 2), Stream(i + 2));
            }
        }
    }

    [TestMethod]
    public void Early_life_that_never_ends_multiplies_the_rate()
    {
        var lives = Lives(new EarlyLife(5, Duration.FromDays(36_500)), 40_000);
        Assert.AreEqual(Law.MeanSeconds / 5, lives.Average(), 4 * Law.MeanSeconds / 5 / Math.Sqrt(lives.Length));
    }

    [TestMethod]
    public void Early_life_that_ends_at_once_changes_nothing()
    {
        var lives = Lives(new EarlyLife(5, Duration.FromSeconds(1)), 40_000);
        Assert.AreEqual(Law.MeanSeconds, lives.Average(), 4 * Law.MeanSeconds / Math.Sqrt(lives.Length));
    }

    [TestMethod]
    public void Thinned_lives_follow_the_written_hazard()
    {
        // Cumulative hazard of an exponential law: (t + (f - 1) d (1 - exp(-t / d))) / mean; Kolmogorov and Smirnov.
        const double factor = 20, decay = 40 * 3_600.0;
        var lives = Lives(new EarlyLife(factor, Duration.FromSeconds(decay)), 5_000);
        Array.Sort(lives);
        var distance = 0.0;
        for (var i = 0; i < lives.Length; i++)
        {
            var hazard = (lives[i] + (factor - 1) * decay * (1 - Math.Exp(-lives[i] / decay))) / Law.MeanSeconds;
            distance = Math.Max(distance, Math.Abs(1 - Math.Exp(-hazard) - (i + 0.5) / lives.Length));
        }

        Assert.IsLessThan(1.95 / Math.Sqrt(lives.Length), distance);
    }

    [TestMethod]
    public void The_factor_fades_with_age()
    {
        var early = new EarlyLife(9, Duration.FromHours(1));
        Assert.AreEqual(9, early.At(0));
        Assert.AreEqual(1 + 8 / Math.E, early.At(3_600), 1e-12);
        Assert.AreEqual(1, early.At(1e9), 1e-12);
    }

    private static double[] Lives(EarlyLife early, int units)
    {
        var fault = Fault(Law, early);
        return [.. Enumerable.Range(0, units).Select(unit =>
        {
            var stream = Stream(unit);
            return fault.NextFailureAge(0, 1, ref stream);
        })];
    }

    private static RandomStream Stream(int unit) => new StreamKey(2, 0, "test/early", unit).Open();

    private static FaultSpec Fault(Distribution law, EarlyLife? early) => new(
        "x", FaultScope.Node, new FailStop(new Constant(default)), law, early,
        new Dictionary<Remedy, double> { [Remedy.Replace] = 1 });
}
