// From a scenario and its step, played or stated, to the specification of the long run.
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
        Scenario scenario, StepPlan plan, StepProfile profile, StepConditions conditions)
    {
        var model = scenario.Modelled;
        return new CampaignSpec(
            scenario.Horizon,
            StepsUntil(scenario.End, profile.StepTime, plan.TokensPerStep),
            scenario.Cluster,
            profile.StepTime,
            profile.Shares,
            plan.TokensPerStep,
            plan.TokensPerStep * model.Model.FlopsPerToken(causal: true),
            scenario.Cluster.Accelerator.PeakOf(model.Model.Precision),
            scenario.Faults,
            scenario.Lifecycle,
            [.. scenario.Tiers.Select(tier => TierOf(tier, scenario, plan.CheckpointSize, model.Fabric.ScaleOut))],
            scenario.Recovery,
            scenario.AcceleratorHour)
        {
            Conditions = conditions,
        };
    }

    /// <summary>
    /// The campaign of a scenario at the step time that it states. What it does not say of a step is zero here, and in
    /// no metric; all of a kept step counts as computing.
    /// </summary>
    public static CampaignSpec Of(Scenario scenario, StatedStep step)
    {
        // A utilization is a ratio: in units of the peak, no peak is needed.
        var peak = new FlopRate(1);
        var capacity = step.Time.Seconds * scenario.Cluster.Accelerators * peak.PerSecond;
        return new CampaignSpec(
            scenario.Horizon,
            StepsUntil(scenario.End, step.Time, step.Tokens ?? 0),
            scenario.Cluster,
            step.Time,
            new StepShares(0, 0, 0),
            step.Tokens ?? 0,
            (step.Mfu?.Value ?? 0) * capacity,
            peak,
            scenario.Faults,
            scenario.Lifecycle,
            [.. scenario.Tiers.Select(tier => TierOf(tier, scenario, step.StateSize, step.Links))],
            scenario.Recovery,
            scenario.AcceleratorHour);
    }

    /// <summary>The first step at which the run may end, or null where time ends it.</summary>
    public static long? StepsUntil(RunEnd end, Duration step, long tokensPerStep) => end switch
    {
        AfterTime => null,
        AfterTokens tokens => RoundedUp(tokens.Count, tokensPerStep),
        AfterWork work => RoundedUp(work.Kept.Nanoseconds, step.Nanoseconds),
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    private static long RoundedUp(long whole, long part) => (whole + part - 1) / part;

    /// <summary>A tier with the times that it states, or those that its bytes take.</summary>
    private static CheckpointTier TierOf(
        CheckpointTierSpec tier, Scenario scenario, Bytes? size, ScaleOutSpec? links)
    {
        var (write, read) = tier is { Write: { } stated, Read: { } other }
            ? (stated, other)
            : TimesOf(tier, scenario, Known(size), links);
        var every = tier.Every ?? Duration.FromHours(1);
        return new CheckpointTier(tier.Target, every, tier.Blocking, tier.Write ?? write, tier.Read ?? read);
    }

    /// <summary>Storage moves the whole state at once; peer memory each accelerator's share over its own NIC.</summary>
    private static (Duration Write, Duration Read) TimesOf(
        CheckpointTierSpec tier, Scenario scenario, Bytes size, ScaleOutSpec? links)
    {
        var cluster = scenario.Cluster;
        switch (tier.Target)
        {
            case CheckpointTarget.Storage:
                return (size / cluster.Storage.Write, size / cluster.Storage.Read);
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
