// What renewal theory and the formulas of Young and Daly expect of a run: a simulation that strays far has to say why.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Experiments;

/// <summary>Derived values about faults, recovery and checkpoints.</summary>
internal static class ExpectedReliability
{
    /// <summary>Adds them, each with its name, value, text and the formula in words.</summary>
    public static void AddTo(Scenario scenario, Action<string, double, string, string> add)
    {
        var expected = ExpectedRun.FaultsOf(scenario);
        var lemons = ExpectedRun.LemonsOf(scenario);
        if (scenario.Lifecycle.Lemons is { } share)
        {
            add("lemon_nodes", lemons, UnitText.Count(lemons),
                $"{share.Share} of {UnitText.Count(scenario.Cluster.AllNodes)} nodes, rounded down");
        }

        AddStrikes(expected, add);
        if (expected.MeanTimeToInterruption is not { } mtti) return;
        add("expected_mtti_h", mtti.Hours, UnitText.Of(mtti),
            $"{UnitText.Of(expected.Span)} / {UnitText.ThreeDigits(expected.Stops)} faults that stop the job: "
            + string.Join(", ", AssumptionsOf(scenario)));
        var decision = DecisionOf(scenario);
        var down = AddRecovery(scenario, expected, decision, add);
        AddCheckpoints(scenario, mtti, down, decision.KeepsState, add);
    }

    private static void AddStrikes(ExpectedFaults expected, Action<string, double, string, string> add)
    {
        foreach (var (fault, index) in expected.ByFault.Select((fault, index) => (fault, index)))
        {
            var each = fault.Strikes / fault.Units;
            add($"faults.{index}.strikes", fault.Strikes, UnitText.ThreeDigits(fault.Strikes),
                $"{fault.Fault.Name}: {UnitText.Count(fault.Units)} x {UnitText.ThreeDigits(each)} in "
                + $"{UnitText.Of(expected.Span)}; {UnitText.ThreeDigits(fault.Stops)} stop the job");
        }
    }

    /// <summary>What the closed form leaves out.</summary>
    private static IEnumerable<string> AssumptionsOf(Scenario scenario)
    {
        var operate = scenario.Faults.Any(fault => fault.Ages == AgeClock.Operation);
        yield return operate ? "units are new and compute all the time" : "units are new";
        yield return "no relapses";
        if (scenario.Faults.Any(fault => fault.Kind is SilentCorruption))
            yield return "of silent corruptions the noticed share";
        if (scenario.Faults.Any(fault => fault.Kind is LinkFlap))
            yield return "of link flaps those that break connections";
        if (scenario.Lifecycle.Lemons is not null) yield return "lemons stay lemons";
    }

    /// <summary>What the policy does about one lost node where spares are as many as at the start.</summary>
    private static Decision DecisionOf(Scenario scenario) =>
        RecoveryPolicies.AfterStop(scenario.Recovery).Decide(new Observation(Occasion.Stopped)
        {
            Lost = 1,
            Hot = scenario.Cluster.Spares.Hot,
            Warm = scenario.Cluster.Spares.Warm,
            Groups = scenario.Groups,
            GroupsHit = 1,
        });

    private static Duration AddRecovery(
        Scenario scenario, ExpectedFaults expected, Decision decision, Action<string, double, string, string> add)
    {
        var times = scenario.Recovery.Times;
        var phases = decision.BeforeNodes + decision.AfterNodes + decision.AfterRestore;
        var down = Duration.FromSeconds(
            expected.MeanUndetectedSeconds + times.Decide.MeanSeconds + phases.Seconds);
        var words = scenario.Recovery.Policy switch
        {
            PolicyKind.Restart => "tear-down + decide + schedule + initialize + first step, when nodes are ready; "
                + "without the restore",
            PolicyKind.WarmSpare => "tear-down + decide + swap + initialize + first step, when a node is ready; "
                + "without the restore",
            PolicyKind.HotSpare => "hot swap + decide, while spares are in the job",
            PolicyKind.Elastic or PolicyKind.Reroute => "decide + reconfigure; the job then runs with less",
            _ => throw new InvalidOperationException($"{scenario.Recovery.Policy} is no policy."),
        };
        add("recovery_min", down.Minutes, UnitText.Of(down), $"detection + {words}");
        return down;
    }

    private static void AddCheckpoints(
        Scenario scenario, Duration mtti, Duration down, bool keepsState, Action<string, double, string, string> add)
    {
        var tiers = ExpectedRun.TiersOf(scenario);
        foreach (var (tier, index) in tiers.Select((tier, index) => (tier, index)))
        {
            if (scenario.Tiers[index].Every is null)
            {
                add($"checkpoint.tiers.{index}.every_min", tier.Every.Minutes, UnitText.Of(tier.Every),
                    $"Daly's interval for {tier.Blocking} blocking and an MTTI of {mtti}");
            }
        }

        if (tiers.Count == 0) return;
        var shortest = tiers.MinBy(tier => tier.Every.Nanoseconds)!;
        var (every, blocking) = (shortest.Every, shortest.Blocking);
        var young = CheckpointInterval.Young(blocking, mtti);
        add("young_interval_min", young.Minutes, UnitText.Of(young),
            $"sqrt(2 x {blocking} blocking x {mtti} MTTI); the interval here is {every}");
        var saving = mtti.Scaled(blocking.Over(every));
        var lost = keepsState ? Duration.Zero : every.Scaled(0.5);
        var ettr = mtti.Over(mtti + down + lost + saving);
        add("expected_ettr", ettr, UnitText.Percent(ettr, 1),
            $"MTTI / (MTTI + recovery{(keepsState ? "" : " + interval/2")} + blocking x MTTI/interval), "
            + (keepsState ? "if peers hold the state" : "if a node is always ready"));
    }
}
