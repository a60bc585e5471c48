// Which policies a report compares, and with which spares: the same nodes, where each policy can use them.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;
using Sigma.Sim.Tests.Campaign;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class PolicyListTests
{
    [TestMethod]
    public void The_scenarios_own_policy_is_left_as_it_is()
    {
        var own = Spared(new SpareSpec(2, 1));
        var compared = PolicyList.Of(own).Single(policy => policy.Policy == PolicyKind.WarmSpare);
        Assert.AreSame(own, compared.Campaign);
        Assert.AreEqual("", compared.Remark);
    }

    [TestMethod]
    public void Warm_spares_stand_inside_the_job_for_the_policy_that_needs_them_there()
    {
        var hot = PolicyList.Of(Spared(new SpareSpec(2, 1)))
            .Single(policy => policy.Policy == PolicyKind.HotSpare);
        Assert.AreEqual(new SpareSpec(0, 1) { Hot = 2 }, hot.Campaign!.Cluster.Spares);
        Assert.AreEqual("its 2 warm spares stand inside the job", hot.Remark);
    }

    [TestMethod]
    public void Hot_spares_stand_outside_the_job_for_all_others()
    {
        var own = Spared(new SpareSpec(1, 0) { Hot = 1 }) with
        {
            Recovery = new RecoverySpec(PolicyKind.HotSpare, Campaigns.Times(1)),
        };
        foreach (var other in PolicyList.Of(own).Where(policy => policy.Policy != PolicyKind.HotSpare))
        {
            Assert.AreEqual(new SpareSpec(2, 0), other.Campaign!.Cluster.Spares);
            Assert.AreEqual("its 1 hot spare stands outside the job", other.Remark);
            Assert.AreEqual(own.Cluster.AllNodes, other.Campaign.Cluster.AllNodes);
        }
    }

    [TestMethod]
    public void What_the_layout_or_the_cluster_does_not_allow_is_left_out_with_the_reason()
    {
        var alone = PolicyList.Of(Spared(new SpareSpec(2, 0)) with
        {
            Conditions = StepConditions.Proportional(1),
        });
        Assert.AreEqual("HotSpare Elastic Reroute", LeftOut(alone));
        var bare = Spared(new SpareSpec(0, 0)) with
        {
            Recovery = new RecoverySpec(PolicyKind.Restart, Campaigns.Times(1)),
        };
        Assert.AreEqual("WarmSpare HotSpare", LeftOut(PolicyList.Of(bare)));
        Assert.IsTrue(alone.Concat(PolicyList.Of(bare)).Where(p => p.Campaign is null).All(p => p.Remark.Length > 9));
        var cold = Spared(new SpareSpec(0, 3));
        Assert.AreEqual("HotSpare", LeftOut(PolicyList.Of(cold)));
    }

    [TestMethod]
    public void What_would_begin_anew_at_every_fault_is_left_out_where_work_ends_the_run()
    {
        var kept = Spared(new SpareSpec(2, 0)) with
        {
            Horizon = null,
            Steps = 1000,
            Tiers = [],
            Faults = [Campaigns.Fault("fault", FaultScope.Node, new Exponential(Duration.FromDays(9)))],
            Recovery = new RecoverySpec(PolicyKind.Elastic, Campaigns.Times(1)),
        };
        Assert.AreEqual("Restart WarmSpare", LeftOut(PolicyList.Of(kept)));
        Assert.AreEqual("", LeftOut(PolicyList.Of(kept with { Faults = [] })));
        Assert.AreEqual("", LeftOut(PolicyList.Of(kept with { Tiers = Campaigns.Plain.Tiers })));
    }

    [TestMethod]
    public void Detection_twice_as_fast_covers_all_that_has_a_latency()
    {
        var kinds = new FaultKind[]
        {
            new Hang(Seconds(600)), new FailSlow(1.5, Fraction.One, null, Seconds(80)), new FalseAlarm(),
        };
        var campaign = Campaigns.Plain with
        {
            Faults = [.. kinds.Select((kind, i) => Campaigns.Fault(
                $"fault {i}", FaultScope.Node, new Exponential(Duration.FromDays(9))) with { Kind = kind })],
        };
        var changed = LeverList.Of(campaign).Single(lever => lever.Title == "detection twice as fast").Changed;
        CollectionAssert.AreEqual(
            new FaultKind[]
            {
                new Hang(Seconds(300)), new FailSlow(1.5, Fraction.One, null, Seconds(40)), new FalseAlarm(),
            },
            changed.Faults.Select(fault => fault.Kind).ToArray());
    }

    private static string LeftOut(IReadOnlyList<ComparedPolicy> policies) =>
        string.Join(' ', policies.Where(policy => policy.Campaign is null).Select(policy => policy.Policy));

    private static CampaignSpec Spared(SpareSpec spares) =>
        Campaigns.Plain with { Cluster = Campaigns.Plain.Cluster with { Spares = spares } };

    private static Constant Seconds(double seconds) => new(Duration.FromSeconds(seconds));
}
