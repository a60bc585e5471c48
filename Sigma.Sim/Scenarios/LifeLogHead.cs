// The first line of a failure log: which columns there are, what their times mean, and in which unit they are given.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>What the times of a failure log are.</summary>
internal enum LogClock
{
    /// <summary>The age of a unit, which goes on after a failure that was mended.</summary>
    Age,

    /// <summary>The time of the observation; the unit is replaced by a new one at each failure.</summary>
    Time,

    /// <summary>Each row is a life of its own.</summary>
    TimeBetween,
}

/// <summary>Where each column of a failure log stands; -1 for one that is not there.</summary>
/// <param name="Columns">How many there are.</param>
/// <param name="Clock">What the times are.</param>
/// <param name="Time">Place of the times.</param>
/// <param name="TimeName">Their column's name.</param>
/// <param name="TimeUnit">Their unit.</param>
/// <param name="UnitSeconds">Seconds in it.</param>
/// <param name="Unit">Place of the units' names.</param>
/// <param name="Event">Place of what happened.</param>
/// <param name="Cause">Place of the failures' causes.</param>
internal sealed record LifeLogHead(
    int Columns, LogClock Clock, int Time, string TimeName, string TimeUnit, double UnitSeconds, int Unit, int Event,
    int Cause)
{
    private const string UnitColumn = "unit", EventColumn = "event", CauseColumn = "cause";

    private static readonly (string Name, LogClock Clock)[] Clocks =
        [("age", LogClock.Age), ("time_between", LogClock.TimeBetween), ("time", LogClock.Time)];

    internal static readonly string[] TimeUnits = ["ns", "us", "ms", "s", "min", "h", "d", "wk"];

    /// <summary>Reads the head; throws <see cref="TableException"/> where it is none of a failure log.</summary>
    public static LifeLogHead Of(string file, int line, string[] record, string? unit, bool needsEvents)
    {
        var names = record.Select(name => name.Trim()).ToArray();
        if (names is [var whole] && whole.Contains(';', StringComparison.Ordinal))
            throw Wrong("the columns stand between semicolons; a failure log has commas");
        foreach (var twice in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            throw Wrong($"the column `{twice.Key}` is there twice");
        foreach (var name in names) Check(name);
        var times = names.Where(name => ClockOf(name) is not null).ToArray();
        if (times.Length == 0) throw Wrong("there is no column of times: `age_h`, `time_h` or `time_between_h`");
        if (times.Length > 1)
            throw Wrong($"there are {times.Length} columns of times, {string.Join(" and ", times)}; a log has one");
        var (clock, suffix) = ClockOf(times[0])!.Value;
        var timeUnit = UnitOf(times[0], suffix);
        var head = new LifeLogHead(
            names.Length, clock, Array.IndexOf(names, times[0]), times[0], timeUnit,
            UnitParser.Duration($"1 {timeUnit}").Value.Seconds, Array.IndexOf(names, UnitColumn),
            Array.IndexOf(names, EventColumn), Array.IndexOf(names, CauseColumn));
        if (head.Unit < 0 && clock == LogClock.Time)
            throw Wrong($"there is no column `{UnitColumn}`, whose failures `{times[0]}` would tell apart");
        return head.Event < 0 && needsEvents && clock != LogClock.TimeBetween
            ? throw Wrong($"there is no column `{EventColumn}`: 1 or a cause for a failure, 0 for a unit that goes on")
            : head;

        void Check(string name)
        {
            if (name is UnitColumn or EventColumn or CauseColumn || ClockOf(name) is not null) return;
            var stem = Clocks.FirstOrDefault(c => name.StartsWith(c.Name + "_", StringComparison.Ordinal)).Name;
            var known = Clocks.SelectMany(c => TimeUnits.Select(u => $"{c.Name}_{u}").Prepend(c.Name));
            var near = NearestName.Of(name, known.Concat([UnitColumn, EventColumn, CauseColumn]));
            if (stem is not null && near?.StartsWith("time_between", StringComparison.Ordinal) is not true)
                throw Wrong($"`{name}`: expected a unit after `{stem}_`, one of {AllTimeUnits}");
            var help = near is null
                ? "; a failure log has `unit`, `age_h`, `time_h` or `time_between_h`, `event` and `cause`"
                : $"; did you mean `{near}`?";
            throw Wrong($"there is no use for a column `{name}`{help}");
        }

        string UnitOf(string name, string suffix)
        {
            if (unit is null && suffix.Length == 0)
                throw Wrong($"`{name}` has no unit: call it `{name}_h`{(needsEvents ? ", or say --unit h" : "")}");
            if (unit is not null && suffix.Length > 0 && unit != suffix)
                throw Wrong($"`{name}` is in {suffix}, but --unit says {unit}; a log has one unit");
            return suffix.Length > 0 ? suffix : unit!;
        }

        TableException Wrong(string problem) => new(file, line, problem);
    }

    /// <summary>Whether a unit of time is one of those that a column can end in.</summary>
    public static bool IsTimeUnit(string text) => TimeUnits.Contains(text, StringComparer.Ordinal);

    /// <summary>The units that a column can end in.</summary>
    public static string AllTimeUnits { get; } = string.Join(", ", TimeUnits);

    private static (LogClock Clock, string Unit)? ClockOf(string name)
    {
        foreach (var (stem, clock) in Clocks)
        {
            if (name == stem) return (clock, "");
            var isOne = name.StartsWith(stem + "_", StringComparison.Ordinal);
            if (isOne && TimeUnits.Contains(name[(stem.Length + 1)..], StringComparer.Ordinal))
                return (clock, name[(stem.Length + 1)..]);
        }

        return null;
    }
}
