// From a scenario and a replayed step to the specification of the long run.
using Sigma.Sim.Campaign;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>Builds campaigns.</summary>
public static class CampaignPlan
{
    /// <summary>The campaign of a scenario at the step time that the replay found.</summary>
    public static CampaignSpec Of(Scenario scenario, StepPlan plan, StepProfile profile) => new(
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
        ExpectedRun.TiersOf(scenario),
        scenario.Recovery,
        scenario.AcceleratorHour);
}
