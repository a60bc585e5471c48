// The sweeps of AIReSim's published table: ten parameters, each over its values at four sizes of the working pool.
using System.Globalization;
using Sigma.Sim.Campaign;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Experiments;

/// <summary>One cell of the table.</summary>
/// <param name="Parameter">AIReSim's name of what is swept.</param>
/// <param name="Value">Its value, as the table has it.</param>
/// <param name="WorkingPool">Servers of the working pool.</param>
/// <param name="Campaign">What is run.</param>
public sealed record AireSimCell(string Parameter, string Value, int WorkingPool, CampaignSpec Campaign);

/// <summary>The campaigns of AIReSim.</summary>
public static class AireSimGrid
{
    private static readonly int[] WorkingPools = [4112, 4128, 4160, 4192];

    private static readonly (string Parameter, string[] Values)[] Sweeps =
    [
        ("recovery_time", ["10", "20", "30"]),
        ("preemption_wait_time", ["10", "20", "30"]),
        ("systematic_failure_fraction", ["0.1", "0.15", "0.2"]),
        ("warm_standbys", ["4", "8", "16", "32"]),
        ("host_selection_time", ["1", "3", "5", "10"]),
        ("auto_repair_fail_prob", ["0.2", "0.4", "0.6"]),
        ("manual_repair_fail_prob", ["0.1", "0.2", "0.3"]),
        ("auto_repair_time", ["60", "120", "180"]),
        ("manual_repair_time", ["1440", "2880", "4320"]),
        ("prob_auto_to_manual", ["0.7", "0.8", "0.9"]),
    ];

    /// <summary>
    /// All cells but the one whose pool cannot hold its standbys, which AIReSim refuses as well.
    /// </summary>
    /// <param name="file">AIReSim's configuration; the table's other parameters come from it.</param>
    public static IEnumerable<AireSimCell> Cells(string file)
    {
        foreach (var (parameter, values) in Sweeps)
        {
            foreach (var value in values)
            {
                foreach (var pool in WorkingPools)
                {
                    if (parameter == "warm_standbys" && pool < 4096 + int.Parse(value, CultureInfo.InvariantCulture))
                        continue;
                    Override[] changes =
                    [
                        new(parameter, value),
                        new("working_pool_size", pool.ToString(CultureInfo.InvariantCulture)),
                    ];
                    yield return new AireSimCell(parameter, value, pool, CampaignOf(AireSimFile.Load(file, changes)));
                }
            }
        }
    }

    /// <summary>The campaign of a configuration, by way of the scenario that it is imported as.</summary>
    public static CampaignSpec CampaignOf(AireSimConfig config)
    {
        var scenario = Scenario.Parse(config.Source, AireSimScenario.Of(config));
        return CampaignPlan.Of(scenario, (StatedStep)scenario.Step);
    }
}
