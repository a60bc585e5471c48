// Reads a step that is known: its time, and what else somebody says of it. Keys that would work a step out cannot stand
// beside it, since nobody could tell which of the two a result rests on.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `step`.</summary>
internal static class StatedStepReader
{
    public const string Key = "step";

    /// <summary>The keys at the top that work a step out.</summary>
    public static readonly IReadOnlyList<string> OfModels =
        ["model", "parallelism", "real_step", "noise", "sampled_steps", "earlier"];

    /// <summary>The step; the size of its state is read with the checkpoints.</summary>
    public static StatedStep Read(MapReader top, out ClusterSpec cluster)
    {
        cluster = ClusterReader.ReadBare(top.Section("cluster"), out var links);
        var step = top.Section(Key);
        var time = step.Required("time", Words.PositiveDuration);
        var tokens = step.Absent("tokens", Words.PositiveCount);
        var mfu = step.Absent("mfu", PositiveShare);
        step.Close();
        RefuseModels(top);
        return new StatedStep(time, tokens, mfu, null, links);
    }

    private static void RefuseModels(MapReader top)
    {
        var given = OfModels.Where(top.Has).ToList();
        if (given.Count == 0) return;
        var named = string.Join(", ", given.Select(key => $"`{key}`"));
        top.Log.Diagnostics.Add(new Diagnostic("S060", $"{named} cannot stand beside `{Key}`")
        {
            At = top.PlaceOf(given[0]),
            Also = top.PlaceOf(Key),
            Note = "a step is either stated or worked out from a model",
            Help = $"take `{Key}` out to work the step out, or the other keys to state it",
        });
    }

    private static Parsed<Fraction> PositiveShare(string text)
    {
        var parsed = UnitParser.Fraction(text);
        return parsed is { Succeeded: true, Value.Value: 0 }
            ? new Parsed<Fraction>(default, $"expected a share above zero, found `{text}`")
            : parsed;
    }
}
