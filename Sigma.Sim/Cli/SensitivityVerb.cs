// `sigma sensitivity`: which inputs move the answer most.
using System.CommandLine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Quantities;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>The verb `sensitivity`.</summary>
internal sealed class SensitivityVerb
{
    private const int MostPoints = 100_000, RowsShown = 15;

    private readonly Option<string[]> _vary = new("--vary")
    {
        Description = "an input and its range, such as --vary \"cluster.spares.warm=0..16\" (repeatable; default every "
            + "size that a campaign depends on)",
        HelpName = "PATH=LOW..HIGH",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _spread = new("--spread")
    {
        Description = "how far inputs without a range of their own are varied, down and up",
        HelpName = "SHARE",
        DefaultValueFactory = _ => "20 %",
    };

    private readonly Option<int> _points = new("--points")
    {
        Description = "points of each of the two hypercubes for the Sobol indices; 0 leaves them out",
        HelpName = "N",
        DefaultValueFactory = _ => 128,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "folder of the results (default results/<scenario>-sensitivity)",
        HelpName = "DIR",
    };

    private readonly SharedOptions _shared;
    private readonly CancellationToken _interrupted;

    private SensitivityVerb(SharedOptions shared, CancellationToken interrupted) =>
        (_shared, _interrupted) = (shared, interrupted);

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var verb = new SensitivityVerb(shared, interrupted);
        var command = new Command("sensitivity",
            "Which inputs move the answer most: each alone, down and up, on the same faults (a tornado), and the ten\n"
            + "strongest together: which share of the variance each explains by itself (first-order Sobol indices)."
            + "\n\nExamples:\n  sigma sensitivity scenarios/stated-step.yaml --spread \"30 %\""
            + "\n  sigma sensitivity scenarios/stated-step.yaml --vary \"checkpoint.tiers.1.every=15 min..4 h\""
            + " --vary cluster.spares.warm=0..16")
        {
            shared.Scenario, verb._vary, verb._spread, verb._points, shared.Set, shared.Metric, shared.Replications,
            shared.Seed, shared.Threads, verb._out,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var screen = _shared.ScreenOf(parsed);
        MetricChoice.Check(parsed.GetValue(_shared.Metric));
        var (file, changes) = (parsed.GetValue(_shared.Scenario)!, _shared.OverridesOf(parsed));
        var (axes, spec) = (AxesOf(parsed), SpecOf(parsed));
        var name = Scenario.Load(file, changes).Name;
        var folder = SharedOptions.FolderOf(parsed.GetValue(_out), $"{name}-sensitivity");
        var job = new SensitivityJob(
            more => Scenario.Load(file, [.. changes, .. more]), spec, screen.Progress, _interrupted);
        var outcome = job.Run(axes);
        screen.EndProgress();
        _interrupted.ThrowIfCancellationRequested();
        var files = SensitivityFiles.Write(outcome, folder, SigmaProgram.Version, CommandOf(parsed));
        Say(outcome, folder, screen);
        Answer(outcome, folder, files, screen);
        return ExitCode.Done;
    }

    private List<SearchAxis> AxesOf(ParseResult parsed)
    {
        var axes = new List<SearchAxis>();
        foreach (var vary in SharedOptions.OverridesOf(
            "--vary", parsed.GetValue(_vary)!, "PATH=LOW..HIGH, such as `cluster.spares.warm=0..16`"))
        {
            SharedOptions.RefuseRunPath("--vary", vary.Path, mayBeSeed: false);
            var axis = SearchAxis.Of(vary.Path, vary.Value);
            if (axis.Problem is { } problem) throw new UsageException($"--vary {vary.Path}: {problem}");
            if (axes.Any(other => other.Path == vary.Path)) throw new UsageException($"--vary names {vary.Path} twice");
            axes.Add(axis.Value);
        }

        return axes;
    }

    private SensitivitySpec SpecOf(ParseResult parsed)
    {
        var (spread, points) = (UnitParser.Fraction(parsed.GetValue(_spread)!), parsed.GetValue(_points));
        if (!spread.Succeeded || spread.Value.Value is <= 0 or >= 1)
            throw new UsageException($"--spread takes a share between 0 and 1, found `{parsed.GetValue(_spread)}`");
        if (points is < 0 or > MostPoints or (> 0 and < 8))
            throw new UsageException($"--points takes 0 or a number from 8 to {MostPoints:#,0}, found {points}");
        return new SensitivitySpec(
            parsed.GetValue(_shared.Metric), spread.Value.Value, points, _shared.ThreadsOf(parsed));
    }

    private static void Say(SensitivityOutcome outcome, string folder, Screen screen)
    {
        var measure = Measure.Of(outcome.Metric, outcome.Own.Mean);
        screen.Say(
            $"{outcome.Scenario.Name}: {outcome.Metric.Title} {measure.Text(outcome.Own)} {measure.Unit}".TrimEnd()
            + $"; {Wording.Plural(outcome.Swings.Count, "input")} one at a time on the same faults");
        screen.Show(Tables.Of(SensitivityTables.Swings(outcome, RowsShown)));
        if (outcome.Swings.Count > RowsShown)
            screen.Say($"{outcome.Swings.Count - RowsShown} inputs that move it less are in tornado.csv");
        if (outcome.LeftOut.Count > 0)
        {
            screen.Say(
                $"{Wording.Plural(outcome.LeftOut.Count, "input")} left out, one end of which is no sound scenario or "
                + "never ends: left-out.csv says why");
        }

        screen.Say(SensitivityWords.Verdict(outcome));
        screen.Say("");
        screen.Say($"tables and figure: {folder}");
    }

    private static void Answer(
        SensitivityOutcome outcome, string folder, IReadOnlyList<string> files, Screen screen) =>
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteString("metric", outcome.Metric.Name);
            json.WriteEstimate("own", outcome.Own);
            json.WriteStartArray("inputs");
            foreach (var swing in outcome.Swings)
            {
                var shared = outcome.Shared.ToList().IndexOf(swing.Input);
                json.WriteStartObject();
                json.WriteString("path", swing.Input.Path);
                json.WriteString("own", swing.Input.Own);
                json.WriteString("low", swing.Input.Low);
                json.WriteString("high", swing.Input.High);
                json.WriteEstimate("at_low", swing.AtLow);
                json.WriteEstimate("at_high", swing.AtHigh);
                if (shared >= 0) json.WriteNumber("sobol_first_order", outcome.Indices[shared].Index);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("left_out");
            foreach (var (path, why) in outcome.LeftOut)
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteString("why", why);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteOutputs(folder, files);
            json.WriteEndObject();
        });

    private string CommandOf(ParseResult parsed)
    {
        var words = new List<string> { "sigma sensitivity", ShellWord.Of(parsed.GetValue(_shared.Scenario)!) };
        words.AddRange(parsed.GetValue(_vary)!.Select(text => $"--vary {ShellWord.Of(text)}"));
        if (parsed.GetValue(_spread) is { } spread) words.Add($"--spread {ShellWord.Of(spread)}");
        words.Add($"--points {parsed.GetValue(_points)}");
        if (parsed.GetValue(_shared.Metric) is { } metric) words.Add($"--metric {ShellWord.Of(metric)}");
        return string.Join(' ', words.Concat(_shared.WordsOf(parsed)));
    }
}
