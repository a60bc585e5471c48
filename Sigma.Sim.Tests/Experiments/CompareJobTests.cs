// Alternatives on the same faults: the formula's order is found, buckets explain all of a difference, the pairing pays,
// and what cannot be compared is said.
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class CompareJobTests
{
    private const string Path = "checkpoint.tiers.1.every";

    private static readonly Lazy<Comparison> Paired = new(() => Compare(isPaired: true));
    private static readonly Lazy<Comparison> Independent = new(() => Compare(isPaired: false));

    [TestMethod]
    public void Common_faults_make_the_variance_of_a_difference_much_smaller()
    {
        foreach (var pair in Paired.Value.Pairs)
        {
            var other = Independent.Value.Pairs.Single(p => (p.First, p.Second) == (pair.First, pair.Second));
            var (common, own) = (pair.Difference.Difference.Deviation, other.Difference.Difference.Deviation);
            Assert.IsGreaterThan(5, own * own / (common * common));
            Assert.IsGreaterThan(5, pair.Gain);
            // Faults of their own: nothing to gain, as far as forty replications tell.
            Assert.IsLessThan(2.5, other.Gain);
        }
    }

    [TestMethod]
    public void Differences_of_all_buckets_sum_to_nothing()
    {
        var comparison = Paired.Value;
        var sum = TimeBuckets.All.Sum(bucket => comparison.ShareDifference(0, 2, bucket).Mean);
        Assert.AreEqual(0, sum, 1e-12);
        Assert.IsLessThan(0, comparison.ShareDifference(0, 2, TimeBucket.CheckpointSave).Mean);
        Assert.IsGreaterThan(0, comparison.ShareDifference(0, 2, TimeBucket.LostWork).Mean);
    }

    [TestMethod]
    public void The_difference_one_way_is_that_of_the_other_way_turned_round()
    {
        var (there, back) = (Paired.Value.Between(0, 2), Paired.Value.Between(2, 0));
        Assert.AreEqual(there.Difference.Mean, -back.Difference.Mean);
        Assert.AreEqual(there.Difference.Low, -back.Difference.High);
        Assert.AreEqual(there.Adjusted, back.Adjusted);
    }

    [TestMethod]
    public void A_scenario_differs_from_itself_by_nothing()
    {
        var scenario = Scenario.Load(SourceTree.PathOf("scenarios/stated-step.yaml"), []);
        var comparison = new CompareJob(new CompareSpec(null, true, 2), _ => { }, default).Run(
            [new Alternative("a", scenario), new Alternative("b", scenario)]);
        Assert.AreEqual("goodput_tokens_per_s", comparison.Metric.Name);
        Assert.IsFalse(comparison.Between(0, 1).IsSignificant);
        Assert.AreEqual(0, comparison.Between(0, 1).Difference.Mean);
    }

    [TestMethod]
    [DataRow("etr", "there is no metric `etr`")]
    [DataRow("drains", "neither more nor less of `drains` is better")]
    public void A_metric_that_ranks_nothing_is_refused(string metric, string words)
    {
        var scenario = Scenario.Load(SourceTree.PathOf("scenarios/stated-step.yaml"), []);
        var job = new CompareJob(new CompareSpec(metric, true, 2), _ => { }, default);
        var error = Assert.ThrowsExactly<ComparisonException>(() => job.Run(
            [new Alternative("a", scenario), new Alternative("b", scenario)]));
        StringAssert.Contains(error.Message, words, StringComparison.Ordinal);
    }

    private static Comparison Compare(bool isPaired)
    {
        var alternatives = new[] { "30 min", "1 h", "2 h" }.Select(every => new Alternative(every, Scenario.Load(
            SourceTree.PathOf("scenarios/stated-step.yaml"), [new Override(Path, every), new("replications", "40")])));
        return new CompareJob(new CompareSpec("ettr", isPaired, 2), _ => { }, default).Run([.. alternatives]);
    }
}
