// What closed forms expect of a scenario: units by scope over the job's nodes, the shares of strikes that stop it,
// growth and lemons, and what checkpoints take on each tier.
using Sigma.Sim.Experiments;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Experiments;

[TestClass]
public sealed class ExpectedRunTests
{
    private static readonly Scenario EveryKey = Load("every-key");

    // 14 days, over lives in hours.
    private const double Hours = 14 * 24;

    // 10 % of 30 nodes are three lemons of 20 times the hazard.
    private const double LemonHazard = 1 + 3 * 19.0 / 30;

    [TestMethod]
    public void Units_are_those_of_the_jobs_nodes()
    {
        var expected = ByName();
        // 16 nodes of 8 accelerators and 4 NICs, 5 a rack, 10 a power zone, 6 a leaf.
        Strikes("slow node", 16, 4000, LemonHazard);
        Strikes("counted corruption", 128, 3e6, LemonHazard);
        Strikes("flapping link", 64, 9000, LemonHazard);
        Strikes("quiet flaps", 64, 9000, LemonHazard);
        Strikes("rack without cooling", 4, 20_000, 1);
        Strikes("dead leaf", 3, 50_000, 1);
        Strikes("power cut", 2, 90_000, 1);
        Strikes("storage down", 1, 2000, 1);
        Strikes("numbers gone wrong", 1, 75 * 24, 1);

        void Strikes(string name, int units, double life, double hazard)
        {
            Assert.AreEqual(units, expected[name].Units, name);
            Assert.AreEqual(units * Hours / life * hazard, expected[name].Strikes, 1e-9, name);
        }
    }

    [TestMethod]
    public void Of_each_kind_its_own_share_stops_the_job()
    {
        Assert.AreEqual(1, Share("hung driver"));
        Assert.AreEqual(1, Share("nervous rule"));
        Assert.AreEqual(1, Share("power cut"));
        Assert.AreEqual(0, Share("slow node"));
        Assert.AreEqual(0, Share("storage down"));
        Assert.AreEqual(0.9, Share("numbers gone wrong"), 1e-12);
        Assert.AreEqual(0.155, Share("counted corruption"), 1e-12);
        // 20 s down, which connections survive for 40 s.
        Assert.AreEqual(0, Share("flapping link"), 1e-12);
        var flaps = Load(
            "every-key", "faults.flapping link.link_flap.down=exponential 20 s",
            "faults.flapping link.link_flap.times=6");
        var breaks = ExpectedRun.FaultsOf(flaps).ByFault.Single(fault => fault.Fault.Name == "flapping link");
        Assert.AreEqual(1 - Math.Pow(1 - Math.Exp(-2), 6), breaks.Stops / breaks.Strikes, 1e-9);
    }

    [TestMethod]
    public void Growth_integrates_over_the_campaign()
    {
        var grown = ByName(
            "faults.accelerator fault.early_life=", "faults.accelerator fault.time_to_failure=exponential 2500 h");
        // since / shape x ((1 + T / since)^shape - 1) of constant hazard: 10 days, 0.6, 14 days.
        var days = 10 / 0.6 * (Math.Pow(2.4, 0.6) - 1);
        Assert.AreEqual(
            128 * days * 24 / 2500 * LemonHazard, grown["accelerator fault"].Strikes, 1e-9 * grown.Count * 128);
    }

    [TestMethod]
    public void An_optimal_interval_is_dalys_for_the_expected_interruptions()
    {
        var tiers = ExpectedRun.TiersOf(EveryKey);
        var mtti = ExpectedRun.FaultsOf(EveryKey).MeanTimeToInterruption!.Value;
        Assert.AreEqual(CheckpointInterval.Daly(Duration.FromSeconds(4), mtti), tiers[2].Every);
        Assert.AreEqual(Duration.FromMinutes(20), tiers[1].Every);
        var shown = DerivedValues.Of(EveryKey);
        Assert.AreEqual(
            tiers[2].Every.Minutes, shown.Single(value => value.Name == "checkpoint.tiers.2.every_min").Value);
        Assert.AreEqual(mtti.Hours, shown.Single(value => value.Name == "expected_mtti_h").Value);
        Assert.AreEqual(3, shown.Single(value => value.Name == "lemon_nodes").Value);
        Assert.IsFalse(shown.Any(value => value.Name == "checkpoint.tiers.1.every_min"));
    }

    [TestMethod]
    public void Copies_take_what_their_place_allows()
    {
        var tiers = ExpectedRun.TiersOf(EveryKey);
        var size = StepPlan.CheckpointSizeOf(EveryKey.Modelled.Model);
        var toDisk = new Bytes(size.Count / 16);
        Assert.AreEqual(SurvivedDomain.Rack, tiers[0].Survives);
        Assert.AreEqual(toDisk / Bandwidth.FromGigabytesPerSecond(2), tiers[1].Write);
        Assert.AreEqual(toDisk / Bandwidth.FromGigabytesPerSecond(3), tiers[1].Read);
        // 30 % of 10 and 20 GB/s belong to others.
        Assert.AreEqual(size / Bandwidth.FromGigabytesPerSecond(7), tiers[2].Write);
        Assert.AreEqual(size / Bandwidth.FromGigabytesPerSecond(14), tiers[2].Read);
        Assert.AreEqual(3, tiers[2].Keep);
    }

    [TestMethod]
    public void A_recovery_is_what_the_policy_decides()
    {
        // Detection and decision are the same in all of them; lemons would be others among fewer nodes.
        double Down(params string[] sets) => DerivedValues.Of(Load("every-key", ["lifecycle.lemon=", .. sets]))
            .Single(value => value.Name == "recovery_min").Value * 60;
        var hot = Down();
        string[] outside = ["cluster.spares.hot=0", "recovery.proactive="];
        Assert.AreEqual(33 - 32, Down([.. outside, "recovery.policy=elastic"]) - hot, 1e-6);
        Assert.AreEqual(
            61 + 11 + 121 + 41 - 32, Down([.. outside, "recovery.policy=warm-spare"]) - hot, 1e-6);
        Assert.AreEqual(61 + 31 + 121 + 41 - 32, Down([.. outside, "recovery.policy=restart"]) - hot, 1e-6);
    }

    private static double Share(string name)
    {
        var fault = ByName()[name];
        return fault.Stops / fault.Strikes;
    }

    private static Dictionary<string, ExpectedStrikes> ByName(params string[] sets) =>
        ExpectedRun.FaultsOf(Load("every-key", sets)).ByFault
            .ToDictionary(fault => fault.Fault.Name, StringComparer.Ordinal);

    private static Scenario Load(string name, params string[] sets) => Scenario.Load(
        SourceTree.PathOf($"Sigma.Sim.Tests/Diagnostics/base/{name}.yaml"),
        [.. sets.Select(set => Override.Parse(set)!)]);
}
