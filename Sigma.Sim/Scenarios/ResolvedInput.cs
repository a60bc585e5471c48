// What the program understood, input by input, and where each number comes from: the last page of a report that someone
// signs for. The origin is the comment beside the value: `# published: ...`, `# assumed: ...`.
namespace Sigma.Sim.Scenarios;

/// <summary>Where an input's value comes from.</summary>
public enum InputOrigin
{
    /// <summary>Stated in a publication, named in the comment.</summary>
    Published,

    /// <summary>Measured by this program on this machine.</summary>
    MeasuredHere,

    /// <summary>Chosen so that one published result is met; the comment names which.</summary>
    Fitted,

    /// <summary>A plausible value that nobody published.</summary>
    Assumed,

    /// <summary>The program's own default, since the scenario does not say.</summary>
    Default,

    /// <summary>Given in the scenario or on the command line without a word about its origin.</summary>
    Unmarked,
}

/// <summary>One input as it was read.</summary>
/// <param name="Path">Dotted path of the key.</param>
/// <param name="Text">The value in the words of the file.</param>
/// <param name="Origin">Where the value comes from.</param>
/// <param name="Remark">The rest of the origin's comment.</param>
/// <param name="Place">file:line:column, or null for a default.</param>
public sealed record ResolvedInput(string Path, string Text, InputOrigin Origin, string Remark, string? Place)
{
    private static readonly (string Word, InputOrigin Origin)[] Words =
    [
        ("published", InputOrigin.Published), ("measured here", InputOrigin.MeasuredHere),
        ("fitted", InputOrigin.Fitted), ("assumed", InputOrigin.Assumed),
    ];

    /// <summary>The origin's word as people write it.</summary>
    public static string WordOf(InputOrigin origin) => origin switch
    {
        InputOrigin.Published => "published",
        InputOrigin.MeasuredHere => "measured here",
        InputOrigin.Fitted => "fitted",
        InputOrigin.Assumed => "assumed",
        InputOrigin.Default => "default",
        InputOrigin.Unmarked => "unmarked",
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, null),
    };

    internal static ResolvedInput At(string path, string text, SourceSpan value, SourceSpan key)
    {
        var (origin, remark) = OriginOn(value.File, value.Line);
        // A value inside a block takes the word of the block's head, the nearest less indented line above it.
        for (var (line, column) = (value.Line, key.Column); origin == InputOrigin.Unmarked && line > 1 && column > 1;)
        {
            line--;
            var above = value.File.Line(line);
            var indent = above.Length - above.TrimStart().Length + 1;
            if (above.Trim().Length == 0 || above.TrimStart().StartsWith('#') || indent >= column) continue;
            column = indent;
            (origin, remark) = OriginOn(value.File, line);
        }

        return new ResolvedInput(path, text, origin, remark, value.ToString());
    }

    private static (InputOrigin Origin, string Remark) OriginOn(SourceFile file, int line)
    {
        var text = file.Line(line);
        var hash = text.LastIndexOf(" #", StringComparison.Ordinal);
        if (hash < 0) return (InputOrigin.Unmarked, "");
        var comment = text[(hash + 2)..].Trim();
        foreach (var (word, origin) in Words)
        {
            if (!comment.StartsWith(word, StringComparison.Ordinal)) continue;
            return (origin, comment[word.Length..].TrimStart(':', ',', ' '));
        }

        return (InputOrigin.Unmarked, comment);
    }
}

/// <summary>All inputs of a reading in the order in which they were asked for, and its findings.</summary>
/// <param name="diagnostics">The findings so far.</param>
/// <param name="folder">The scenario's own, which names on the command line count from.</param>
internal sealed class InputLog(DiagnosticList diagnostics, string folder)
{
    private readonly List<ResolvedInput> _inputs = [];

    public DiagnosticList Diagnostics { get; } = diagnostics;

    public string Folder { get; } = folder;

    /// <summary>False where a file or a part of one could not be read: then absent keys prove nothing.</summary>
    public bool IsTreeWhole { get; } = !diagnostics.Any;

    public IReadOnlyList<ResolvedInput> Inputs => _inputs;

    public void Add(ResolvedInput input) => _inputs.Add(input);
}
