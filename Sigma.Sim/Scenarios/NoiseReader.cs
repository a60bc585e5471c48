// Reads kernel jitter and pauses; a pause comes by time (`exponential 20 min per node`) or by steps (`20 steps per
// rank`).
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `noise`.</summary>
internal static class NoiseReader
{
    // Of kernel jitter; the key is there so that a scenario can say what it means.
    private static readonly Dictionary<string, bool> Jitters = new(StringComparer.Ordinal) { ["lognormal"] = true };

    private static readonly Dictionary<string, bool> Cures = new(StringComparer.Ordinal)
    {
        ["nothing"] = false,
        ["drop-caches"] = true,
    };

    private readonly record struct Rhythm(PauseScope Scope, Distribution? Every, int EverySteps);

    public static NoiseSpec Read(MapReader noise)
    {
        var kernel = noise.Sub("kernel");
        kernel.Word("distribution", Jitters, "lognormal");
        var variation = kernel.Optional("cv", UnitParser.Ratio, "0");
        kernel.Close();
        var pauses = new List<PauseSpec>();
        foreach (var item in noise.Items("pauses"))
        {
            var name = item.Required("name", Words.Sentence);
            var rhythm = item.Required("every", ParseRhythm);
            var lasts = item.Required("lasts", Length);
            var synchronized = item.Word("synchronized", Words.YesNo, "false");
            var ofCaches = item.Word("cured_by", Cures, "nothing");
            item.Close();
            if (synchronized && rhythm.EverySteps == 0 && rhythm.Every is not null)
            {
                item.Reject(
                    "synchronized", "S033", "only pauses that come by steps can be synchronized",
                    "write `every: 20 steps per rank`");
            }

            if (pauses.Any(p => p.Name == name))
                item.Reject("name", "S033", $"two pauses are named `{name}`", "give each its own name");
            pauses.Add(new PauseSpec(name, rhythm.Scope, rhythm.Every, rhythm.EverySteps, lasts, synchronized)
            {
                IsOfCaches = ofCaches,
            });
        }

        var slow = SlowNodes(noise.Sub("slow_nodes"));
        var (drops, evicts) = (noise.Word("drop_caches", Words.YesNo, "false"),
            noise.Word("evict_slow_nodes", Words.YesNo, "false"));
        noise.Close();
        return new NoiseSpec(variation, pauses) { SlowNodes = slow, DropsCaches = drops, EvictsSlowNodes = evicts };
    }

    private static SlowNodeSpec? SlowNodes(MapReader slow)
    {
        if (!slow.IsGiven) return null;
        var share = slow.Required("share", UnitParser.Fraction);
        var factor = slow.Required("factor", Words.NumberWithin(1, 100));
        slow.Close();
        return share.Value > 0 && factor > 1 ? new SlowNodeSpec(share, factor) : null;
    }

    private static Parsed<Distribution> Length(string text)
    {
        var law = DistributionText.Parse(text);
        return law is { Succeeded: true, Value.MeanSeconds: > 3600 }
            ? new Parsed<Distribution>(law.Value, $"a pause lasts an hour at most, longer is a fault; found `{text}`")
            : law;
    }

    private static Parsed<Rhythm> ParseRhythm(string text)
    {
        const string forms = "`exponential 20 min per node` or `20 steps per rank`";
        var scope = text.EndsWith(" per node", StringComparison.Ordinal) ? PauseScope.Node
            : text.EndsWith(" per rank", StringComparison.Ordinal) ? PauseScope.Rank
            : (PauseScope?)null;
        if (scope is null) return new Parsed<Rhythm>(default, $"expected {forms}, found `{text}`");
        var rest = text[..^" per node".Length].Trim();
        if (rest.EndsWith(" steps", StringComparison.Ordinal))
        {
            var steps = Words.CountWithin(1, 1_000_000)(rest[..^" steps".Length]);
            return steps.Succeeded
                ? new Rhythm(scope.Value, null, (int)steps.Value)
                : new Parsed<Rhythm>(default, steps.Problem);
        }

        var law = DistributionText.Parse(rest);
        if (!law.Succeeded) return new Parsed<Rhythm>(default, law.Problem);
        // A mean far under a second would be jitter, and a step would never end.
        return law.Value.MeanSeconds >= 0.1
            ? new Rhythm(scope.Value, law.Value, 0)
            : new Parsed<Rhythm>(default, $"pauses come at least 100 ms apart on average, found `{text}`");
    }
}
