// No constant contains the answer: each mechanism that is taken out of a sample scenario moves the result the way it
// must.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Laws;

[TestClass]
public sealed class MechanismTests
{
    private static readonly Lazy<(Scenario Scenario, RoutingTrace Trace, StepProfile Profile)> Small = new(() =>
    {
        var scenario = Scenario.Load(Path.Combine(SourceTree.Root, "scenarios", "small.yaml"), []);
        var trace = Job(scenario).RealStep().Trace;
        return (scenario, trace, Profile(scenario, trace));
    });

    [TestMethod]
    public void Without_faults_nearly_all_time_is_used()
    {
        var (scenario, trace, _) = Small.Value;
        var with = Campaign(scenario, trace);
        var without = Campaign(scenario with { Faults = [] }, trace);
        Assert.IsGreaterThan(0.99, without.Metrics["utilization_non_idle"]);
        Assert.IsGreaterThan(0.99, without.Metrics["ettr"]);
        Assert.IsLessThan(without.Metrics["ettr"], with.Metrics["ettr"]);
        Assert.IsGreaterThan(5.0, with.Metrics["interruptions"]);
    }

    [TestMethod]
    public void Without_the_bubble_the_step_uses_more_of_the_machine()
    {
        var (scenario, trace, profile) = Small.Value;
        var parallelism = scenario.Modelled.Parallelism;
        var longer = With(scenario, parallelism with { GlobalBatch = 6 * parallelism.GlobalBatch });
        var stretched = Profile(longer, trace);
        Assert.IsGreaterThan(1.02 * profile.Figures.Mfu, stretched.Figures.Mfu);
        Assert.IsLessThan(0.85 * profile.Shares.PipelineBubble, stretched.Shares.PipelineBubble);
    }

    [TestMethod]
    public void Without_imbalance_the_step_uses_more_of_the_machine()
    {
        var (scenario, trace, profile) = Small.Value;
        var parallelism = scenario.Modelled.Parallelism with { Routing = RoutingMode.Balanced };
        var balanced = Profile(With(scenario, parallelism), trace);
        Assert.IsGreaterThan(1.005 * profile.Figures.Mfu, balanced.Figures.Mfu);
        Assert.IsLessThan(profile.Shares.StragglerWait, balanced.Shares.StragglerWait);
    }

    [TestMethod]
    public void Without_communication_the_step_uses_more_of_the_machine()
    {
        var (scenario, trace, profile) = Small.Value;
        var overlap = new OverlapSpec(Fraction.One, Fraction.One);
        var parallelism = scenario.Modelled.Parallelism with { Overlap = overlap };
        var hidden = Profile(With(scenario, parallelism), trace);
        Assert.IsGreaterThan(1.01 * profile.Figures.Mfu, hidden.Figures.Mfu);
        Assert.AreEqual(0, hidden.Shares.ExposedCommunication);
    }

    [TestMethod]
    public void Kernels_that_are_ten_per_cent_better_buy_less_than_ten_per_cent()
    {
        var (scenario, trace, profile) = Small.Value;
        var accelerator = scenario.Cluster.Accelerator;
        var curve = new EfficiencyCurve(accelerator.Matmul.Points, 1.1 * accelerator.Matmul.Factor);
        var better = accelerator with { Matmul = curve };
        var faster = Profile(scenario with { Cluster = scenario.Cluster with { Accelerator = better } }, trace);
        Assert.IsGreaterThan(1.01 * profile.Figures.Mfu, faster.Figures.Mfu);
        Assert.IsLessThan(1.1 * profile.Figures.Mfu, faster.Figures.Mfu);
    }

    [TestMethod]
    public void The_parts_of_the_step_sum_to_it_and_none_is_empty()
    {
        var shares = Small.Value.Profile.Shares;
        double[] parts = [shares.Compute, shares.ExposedCommunication, shares.PipelineBubble, shares.StragglerWait];
        Assert.AreEqual(1, parts.Sum(), 1e-12);
        foreach (var share in parts) Assert.IsGreaterThan(0.001, share);
    }

    private static Scenario With(Scenario scenario, ParallelismSpec parallelism) =>
        scenario with { Step = scenario.Modelled with { Parallelism = parallelism } };

    private static StepJob Job(Scenario scenario) => new(scenario, 2, _ => { }, CancellationToken.None);

    private static StepProfile Profile(Scenario scenario, RoutingTrace trace) =>
        Job(scenario).Replay(trace, scenario.Modelled.Parallelism.Routing).Profile;

    private static CampaignRun Campaign(Scenario scenario, RoutingTrace trace)
    {
        var (plan, profile) = Job(scenario).Replay(trace, scenario.Modelled.Parallelism.Routing);
        var conditions = Job(scenario).Study(trace).Conditions(StepInputs.Of(scenario), profile).Table;
        return CampaignSimulation.Run(CampaignPlan.Of(scenario, plan, profile, conditions), scenario.Seed, 0, false);
    }
}
