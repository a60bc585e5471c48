// Laws that are fitted to lives of a known law find that law again: its parameters within their own standard errors,
// its family more often than any other, whether or not all lives were watched to their end.
using Sigma.Sim.Fitting;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Fitting;

[TestClass]
public sealed class LawFitTests
{
    private const double Day = 86_400;

    [TestMethod]
    public void An_exponential_fit_is_watched_time_over_failures()
    {
        var lives = SyntheticLives.Of(Exponential(100), 300, 1, 20 * Day, 200 * Day);
        var sample = new LifeSample(lives);
        var fit = Fit("exponential", lives);
        var mean = sample.ExposureSeconds / sample.Failures;
        Assert.AreEqual(1, fit.Parameters[0] / mean, 1e-9);
        Assert.AreEqual(1, fit.Errors[0] / (mean / Math.Sqrt(sample.Failures)), 1e-5);
        Assert.AreEqual(-sample.Failures * (1 + Math.Log(mean)), fit.LogLikelihood, 1e-8);
        Assert.AreEqual(2 - 2 * fit.LogLikelihood, fit.Aic);
    }

    [TestMethod]
    public void A_rare_cause_in_a_large_log_is_fitted_to_its_failures()
    {
        // More different ages than a fit begins with, of which next to none is a failure.
        var lives = SyntheticLives.Of(Exponential(25_000), 25_000, 5, Day, 7 * Day);
        var failures = lives.Count(life => life.Failed);
        Assert.IsTrue(failures is > 1 and < 10, $"{failures} failures");
        var mean = lives.Sum(life => life.ToSeconds) / failures;
        var fit = Fit("exponential", lives);
        Assert.AreEqual(1, fit.Parameters[0] / mean, 1e-8);
        Assert.AreEqual(1, fit.Errors[0] / (mean / Math.Sqrt(failures)), 1e-3);
        // The wider family holds the narrower one, so its best is no less likely.
        Assert.IsGreaterThanOrEqualTo(fit.LogLikelihood, Fit("weibull", lives).LogLikelihood + 1e-8);
    }

    [TestMethod]
    public void A_part_of_a_bathtub_that_the_lives_do_not_show_is_told()
    {
        // Lives that only wear out have neither infant failures nor accidents: those parts move out of sight.
        var worn = new Weibull(3, Duration.FromDays(100));
        for (var seed = 1UL; seed <= 6; seed++)
            Assert.IsTrue(Fit("bathtub", SyntheticLives.Of(worn, 300, seed, 100 * Day, 200 * Day)).IsAtEdge);
        var tub = new Bathtub(
            new Weibull(0.4, Duration.FromDays(1_500)), Exponential(300), new Weibull(6, Duration.FromDays(150)));
        Assert.IsFalse(Fit("bathtub", SyntheticLives.Of(tub, 3_000, 1, 100 * Day, 400 * Day)).IsAtEdge);
    }

    [TestMethod]
    public void A_lognormal_fit_of_whole_lives_is_that_of_their_logarithms()
    {
        var lives = SyntheticLives.Whole(new LogNormal(Duration.FromDays(10), 0.8), 250, 2);
        var logs = lives.Select(life => Math.Log(life.ToSeconds)).ToArray();
        var sigma = Math.Sqrt(logs.Sum(log => (log - logs.Average()) * (log - logs.Average())) / logs.Length);
        var fit = Fit("lognormal", lives);
        Assert.AreEqual(1, fit.Parameters[0] / Math.Exp(logs.Average()), 1e-7);
        Assert.AreEqual(sigma, fit.Parameters[1], 1e-7);
        Assert.AreEqual(fit.Parameters[0] * sigma / Math.Sqrt(250), fit.Errors[0], 1e-4 * fit.Errors[0]);
    }

    [TestMethod]
    public void Parameters_of_a_known_law_are_found_within_their_standard_errors()
    {
        (string Family, Distribution Law, double[] Truth)[] cases =
        [
            ("exponential", Exponential(100), [100 * Day]),
            ("weibull", new Weibull(0.7, Duration.FromDays(100)), [0.7, 100 * Day]),
            ("weibull", new Weibull(3, Duration.FromDays(100)), [3, 100 * Day]),
            ("lognormal", new LogNormal(Duration.FromDays(70), 1.1), [70 * Day, 1.1]),
            ("gamma", new Gamma(2.5, Duration.FromDays(100)), [2.5, 100 * Day]),
            ("gamma", new Gamma(0.6, Duration.FromDays(100)), [0.6, 100 * Day]),
        ];
        const int seeds = 60;
        foreach (var (family, law, truth) in cases)
        {
            foreach (var watch in new[] { double.MaxValue, 150 * Day })
            {
                var deviations = Enumerable.Range(1, seeds).Select(seed =>
                {
                    var lives = SyntheticLives.Of(law, 300, (ulong)seed, Math.Min(watch, 30 * Day), watch);
                    if (watch == double.MaxValue) lives = SyntheticLives.Whole(law, 300, (ulong)seed);
                    var fit = Fit(family, lives);
                    return truth.Select((value, i) => (fit.Parameters[i] - value) / fit.Errors[i]).ToArray();
                }).ToList();
                for (var i = 0; i < truth.Length; i++)
                {
                    var (mean, spread) = (deviations.Average(d => d[i]), deviations.Average(d => d[i] * d[i]));
                    Assert.AreEqual(0, mean, 3.5 / Math.Sqrt(seeds), $"{law}, watch {watch}: {i} is off on average");
                    Assert.IsTrue(spread is > 0.5 and < 1.65, $"{law}, watch {watch}: errors of {i} are off: {spread}");
                }
            }
        }
    }

    [TestMethod]
    public void Units_that_are_mended_and_grow_old_show_the_same_law()
    {
        // Watched from an age on, failing several times: the hazard at an age is that of the law.
        var law = new Weibull(2.5, Duration.FromDays(100));
        var deviations = Enumerable.Range(1, 40).Select(seed =>
        {
            var fit = Fit("weibull", SyntheticLives.Mended(law, 80, (ulong)seed, 50 * Day, 250 * Day));
            return (Shape: (fit.Parameters[0] - 2.5) / fit.Errors[0], Mean: (fit.Parameters[1] / Day - 100) * Day
                / fit.Errors[1]);
        }).ToList();
        Assert.AreEqual(0, deviations.Average(d => d.Shape), 3.5 / Math.Sqrt(40));
        Assert.AreEqual(0, deviations.Average(d => d.Mean), 3.5 / Math.Sqrt(40));
        Assert.IsTrue(deviations.Average(d => d.Shape * d.Shape) is > 0.45 and < 1.8);
    }

    [TestMethod]
    public void The_right_family_is_chosen_in_most_logs()
    {
        (string Family, Distribution Law)[] cases =
        [
            ("exponential", Exponential(100)),
            ("weibull", new Weibull(3, Duration.FromDays(100))),
            ("lognormal", new LogNormal(Duration.FromDays(70), 1)),
            ("gamma", new Gamma(3, Duration.FromDays(100))),
            ("bathtub", new Bathtub(
                new Weibull(0.4, Duration.FromDays(1_500)), Exponential(300), new Weibull(6, Duration.FromDays(150)))),
        ];
        const int seeds = 12;
        foreach (var (family, law) in cases)
        {
            var found = Enumerable.Range(1, seeds).Count(seed => CauseFit.Of(
                null, SyntheticLives.Of(law, 1_500, (ulong)seed, 100 * Day, 400 * Day), Day, 0, default)
                .Best!.Family.Name == family);
            Assert.IsGreaterThan(seeds / 2, found, $"{family} was chosen {found} times of {seeds}");
        }
    }

    [TestMethod]
    public void A_law_of_a_fit_is_read_back_from_its_words()
    {
        foreach (var mean in new[] { 0.01, 100, 1e6 })
        {
            var lives = SyntheticLives.Of(
                new Prolonged(new Weibull(0.8, Duration.FromDays(1)), mean), 400, 3, mean * Day / 2, mean * Day);
            foreach (var fit in CauseFit.Of(null, lives, Day, 0, default).Fits)
            {
                var read = DistributionText.ParseLife(fit.Words);
                if (!read.Succeeded && fit.Family.Name == "bathtub") continue;
                Assert.IsTrue(read.Succeeded, $"{fit.Words}: {read.Problem}");
                foreach (var age in new[] { 0.1, 0.5, 1 })
                {
                    Assert.AreEqual(
                        1, read.Value.CumulativeHazard(age * mean * Day) / fit.Law.CumulativeHazard(age * mean * Day),
                        1e-3, fit.Words);
                }
            }
        }
    }

    [TestMethod]
    public void Probabilities_of_distances_are_uniform_where_the_family_is_right_and_small_where_it_is_wrong()
    {
        const int seeds = 30;
        var law = new Weibull(1.5, Duration.FromDays(9));
        var right = Enumerable.Range(1, seeds)
            .Select(seed => Fit("weibull", SyntheticLives.Whole(law, 80, (ulong)seed), 99).PValue!.Value);
        Assert.AreEqual(0.5, right.Average(), 3.5 / Math.Sqrt(12.0 * seeds));
        var wrong = Fit("exponential", SyntheticLives.Whole(new Weibull(3, Duration.FromDays(9)), 200, 1), 99);
        Assert.AreEqual(1 / 100.0, wrong.PValue);
        Assert.IsNull(Fit("weibull", SyntheticLives.Of(Exponential(9), 80, 1, Day, 20 * Day), 99).PValue);
    }

    [TestMethod]
    public void The_distance_of_whole_lives_is_that_of_Kolmogorov_and_Smirnov()
    {
        var lives = SyntheticLives.Whole(Exponential(1), 50, 4).OrderBy(life => life.ToSeconds).ToArray();
        var law = Exponential(1.3);
        var expected = lives.Select((life, i) =>
        {
            var share = 1 - Math.Exp(-life.ToSeconds / (1.3 * Day));
            return Math.Max(Math.Abs(share - i / 50.0), Math.Abs(share - (i + 1) / 50.0));
        }).Max();
        Assert.AreEqual(expected, ProductLimit.DistanceOf(lives, law), 1e-12);
        // The share that survives is 3/4 after the first failure and 3/8 after the second, of two that are watched.
        Life[] cut = [new(0, 1, true), new(0, 2, false), new(0, 3, true), new(0, 4, false)];
        Assert.AreEqual(
            Math.Exp(-3 / Day) - 3 / 8.0, ProductLimit.DistanceOf(cut, Exponential(1)), 1e-12);
    }

    [TestMethod]
    public void A_bin_counts_failures_and_watched_time_and_has_the_interval_of_a_count()
    {
        Life[] lives = [new(0, 1.5, true), new(0, 4, false), new(0.5, 2.5, true), new(0, 3.5, true)];
        var bins = HazardBin.Of(lives, 1, 4);
        Assert.AreEqual("0 1 2 3", string.Join(' ', bins.Select(bin => bin.FromSeconds)));
        Assert.AreEqual("0 1 1 1", string.Join(' ', bins.Select(bin => bin.Failures)));
        Assert.AreEqual("3.5 3.5 2.5 1.5", string.Join(' ', bins.Select(bin => bin.ExposureSeconds)));
        // Garwood's table: no event has the interval 0 to 3.689, one 0.02532 to 5.572.
        Assert.AreEqual((0, 3.689), (bins[0].Low, Math.Round(bins[0].High * 3.5, 3)));
        Assert.AreEqual(0.02532, bins[1].Low * 3.5, 5e-6);
        Assert.AreEqual(5.572, bins[1].High * 3.5, 5e-4);
        Assert.AreEqual(2 / 7.0, bins[1].Hazard, 1e-15);
    }

    private static Exponential Exponential(double days) => new(Duration.FromDays(days));

    private static LawFit Fit(string family, IReadOnlyList<Life> lives, int draws = 0) =>
        LawFit.Of(LawFamily.All.Single(one => one.Name == family), new LifeSample(lives), draws, default)!;
}
