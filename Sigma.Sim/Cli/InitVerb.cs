// `sigma init`: a commented scenario to start from. It never takes the place of a file that is there unless told to.
using System.CommandLine;
using System.Text;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>The verb `init`.</summary>
internal sealed class InitVerb
{
    private static readonly string[] Endings = [".yaml", ".yml"];

    private readonly Argument<string> _name = new("NAME")
    {
        Description = "name of the scenario and of its file, perhaps in a folder "
            + $"(default {ScenarioTemplate.StandardName})",
        DefaultValueFactory = _ => ScenarioTemplate.StandardName,
    };

    private readonly Option<string> _kind = new("--kind")
    {
        Description = string.Join("; ", ScenarioTemplate.All.Select(kind => $"{kind.Word}: {kind.About}")),
        HelpName = "KIND",
        DefaultValueFactory = _ => ScenarioTemplate.All[0].Word,
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "replace a file of that name",
    };

    private readonly SharedOptions _shared;

    private InitVerb(SharedOptions shared)
    {
        _shared = shared;
        _kind.CompletionSources.Add(_ => ScenarioTemplate.All.Select(
            kind => new System.CommandLine.Completions.CompletionItem(kind.Word)));
    }

    public static Command Command(SharedOptions shared)
    {
        var verb = new InitVerb(shared);
        var command = new Command("init",
            "Write a commented scenario to start from. It runs as it stands, in a few seconds."
            + "\n\nExamples:\n  sigma init\n  sigma init my-failures --kind stated")
        {
            verb._name, verb._kind, verb._force,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var screen = _shared.ScreenOf(parsed);
        var kind = KindOf(parsed.GetValue(_kind)!);
        var (folder, name) = PlaceOf(parsed.GetValue(_name)!);
        var file = Path.Combine(folder, $"{name}.yaml").Replace('\\', '/');
        Write(file, kind.TextFor(name), parsed.GetValue(_force));
        var (check, run) = ($"sigma check {ShellWord.Of(file)}", $"sigma run {ShellWord.Of(file)}");
        screen.Say($"{file}: {kind.About}. Every line says what to change.");
        screen.Say("Next:");
        screen.Say($"  {check}   what the program understood, and what follows from it");
        screen.Say($"  {run}     the answer, with a report in results/{name}/");
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteString("scenario", name);
            json.WriteString("kind", kind.Word);
            json.WriteString("output", file);
            json.WriteStartArray("next");
            json.WriteStringValue(check);
            json.WriteStringValue(run);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return ExitCode.Done;
    }

    private static ScenarioTemplate KindOf(string word)
    {
        if (ScenarioTemplate.All.FirstOrDefault(kind => kind.Word == word) is { } found) return found;
        var words = ScenarioTemplate.All.Select(kind => kind.Word).ToList();
        var meant = NearestName.Of(word, words) is { } near ? $"; did you mean `{near}`?" : "";
        var known = string.Join(" or ", words.Select(known => $"`{known}`"));
        throw new UsageException($"--kind takes {known}, found `{word}`{meant}");
    }

    /// <summary>The folder, which must be there, and the name without a file's ending.</summary>
    private static (string Folder, string Name) PlaceOf(string given)
    {
        if (given.Contains('\0', StringComparison.Ordinal)) throw new UsageException("NAME holds a zero byte");
        var folder = Path.GetDirectoryName(given) ?? "";
        var name = Path.GetFileName(given);
        if (Endings.FirstOrDefault(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase)) is { } ending)
            name = name[..^ending.Length];
        if (ScenarioTemplate.ProblemOf(name) is { } problem) throw new UsageException($"NAME: {problem}");
        if (folder.Length > 0 && !Directory.Exists(folder))
        {
            var found = File.Exists(folder) ? $"`{folder}` is a file, not a folder" : $"there is no folder `{folder}`";
            throw new IOException($"{found}; make it first, or leave it out: sigma init {name}");
        }

        return (folder, name);
    }

    /// <summary>The file appears whole or not at all, also where the disk fills up.</summary>
    private static void Write(string file, string text, bool force)
    {
        if (Directory.Exists(file)) throw new UsageException($"`{file}` is a folder: give another NAME");
        if (!force && Path.Exists(file))
            throw new UsageException($"`{file}` is there already: give another NAME, or --force to replace it");
        var partial = $"{file}.partial-{Environment.ProcessId}";
        try
        {
            File.WriteAllText(partial, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(partial, file, overwrite: force);
        }
        catch (Exception error) when (
            error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw new IOException($"`{file}` cannot be written: {Plain(error)}", error);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>The reason without the name of the file that stood in for a while.</summary>
    private static string Plain(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        PathTooLongException => "the name is too long",
        // So a file that grows beyond what the system allows is reported.
        ArgumentOutOfRangeException => "the system allows no larger file",
        _ => error.Message.Split(" : ")[0].TrimEnd('.'),
    };
}
