// From a scenario and its step, played or stated, to the specification of the long run.
using Sigma.Sim.Campaign;
using Sigma.Sim.Quantities;
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
            ExpectedRun.TiersOf(scenario),
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
            ExpectedRun.TiersOf(scenario),
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
}
