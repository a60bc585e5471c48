// How many spares are enough: which numbers are tried, which spares are varied, what the knee is by its rule, and that
// idle time is split without a rest.
using Sigma.Sim.Accounting;
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class SpareStudyTests
{
    private const int Replications = 12;

    private static readonly CampaignSpec Plain = Campaigns.Plain with
    {
        Faults = [Campaigns.Fault("fault", FaultScope.Node, new Exponential(Duration.FromHours(100)))],
    };

    [TestMethod]
    public void None_twice_as_many_and_the_scenarios_own_are_tried()
    {
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, SpareStudy.CountsAround(0).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, SpareStudy.CountsAround(1).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 2, 5, 7, 9, 11, 14, 16, 18 }, SpareStudy.CountsAround(9).ToArray());
        foreach (var own in Enumerable.Range(0, 200))
        {
            var counts = SpareStudy.CountsAround(own);
            Assert.Contains(own, counts);
            Assert.IsLessThanOrEqualTo(10, counts.Count);
            Assert.AreEqual((0, Math.Max(4, 2 * own)), (counts[0], counts[^1]));
        }
    }

    [TestMethod]
    public void Each_number_is_the_campaign_with_that_many_and_the_own_is_not_run_again()
    {
        var own = Run(Plain, Replications);
        var study = Study(Plain, own);
        Assert.AreEqual(("warm", 2), (study.Kind, study.Own));
        Assert.AreSame(own.Runs[3], study.Points.Single(point => point.Spares == 2).Set.Runs[3]);
        var three = Run(With(new SpareSpec(3, 0)), SpareStudy.MostReplications);
        var point = study.Points.Single(point => point.Spares == 3);
        Assert.AreEqual(three.Metrics["ettr"], point.Set.Metrics["ettr"]);
        var best = study.Points.Single(point => point.Spares == study.Best);
        Assert.AreEqual(0, best.Difference.Mean);
        Assert.AreEqual(best.Set.DifferenceTo(three, "ettr"), point.Difference);
        Assert.IsLessThan(study.Points[^1].Set.Metrics["ettr"].Mean, study.Points[0].Set.Metrics["ettr"].Mean);
    }

    [TestMethod]
    public void The_knee_is_the_least_number_within_the_tolerance_also_between_those_tried_first()
    {
        var sets = Enumerable.Range(0, 41)
            .ToDictionary(spares => spares, spares => Only(0.9 - 0.0009 * Math.Max(0, 23 - spares)));
        var campaign = With(new SpareSpec(20, 0));
        var study = SpareStudy.Of(campaign, sets[20], (spec, _) => sets[spec.Cluster.Spares.Warm])!;
        // 21 spares lie 0.18 points below the best, 20 lie 0.27 below; numbers tried first are 20 and 25.
        Assert.AreEqual(21, study.Knee);
        Assert.AreEqual(25, study.Best);
        Assert.IsTrue(study.Points.Zip(study.Points.Skip(1)).All(pair => pair.First.Spares < pair.Second.Spares));
        Assert.IsLessThanOrEqualTo(9 + 3, study.Points.Count);
    }

    [TestMethod]
    public void What_the_policy_takes_first_is_varied_and_the_others_stay()
    {
        Assert.AreEqual("warm", KindOf(new SpareSpec(0, 0), PolicyKind.Restart));
        Assert.AreEqual("warm", KindOf(new SpareSpec(1, 4), PolicyKind.WarmSpare));
        Assert.AreEqual("cold", KindOf(new SpareSpec(0, 4), PolicyKind.Restart));
        Assert.AreEqual("borrowed", KindOf(new SpareSpec(0, 0) { Borrowed = 1 }, PolicyKind.WarmSpare));
        Assert.AreEqual("hot", KindOf(new SpareSpec(3, 0) { Hot = 1 }, PolicyKind.HotSpare));
        var hot = With(new SpareSpec(1, 0) { Hot = 1 }) with
        {
            Recovery = new RecoverySpec(PolicyKind.HotSpare, Campaigns.Times(1)),
        };
        var tried = new List<SpareSpec>();
        SpareStudy.Of(hot, Run(hot, 2), (spec, count) =>
        {
            tried.Add(spec.Cluster.Spares);
            return Run(spec, count);
        });
        CollectionAssert.IsSubsetOf(new[] { 0, 2, 3, 4 }, tried.Select(spares => spares.Hot).ToArray());
        Assert.IsTrue(tried.TrueForAll(spares => spares.Warm == 1));
    }

    [TestMethod]
    public void Where_nothing_fails_there_is_no_study_and_a_number_with_which_no_run_ends_is_left_out()
    {
        var sound = Plain with { Faults = [] };
        Assert.IsNull(SpareStudy.Of(sound, Run(sound, 2), (_, _) => throw new InvalidOperationException("not asked")));
        var study = SpareStudy.Of(
            Plain, Run(Plain, 2), (spec, count) => spec.Cluster.Spares.Warm < 2 ? null : Run(spec, count))!;
        CollectionAssert.AreEqual(new[] { 0, 1 }, study.LeftOut.ToArray());
        CollectionAssert.AreEqual(new[] { 2, 3, 4 }, study.Points.Select(point => point.Spares).ToArray());
    }

    [TestMethod]
    public void Idle_time_is_split_without_a_rest_and_spinning_is_none_of_it()
    {
        for (var number = 0; number < 12; number++)
        {
            var campaign = Campaigns.Random(number);
            var hung = Campaigns.Fault("hang", FaultScope.Node, new Exponential(Duration.FromHours(300))) with
            {
                Kind = new Hang(new Constant(Duration.FromMinutes(20))),
            };
            campaign = campaign with { Faults = [.. campaign.Faults, hung] };
            var set = Run(campaign, 3);
            var idle = IdleTime.Of(campaign, set);
            Assert.AreEqual(1 - set.Metrics["utilization_non_idle"].Mean, idle.Total, 1e-12, $"campaign {number}");
            Assert.AreEqual(idle.Total, idle.Buckets.Select((_, bucket) => idle.Of(bucket)).Sum(), 1e-12);
            var undetected = idle.Buckets.ToList().IndexOf(TimeBucket.DetectionWait);
            var hang = idle.Causes.SingleOrDefault(cause => cause.Fault == "hang");
            if (hang is not null && undetected >= 0) Assert.AreEqual(0, hang.Shares[undetected]);
        }
    }

    private static string KindOf(SpareSpec spares, PolicyKind policy)
    {
        var campaign = With(spares) with { Recovery = new RecoverySpec(policy, Campaigns.Times(1)) };
        return Study(campaign, Run(campaign, 2)).Kind;
    }

    private static CampaignSpec With(SpareSpec spares) =>
        Plain with { Cluster = Plain.Cluster with { Spares = spares } };

    private static SpareStudy Study(CampaignSpec campaign, ReplicationSet own) => SpareStudy.Of(campaign, own, Run)!;

    private static ReplicationSet Run(CampaignSpec campaign, int count) =>
        ReplicationSet.Run(campaign, 5, count, 2, CancellationToken.None);

    /// <summary>Two replications that kept this share of an hour.</summary>
    private static ReplicationSet Only(double ettr)
    {
        var (hour, ledger) = (Duration.FromHours(1), new Ledger([]));
        ledger.Post(TimeBucket.Compute, Ledger.NoCause, 8, hour);
        var step = Duration.FromSeconds(0.1);
        var counts = new RunCounts(
            hour, 8, 8, (long)Math.Round(hour.Over(step) * ettr), step, 1, 1, FlopRate.FromTeraflops(1), 0,
            Duration.Zero, 0, new Money(1));
        var run = new CampaignRun(0, hour, ledger, new RunMetrics(ledger, counts), [], [], [], 0);
        return new ReplicationSet([run, run]);
    }
}
