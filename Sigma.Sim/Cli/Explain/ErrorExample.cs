// The examples of an error's page, which are run: each is a whole file, with the files that it names beside it, or
// lines for a shell. A fence that begins with `# file: NAME` is a file that the example above it names; a shell's fence
// is one example a line, with words of its error as a comment above it, unless it makes a file first.
namespace Sigma.Sim.Cli.Explain;

/// <summary>What an example is, and so who reads it.</summary>
internal enum ExampleKind
{
    /// <summary>A scenario, as `sigma check` reads it.</summary>
    Scenario,

    /// <summary>A plan of `sigma sweep`.</summary>
    Plan,

    /// <summary>A configuration of AIReSim, as `sigma import airesim` reads it.</summary>
    AireSim,

    /// <summary>The layout of a measured job, as `sigma replay --layout` reads it.</summary>
    Layout,

    /// <summary>One `sigma check ...`.</summary>
    Command,

    /// <summary>Lines for a shell, the last of which is the command that counts.</summary>
    Script,
}

/// <summary>One example.</summary>
/// <param name="Kind">Who reads it.</param>
/// <param name="Text">The file, or the lines for a shell.</param>
/// <param name="Files">Files that it names, by their names.</param>
/// <param name="Says">Words of the message it leads to, or empty.</param>
internal sealed record ErrorExample(
    ExampleKind Kind, string Text, IReadOnlyDictionary<string, string> Files, string Says)
{
    private const string FileMark = "# file: ", CommentMark = "# ", Check = "sigma check ";

    /// <summary>The examples of a section.</summary>
    public static IReadOnlyList<ErrorExample> In(IReadOnlyList<MarkdownBlock> section)
    {
        var examples = new List<ErrorExample>();
        foreach (var fence in section.OfType<Fence>())
        {
            var first = fence.Lines.Count > 0 ? fence.Lines[0] : "";
            if (first.StartsWith(FileMark, StringComparison.Ordinal) && examples.Count > 0)
                examples[^1] = examples[^1].With(first[FileMark.Length..], TextOf(fence));
            else if (fence.Language == "sh") examples.AddRange(OfShell(fence));
            else examples.Add(new ErrorExample(KindOf(fence), TextOf(fence), NoFiles, ""));
        }

        return examples;
    }

    private static Dictionary<string, string> NoFiles => new(StringComparer.Ordinal);

    private ErrorExample With(string name, string text) =>
        this with { Files = new Dictionary<string, string>(Files, StringComparer.Ordinal) { [name] = text } };

    private static IEnumerable<ErrorExample> OfShell(Fence fence)
    {
        var says = "";
        if (!fence.Lines.All(IsCheckOrComment))
        {
            yield return new ErrorExample(ExampleKind.Script, TextOf(fence), NoFiles, "");
            yield break;
        }

        foreach (var line in fence.Lines)
        {
            if (line.StartsWith(CommentMark, StringComparison.Ordinal)) says = line[CommentMark.Length..];
            else
            {
                yield return new ErrorExample(ExampleKind.Command, line, NoFiles, says);
                says = "";
            }
        }
    }

    private static bool IsCheckOrComment(string line) =>
        line.StartsWith(CommentMark, StringComparison.Ordinal) || line.StartsWith(Check, StringComparison.Ordinal);

    private static ExampleKind KindOf(Fence fence) => fence.Kind switch
    {
        "" => ExampleKind.Scenario,
        "plan" => ExampleKind.Plan,
        "airesim" => ExampleKind.AireSim,
        "layout" => ExampleKind.Layout,
        _ => throw new InvalidOperationException($"nobody reads an example of the kind `{fence.Kind}`"),
    };

    private static string TextOf(Fence fence) => string.Join('\n', fence.Lines) + "\n";
}
