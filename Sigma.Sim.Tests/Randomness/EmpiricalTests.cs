// Lives that were seen, as a law: its hazard is Nelson and Aalen's, its draws repeat the lives, and an age is kept in
// mind as by any other law.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Randomness;

[TestClass]
public sealed class EmpiricalTests
{
    [TestMethod]
    public void The_cumulative_hazard_is_that_of_Nelson_and_Aalen()
    {
        var law = Empirical.Of([Failed(100), Failed(200), Seen(200), Failed(400), Seen(500)]);
        Assert.AreEqual(1 / 5.0, law.CumulativeHazard(100), 1e-15);
        Assert.AreEqual(1 / 5.0 + 1 / 4.0, law.CumulativeHazard(200), 1e-15);
        Assert.AreEqual(1 / 5.0 + 1 / 4.0 + 1 / 2.0, law.CumulativeHazard(400), 1e-15);
        Assert.AreEqual(1 / 5.0 + 1 / 8.0, law.CumulativeHazard(150), 1e-15);
        Assert.AreEqual(0, law.CumulativeHazard(0));
        Assert.AreEqual(1 / 400.0, law.Hazard(150), 1e-15);
    }

    [TestMethod]
    public void Failures_at_one_age_count_one_after_the_other_and_late_entries_only_once_they_are_watched()
    {
        var law = Empirical.Of([Failed(100), Failed(100), new Life(150, 300, true), new Life(100, 300, false)]);
        Assert.AreEqual(1 / 2.0 + 1, law.CumulativeHazard(100), 1e-15);
        Assert.AreEqual(1 / 2.0 + 1 + 1 / 2.0, law.CumulativeHazard(300), 1e-15);
    }

    [TestMethod]
    public void Beyond_the_last_failure_the_hazard_of_the_last_quarter_goes_on()
    {
        var law = Empirical.Of([.. Enumerable.Range(1, 8).Select(i => Failed(100 * i))]);
        var last = (1 / 2.0 + 1) / 200;
        Assert.AreEqual(last, law.Hazard(800), 1e-15);
        Assert.AreEqual(last, law.Hazard(1e9), 1e-15);
        Assert.AreEqual(law.CumulativeHazard(800) + 1_000 * last, law.CumulativeHazard(1_800), 1e-12);
        Assert.AreEqual(1 / last, law.RemainingSeconds(5_000, 1, 1), 1e-6);
    }

    [TestMethod]
    public void Quantiles_ages_and_means_belong_together()
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var law = Empirical.Of([.. Lives(new Weibull(0.8, Duration.FromHours(100)), 200, seed, 500_000)]);
            for (var i = 1; i < 100; i++)
            {
                var age = law.QuantileSeconds(i / 100.0);
                Assert.AreEqual(i / 100.0, 1 - Math.Exp(-law.CumulativeHazard(age)), 1e-10);
                Assert.AreEqual(age, law.RemainingSeconds(0, 1, -Math.Log(1 - i / 100.0)), 1e-9 * age);
                var rest = law.RemainingSeconds(age, 3, 0.6);
                Assert.AreEqual(0.2, law.CumulativeHazard(age + rest) - law.CumulativeHazard(age), 1e-9);
            }

            const int slices = 200_000;
            var mean = Enumerable.Range(0, slices).Average(i => law.QuantileSeconds((i + 0.5) / slices));
            Assert.AreEqual(1, mean / law.MeanSeconds, 1e-3, $"seed {seed}");
            Assert.AreEqual(law, law.Stretched(2).Stretched(0.5));
        }
    }

    [TestMethod]
    public void Draws_repeat_the_lives_that_were_seen()
    {
        // Kolmogorov and Smirnov, two samples: the lives, and what is drawn from their law in its place.
        foreach (var seed in new ulong[] { 1, 2, 3, 4, 5 })
        {
            var seen = Lives(new Gamma(3, Duration.FromHours(10)), 2_000, seed, double.MaxValue)
                .Select(life => life.ToSeconds).Order().ToArray();
            var law = Empirical.Of([.. seen.Select(Failed)]);
            var stream = new StreamKey(seed, 0, "draws", 0).Open();
            var drawn = seen.Select(_ => law.Draw(ref stream).Seconds).Order().ToArray();
            var distance = seen.Select((life, i) => Math.Abs(
                (i + 1.0) / seen.Length - drawn.Count(other => other <= life) / (double)seen.Length)).Max();
            Assert.IsLessThan(1.95 * Math.Sqrt(2.0 / seen.Length), distance, $"seed {seed}");
        }
    }

    [TestMethod]
    public void Interrupting_a_life_does_not_change_it()
    {
        var law = Empirical.Of([.. Lives(new Weibull(2, Duration.FromHours(1)), 500, 9, double.MaxValue)]);
        const int units = 4_000;
        var stream = new StreamKey(7, 0, "age", 0).Open();
        var lives = new double[units];
        for (var i = 0; i < units; i++)
        {
            var age = 0.0;
            var rest = law.RemainingSeconds(age, 1, stream.NextUnitExponential());
            while (rest > 600)
            {
                age += 600;
                rest = law.RemainingSeconds(age, 1, stream.NextUnitExponential());
            }

            lives[i] = age + rest;
        }

        Array.Sort(lives);
        var distance = lives.Select((life, i) =>
        {
            var share = 1 - Math.Exp(-law.CumulativeHazard(life));
            return Math.Max(Math.Abs(share - i / (double)units), Math.Abs(share - (i + 1) / (double)units));
        }).Max();
        Assert.IsLessThan(1.95 / Math.Sqrt(units), distance);
    }

    [TestMethod]
    public void Without_a_failure_there_is_no_law() =>
        Assert.ThrowsExactly<ArgumentException>(() => Empirical.Of([Seen(100)]));

    private static IEnumerable<Life> Lives(Distribution law, int count, ulong seed, double seenUntil)
    {
        for (var unit = 0; unit < count; unit++)
        {
            var age = law.QuantileSeconds(new StreamKey(seed, 0, "life", unit).Open().NextUniform());
            yield return new Life(0, Math.Min(age, seenUntil), age <= seenUntil);
        }
    }

    private static Life Failed(double age) => new(0, age, true);

    private static Life Seen(double age) => new(0, age, false);
}
