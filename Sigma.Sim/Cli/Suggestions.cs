// What may stand at the cursor of a command line. Scripts of shells ask `sigma "[suggest:POSITION]" "THE LINE"`, so
// that they know no verb and no option themselves and never fall behind the program.
using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;

namespace Sigma.Sim.Cli;

/// <summary>Answers the directive `[suggest:POSITION]`.</summary>
internal static class Suggestions
{
    private const string Directive = "[suggest";

    /// <summary>Prints a word a line if that is what was asked for; none where a file is expected.</summary>
    public static bool Gave(RootCommand root, string[] args)
    {
        if (args.Length == 0 || !args[0].StartsWith(Directive, StringComparison.Ordinal)) return false;
        var line = string.Join(' ', args[1..]);
        foreach (var word in At(root, line, PositionIn(args[0], line))) Console.Out.WriteLine(word);
        return true;
    }

    /// <summary>The words that may end what stands before the cursor, each once.</summary>
    /// <param name="root">The program's verbs and options.</param>
    /// <param name="line">A command line, the program's name in front.</param>
    /// <param name="position">Of the cursor, from 0 to the line's length.</param>
    public static IReadOnlyList<string> At(RootCommand root, string line, int position)
    {
        // The program may have been called by another name or path, and what follows the cursor is not this word's.
        var name = line.IndexOf(' ', StringComparison.Ordinal);
        if (name < 0 || position <= name) return [];
        var before = line[name..position];
        var word = before.LastIndexOf(' ') + 1;
        var equals = before[word..].StartsWith("--", StringComparison.Ordinal) ? before.IndexOf('=', word) : -1;
        // The library looks for no words behind `--option=`, and means the same by `--option `.
        if (equals >= 0) before = $"{before[..equals]} {before[(equals + 1)..]}";
        var begun = before[(before.LastIndexOf(' ') + 1)..];
        var parsed = root.Parse(before);
        var words = parsed.GetCompletions(before.Length).Select(item => item.Label);
        if (begun.Length == 0) words = words.Except(OfFullArguments(parsed), StringComparer.Ordinal);
        var wantsOption = begun.StartsWith('-');
        return
        [
            .. words.Where(end => end.StartsWith(begun, StringComparison.Ordinal))
                // A switch is given or not, and options have one name that is worth typing.
                .Where(end => !bool.TryParse(end, out _))
                .Where(end => wantsOption
                    ? end.StartsWith("--", StringComparison.Ordinal)
                    : !end.StartsWith('-') && !end.StartsWith('/'))
                .Distinct(StringComparer.Ordinal),
        ];
    }

    /// <summary>Words of arguments that are given already: what comes next is another one's.</summary>
    private static IEnumerable<string> OfFullArguments(ParseResult parsed) =>
        from argument in parsed.CommandResult.Command.Arguments
        let given = parsed.GetResult(argument)?.Tokens.Count ?? 0
        where given >= argument.Arity.MaximumNumberOfValues
        from item in argument.GetCompletions(CompletionContext.Empty)
        select item.Label;

    private static int PositionIn(string directive, string line)
    {
        var digits = directive[Directive.Length..].Trim(':', ']');
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? Math.Min(position, line.Length)
            : line.Length;
    }
}
