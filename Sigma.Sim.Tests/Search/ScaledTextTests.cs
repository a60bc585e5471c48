// Every size of a scenario can be made larger in its own words.
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Tests.Search;

[TestClass]
public sealed class ScaledTextTests
{
    [TestMethod]
    [DataRow("45000 h", 1.1, "49500 h")]
    [DataRow("weibull shape 0.8 mean 45000 h", 1.1, "weibull shape 0.8 mean 49500 h")]
    [DataRow("lognormal median 90 s sigma 0.5", 0.5, "lognormal median 45 s sigma 0.5")]
    [DataRow("exponential 20 min", 2, "exponential 40 min")]
    [DataRow("8", 1.2, "10")]
    [DataRow("8", 0.8, "6")]
    [DataRow("4", 1.1, "5")]
    [DataRow("2", 0.9, "1")]
    [DataRow("0.9", 1.2, "1")]
    [DataRow("90 %", 1.2, "100 %")]
    [DataRow("0.5", 1.2, "0.6")]
    [DataRow("200 GB/s", 0.5, "100 GB/s")]
    [DataRow("3 USD", 1.5, "4.5 USD")]
    [DataRow("warm-spare", 1.2, null)]
    [DataRow("0", 1.2, null)]
    [DataRow("0 s", 1.2, null)]
    [DataRow("never", 1.2, null)]
    public void A_text_scales_by_its_size(string text, double factor, string? expected) =>
        Assert.AreEqual(expected, ScaledText.Of(text, factor));
}
