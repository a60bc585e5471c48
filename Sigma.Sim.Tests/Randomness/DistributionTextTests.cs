// The words of a scenario to a law of time, and a sentence where they are no law.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Randomness;

[TestClass]
public sealed class DistributionTextTests
{
    [TestMethod]
    public void A_law_is_read_from_its_words()
    {
        var hour = Duration.FromHours(1);
        Assert.AreEqual(new Constant(Duration.FromMinutes(25)), Read("25 min"));
        Assert.AreEqual(new Constant(Duration.Zero), Read("0 s"));
        Assert.AreEqual(new Exponential(hour), Read("exponential 1 h"));
        Assert.AreEqual(new Exponential(hour), Read("exponential 60min"));
        Assert.AreEqual(new Weibull(0.8, hour), Read("weibull shape 0.8 mean 1 h"));
        Assert.AreEqual(new Weibull(0.8, hour), Read("weibull  mean 1h   shape 0.8"));
        Assert.AreEqual(new LogNormal(hour, 0.5), Read("lognormal median 1 h sigma 0.5"));
        Assert.AreEqual(new Gamma(2, hour), Read("gamma shape 2 mean 1 h"));
        Assert.AreEqual(
            new Bathtub(new Weibull(0.5, hour * 9), new Exponential(hour * 3), new Weibull(4, hour * 2)),
            Read("bathtub infant shape 0.5 mean 9 h constant 3 h wear mean 2 h shape 4"));
    }

    [TestMethod]
    public void A_lognormal_of_mean_and_variation_has_them()
    {
        var law = (LogNormal)Read("lognormal mean 1 h cv 50 %");
        Assert.AreEqual(3_600, law.MeanSeconds, 1e-5);
        Assert.AreEqual(0.5, Math.Sqrt(Math.Exp(law.Sigma * law.Sigma) - 1), 1e-12);
    }

    [TestMethod]
    public void A_life_may_last_for_millennia()
    {
        var rare = DistributionText.ParseLife("exponential 3000000 h");
        Assert.AreEqual(new Prolonged(new Exponential(Duration.FromHours(3_000)), 1_000), rare.Value);
        Assert.AreEqual(3e6 * 3_600, rare.Value.MeanSeconds);
        Assert.AreEqual(Read("weibull shape 0.8 mean 45000 h"),
            DistributionText.ParseLife("weibull shape 0.8 mean 45000 h").Value);
        StringAssert.Contains(
            DistributionText.ParseLife("exponential 500000000 h").Problem, "50,000 years", StringComparison.Ordinal);
        StringAssert.Contains(
            DistributionText.Parse("exponential 3000000 h").Problem, "at most 50 years", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("30 s")]
    [DataRow("2.5 h")]
    [DataRow("exponential 3000000 h")]
    [DataRow("weibull shape 0.8123 mean 45000 h")]
    [DataRow("lognormal median 90.5 s sigma 0.5")]
    [DataRow("gamma shape 2.25 mean 720 h")]
    [DataRow("bathtub infant shape 0.5 mean 900000 h constant 3000 h wear shape 4 mean 2000 h")]
    public void Words_of_a_law_are_read_back(string words)
    {
        var law = DistributionText.ParseLife(words).Value;
        Assert.AreEqual(words, DistributionText.Words(law));
        Assert.AreEqual(law, DistributionText.ParseLife(DistributionText.Words(law)).Value);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("   ")]
    [DataRow("25")]
    [DataRow("exponential")]
    [DataRow("exponential 0 s")]
    [DataRow("exponential mean 1 h")]
    [DataRow("exponential 1 h 2 h")]
    [DataRow("Weibull shape 0.8 mean 1 h")]
    [DataRow("weibull shape 0.8")]
    [DataRow("weibull shape 0.8 mean 1 h sigma 2")]
    [DataRow("weibull shape 0.8 mean 0 s")]
    [DataRow("weibull shape 0.01 mean 1 h")]
    [DataRow("weibull shape 21 mean 1 h")]
    [DataRow("weibull 0.8 1 h")]
    [DataRow("lognormal median 1 h cv 50 %")]
    [DataRow("lognormal mean 1 h cv 0 %")]
    [DataRow("lognormal median 1 h sigma one")]
    [DataRow("gamma shape 2")]
    [DataRow("gamma shape 0.01 mean 1 h")]
    [DataRow("gamma shape 2 median 1 h")]
    [DataRow("lognormal median 1 h sigma 5.5")]
    [DataRow("bathtub")]
    [DataRow("bathtub infant shape 0.5 mean 9 h constant 3 h")]
    [DataRow("bathtub infant shape 0.5 mean 9 h wear shape 4 mean 2 h")]
    [DataRow("bathtub wear shape 4 mean 2 h constant 3 h infant shape 0.5 mean 9 h")]
    [DataRow("bathtub infant shape 1 mean 9 h constant 3 h wear shape 4 mean 2 h")]
    [DataRow("bathtub infant shape 0.5 mean 9 h constant 3 h wear shape 0.9 mean 2 h")]
    [DataRow("bathtub infant shape 0.5 mean 9 h constant 0 h wear shape 4 mean 2 h")]
    [DataRow("bathtub infant shape 0.5 constant 3 h wear shape 4 mean 2 h")]
    [DataRow("bathtub infant 0.5 9 h constant 3 h wear shape 4 mean 2 h")]
    [DataRow("bathtub infant shape 0.5 mean 9 h constant shape 3 h wear shape 4 mean 2 h")]
    [DataRow("empirical lives.csv")]
    [DataRow("empirical")]
    public void What_is_no_law_is_refused_with_a_sentence(string text)
    {
        var parsed = DistributionText.Parse(text);
        Assert.IsFalse(parsed.Succeeded, $"`{text}` was read as {parsed.Value}");
        Assert.IsGreaterThan(10, parsed.Problem!.Length);
    }

    private static Distribution Read(string text)
    {
        var parsed = DistributionText.Parse(text);
        Assert.IsTrue(parsed.Succeeded, parsed.Problem);
        return parsed.Value;
    }
}
