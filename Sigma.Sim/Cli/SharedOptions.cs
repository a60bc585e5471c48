// Options that several verbs share, so that they mean the same everywhere.
using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>Options of all verbs, and of all verbs that read a scenario.</summary>
internal sealed class SharedOptions
{
    private readonly Option<bool> _json = new("--json")
    {
        Description = "print one JSON object on standard output and nothing else",
        Recursive = true,
    };

    private readonly Option<bool> _quiet = new("--quiet")
    {
        Description = "no summary and no progress",
        Recursive = true,
    };

    private readonly Option<bool> _noColor = new("--no-color")
    {
        Description = "no colours (NO_COLOR works too)",
        Recursive = true,
    };

    public Argument<string> Scenario { get; } = new("SCENARIO") { Description = "scenario file (YAML)" };

    public Option<string[]> Set { get; } = new("--set")
    {
        Description = "change one value, such as --set recovery.policy=restart; PATH= takes a key away (repeatable)",
        HelpName = "PATH=VALUE",
        DefaultValueFactory = _ => [],
    };

    public Option<int> Threads { get; } = new("--threads")
    {
        Description = "worker threads; the answer does not depend on how many",
        HelpName = "N",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public Option<long?> Seed { get; } = new("--seed")
    {
        Description = "seed of every random stream, instead of the scenario's",
        HelpName = "N",
    };

    public Option<int?> Replications { get; } = new("--replications")
    {
        Description = "campaigns, instead of the scenario's number",
        HelpName = "N",
    };

    public Option<string?> Metric { get; } = new("--metric")
    {
        Description = "the metric that decides, by its name in summary.csv (default goodput_tokens_per_s, or ettr)",
        HelpName = "NAME",
        CompletionSources = { _ => RunMetrics.Names.Select(metric => new CompletionItem(metric.Name)) },
    };

    public IEnumerable<Option> Recursive => [_json, _quiet, _noColor];

    public Screen ScreenOf(ParseResult parsed) => ScreenOf(parsed, aside: false);

    /// <summary>The console of a verb that may give a file on standard output, and then speaks beside it.</summary>
    public Screen ScreenOf(ParseResult parsed, bool aside) =>
        new(new Manner(parsed.GetValue(_json), parsed.GetValue(_quiet), parsed.GetValue(_noColor), aside));

    public int ThreadsOf(ParseResult parsed)
    {
        var threads = parsed.GetValue(Threads);
        return threads is >= 1 and <= 1024
            ? threads
            : throw new UsageException($"--threads takes a number from 1 to 1,024, found {threads}");
    }

    /// <summary>The number of threads that was asked for, or another one than that of this machine's cores.</summary>
    public int ThreadsOf(ParseResult parsed, int standard) =>
        parsed.GetResult(Threads) is { Implicit: false } ? ThreadsOf(parsed) : standard;

    /// <summary>The scenario with everything the command line changes in it.</summary>
    public Scenario ScenarioOf(ParseResult parsed) => ScenarioOf(parsed, parsed.GetValue(Scenario)!);

    /// <summary>The same for a verb whose scenario may be left out.</summary>
    public Scenario ScenarioOf(ParseResult parsed, string path) =>
        Scenarios.Scenario.Load(path, OverridesOf(parsed));

    /// <summary>Refuses a scenario that states its step to a verb that plays or trains one.</summary>
    public static ModelledStep ModelledStepOf(Scenario scenario, string verb) => scenario.Step switch
    {
        ModelledStep step => step,
        StatedStep stated => throw new UsageException(
            $"the scenario states its step (`step: {{ time: {stated.Time} }}`), so there is none to {verb}; "
            + "`run` and `check` take it"),
        _ => throw new InvalidOperationException($"no step comes from a {scenario.Step.GetType().Name}"),
    };

    /// <summary>The values that `--set` changes.</summary>
    public List<Override> SetsOf(ParseResult parsed) =>
        OverridesOf("--set", parsed.GetValue(Set) ?? [], "PATH=VALUE, such as `recovery.policy=restart`");

    /// <summary>The changes of an option, whose form is named where a text has another one.</summary>
    public static List<Override> OverridesOf(string option, IEnumerable<string> texts, string form) =>
    [
        .. texts.Select(text => Override.Parse(text)
            ?? throw new UsageException($"{option} takes {form}, found `{text}`")),
    ];

    /// <summary>Refuses a path that says how a campaign is run and not what it is: varied, it would tell nothing.
    /// </summary>
    public static void RefuseRunPath(string option, string path, bool mayBeSeed)
    {
        if (path is not ("scenario" or "about" or "replications" or "seed") || (mayBeSeed && path == "seed")) return;
        var instead = path switch
        {
            "seed" => "; `sweep` takes it, and --seed gives another one to all",
            "replications" => "; --replications gives another number to all",
            _ => "",
        };
        throw new UsageException($"{option} {path}: `{path}` is no input of a campaign{instead}");
    }

    /// <summary>
    /// The folder of a study's results, which can be written to and holds no sweep: that one may not be finished.
    /// </summary>
    /// <param name="given">What `--out` says, or null.</param>
    /// <param name="name">Of the folder in results/ otherwise.</param>
    public static string FolderOf(string? given, string name)
    {
        var folder = given ?? Path.Combine("results", name);
        if (folder.Length == 0) throw new UsageException("--out takes the name of a folder");
        if (Directory.Exists(SweepJournal.FolderOf(folder)))
            throw new UsageException($"{folder} holds a sweep: give another folder with `--out DIR`");
        // Who waits for a result hears before, not after, that it cannot be kept.
        OutputFolder.Begin(folder).Dispose();
        return folder;
    }

    /// <summary>Refuses a value that an axis takes twice.</summary>
    public static void RefuseTwice(string option, string path, IReadOnlyList<string> values)
    {
        var twice = values.GroupBy(value => value, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1);
        if (twice is not null) throw new UsageException($"{option} {path} names `{twice.Key}` twice");
    }

    /// <summary>The words of a command that asks for the same changes again.</summary>
    public IEnumerable<string> WordsOf(ParseResult parsed)
    {
        foreach (var set in parsed.GetValue(Set) ?? []) yield return $"--set {ShellWord.Of(set)}";
        foreach (var change in SeedAndReplicationsOf(parsed)) yield return $"--{change.Path} {change.Value}";
    }

    /// <summary>Everything that the command line changes in a scenario.</summary>
    public List<Override> OverridesOf(ParseResult parsed)
    {
        var overrides = SetsOf(parsed);
        overrides.AddRange(SeedAndReplicationsOf(parsed));
        return overrides;
    }

    /// <summary>The changes that have options of their own.</summary>
    public IEnumerable<Override> SeedAndReplicationsOf(ParseResult parsed)
    {
        if (parsed.GetValue(Seed) is { } seed)
            yield return new Override("seed", seed.ToString(CultureInfo.InvariantCulture));
        if (parsed.GetValue(Replications) is { } count)
            yield return new Override("replications", count.ToString(CultureInfo.InvariantCulture));
    }
}
