// How fast a campaign of AIReSim's default configuration runs here: in processor time, which other programs on a busy
// machine lengthen less than they do the time on the wall.
using System.Diagnostics;
using Sigma.Sim.Campaign;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Experiments;

/// <summary>Measures it.</summary>
public static class AireSimBench
{
    /// <summary>What one replication takes AIReSim itself on one core, where this was written.</summary>
    public const double ItsOwnSeconds = 33.7;

    private const int Replications = 30;

    /// <summary>Median of one replication, in milliseconds of processor time.</summary>
    public static double Milliseconds()
    {
        var spec = AireSimCampaign.Of(AireSimFile.Defaults);
        var replication = 0;
        // The runtime compiles a method for good once it has run often; two seconds are enough for all of them.
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began).TotalSeconds < 2;)
            CampaignSimulation.Run(spec, AireSimFile.Defaults.Seed, replication++, tellsStory: false);
        var seconds = new double[Replications];
        for (var i = 0; i < seconds.Length; i++)
        {
            var began = ProcessorSeconds();
            CampaignSimulation.Run(spec, AireSimFile.Defaults.Seed, i, tellsStory: false);
            seconds[i] = ProcessorSeconds() - began;
        }

        Array.Sort(seconds);
        return seconds[seconds.Length / 2] * 1e3;
    }

    private static double ProcessorSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
