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
    /// <summary>Faults over the horizon; a run that ends with its tokens has no length yet, and a year stands in.
    /// </summary>
    public static ExpectedFaults FaultsOf(Scenario scenario) =>
        new(scenario.Faults, scenario.Cluster, LemonExcessOf(scenario), scenario.Horizon ?? Duration.FromDays(365));

    /// <summary>What lemons add to the hazard of a mean node, as a share of it.</summary>
    public static double LemonExcessOf(Scenario scenario) => scenario.Lifecycle.Lemons is { } lemons
        ? (lemons.Factor - 1) * LemonsOf(scenario) / scenario.Cluster.AllNodes
        : 0;

    /// <summary>Whole nodes with many times the hazard, spares included.</summary>
    public static int LemonsOf(Scenario scenario) =>
        (int)((scenario.Lifecycle.Lemons?.Share.Value ?? 0) * scenario.Cluster.AllNodes);

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
    /// Storage moves the whole state at once; a disk its node's share; peer memory each accelerator's share over its
    /// own NIC.
    /// </summary>
    public static CheckpointTier TierOf(Scenario scenario, CheckpointTierSpec tier, Duration every)
    {
        var size = StepPlan.CheckpointSizeOf(scenario.Model);
        var (cluster, fabric) = (scenario.Cluster, scenario.Fabric);
        var (write, read) = tier.Target switch
        {
            CheckpointTarget.Storage => (size / cluster.Storage.Write, size / cluster.Storage.Read),
            CheckpointTarget.LocalDisk => OnDisk(ShareOf(size, cluster.Nodes)),
            CheckpointTarget.PeerMemory => ToPeer(ShareOf(size, cluster.Accelerators)),
            _ => throw new ArgumentOutOfRangeException(nameof(tier), tier.Target, null),
        };
        return new CheckpointTier(tier.Target, every, tier.Blocking, write, read)
        {
            Survives = tier.Survives,
            Keep = tier.Keep,
        };

        (Duration, Duration) OnDisk(Bytes share) => (share / cluster.LocalDisk.Write, share / cluster.LocalDisk.Read);

        (Duration, Duration) ToPeer(Bytes share)
        {
            var exchange = Collectives.PointToPoint(share, fabric.ScaleOut.Latency, fabric.ScaleOutPerAccelerator);
            return (exchange, exchange);
        }
    }

    private static Bytes ShareOf(Bytes size, int holders) => new(size.Count / holders);
}
