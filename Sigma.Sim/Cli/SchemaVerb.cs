// `sigma schema`: what a scenario may say, for editors.
using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Schema;

namespace Sigma.Sim.Cli;

/// <summary>The verb `schema`.</summary>
internal static class SchemaVerb
{
    // Quotes and signs stand as they are: nobody puts this text into a page.
    private static readonly JsonSerializerOptions Plain = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Command(SharedOptions shared)
    {
        var section = new Argument<string?>("SECTION")
        {
            Description = "a section that a file of its own holds, such as cluster.accelerator (default the scenario)",
            HelpName = "SECTION",
            Arity = ArgumentArity.ZeroOrOne,
        };
        section.CompletionSources.Add(_ => ScenarioSchema.Sections.Select(name => new CompletionItem(name)));
        var output = new Option<string?>("--out")
        {
            Description = "write the schema to this file, in place of what is there",
            HelpName = "FILE",
        };
        var command = new Command("schema",
            "Print the JSON Schema (draft 7) of the scenario file: every key with its meaning, unit and default.\n"
            + "Editors complete and check with it. In a scenario, let this be the first line:\n"
            + "  # yaml-language-server: $schema=scenario.schema.json\n"
            + "What takes more than one key at a time to see is told by `sigma check`."
            + "\n\nExamples:\n  sigma schema --out scenario.schema.json"
            + "\n  sigma schema cluster.accelerator --out accelerator.schema.json")
        {
            section, output,
        };
        command.SetAction(parsed =>
            Run(parsed.GetValue(section) ?? "", parsed.GetValue(output), shared.ScreenOf(parsed, aside: true)));
        return command;
    }

    private static int Run(string section, string? target, Screen screen)
    {
        if (section.Length > 0 && !ScenarioSchema.Sections.Contains(section, StringComparer.Ordinal))
        {
            var meant = NearestName.Of(section, ScenarioSchema.Sections) is { } near ? $"; did you mean `{near}`?" : "";
            throw new UsageException($"a scenario has no section `{section}`{meant}");
        }

        var schema = ScenarioSchema.Of(section);
        var text = schema.ToJsonString(Plain) + "\n";
        if (target is null) screen.Give(text);
        else Save(text, target, screen);
        screen.Answer(json => schema.WriteTo(json));
        return ExitCode.Done;
    }

    /// <summary>Whole or not at all: what stood there stays until the new text is on the disk.</summary>
    private static void Save(string text, string target, Screen screen)
    {
        if (target.Length == 0 || target.Contains('\0', StringComparison.Ordinal))
            throw new UsageException("--out takes the name of a file");
        if (Directory.Exists(target)) throw new UsageException($"--out takes a file; `{target}` is a folder");
        var path = Path.GetFullPath(target);
        var unfinished = $"{path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllText(unfinished, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }

        screen.Say($"schema: {target}");
    }
}
