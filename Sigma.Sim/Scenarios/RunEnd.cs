// When a run is over: a closed set of ways, of which a scenario names exactly one.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>The end of a run: <see cref="AfterTime"/>, <see cref="AfterTokens"/> or <see cref="AfterWork"/>.</summary>
public abstract record RunEnd;

/// <summary>Ends whatever was done by then.</summary>
/// <param name="Horizon">Wall time, above zero.</param>
public sealed record AfterTime(Duration Horizon) : RunEnd;

/// <summary>Ends with the step that trains the last of so many tokens.</summary>
/// <param name="Count">At least 1.</param>
public sealed record AfterTokens(long Count) : RunEnd;

/// <summary>Ends with the first step at which the kept steps have taken so much time.</summary>
/// <param name="Kept">Step time that stands, above zero.</param>
public sealed record AfterWork(Duration Kept) : RunEnd;

/// <summary>Binds `duration`, `tokens` and `work`.</summary>
internal static class RunEndReader
{
    /// <summary>The keys of which a scenario gives exactly one.</summary>
    public static readonly IReadOnlyList<string> Keys = ["duration", "tokens", "work"];

    /// <summary>The end, or null after reporting that there is none or more than one.</summary>
    public static RunEnd? Read(MapReader top)
    {
        var horizon = top.Absent("duration", Words.PositiveDuration);
        var tokens = top.Absent("tokens", Words.PositiveCount);
        var work = top.Absent("work", Words.PositiveDuration);
        var given = Keys.Where(top.Has).ToList();
        if (given.Count == 1)
        {
            return horizon is { } time ? new AfterTime(time)
                : tokens is { } count ? new AfterTokens(count)
                : work is { } kept ? new AfterWork(kept) : null;
        }

        if (!top.Log.IsTreeWhole) return null;
        top.Log.Diagnostics.Add(new Diagnostic("S030", Problem([.. given.Select(key => $"`{key}`")]))
        {
            At = top.PlaceOf(given.Count == 0 ? Keys[0] : given[0]),
            Also = given.Count == 0 ? null : top.PlaceOf(given[1]),
            Help = "a run ends after a time (`duration: 75 d`), after a number of tokens (`tokens: 10T`), or after so "
                + "much time of steps that are kept (`work: 70 d`)",
        });
        return null;
    }

    private static string Problem(IReadOnlyList<string> given) => given.Count switch
    {
        0 => "none of `duration`, `tokens` and `work` is given",
        2 => $"both {given[0]} and {given[1]} are given",
        _ => $"{given[0]}, {given[1]} and {given[2]} are all given",
    };
}
