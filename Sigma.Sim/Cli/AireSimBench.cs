// How fast the campaigns of AIReSim run here: one of its default configuration, and on request its whole table. In
// processor time, which other programs on a busy machine lengthen less than they do the time on the wall.
using System.Diagnostics;
using Sigma.Sim.Campaign;
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>What was measured.</summary>
/// <param name="Ms">Median of one replication of the default configuration, in processor time.</param>
/// <param name="Grid">The whole table, or null where nobody asked for it.</param>
internal sealed record AireSimTiming(double Ms, AireSimGridTiming? Grid)
{
    /// <summary>What one replication takes AIReSim itself on one core, where this was written.</summary>
    public const double ItsOwnSeconds = 33.7;
}

/// <summary>The whole table.</summary>
/// <param name="Campaigns">Replications of all cells together.</param>
/// <param name="Seconds">On the wall.</param>
/// <param name="ProcessorSeconds">Over all threads.</param>
internal sealed record AireSimGridTiming(int Campaigns, double Seconds, double ProcessorSeconds);

/// <summary>Measures them.</summary>
internal static class AireSimBench
{
    private const int Replications = 30;

    /// <param name="file">AIReSim's configuration for the table, or null for one campaign alone.</param>
    /// <param name="threads">Workers of the table.</param>
    /// <param name="screen">Shows how far the table has come.</param>
    /// <param name="interrupted">Ends it.</param>
    public static AireSimTiming Measure(string? file, int threads, Screen screen, CancellationToken interrupted)
    {
        screen.Progress(new JobProgress("campaign of AIReSim", 0, 1));
        var spec = AireSimGrid.CampaignOf(AireSimFile.Defaults);
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
        return new AireSimTiming(
            seconds[seconds.Length / 2] * 1e3, file is null ? null : Grid(file, threads, screen, interrupted));
    }

    private static AireSimGridTiming Grid(string file, int threads, Screen screen, CancellationToken interrupted)
    {
        var (began, used) = (Stopwatch.GetTimestamp(), ProcessorSeconds());
        var cells = AireSimGrid.Cells(file).ToList();
        var seed = AireSimFile.Load(file, []).Seed;
        for (var i = 0; i < cells.Count; i++)
        {
            screen.Progress(new JobProgress("AIReSim's table", i, cells.Count));
            ReplicationSet.Run(cells[i].Campaign, seed, Replications, threads, interrupted);
        }

        return new AireSimGridTiming(
            cells.Count * Replications, Stopwatch.GetElapsedTime(began).TotalSeconds, ProcessorSeconds() - used);
    }

    private static double ProcessorSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;
}
