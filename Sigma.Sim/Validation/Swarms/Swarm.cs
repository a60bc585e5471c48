// Thousands of random campaigns, each held to all laws that hold whatever happens: the corners in which faults meet
// recoveries are too many to be thought of one by one.
using Sigma.Sim.Campaign;

namespace Sigma.Sim.Validation.Swarms;

/// <summary>What a campaign of the swarm came to.</summary>
/// <param name="Number">Of the campaign.</param>
/// <param name="Broken">The law that was broken and how, or null.</param>
/// <param name="Interruptions">Of its run.</param>
/// <param name="GivenUp">The campaign cannot reach its last step.</param>
public sealed record SwarmVerdict(int Number, string? Broken, int Interruptions, bool GivenUp);

/// <summary>Runs the campaigns of a swarm.</summary>
public static class Swarm
{
    private const ulong Seed = 20_260;

    /// <summary>Campaigns from <paramref name="first"/> on, in the order of their numbers.</summary>
    /// <param name="first">Number of the first, at least 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">Worker threads.</param>
    /// <param name="done">Told how many are done, by one thread at a time.</param>
    /// <param name="cancellation">Ends the runs.</param>
    public static IReadOnlyList<SwarmVerdict> Run(
        int first, int count, int threads, Action<int> done, CancellationToken cancellation)
    {
        var verdicts = new SwarmVerdict[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        var (finished, gate) = (0, new Lock());
        Parallel.For(0, count, options, i =>
        {
            verdicts[i] = Judge(first + i);
            lock (gate) done(++finished);
        });
        return verdicts;
    }

    /// <summary>Runs one campaign four times: inspected, again, without its story, and without its faults.</summary>
    public static SwarmVerdict Judge(int number)
    {
        try
        {
            var spec = SwarmCampaigns.Of(Seed, number);
            var run = Inspected(spec, number);
            if (run is not null)
            {
                RunLaws.Check(spec, run);
                StoryLaws.Check(spec, run);
                Again(spec, number, run);
            }

            var faultless = CampaignSimulation.Run(spec with { Faults = [] }, Seed, number, tellsStory: true);
            RunLaws.Check(spec with { Faults = [] }, faultless);
            RunLaws.CheckFaultless(spec, faultless, run);
            return new SwarmVerdict(number, null, (int)(run?.Metrics["interruptions"] ?? 0), run is null);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return new SwarmVerdict(number, error.GetBaseException().Message, 0, false);
        }
    }

    private static CampaignRun? Inspected(CampaignSpec spec, int number)
    {
        try
        {
            return CampaignSimulation.Run(spec, Seed, number, tellsStory: true, new WorldLaws().Look);
        }
        catch (EndlessCampaignException)
        {
            return null;
        }
    }

    private static void Again(CampaignSpec spec, int number, CampaignRun run)
    {
        const string pure = "a run is a function of its specification", told = "a story changes nothing";
        var again = CampaignSimulation.Run(spec, Seed, number, tellsStory: true);
        RunLaws.Same(run, again, pure);
        if (!run.Events.SequenceEqual(again.Events) || !run.Phases.SequenceEqual(again.Phases)
            || run.EngineEvents != again.EngineEvents)
        {
            throw new BrokenLawException(pure, "another story");
        }

        RunLaws.Same(run, CampaignSimulation.Run(spec, Seed, number, tellsStory: false), told);
    }
}
