// The step time of a scenario that routes nothing or evenly, without a real step to train first.
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>Replays the step of a scenario with balanced routing.</summary>
public static class StepPrediction
{
    /// <summary>The plan of the balanced step.</summary>
    public static StepPlan PlanOf(Scenario scenario)
    {
        var step = scenario.Modelled;
        var balanced = step.Parallelism with { Routing = RoutingMode.Balanced };
        return new StepPlan(step.Model, balanced, scenario.Cluster, step.Fabric, null, scenario.Seed);
    }

    /// <summary>Its profile, on one thread.</summary>
    public static StepProfile Of(Scenario scenario) => StepProfile.Of(
        PlanOf(scenario), scenario.Modelled.Noise, scenario.Seed, scenario.Modelled.SampledSteps, 1,
        CancellationToken.None);
}
