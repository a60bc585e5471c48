// `sigma fit`: from a failure log to the law of a scenario's fault.
using System.CommandLine;
using System.CommandLine.Completions;
using Sigma.Sim.Fitting;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>The verb `fit`.</summary>
internal sealed class FitVerb
{
    private const int MostBins = 200;

    private readonly Argument<string> _log = new("LOG")
    {
        Description = "failure log (CSV): a row per failure, and one with event 0 where the watch over a unit ends",
    };

    private readonly Option<string?> _by = new("--by")
    {
        Description = "`cause`: a law for each cause; a failure of another cause only ends the watch",
        HelpName = "cause",
        CompletionSources = { "cause" },
    };

    private readonly Option<string?> _unit = new("--unit")
    {
        Description = "unit of the log's times, where their column's name does not end in one",
        HelpName = "h",
        CompletionSources = { _ => LifeLogHead.TimeUnits.Select(unit => new CompletionItem(unit)) },
    };

    private readonly Option<string> _scope = new("--scope")
    {
        Description = "what a unit of the log is: accelerator or node",
        HelpName = "SCOPE",
        CompletionSources = { "accelerator", "node" },
        DefaultValueFactory = _ => "accelerator",
    };

    private readonly Option<int> _bins = new("--bins")
    {
        Description = "bins of age, about; 0 chooses by the number of failures",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "write fits.csv, hazard.csv, faults.yaml and a figure of the hazard by age there",
        HelpName = "DIR",
    };

    private readonly SharedOptions _shared;
    private readonly CancellationToken _interrupted;

    private FitVerb(SharedOptions shared, CancellationToken interrupted) =>
        (_shared, _interrupted) = (shared, interrupted);

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var verb = new FitVerb(shared, interrupted);
        var command = new Command("fit",
            "Fit laws of life to a failure log; print the best as a fault of a scenario, and all side by side."
            + "\n\n"
            + "Columns, commas between them: unit (a name), event (1, `failure` or its cause; 0 or `censored` where a\n"
            + "unit goes on), cause if wanted, and one of\n"
            + "  age_h           age of the unit, which goes on after a failure that was mended\n"
            + "  time_h          time since the watch began; a unit that fails is replaced by a new one\n"
            + "  time_between_h  a life a row\n"
            + "The ending is the unit of time: ns, us, ms, s, min, h, d or wk.\n\n"
            + "Examples:\n  sigma fit scenarios/logs/accelerators.csv --by cause --out results/fit\n"
            + "  sigma fit lives.csv --unit d --quiet > faults.yaml")
        {
            verb._log, verb._by, verb._unit, verb._scope, verb._bins, verb._out,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var screen = _shared.ScreenOf(parsed, aside: true);
        var (file, folder) = (parsed.GetValue(_log)!, parsed.GetValue(_out));
        var (scope, bins, unit) = (parsed.GetValue(_scope)!, parsed.GetValue(_bins), parsed.GetValue(_unit));
        if (scope is not ("accelerator" or "node"))
            throw new UsageException($"--scope takes accelerator or node, found `{scope}`");
        if (bins is < 0 or > MostBins)
            throw new UsageException($"--bins takes a number from 0 to {MostBins}, found {bins}");
        if (unit is not null && !LifeLogHead.IsTimeUnit(unit))
            throw new UsageException($"--unit takes one of {LifeLogHead.AllTimeUnits}, found `{unit}`");
        if (parsed.GetValue(_by) is { } by and not "cause")
            throw new UsageException($"--by takes `cause`, found `{by}`");
        // A place that cannot be written to is said before the work, not after.
        if (folder is not null) OutputFolder.Begin(folder).Dispose();
        var log = LifeLogFile.Load(file, unit, needsEvents: true);
        var fits = FitsOf(log, file, parsed.GetValue(_by) is not null, bins);
        var yaml = FitYaml.Of(log, fits, file, scope);
        var outputs = folder is null
            ? []
            : FitFiles.Write(log, fits, yaml, folder, CommandOf(parsed, file))
                .Select(name => Path.Combine(folder, name)).ToList();
        foreach (var fit in fits) Show(fit, log, screen);
        if (outputs.Count > 0) screen.Say($"files: {folder}");
        if (fits.Any(fit => fit.Best is not null)) screen.Give(yaml);
        screen.Answer(json => FitAnswer.Write(json, log, fits, yaml, outputs));
        return ExitCode.Done;
    }

    private List<CauseFit> FitsOf(LifeLog log, string file, bool byCause, int bins)
    {
        var failures = log.Lives.Count(life => life.Cause >= 0);
        if (failures == 0) throw new TableException(file, 0, "no unit failed: a law of life is fitted to failures");
        if (failures < CauseFit.FewestFailures)
            throw new TableException(file, 0, "one failure fits any law; there must be two at least");
        if (!byCause) return [CauseFit.Of(null, log.Together(), log.UnitSeconds, bins, _interrupted)];
        if (log.Causes is ["failure"])
            throw new TableException(file, 0, "`cause`: no row names a cause, so there is nothing for --by cause");
        var fits = log.Causes.Select((cause, i) => CauseFit.Of(cause, log.Of(i), log.UnitSeconds, bins, _interrupted))
            .OrderByDescending(fit => fit.Failures).ToList();
        return fits.Any(fit => fit.Fits.Count > 0)
            ? fits
            : throw new TableException(file, 0, "`cause`: no cause has two failures; leave --by cause out");
    }

    private string CommandOf(ParseResult parsed, string file)
    {
        var words = new List<string> { "sigma fit", ShellWord.Of(file) };
        if (parsed.GetValue(_by) is { } by) words.Add($"--by {by}");
        if (parsed.GetValue(_unit) is { } unit) words.Add($"--unit {unit}");
        if (parsed.GetValue(_bins) is > 0 and var bins) words.Add($"--bins {bins}");
        return string.Join(' ', words);
    }

    private static void Show(CauseFit fit, LifeLog log, Screen screen)
    {
        screen.Say(FitTables.Watched(fit, log));
        if (fit.Fits.Count == 0)
        {
            screen.Say("  too few failures for a law");
            return;
        }

        screen.Show(Tables.Of(FitTables.Laws(fit, log)));
        screen.Show(Tables.Of(FitTables.Hazard(fit, log)));
        if (fit.Best is null) screen.Say("  no fitted law lies within what a scenario can say");
    }
}
