// What a scenario's run is expected to meet, and the checkpoints that follow: what a copy takes to write and read on
// its tier, and the interval that closed forms call best. Checking, `check` and the campaign all ask here.
using Sigma.Sim.Faults;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Expectations of a scenario.</summary>
public static class ExpectedRun
{
    /// <summary>Faults over the horizon; a year where the run ends with its tokens or work.</summary>
    public static ExpectedFaults FaultsOf(Scenario scenario) =>
        new(scenario.Faults, scenario.Cluster, LemonExcessOf(scenario), scenario.Horizon ?? Duration.FromDays(365));

    /// <summary>What lemons add to the hazard of a mean node, as a share of it.</summary>
    public static double LemonExcessOf(Scenario scenario) => scenario.Lifecycle.Lemons is { } lemons
        ? (lemons.Factor - 1) * LemonsOf(scenario) / scenario.Cluster.AllNodes
        : 0;

    /// <summary>Whole nodes with many times the hazard, spares included.</summary>
    public static int LemonsOf(Scenario scenario) =>
        scenario.Lifecycle.Lemons?.CountOf(scenario.Cluster.AllNodes) ?? 0;

    /// <summary>The tiers of a scenario that holds no error, with their intervals and times.</summary>
    public static IReadOnlyList<CheckpointTier> TiersOf(Scenario scenario)
    {
        var mtti = FaultsOf(scenario).MeanTimeToInterruption;
        return [.. scenario.Tiers.Select(tier => TierOf(scenario, tier, EveryOf(tier, mtti) ?? Duration.Endless))];
    }

    /// <summary>The interval that is given, or else Daly's; null where no interruption is expected.</summary>
    public static Duration? EveryOf(CheckpointTierSpec tier, Duration? mtti) =>
        tier.Every ?? (mtti is { } mean ? CheckpointInterval.Daly(tier.Blocking, mean) : null);

    /// <summary>
    /// A tier with the times that it states, or those that its bytes take: storage moves the whole state at once, a
    /// disk its node's share, peer memory each accelerator's share over its own NIC.
    /// </summary>
    public static CheckpointTier TierOf(Scenario scenario, CheckpointTierSpec tier, Duration every)
    {
        var (write, read) = tier is { Write: { } stated, Read: { } other } ? (stated, other) : TimesOf(scenario, tier);
        return new CheckpointTier(tier.Target, every, tier.Blocking, tier.Write ?? write, tier.Read ?? read)
        {
            Survives = tier.Survives,
            Keep = tier.Keep,
        };
    }

    private static (Duration Write, Duration Read) TimesOf(Scenario scenario, CheckpointTierSpec tier)
    {
        var cluster = scenario.Cluster;
        var (stated, links) = scenario.Step switch
        {
            ModelledStep step => (StepPlan.CheckpointSizeOf(step.Model), step.Fabric.ScaleOut),
            StatedStep step => (step.StateSize, step.Links),
            _ => throw new InvalidOperationException($"a {scenario.Step.GetType().Name} has no state"),
        };
        var size = Known(stated);
        switch (tier.Target)
        {
            case CheckpointTarget.Storage:
                return (size / cluster.Storage.Write, size / cluster.Storage.Read);
            case CheckpointTarget.LocalDisk:
                var ofNode = new Bytes(size.Count / cluster.Nodes);
                return (ofNode / cluster.LocalDisk.Write, ofNode / cluster.LocalDisk.Read);
            case CheckpointTarget.PeerMemory:
                var (share, nics) = (new Bytes(size.Count / cluster.Accelerators), Known(links));
                var exchange = Collectives.PointToPoint(
                    share, nics.Latency, nics.PerAccelerator(cluster.AcceleratorsPerNode));
                return (exchange, exchange);
            default:
                throw new ArgumentOutOfRangeException(nameof(tier), tier.Target, null);
        }
    }

    private static Bytes Known(Bytes? size) =>
        size ?? throw new InvalidOperationException("A checked scenario states the size of copies without a time.");

    private static ScaleOutSpec Known(ScaleOutSpec? links) =>
        links ?? throw new InvalidOperationException("A checked scenario states the links of copies without a time.");
}
