// The step time of a scenario that routes nothing or evenly, without a real step to train first.
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>Replays the step of a scenario with balanced routing.</summary>
public static class StepPrediction
{
    /// <summary>The plan of the balanced step.</summary>
    public static StepPlan PlanOf(Scenario scenario) => new(
        scenario.Model, scenario.Parallelism with { Routing = RoutingMode.Balanced }, scenario.Cluster, scenario.Fabric,
        null, scenario.Seed);

    /// <summary>Its profile, on one thread.</summary>
    public static StepProfile Of(Scenario scenario) => StepProfile.Of(
        PlanOf(scenario), scenario.Noise, scenario.Seed, scenario.SampledSteps, 1, CancellationToken.None);
}
