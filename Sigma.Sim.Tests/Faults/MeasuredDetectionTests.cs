// Outcomes of silent corruptions are drawn as often as they were counted, and a better detection notices the same ones.
using Sigma.Sim.Faults;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Faults;

[TestClass]
public sealed class MeasuredDetectionTests
{
    [TestMethod]
    public void Every_trial_is_drawn_once_from_evenly_spaced_numbers()
    {
        var detection = new MeasuredDetection(
            "by hand", "a step", 20, 310, 78, 1612, [], [new(0, 250), new(1, 40), new(7, 20)]);
        var drawn = Enumerable.Range(0, 2000).Select(trial => detection.Draw((trial + 0.5) / 2000))
            .GroupBy(outcome => outcome).ToDictionary(group => group.Key, group => group.Count());
        Assert.AreEqual(2000, detection.Trials);
        Assert.AreEqual(0.155, detection.NoticedShare);
        Assert.AreEqual(1612, drawn[new(CorruptionEffect.Harmless, 0)]);
        Assert.AreEqual(78, drawn[new(CorruptionEffect.Unnoticed, 0)]);
        Assert.AreEqual(250, drawn[new(CorruptionEffect.Noticed, 0)]);
        Assert.AreEqual(40, drawn[new(CorruptionEffect.Noticed, 1)]);
        Assert.AreEqual(20, drawn[new(CorruptionEffect.Noticed, 7)]);
        Assert.HasCount(5, drawn);
    }

    [TestMethod]
    public void The_ends_of_the_draw_are_outcomes()
    {
        var all = Campaigns.Detection(100, 0, 3);
        Assert.AreEqual(new CorruptionOutcome(CorruptionEffect.Noticed, 3), all.Draw(1 - 1e-16));
        Assert.AreEqual(new CorruptionOutcome(CorruptionEffect.Noticed, 3), all.Draw(1e-300));
        var none = Campaigns.Detection(0, 0, 3);
        Assert.AreEqual(CorruptionEffect.Harmless, none.Draw(1e-300).Effect);
        Assert.AreEqual(CorruptionEffect.Harmless, none.Draw(1 - 1e-16).Effect);
    }

    [TestMethod]
    public void Whoever_notices_more_notices_the_same_corruptions_and_more()
    {
        var (few, many) = (Campaigns.Detection(20, 30, 0, 4), Campaigns.Detection(60, 30, 0, 4));
        for (var i = 0; i < 1_000; i++)
        {
            if (few.Draw((i + 0.5) / 1_000).Effect != CorruptionEffect.Noticed) continue;
            Assert.AreEqual(CorruptionEffect.Noticed, many.Draw((i + 0.5) / 1_000).Effect);
        }
    }
}
