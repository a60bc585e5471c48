// Reads the file that a measurement of silent corruption left. It may have been written by hand or by another version,
// so every count is held against the others, and what is wrong is said at its place in that file.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds measured detections.</summary>
internal static class MeasurementReader
{
    private const string Subject = "silent-corruption";
    private const long Version = 1, MostTrials = 1_000_000_000;
    private const int MostSteps = 1_000_000;

    // Nobody adds up more terms than this.
    private const int MostTerms = 24;

    /// <summary>The counts, or null after reporting why there are none.</summary>
    public static MeasuredDetection? Read(MapReader section, string key)
    {
        string? name = section.Required(key, Words.FileName);
        if (name is null) return null;
        var shown = section.FromFolderOf(key, name);
        var findings = new DiagnosticList();
        var map = Open(shown, section.PlaceOf(key), findings);
        var log = new InputLog(findings, section.Log.Folder);
        var counts = map is null ? null : Bind(new MapReader(map, section.PathOf(key), log));
        foreach (var finding in findings.InSourceOrder()) section.Log.Diagnostics.Add(finding);
        // The file is a measurement as a whole: its lines need no word of their origin.
        foreach (var input in log.Inputs) section.Log.Add(input with { Origin = InputOrigin.MeasuredHere });
        return findings.Any ? null : counts;
    }

    private static YamlMap? Open(string shown, SourceSpan? at, DiagnosticList findings)
    {
        var unread = new DiagnosticList();
        var file = SourceFile.Load(Path.GetFullPath(shown), shown, SourceKind.Measurement, at, unread);
        var help = File.Exists(shown)
            ? null
            : "a measurement is looked for from the folder of the file that names it";
        foreach (var finding in unread.InSourceOrder()) findings.Add(finding with { Code = "S051", Help = help });
        if (file is null) return null;
        var syntax = new DiagnosticList();
        var map = YamlTree.Parse(file, syntax);
        foreach (var finding in syntax.InSourceOrder()) findings.Add(finding with { At = finding.At ?? at });
        if (map is null) return null;
        var measured = map.Find("measured")?.Value;
        if (measured is YamlScalar { Text: Subject }) return map;
        findings.Add(new Diagnostic(
            "S051", $"`{shown}` is no measurement of silent corruption: it does not say `measured: {Subject}`")
        {
            At = at,
            Also = measured?.At,
            Help = SourceKind.Measurement.Start,
        });
        return null;
    }

    private static MeasuredDetection? Bind(MapReader file)
    {
        file.Required("measured", Words.Sentence);
        var version = file.Required("version", Words.PositiveCount);
        if (file.Log.Diagnostics.Any) return null;
        if (version != Version)
        {
            file.Reject(
                "version", "S051", $"this file is of version {version}, this program reads version {Version}",
                "measure again with `sigma step --inject N`");
            return null;
        }

        var madeBy = file.Required("made_by", Words.Sentence);
        var step = file.Required("step", Words.Sentence);
        var trials = file.Required("trials", Words.CountWithin(1, MostTrials));
        var noticed = file.Required("noticed", Trials);
        var unnoticed = file.Required("unnoticed", Trials);
        var harmless = file.Required("harmless", Trials);
        var horizon = (int)file.Required("horizon_steps", Words.CountWithin(0, MostSteps));
        var monitors = file.Items("monitors").Select(MonitorOf).ToList();
        var delays = file.Items("latency").Select(DelayOf).ToList();
        file.Close();
        // A count that could not be read would make every sum wrong.
        if (file.Log.Diagnostics.Any) return null;

        CheckOutcomes(file, (noticed, unnoticed, harmless), trials);
        CheckMonitors(file, monitors, noticed);
        CheckDelays(file, delays, noticed, horizon);
        return new MeasuredDetection(
            madeBy, step, horizon, noticed, unnoticed, harmless, [.. monitors.Select(monitor => monitor.Alarms)],
            [.. delays.Select(delay => delay.Counted)]);
    }

    private static (MapReader Item, MonitorAlarms Alarms) MonitorOf(MapReader item)
    {
        var alarms = new MonitorAlarms(item.Required("name", Words.Sentence), item.Required("noticed", Trials));
        item.Close();
        return (item, alarms);
    }

    private static (MapReader Item, AlarmDelay Counted) DelayOf(MapReader item)
    {
        var after = (int)item.Required("after_steps", Words.CountWithin(0, MostSteps));
        var counted = new AlarmDelay(after, item.Required("trials", Trials));
        item.Close();
        return (item, counted);
    }

    private static void CheckOutcomes(
        MapReader file, (long Noticed, long Unnoticed, long Harmless) outcomes, long trials)
    {
        var sum = outcomes.Noticed + outcomes.Unnoticed + outcomes.Harmless;
        if (sum == trials) return;
        Contradicts(
            file, "trials",
            $"{N(outcomes.Noticed)} noticed + {N(outcomes.Unnoticed)} unnoticed + {N(outcomes.Harmless)} harmless = "
            + $"{N(sum)}, but `trials` is {N(trials)}", null);
    }

    /// <summary>Alarms may overlap, so their sum may be more than the noticed trials, but never less.</summary>
    private static void CheckMonitors(
        MapReader file, List<(MapReader Item, MonitorAlarms Alarms)> monitors, long noticed)
    {
        var noticedAt = file.PlaceOf("noticed");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, alarms) in monitors)
        {
            if (!names.Add(alarms.Monitor))
                Contradicts(item, "name", $"two monitors are named `{alarms.Monitor}`", null);
            if (alarms.Noticed <= noticed) continue;
            Contradicts(
                item, "noticed",
                $"`{alarms.Monitor}` noticed {N(alarms.Noticed)} trials, all monitors together {N(noticed)}",
                noticedAt);
        }

        var counts = monitors.Select(monitor => monitor.Alarms.Noticed).ToList();
        if (counts.Sum() >= noticed) return;
        Contradicts(
            file, "noticed",
            $"the alarms of all monitors are {Sum(counts)}, fewer than the {N(noticed)} noticed trials", null);
    }

    private static void CheckDelays(
        MapReader file, List<(MapReader Item, AlarmDelay Counted)> delays, long noticed, int horizon)
    {
        var before = -1;
        foreach (var (item, counted) in delays)
        {
            if (counted.AfterSteps <= before)
            {
                Contradicts(
                    item, "after_steps",
                    $"delays ascend, but {N(counted.AfterSteps)} steps come after {N(before)}", null);
            }

            if (counted.AfterSteps > horizon)
            {
                Contradicts(
                    item, "after_steps",
                    $"an alarm after {N(counted.AfterSteps)} steps is beyond the horizon of {N(horizon)}",
                    file.PlaceOf("horizon_steps"));
            }

            before = counted.AfterSteps;
        }

        var counts = delays.Select(delay => delay.Counted.Trials).ToList();
        if (counts.Sum() == noticed) return;
        Contradicts(
            file, delays.Count > 0 ? "latency" : "noticed",
            $"the trials by delay are {Sum(counts)}, but `noticed` is {N(noticed)}",
            delays.Count > 0 ? file.PlaceOf("noticed") : null);
    }

    private static void Contradicts(MapReader map, string key, string message, SourceSpan? also) =>
        map.Log.Diagnostics.Add(new Diagnostic("S052", message) { At = map.PlaceOf(key), Also = also });

    private static Parsed<long> Trials(string text) => Words.CountWithin(0, MostTrials)(text);

    private static string Sum(IReadOnlyList<long> terms)
    {
        var shown = string.Join(" + ", terms.Take(MostTerms).Select(N));
        var rest = terms.Count > MostTerms ? " + ..." : "";
        return terms.Count > 1 ? $"{shown}{rest} = {N(terms.Sum())}" : N(terms.Sum());
    }

    private static string N(long count) => UnitText.Count(count);
}
