// `sigma import`: another simulator's configuration as a scenario.
using System.CommandLine;
using System.Text;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>The verb `import`.</summary>
internal sealed class ImportVerb
{
    private const string AireSim = "airesim";

    private readonly Argument<string> _format = new("FORMAT")
    {
        Description = "whose configuration it is: airesim",
        HelpName = "FORMAT",
        CompletionSources = { AireSim },
    };

    private readonly Argument<string> _file = new("FILE") { Description = "configuration (YAML or JSON)" };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "change one of its parameters first, such as --set recovery_time=10 (repeatable)",
        HelpName = "KEY=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "write the scenario to this file, in place of what is there",
        HelpName = "FILE",
    };

    private readonly SharedOptions _shared;

    private ImportVerb(SharedOptions shared) => _shared = shared;

    public static Command Command(SharedOptions shared)
    {
        var verb = new ImportVerb(shared);
        var command = new Command("import",
            "Print another simulator's configuration as a scenario, each number with the parameter behind it.\n\n"
            + "airesim: the parameters of AIReSim (github.com/karthikp-ubc/airesim), a simulator of reliability:\n"
            + "servers, standbys and pools, two stages of repair, recovery and host selection.\n\n"
            + "Examples:\n  sigma import airesim scenarios/published/airesim.yaml --out airesim.yaml\n"
            + "  sigma import airesim scenarios/published/airesim.yaml --set warm_standbys=4 > few-standbys.yaml")
        {
            verb._format, verb._file, verb._set, verb._out,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var screen = _shared.ScreenOf(parsed, aside: true);
        var (format, file, target) = (parsed.GetValue(_format)!, parsed.GetValue(_file)!, parsed.GetValue(_out));
        if (format != AireSim) throw new UsageException($"import reads {AireSim}, found `{format}`");
        if (target is not null) CheckTarget(target, file);
        var changes = SharedOptions.OverridesOf(
            "--set", parsed.GetValue(_set) ?? [], "KEY=VALUE, such as `recovery_time=10`");
        var text = AireSimScenario.Of(AireSimFile.Load(file, changes));
        // What `check` and `run` would refuse is said now, at its place in the text.
        var scenario = Scenario.Parse(target ?? "the imported scenario", text);
        if (target is null) screen.Give(text);
        else Save(text, target, screen);
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteString("scenario", scenario.Name);
            json.WriteString("text", text);
            json.WriteString("output", target);
            json.WriteEndObject();
        });
        return ExitCode.Done;
    }

    private static void CheckTarget(string target, string file)
    {
        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal))
            throw new UsageException("--out takes the name of a file");
        if (Directory.Exists(target)) throw new UsageException($"--out takes a file; `{target}` is a folder");
        if (string.Equals(Path.GetFullPath(target), Path.GetFullPath(file), StringComparison.Ordinal))
            throw new UsageException($"--out would replace `{file}`, which is imported");
    }

    private static void Save(string text, string target, Screen screen)
    {
        var replaces = File.Exists(target);
        File.WriteAllText(target, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        screen.Say($"scenario: {target}{(replaces ? ", in place of the one that was there" : "")}");
    }
}
