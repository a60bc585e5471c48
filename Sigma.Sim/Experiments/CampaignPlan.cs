// From a scenario and a replayed step to the specification of the long run.
using Sigma.Sim.Campaign;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>Builds campaigns.</summary>
public static class CampaignPlan
{
    /// <summary>The campaign of a scenario at the step times that the replays found.</summary>
    public static CampaignSpec Of(
        Scenario scenario, StepPlan plan, StepProfile profile, StepConditions conditions) => new(
        scenario.Horizon,
        scenario.Tokens is { } tokens ? (tokens + plan.TokensPerStep - 1) / plan.TokensPerStep : null,
        scenario.Cluster,
        profile.StepTime,
        profile.Shares,
        plan.TokensPerStep,
        plan.TokensPerStep * scenario.Model.FlopsPerToken(causal: true),
        scenario.Cluster.Accelerator.PeakOf(scenario.Model.Precision),
        scenario.Faults,
        scenario.Lifecycle,
        [.. scenario.Tiers.Select(tier => TierOf(tier, scenario, plan))],
        scenario.Recovery,
        scenario.AcceleratorHour)
        {
            Conditions = conditions,
        };

    /// <summary>Storage moves the whole state at once; peer memory each accelerator's share over its own NIC.</summary>
    private static CheckpointTier TierOf(CheckpointTierSpec tier, Scenario scenario, StepPlan plan)
    {
        var size = plan.CheckpointSize;
        var share = new Bytes(size.Count / scenario.Cluster.Accelerators);
        var fabric = scenario.Fabric;
        var storage = scenario.Cluster.Storage;
        var every = tier.Every ?? Duration.FromHours(1);
        var exchange = Collectives.PointToPoint(share, fabric.ScaleOut.Latency, fabric.ScaleOutPerAccelerator);
        return tier.Target switch
        {
            CheckpointTarget.Storage => new CheckpointTier(
                tier.Target, every, tier.Blocking, size / storage.Write, size / storage.Read),
            CheckpointTarget.PeerMemory => new CheckpointTier(
                tier.Target, every, tier.Blocking, exchange, exchange),
            _ => throw new ArgumentOutOfRangeException(nameof(tier), tier.Target, null),
        };
    }
}
