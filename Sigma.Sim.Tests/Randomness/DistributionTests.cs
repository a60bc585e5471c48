// Laws of time: their draws have the mean they promise, and a life that has reached an age goes on as the law beyond
// it.
using MathNet.Numerics;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Randomness;

[TestClass]
public sealed class DistributionTests
{
    private static readonly Duration Hour = Duration.FromHours(1);

    private static readonly Bathtub Tub = new(
        new Weibull(0.5, Hour * 4), new Exponential(Hour * 3), new Weibull(4, Hour));

    private static readonly Distribution[] Laws =
    [
        new Exponential(Hour), new Weibull(0.7, Hour), new Weibull(1.5, Hour), new Weibull(3, Hour),
        new LogNormal(Hour, 0.5), new LogNormal(Hour, 1.2), new Prolonged(new Weibull(0.7, Hour), 3),
        new Gamma(0.4, Hour), new Gamma(1, Hour), new Gamma(6, Hour), Tub,
    ];

    [TestMethod]
    public void Draws_have_the_mean_of_their_law()
    {
        foreach (var law in Laws.Append(new Constant(Hour)))
        {
            const int draws = 200_000;
            var stream = new StreamKey(3, 0, $"mean/{law}", 0).Open();
            var (sum, squares) = (0.0, 0.0);
            for (var i = 0; i < draws; i++)
            {
                var seconds = law.Draw(ref stream).Seconds;
                (sum, squares) = (sum + seconds, squares + seconds * seconds);
            }

            var mean = sum / draws;
            var error = Math.Sqrt(Math.Max(0, squares / draws - mean * mean) / draws);
            Assert.AreEqual(law.MeanSeconds, mean, 4 * error + 1e-6, $"{law}");
        }
    }

    [TestMethod]
    public void The_quantile_inverts_the_distribution_function()
    {
        foreach (var law in Laws)
        {
            for (var i = 1; i < 1_000; i++)
                Assert.AreEqual(1 - i / 1_000.0, Survival(law, law.QuantileSeconds(i / 1_000.0)), 1e-10,
                    $"{law} at {i}");
        }
    }

    [TestMethod]
    public void A_new_unit_lives_as_its_law_says()
    {
        foreach (var law in Laws)
        {
            foreach (var p in new[] { 0.01, 0.2, 0.5, 0.8, 0.99 })
            {
                var life = law.RemainingSeconds(0, 1, -Math.Log(1 - p));
                Assert.AreEqual(law.QuantileSeconds(p), life, 1e-9 * law.QuantileSeconds(p), $"{law} at {p}");
            }
        }
    }

    [TestMethod]
    public void A_unit_that_has_reached_an_age_goes_on_as_its_law_beyond_that_age()
    {
        // P(remaining > r | age a) = S(a + r) / S(a): with the share p of lives ending sooner, it must be 1 - p.
        foreach (var law in Laws)
        {
            foreach (var age in new[] { 1.0, 600, 3_600, 20_000 })
            {
                foreach (var p in new[] { 0.01, 0.3, 0.5, 0.9, 0.999 })
                {
                    var rest = law.RemainingSeconds(age, 1, -Math.Log(1 - p));
                    var survives = Survival(law, age + rest) / Survival(law, age);
                    Assert.AreEqual(1 - p, survives, 1e-7, $"{law}, age {age}, p {p}");
                }
            }
        }
    }

    [TestMethod]
    public void Interrupting_a_life_does_not_change_it()
    {
        // Kolmogorov and Smirnov: lives looked at every 20 minutes, and redrawn at the age reached, keep their law.
        foreach (var law in Laws)
        {
            const int units = 4_000;
            var stream = new StreamKey(5, 0, $"age/{law}", 0).Open();
            var lives = new double[units];
            for (var i = 0; i < units; i++)
            {
                var age = 0.0;
                var rest = law.RemainingSeconds(age, 1, stream.NextUnitExponential());
                while (rest > 1_200)
                {
                    age += 1_200;
                    rest = law.RemainingSeconds(age, 1, stream.NextUnitExponential());
                }

                lives[i] = age + rest;
            }

            Array.Sort(lives);
            var distance = Enumerable.Range(0, units)
                .Max(i => Math.Max(Math.Abs(1 - Survival(law, lives[i]) - i / (double)units),
                    Math.Abs(1 - Survival(law, lives[i]) - (i + 1) / (double)units)));
            Assert.IsLessThan(1.95 / Math.Sqrt(units), distance, $"{law}");
        }
    }

    [TestMethod]
    public void An_exponential_life_has_no_memory()
    {
        var law = new Exponential(Hour);
        foreach (var age in new[] { 0.0, 1, 1e6, 1e9 })
            Assert.AreEqual(0.75 * 3_600, law.RemainingSeconds(age, 1, 0.75));
        Assert.AreEqual(law.RemainingSeconds(9, 1, 0.5), law.RemainingSeconds(9, 2, 1));
    }

    [TestMethod]
    public void A_hazard_factor_multiplies_the_hazard()
    {
        foreach (var law in Laws)
        {
            var rest = law.RemainingSeconds(1_000, 3, 0.6);
            var grown = Math.Log(Survival(law, 1_000) / Survival(law, 1_000 + rest));
            Assert.AreEqual(0.2, grown, 1e-9, $"{law}");
        }
    }

    [TestMethod]
    public void The_hazard_is_the_slope_of_the_cumulative_hazard()
    {
        foreach (var law in Laws)
        {
            foreach (var age in new[] { 0.5, 60, 1_800, 3_600, 9_000 })
            {
                // A logarithm of a share near one has no digits left to take a slope of.
                if (law is LogNormal && law.CumulativeHazard(age) < 1e-6) continue;
                var step = 1e-4 * age;
                var slope = (law.CumulativeHazard(age + step) - law.CumulativeHazard(age - step)) / (2 * step);
                Assert.AreEqual(1, law.Hazard(age) / slope, 2e-6, $"{law}, age {age}");
                var density = Math.Log(law.Hazard(age)) - law.CumulativeHazard(age);
                Assert.AreEqual(density, law.LogDensity(age), 1e-9, $"{law}, age {age}");
            }
        }
    }

    [TestMethod]
    public void A_stretched_law_has_all_its_times_multiplied()
    {
        foreach (var law in Laws.Append(new Constant(Hour)))
        {
            var longer = law.Stretched(2.5);
            Assert.AreEqual(law.GetType(), longer.GetType());
            Assert.AreEqual(2.5, longer.MeanSeconds / law.MeanSeconds, 1e-12, $"{law}");
            Assert.AreEqual(2.5, longer.QuantileSeconds(0.3) / law.QuantileSeconds(0.3), 1e-12, $"{law}");
            Assert.AreEqual(
                law.RemainingSeconds(900, 2, 0.4) * 2.5, longer.RemainingSeconds(2_250, 2, 0.4), 1e-6, $"{law}");
        }
    }

    [TestMethod]
    public void A_life_beyond_all_others_still_ends()
    {
        // Ages at which the share that survives is too small for a number.
        foreach (var law in Laws)
        {
            const double age = 1e8;
            var hazard = law.CumulativeHazard(age);
            Assert.IsTrue(double.IsFinite(hazard) && hazard > 0, $"{law}: {hazard}");
            var rest = law.RemainingSeconds(age, 1, 1);
            Assert.IsTrue(double.IsFinite(rest) && rest >= 0, $"{law}: {rest}");
        }

        // The least hazard of a lemon: a draw that takes a new unit there at once.
        foreach (var law in Laws)
        {
            var rest = law.RemainingSeconds(0, 0.001, 1.5);
            Assert.AreEqual(1_500, law.CumulativeHazard(rest), 1e-6, $"{law}");
        }

        Assert.AreEqual(6.0 / 3_600, new Gamma(6, Hour).Hazard(1e8), 1e-6);
        Assert.AreEqual(6.0 / 3_600, new Gamma(6, Hour).CumulativeHazard(1e8) / 1e8, 1e-6);
    }

    [TestMethod]
    public void Cumulative_hazards_are_inverted_at_any_scale()
    {
        foreach (var shape in new[] { 0.05, 0.4, 1, 2.5, 20 })
        {
            var law = new Gamma(shape, Hour);
            for (var power = -12; power <= 3; power++)
            {
                var age = law.RemainingSeconds(0, 1, Math.Pow(10, power));
                var reached = law.CumulativeHazard(age);
                if (age > 0) Assert.AreEqual(1, reached / Math.Pow(10, power), 1e-11, $"{law} at 1e{power}");
            }
        }
    }

    [TestMethod]
    public void A_bathtub_is_the_first_of_three_risks()
    {
        // Kolmogorov and Smirnov, two samples: the shortest of three lives, and the life of the bathtub.
        const int units = 4_000;
        foreach (var seed in new ulong[] { 1, 2, 3, 4 })
        {
            var stream = new StreamKey(seed, 0, "risks", 0).Open();
            var (first, tub) = (new double[units], new double[units]);
            for (var i = 0; i < units; i++)
            {
                var infant = Tub.Infant.QuantileSeconds(stream.NextUniform());
                var accident = Tub.Accidents.QuantileSeconds(stream.NextUniform());
                first[i] = Math.Min(infant, Math.Min(accident, Tub.Wear.QuantileSeconds(stream.NextUniform())));
                tub[i] = Tub.QuantileSeconds(stream.NextUniform());
            }

            Array.Sort(first);
            Array.Sort(tub);
            var distance = first.Select((life, i) => Math.Abs(
                (i + 1.0) / units - tub.Count(other => other <= life) / (double)units)).Max();
            Assert.IsLessThan(1.95 * Math.Sqrt(2.0 / units), distance, $"seed {seed}");
        }
    }

    [TestMethod]
    public void A_constant_life_ends_on_its_day()
    {
        var law = new Constant(Hour);
        Assert.AreEqual(3_600, law.RemainingSeconds(0, 1, 5));
        Assert.AreEqual(600, law.RemainingSeconds(3_000, 4, 0.1));
        Assert.AreEqual(0, law.RemainingSeconds(4_000, 1, 1));
    }

    private static double Survival(Distribution law, double seconds) => law switch
    {
        Exponential => Math.Exp(-seconds / 3_600),
        Weibull w => Math.Exp(-Math.Pow(seconds * SpecialFunctions.Gamma(1 + 1 / w.Shape) / 3_600, w.Shape)),
        Prolonged p => Survival(p.Law, seconds / p.Times),
        LogNormal l => SpecialFunctions.Erfc(Math.Log(seconds / 3_600) / l.Sigma / Math.Sqrt(2)) / 2,
        // The MathNet of the tests knows both from other formulas.
        Gamma g => SpecialFunctions.GammaUpperRegularized(g.Shape, seconds * g.Shape / 3_600),
        Bathtub b => new[] { (0.5, 4), (1, 3), (4, 1) }
            .Aggregate(1.0, (all, part) => all * Math.Exp(-Math.Pow(
                seconds * SpecialFunctions.Gamma(1 + 1 / part.Item1) / 3_600 / part.Item2, part.Item1))),
        _ => throw new ArgumentOutOfRangeException(nameof(law), law, null),
    };
}
