// `sigma validate --swarm COUNT`: random campaigns held to the laws of every campaign.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Validation.Swarms;

namespace Sigma.Sim.Cli;

/// <summary>Runs a swarm and says what it found.</summary>
internal static class SwarmRun
{
    private const int MostCampaigns = 100_000_000;

    /// <summary>The exit code: a broken law is a bug of the program.</summary>
    public static int Of(int first, int count, int threads, Screen screen, CancellationToken interrupted)
    {
        if (count is < 1 or > MostCampaigns)
        {
            throw new UsageException(
                $"--swarm takes a number from 1 to {UnitText.Count(MostCampaigns)}, found {count}");
        }

        var last = int.MaxValue - count;
        if (first < 0 || first > last)
            throw new UsageException($"--first takes a number from 0 to {UnitText.Count(last)}, found {first}");
        var verdicts = Swarm.Run(
            first, count, threads, done => screen.Progress(new JobProgress("swarm", done, count)), interrupted);
        screen.EndProgress();
        var broken = verdicts.Where(verdict => verdict.Broken is not null).ToList();
        foreach (var verdict in broken)
        {
            screen.Say($"campaign {verdict.Number}: {verdict.Broken}");
            screen.Say($"  again with: sigma validate --swarm 1 --first {verdict.Number}");
        }

        screen.Say($"{UnitText.Count(count - broken.Count)} of {UnitText.Count(count)} random campaigns keep all laws, "
            + $"with {UnitText.Count(verdicts.Sum(verdict => (long)verdict.Interruptions))} interruptions");
        Answer(verdicts, broken, screen);
        return broken.Count == 0 ? ExitCode.Done : ExitCode.Bug;
    }

    private static void Answer(
        IReadOnlyList<SwarmVerdict> verdicts, List<SwarmVerdict> broken, Screen screen) => screen.Answer(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("campaigns", verdicts.Count);
        json.WriteNumber("interruptions", verdicts.Sum(verdict => (long)verdict.Interruptions));
        json.WriteStartArray("broken");
        foreach (var verdict in broken)
        {
            json.WriteStartObject();
            json.WriteNumber("campaign", verdict.Number);
            json.WriteString("law", verdict.Broken);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
