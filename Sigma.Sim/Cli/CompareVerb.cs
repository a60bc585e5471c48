// `sigma compare`: scenarios, or values of one, against each other on the same faults.
using System.CommandLine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Cli;

/// <summary>The verb `compare`.</summary>
internal sealed class CompareVerb
{
    private const string Form = "PATH=VALUE,VALUE, such as `cluster.spares.warm=4,8,16`";

    private readonly Argument<string[]> _scenarios = new("SCENARIO")
    {
        Description = "scenario files; one alone with --vary",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _vary = new("--vary")
    {
        Description = "values of one input, each an alternative, such as --vary recovery.policy=restart,warm-spare; "
            + "several are combined (repeatable)",
        HelpName = "PATH=V,V",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _independent = new("--independent")
    {
        Description = "faults of its own for each alternative: shows what the common ones are worth",
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "folder of the results (default results/<scenario>-compare)",
        HelpName = "DIR",
    };

    private readonly SharedOptions _shared;
    private readonly CancellationToken _interrupted;

    private CompareVerb(SharedOptions shared, CancellationToken interrupted) =>
        (_shared, _interrupted) = (shared, interrupted);

    public static Command Command(SharedOptions shared, CancellationToken interrupted)
    {
        var verb = new CompareVerb(shared, interrupted);
        var command = new Command("compare",
            "Scenarios, or values of one, against each other on the same faults: paired differences with intervals,\n"
            + "a ranking that says where there is no significant difference, and which bucket of time makes it."
            + "\n\nExamples:\n  sigma compare scenarios/sigma-moe-2048.yaml --vary cluster.spares.warm=4,9,18"
            + "\n  sigma compare scenarios/stated-step.yaml other.yaml --metric ettr --replications 100")
        {
            verb._scenarios, verb._vary, shared.Set, shared.Metric, verb._independent, shared.Replications, shared.Seed,
            shared.Threads, verb._out,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var screen = _shared.ScreenOf(parsed);
        MetricChoice.Check(parsed.GetValue(_shared.Metric));
        var alternatives = AlternativesOf(parsed);
        var folder = SharedOptions.FolderOf(parsed.GetValue(_out), $"{alternatives[0].Scenario.Name}-compare");
        var spec = new CompareSpec(
            parsed.GetValue(_shared.Metric), !parsed.GetValue(_independent), _shared.ThreadsOf(parsed));
        var comparison = new CompareJob(spec, screen.Progress, _interrupted).Run(alternatives);
        screen.EndProgress();
        _interrupted.ThrowIfCancellationRequested();
        var files = CompareFiles.Write(comparison, folder, SigmaProgram.Version, CommandOf(parsed));
        CompareAnswer.Say(comparison, screen);
        screen.Say("");
        screen.Say($"tables and figure: {folder}");
        CompareAnswer.Write(comparison, folder, files, screen);
        return ExitCode.Done;
    }

    private List<Alternative> AlternativesOf(ParseResult parsed)
    {
        var (files, texts) = (parsed.GetValue(_scenarios)!, parsed.GetValue(_vary)!);
        if (texts.Length == 0 && files.Length < 2)
            throw new UsageException("compare takes two scenarios or more, or one with --vary PATH=VALUE,VALUE");
        var variants = VariantsOf(texts);
        var count = (long)files.Length * variants.Count;
        if (count > Comparison.MostAlternatives)
        {
            throw new UsageException(
                $"{count} alternatives are too many to compare (at most {Comparison.MostAlternatives}); "
                + "`sweep` takes more");
        }

        if (count < 2) throw new UsageException("one value alone has nothing to be compared with");
        if (files.Distinct(StringComparer.Ordinal).Count() < files.Length)
            throw new UsageException("a scenario differs from itself by nothing: one file is named twice");
        var overrides = _shared.OverridesOf(parsed);
        var alternatives = new List<Alternative>();
        foreach (var file in files)
        {
            foreach (var variant in variants)
            {
                var values = string.Join(", ", variant.Select(change => $"{change.Path}={change.Value}"));
                var named = files.Length == 1 ? values : values.Length == 0 ? file : $"{file}, {values}";
                var scenario = VariantException.Load(
                    $"the alternative `{named}`", () => Scenario.Load(file, [.. overrides, .. variant]));
                alternatives.Add(new Alternative(LabelOf(files, file, variant, scenario), scenario));
            }
        }

        return alternatives;
    }

    /// <summary>Every combination of the values; one without any where nothing is varied.</summary>
    private static List<IReadOnlyList<Override>> VariantsOf(IEnumerable<string> texts)
    {
        List<IReadOnlyList<Override>> variants = [[]];
        foreach (var change in SharedOptions.OverridesOf("--vary", texts, Form))
        {
            var values = AxisValues.Of(change.Value);
            if (values.Problem is { } problem) throw new UsageException($"--vary {change.Path}: {problem}");
            SharedOptions.RefuseRunPath("--vary", change.Path, mayBeSeed: false);
            SharedOptions.RefuseTwice("--vary", change.Path, values.Value);
            if (variants[0].Any(other => other.Path == change.Path))
                throw new UsageException($"--vary names {change.Path} twice");
            variants = [.. variants.SelectMany(variant =>
                values.Value.Select(value => (IReadOnlyList<Override>)[.. variant, change with { Value = value }]))];
        }

        return variants;
    }

    /// <summary>As short as it may be: the last word of a path and its value, or the scenario's name.</summary>
    private static string LabelOf(
        string[] files, string file, IReadOnlyList<Override> variant, Scenario scenario)
    {
        var values = string.Join(", ", variant.Select(change => $"{change.Path.Split('.')[^1]}={change.Value}"));
        if (files.Length == 1) return values;
        var isAlone = files.Select(Path.GetFileName).Distinct(StringComparer.Ordinal).Count() == files.Length;
        var name = isAlone ? scenario.Name : file;
        return values.Length == 0 ? name : $"{name}, {values}";
    }

    private string CommandOf(ParseResult parsed)
    {
        var words = new List<string> { "sigma compare" };
        words.AddRange(parsed.GetValue(_scenarios)!.Select(ShellWord.Of));
        words.AddRange(parsed.GetValue(_vary)!.Select(text => $"--vary {ShellWord.Of(text)}"));
        if (parsed.GetValue(_shared.Metric) is { } metric) words.Add($"--metric {ShellWord.Of(metric)}");
        if (parsed.GetValue(_independent)) words.Add("--independent");
        return string.Join(' ', words.Concat(_shared.WordsOf(parsed)));
    }
}
