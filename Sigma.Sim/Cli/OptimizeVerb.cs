// `sigma optimize`: the best value of one input or two.
using System.CommandLine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Experiments.Search;
using Sigma.Sim.Reporting;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>The verb `optimize`.</summary>
internal sealed class OptimizeVerb
{
    private readonly Option<string[]> _over = new("--over")
    {
        Description = "an input and its range, such as --over \"checkpoint.tiers.0.every=5 min..3 h\"; one or two",
        HelpName = "PATH=LOW..HIGH",
        Required = true,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "folder of the results (default results/<scenario>-optimum)",
        HelpName = "DIR",
    };

    private readonly SharedOptions _shared;
    private readonly CancellationToken _interrupted;

    private OptimizeVerb(SharedOptions shared, CancellationToken interrupted) =>
        (_shared, _interrupted) = (shared, interrupted);

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var verb = new OptimizeVerb(shared, interrupted);
        var command = new Command("optimize",
            "The value of one input, or of two, at which a metric is best: with an interval, and beside it what a\n"
            + "closed form says, where there is one. The search stops where only noise is left; more replications let\n"
            + "it look closer."
            + "\n\nExamples:"
            + "\n  sigma optimize scenarios/stated-step.yaml --over \"checkpoint.tiers.1.every=15 min..12 h\""
            + "\n  sigma optimize scenarios/sigma-moe-2048.yaml --over cluster.spares.warm=0..24 --metric "
            + "utilization_productive")
        {
            shared.Scenario, verb._over, shared.Set, shared.Metric, shared.Replications, shared.Seed, shared.Threads,
            verb._out,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var screen = _shared.ScreenOf(parsed);
        MetricChoice.Check(parsed.GetValue(_shared.Metric));
        var (file, axes, changes) = (parsed.GetValue(_shared.Scenario)!, AxesOf(parsed), _shared.OverridesOf(parsed));
        var name = Scenarios.Scenario.Load(file, changes).Name;
        var folder = SharedOptions.FolderOf(parsed.GetValue(_out), $"{name}-optimum");
        var job = new OptimizeJob(
            file, changes, parsed.GetValue(_shared.Metric), _shared.ThreadsOf(parsed), screen.Progress, _interrupted);
        var outcome = job.Run(axes);
        screen.EndProgress();
        _interrupted.ThrowIfCancellationRequested();
        var files = OptimumFiles.Write(outcome, folder, SigmaProgram.Version, CommandOf(parsed));
        Say(outcome, folder, screen);
        Answer(outcome, folder, files, screen);
        return ExitCode.Done;
    }

    private List<SearchAxis> AxesOf(ParseResult parsed)
    {
        var overs = SharedOptions.OverridesOf(
            "--over", parsed.GetValue(_over)!, "PATH=LOW..HIGH, such as `cluster.spares.warm=0..16`");
        if (overs.Count is < 1 or > 2)
            throw new UsageException($"optimize searches over one input or two, found {overs.Count}");
        if (overs.Select(over => over.Path).Distinct(StringComparer.Ordinal).Count() < overs.Count)
            throw new UsageException($"--over names {overs[0].Path} twice");
        foreach (var over in overs) SharedOptions.RefuseRunPath("--over", over.Path, mayBeSeed: false);
        return
        [
            .. overs.Select(over => SearchAxis.Of(over.Path, over.Value) is { Problem: null } axis
                ? axis.Value
                : throw new UsageException($"--over {over.Path}: {SearchAxis.Of(over.Path, over.Value).Problem}")),
        ];
    }

    private static void Say(OptimumOutcome outcome, string folder, Screen screen)
    {
        var (optimum, scenario) = (outcome.Optimum, outcome.Scenario);
        screen.Say(
            $"{scenario.Name}: {optimum.Points.Count} points, {optimum.Best.Runs.Count} replications each on the same "
            + $"faults; {optimum.Metric.Title}, {Wording.Better(optimum.Metric)}");
        screen.Show(Tables.Of(OptimumTables.Of(outcome)));
        if (outcome.ClosedForm is { } closed) screen.Say($"closed form: {closed.Name}");
        screen.Say(OptimumWords.Verdict(outcome));
        screen.Say("");
        screen.Say($"tables and figure: {folder}");
    }

    private static void Answer(OptimumOutcome outcome, string folder, IReadOnlyList<string> files, Screen screen) =>
        screen.Answer(json =>
        {
            var optimum = outcome.Optimum;
            json.WriteStartObject();
            json.WriteString("metric", optimum.Metric.Name);
            json.WriteStartArray("optimum");
            foreach (var (axis, i) in outcome.Axes.Select((axis, i) => (axis, i)))
            {
                json.WriteStartObject();
                json.WriteString("path", axis.Path);
                json.WriteString("value", optimum.Best.Texts[i]);
                json.WriteString("low", optimum.Interval[i].Low);
                json.WriteString("high", optimum.Interval[i].High);
                json.WriteBoolean("at_edge", optimum.AtEdge[i]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEstimate(optimum.Metric.Name, optimum.Best.Estimate);
            if (outcome.Own is { } own) json.WriteEstimate("own", own);
            if (outcome.Gain is { } gain) json.WriteEstimate("gain", gain);
            if (outcome.ClosedForm is { } closed)
            {
                json.WriteStartObject("closed_form");
                json.WriteString("name", closed.Name);
                json.WriteString("value", closed.Value);
                if (closed.Estimate is { } there) json.WriteEstimate(optimum.Metric.Name, there);
                json.WriteEndObject();
            }

            json.WriteNumber("points", optimum.Points.Count);
            json.WriteOutputs(folder, files);
            json.WriteEndObject();
        });

    private string CommandOf(ParseResult parsed)
    {
        var words = new List<string> { "sigma optimize", ShellWord.Of(parsed.GetValue(_shared.Scenario)!) };
        words.AddRange(parsed.GetValue(_over)!.Select(text => $"--over {ShellWord.Of(text)}"));
        if (parsed.GetValue(_shared.Metric) is { } metric) words.Add($"--metric {ShellWord.Of(metric)}");
        return string.Join(' ', words.Concat(_shared.WordsOf(parsed)));
    }
}
