// What AIReSim's parameters mean as a scenario: value by value, in the cases that its table has and in the odd ones,
// and by its own sum of a training's time.
using System.Globalization;
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class AireSimImportTests
{
    private static readonly string Published = SourceTree.PathOf("scenarios/published/airesim.yaml");

    [TestMethod]
    public void Its_defaults_are_the_published_configuration()
    {
        var config = AireSimFile.Load(Published, []);
        Assert.AreEqual(
            AireSimFile.Defaults with { Source = "airesim.yaml", Given = config.Given, Inputs = config.Inputs },
            config);
        Assert.HasCount(21, config.Given);
    }

    [TestMethod]
    public void Every_number_arrives()
    {
        var spec = AireSimCampaign.Of(AireSimFile.Defaults);
        Assert.AreEqual(256L * 86_400_000, spec.Steps);
        Assert.AreEqual(Duration.FromMilliseconds(1), spec.StepTime);
        Assert.AreEqual(4096, spec.Cluster.Nodes);
        Assert.AreEqual(1, spec.Cluster.AcceleratorsPerNode);
        Assert.AreEqual(new SpareSpec(48, 0) { Hot = 16, Borrowed = 200 }, spec.Cluster.Spares);
        var fault = spec.Faults.Single();
        Assert.AreEqual(100, ((Exponential)fault.TimeToFailure).Mean.Days, 1e-9);
        Assert.AreEqual(new FailStop(new Constant(Duration.Zero)), fault.Kind);
        Assert.AreEqual((FaultScope.Node, AgeClock.Operation), (fault.Scope, fault.Ages));
        Assert.AreEqual((0.2, 0.0, 0.8),
            (fault.Remedies[Remedy.Reset], fault.Remedies[Remedy.Reboot], fault.Remedies[Remedy.Replace]));
        var life = spec.Lifecycle;
        Assert.AreEqual(new Exponential(Duration.FromHours(2)), life.Triage);
        Assert.AreEqual(new RemedySpec(new Constant(Duration.Zero), new Fraction(0.6)), life.Remedies[Remedy.Reset]);
        Assert.AreEqual(
            new RemedySpec(new Exponential(Duration.FromDays(2)), new Fraction(0.8)), life.Remedies[Remedy.Replace]);
        Assert.AreEqual(new LemonSpec(new Fraction(0.15), 6, true), life.Lemons);
        Assert.IsNull(life.Relapse);
        Assert.AreEqual(PolicyKind.HotSpare, spec.Recovery.Policy);
        Assert.IsFalse(spec.Recovery.PromotesSpares);
        var times = spec.Recovery.Times;
        Assert.AreEqual(Duration.FromMinutes(20), times.HotSwap);
        Assert.AreEqual(Duration.FromMinutes(3), times.Schedule);
        Assert.AreEqual(Duration.FromMinutes(20), times.Preempt);
        Assert.AreEqual(Duration.Zero, times.TearDown + times.Swap + times.Initialize + times.FirstStep);
        Assert.IsEmpty(spec.Tiers);
    }

    [TestMethod]
    public void A_bad_server_lives_a_share_of_a_good_ones_life_whatever_the_shape()
    {
        foreach (var shape in new[] { "0.7", "1", "1.5" })
        {
            var spec = CampaignOf(("failure_distribution", "weibull"), ("weibull_shape", shape));
            var law = spec.Faults.Single().TimeToFailure;
            // The age at which the cumulative hazard, times what a bad server carries, is one.
            var factor = spec.Lifecycle.Lemons!.Factor;
            var (good, bad) = (law.RemainingSeconds(0, 1, 1), law.RemainingSeconds(0, factor, 1));
            Assert.AreEqual(good / 6, bad, 1e-6 * bad);
            Assert.AreEqual(100 * 86400, law.MeanSeconds, 1);
        }
    }

    [TestMethod]
    public void A_lognormal_life_has_the_mean_of_the_rate()
    {
        var law = CampaignOf(("failure_distribution", "lognormal"), ("lognormal_sigma", "0.5")).Faults.Single();
        Assert.AreEqual(100 * 86400, law.TimeToFailure.MeanSeconds, 1);
    }

    [TestMethod]
    public void Diagnosis_goes_wrong_as_often_as_it_says()
    {
        var errors = CampaignOf(("diagnosis_probability", "0.9"), ("diagnosis_uncertainty", "0.2"))
            .Faults.Single().Diagnosis;
        Assert.AreEqual(0.1, errors.Missed.Value, 1e-12);
        Assert.AreEqual(0.18, errors.Wrong.Value, 1e-12);
    }

    [TestMethod]
    [DataRow("warm_standbys", "0")]
    [DataRow("spare_pool_size", "0")]
    [DataRow("auto_repair_fail_prob", "1")]
    [DataRow("manual_repair_fail_prob", "1")]
    [DataRow("prob_auto_to_manual", "0")]
    [DataRow("systematic_failure_fraction", "0")]
    [DataRow("host_selection_time", "0")]
    [DataRow("num_replications", "1")]
    [DataRow("adaptive_replications", "true")]
    [DataRow("bad_server_regen_interval", "1000")]
    public void Its_extremes_are_sound_scenarios(string key, string value) =>
        Assert.IsGreaterThan(0, CampaignOf((key, value)).Steps!.Value);

    [TestMethod]
    public void What_differs_is_said()
    {
        Says("# Not used, since replications are counted in advance: confidence_level.", ("confidence_level", "0.9"));
        Says("# AIReSim draws the lives of all servers anew at every failure", ("failure_distribution", "weibull"));
        Says("on the hazard; AIReSim divides the mean life", ("failure_distribution", "lognormal"));
        Says("# A server that nobody blames stays in the job here", ("diagnosis_probability", "0.5"));
        Says("replications: 2  # num_replications is 1", ("num_replications", "1"));
        StringAssert.Contains(AireSimScenario.Of(AireSimFile.Defaults),
            "# assumed: AIReSim's default of recovery_time", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Time_is_the_length_and_what_failures_selections_and_preemptions_cost()
    {
        var spec = CampaignOf(
            ("job_size", "64"), ("warm_standbys", "2"), ("working_pool_size", "70"), ("spare_pool_size", "100"),
            ("job_length", "144000"), ("host_selection_time", "7"), ("preemption_wait_time", "11"),
            ("manual_repair_time", "10000"));
        var preemptions = 0.0;
        for (var replication = 0; replication < 10; replication++)
        {
            var metrics = CampaignSimulation.Run(spec, 5, replication, tellsStory: false).Metrics;
            var sum = 144000 + 20 * metrics["faults"] + 7 * (metrics["placements"] - 1) + 11 * metrics["preemptions"];
            preemptions += metrics["preemptions"];
            // The part of a step that a failure cuts off is computed again.
            Assert.AreEqual(sum, metrics["wall_h"] * 60, metrics["faults"] / 60_000 + 1e-6);
        }

        Assert.IsGreaterThan(30, preemptions);
    }

    [TestMethod]
    public void The_table_has_all_cells_that_are_possible()
    {
        var plan = SweepPlanFile.Load(SourceTree.PathOf("scenarios/sweeps/airesim-table-1.yaml"));
        var points = plan.Points();
        Assert.HasCount(32 * 4 - 1, points);
        Assert.HasCount(11, plan.Paths);
        foreach (var point in points)
        {
            var spares = plan.Load(point).Cluster.Spares;
            var pool = point.Changes.Single(change => change.Path == "working_pool_size").Value;
            Assert.AreEqual(pool, (4096 + spares.Hot + spares.Warm).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void Says(string words, params (string Key, string Value)[] changes) => StringAssert.Contains(
        AireSimScenario.Of(AireSimFile.Load(Published, Of(changes))), words, StringComparison.Ordinal);

    private static CampaignSpec CampaignOf(params (string Key, string Value)[] changes) =>
        AireSimCampaign.Of(AireSimFile.Load(Published, Of(changes)));

    private static Override[] Of((string Key, string Value)[] changes) =>
        [.. changes.Select(change => new Override(change.Key, change.Value))];
}
