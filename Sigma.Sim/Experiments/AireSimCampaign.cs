// The campaign of AIReSim's parameters, by way of the scenario that they are imported as.
using Sigma.Sim.Campaign;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Experiments;

/// <summary>Builds campaigns of AIReSim.</summary>
public static class AireSimCampaign
{
    public static CampaignSpec Of(AireSimConfig config)
    {
        var scenario = Scenario.Parse(config.Source, AireSimScenario.Of(config));
        return CampaignPlan.Of(scenario, (StatedStep)scenario.Step);
    }
}
