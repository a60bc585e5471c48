// The way from peak to MFU loses nothing on the way: its parts sum to one, none is below zero but a gain, and what
// uneven experts cost is what balanced ones would save.
using System.Globalization;
using System.Xml.Linq;
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed class PeakSharesTests
{
    [TestMethod]
    public void Parts_sum_to_the_peak_and_none_but_a_gain_is_below_zero()
    {
        foreach (var step in Steps())
        {
            var shares = PeakShares.Of(step);
            double[] losses =
                [shares.Bubble, shares.Stragglers, shares.Communication, shares.Kernels, shares.Recomputation];
            Assert.AreEqual(1, losses.Sum() + shares.Imbalance + shares.Mfu, 1e-12);
            Assert.IsTrue(Array.TrueForAll(losses, loss => loss >= 0), string.Join(' ', losses));
            Assert.AreEqual(step.Profile.Figures.Mfu, shares.Mfu);
        }
    }

    [TestMethod]
    public void Uneven_experts_cost_what_balanced_ones_would_save()
    {
        var step = SmallRun.Step;
        var saved = step.Profile.StepTime - step.Balanced.StepTime;
        Assert.AreEqual(saved.Over(step.Profile.StepTime), PeakShares.Of(step).Imbalance, 1e-12);
        Assert.AreEqual(0, PeakShares.Of(SmallRun.WithStep("parallelism.routing=balanced").Played!).Imbalance);
    }

    [TestMethod]
    public void A_gain_is_shown_as_a_gain_and_every_bar_stays_on_the_axis()
    {
        var gaining = SmallRun.FilesOf(SmallRun.Gaining())["figures/peak-to-mfu.svg"];
        SmallRun.Holds(gaining, "gain of real routing");
        var gain = -PeakShares.Of(SmallRun.Gaining().Played!).Imbalance * 100;
        SmallRun.Holds(gaining, $">+{gain.ToString("0.00", CultureInfo.InvariantCulture)} %<");
        SmallRun.Lacks(SmallRun.Files["figures/peak-to-mfu.svg"], "gain of", "a loss is called a gain");
        foreach (var file in new[] { gaining, SmallRun.Files["figures/peak-to-mfu.svg"] })
        {
            var bars = XDocument.Parse(file).Root!.Elements()
                .Where(element => element.Name.LocalName == "rect" && element.HasElements)
                .Select(bar => (From: Number(bar, "x"), Wide: Number(bar, "width")))
                .ToList();
            Assert.IsTrue(bars.TrueForAll(bar => bar.From >= 219.9 && bar.From + bar.Wide <= 660.1));
            Assert.AreEqual(220, bars[^1].From, 0.01);
            Assert.AreEqual(bars[^2].From, bars[^1].From + bars[^1].Wide, 0.02, "the last loss ends at what is left");
        }
    }

    private static IEnumerable<PlayedStep> Steps() => new[]
    {
        SmallRun.Outcome, SmallRun.Gaining(), SmallRun.WithSchedule("dualpipe"),
        SmallRun.WithStep("parallelism.recompute=full"),
    }.Select(outcome => outcome.Played!);

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
