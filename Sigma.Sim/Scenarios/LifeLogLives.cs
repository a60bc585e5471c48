// From the rows of a failure log to lives. What a row means depends on the clock: an age goes on after a failure, while
// on the clock of the observation a failed unit is replaced by a new one.
using System.Globalization;
using CsvHelper;
using Sigma.Sim.Fitting;

namespace Sigma.Sim.Scenarios;

/// <summary>Gathers the lives of one log, row by row.</summary>
internal sealed class LifeLogLives(string file, LifeLogHead head)
{
    private const int MostCauses = 100;
    private const double LongestSeconds = 50_000 * 365.25 * 86_400;

    // What may stand for a failure without a cause, and for a unit that goes on.
    private const string Failure = "failure", Censored = "censored";

    private readonly List<LoggedLife> _lives = [];
    private readonly List<string> _causes = [];
    private readonly Dictionary<string, int> _units = new(StringComparer.Ordinal);
    private readonly List<Watch> _watches = [];
    private double _latest;
    private int _nameless;

    /// <summary>Takes the row that the parser stands at.</summary>
    public void Add(CsvParser csv, int line)
    {
        var cell = csv[head.Time].Trim();
        var seconds = SecondsOf(cell, line);
        var cause = CauseOf(csv, line);
        if (cause >= 0 && seconds == 0)
            throw Wrong(line, head.TimeName, "a failure at 0 has no life before it; give the time in a finer unit");
        _latest = Math.Max(_latest, seconds);
        if (head.Unit < 0)
        {
            _nameless++;
            _lives.Add(new LoggedLife(0, seconds, cause));
            return;
        }

        var name = csv[head.Unit].Trim();
        if (name.Length == 0) throw Wrong(line, "unit", "this is empty");
        if (!_units.TryGetValue(name, out var index))
        {
            _units.Add(name, index = _watches.Count);
            _watches.Add(new Watch(name, 0, "", 0, false));
        }

        var before = _watches[index];
        if (before.Line > 0) Follows(before, cell, seconds, cause, line);
        _watches[index] = new Watch(name, seconds, cell, line, cause < 0 && head.Clock != LogClock.TimeBetween);
        _lives.Add(head.Clock switch
        {
            LogClock.Age => new LoggedLife(before.Seconds, seconds, cause),
            LogClock.Time => new LoggedLife(0, seconds - before.Seconds, cause),
            LogClock.TimeBetween => new LoggedLife(0, seconds, cause),
            _ => throw new InvalidOperationException($"{head.Clock} is no clock of a log."),
        });
    }

    /// <summary>The log; a unit that failed last is watched until the log ends, where its clock is the log's.</summary>
    public LifeLog Done()
    {
        if (_lives.Count == 0) throw new TableException(file, 0, "this log has no rows");
        if (head.Clock == LogClock.Time)
        {
            var failedLast = _watches.Where(watch => !watch.Ended && watch.Seconds < _latest);
            _lives.AddRange(failedLast.Select(watch => new LoggedLife(0, _latest - watch.Seconds, -1)));
        }

        return new LifeLog(head.TimeName, head.TimeUnit, head.UnitSeconds, _watches.Count + _nameless, _causes, _lives);
    }

    /// <summary>Holds a row against the one before it of the same unit.</summary>
    private void Follows(Watch before, string cell, double seconds, int cause, int line)
    {
        if (head.Clock == LogClock.TimeBetween) return;
        if (before.Ended)
        {
            throw Wrong(line, "unit", cause < 0
                ? $"`{before.Name}` is censored a second time, first in line {before.Line}"
                : $"`{before.Name}` fails after it was censored in line {before.Line}");
        }

        if (seconds < before.Seconds)
        {
            var help = head.Clock == LogClock.Age
                ? "; a replaced unit is a new one and needs another name, or `time` in place of `age`"
                : "; the rows of a unit go forward in time";
            throw Wrong(
                line, head.TimeName, $"`{before.Name}` falls from {before.Cell} in line {before.Line} to {cell}{help}");
        }

        if (cause >= 0 && seconds == before.Seconds)
            throw Wrong(line, head.TimeName, $"`{before.Name}` fails at {cell}, where it failed in line {before.Line}");
    }

    private double SecondsOf(string cell, int line)
    {
        var isNumber = double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        if (!isNumber || double.IsNaN(value) || double.IsInfinity(value))
        {
            var found = cell.Length == 0 ? "nothing" : $"`{cell}`";
            throw Wrong(line, head.TimeName, $"expected a plain number, in {head.TimeUnit}, found {found}");
        }

        if (value < 0) throw Wrong(line, head.TimeName, $"expected a time that is not negative, found `{cell}`");
        var seconds = value * head.UnitSeconds;
        return seconds <= LongestSeconds
            ? seconds
            : throw Wrong(line, head.TimeName, $"expected at most 50,000 years, found `{cell}` {head.TimeUnit}");
    }

    /// <summary>The place of the failure's cause, or -1 where the unit goes on.</summary>
    private int CauseOf(CsvParser csv, int line)
    {
        var happened = head.Event < 0 ? Failure : csv[head.Event].Trim();
        var named = head.Cause < 0 ? "" : csv[head.Cause].Trim();
        if (happened is "0" or Censored)
        {
            return named.Length == 0
                ? -1
                : throw Wrong(line, "cause", $"a unit that goes on has no cause, found `{named}`");
        }

        if (happened is "1" or Failure)
        {
            return head.Cause >= 0 && named.Length == 0
                ? throw Wrong(line, "cause", "this is empty; write `unknown` where nobody knows")
                : PlaceOf(named.Length > 0 ? named : Failure, line, "cause");
        }

        if (happened.Length == 0 || !happened.Any(char.IsLetter))
        {
            throw Wrong(
                line, "event", "expected 1, `failure` or its cause in words, or 0 or `censored`, found "
                + (happened.Length == 0 ? "nothing" : $"`{happened}`"));
        }

        if (NearestName.Of(happened, [Failure, Censored]) is { } near)
            throw Wrong(line, "event", $"`{happened}` is no event; did you mean `{near}`?");
        return named.Length == 0 || named == happened
            ? PlaceOf(happened, line, "event")
            : throw Wrong(line, "cause", $"`event` says `{happened}` and `cause` says `{named}`");
    }

    private int PlaceOf(string cause, int line, string column)
    {
        var place = _causes.IndexOf(cause);
        if (place >= 0) return place;
        if (_causes.Count == MostCauses)
            throw Wrong(line, column, $"there are more than {MostCauses} different causes; `{cause}` is one more");
        _causes.Add(cause);
        return _causes.Count - 1;
    }

    private TableException Wrong(int line, string column, string problem) => new(file, line, $"`{column}`: {problem}");

    /// <summary>Where the watch over a unit stands.</summary>
    private readonly record struct Watch(string Name, double Seconds, string Cell, int Line, bool Ended);
}
