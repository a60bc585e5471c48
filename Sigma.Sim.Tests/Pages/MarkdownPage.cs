// A page that tells its reader to type something: its commands in the order in which a reader meets them, and the lines
// of their outputs that it shows. A page is tested by writing it again with what the program says today.
using System.Text.RegularExpressions;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Pages;

/// <summary>A line of a block of shell.</summary>
/// <param name="Place">file:line.</param>
/// <param name="Text">What is typed, without its remark.</param>
/// <param name="ExitCode">How it ends: 0, unless a remark <c># exit code N</c> says otherwise.</param>
internal sealed record PageCommand(string Place, string Text, int ExitCode);

/// <summary>
/// The lines of an output that a page shows: those that contain one of the marks, and <c>...</c> where others are left
/// out.
/// </summary>
/// <param name="Marks">From the comment before the block, such as <c>&lt;!-- shows: step | ETTR --&gt;</c>; none for
/// all lines.</param>
/// <param name="Lines">As they stand on the page.</param>
internal sealed record ShownOutput(IReadOnlyList<string> Marks, IReadOnlyList<string> Lines)
{
    public const string Gap = "...";

    /// <summary>What the page should show of an output; marks that no line has are returned as errors.</summary>
    public IReadOnlyList<string> Of(string output, List<string> missing)
    {
        var lines = output.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())
            .SkipWhile(line => line.Length == 0).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        if (Marks.Count == 0) return lines;
        missing.AddRange(Marks.Where(mark => !lines.Exists(line => line.Contains(mark, StringComparison.Ordinal))));
        var shown = new List<string>();
        foreach (var line in lines)
        {
            if (Marks.Any(mark => line.Contains(mark, StringComparison.Ordinal))) shown.Add(line);
            else if (shown.Count == 0 || shown[^1] != Gap) shown.Add(Gap);
        }

        return shown;
    }
}

/// <summary>A part of a page: what stands there, or a command, or what the command before it says.</summary>
/// <param name="Text">Lines of the page that stay as they are.</param>
/// <param name="Command">Typed in one of these lines.</param>
/// <param name="Shown">In place of lines of the page.</param>
internal sealed record PagePart(string Text, PageCommand? Command, ShownOutput? Shown);

/// <summary>A page of the project, in parts.</summary>
internal sealed partial class MarkdownPage
{
    private MarkdownPage(string path, string text, IReadOnlyList<PagePart> parts) =>
        (Path, Text, Parts) = (path, text, parts);

    /// <summary>Relative to the root, with forward slashes.</summary>
    public string Path { get; }

    public string Text { get; }

    /// <summary>In the order of the page; joined by line feeds they are the page.</summary>
    public IReadOnlyList<PagePart> Parts { get; }

    public IEnumerable<PageCommand> Commands => Parts.Select(part => part.Command).OfType<PageCommand>();

    public static MarkdownPage Load(string path) => Parse(path, SourceTree.Read(path).ReplaceLineEndings("\n"));

    /// <summary>
    /// Shell blocks are commands, a line each; a block of text right behind one, or behind the comment that says what
    /// it shows, is what the last command says.
    /// </summary>
    public static MarkdownPage Parse(string path, string text)
    {
        var (parts, lines) = (new List<PagePart>(), text.Split('\n'));
        string[]? marks = null;
        var (fence, follows) = ("", false);
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            parts.Add(new PagePart(line, fence == "sh" ? CommandOf(path, i + 1, line) : null, null));
            if (fence.Length > 0)
            {
                if (line != "```") continue;
                (follows, fence) = (fence == "sh", "");
            }
            else if (Fence().Match(line) is { Success: true } opened)
            {
                fence = opened.Groups["kind"].Value;
                if (fence == "text" && (follows || marks is not null))
                {
                    var end = Array.IndexOf(lines, "```", i + 1);
                    parts.Add(new PagePart("", null, new ShownOutput(marks ?? [], lines[(i + 1)..end])));
                    i = end - 1;
                }

                (marks, follows) = (null, false);
            }
            else if (Shows().Match(line) is { Success: true } shows)
            {
                marks = shows.Groups["marks"].Value.Split(" | ");
            }
            else if (line.Length > 0)
            {
                follows = false;
            }
        }

        return new MarkdownPage(path, text, parts);
    }

    private static PageCommand? CommandOf(string path, int number, string line)
    {
        if (line == "```" || line.Length == 0 || line.StartsWith('#')) return null;
        var remark = Remark().Match(line);
        var code = remark.Success ? int.Parse(remark.Groups["code"].Value, null) : 0;
        return new PageCommand($"{path}:{number}", remark.Success ? line[..remark.Index] : line, code);
    }

    [GeneratedRegex("^```(?<kind>[a-z]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex("^<!-- shows: (?<marks>.+) -->$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shows();

    [GeneratedRegex(@"\s+# exit code (?<code>\d+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Remark();
}
