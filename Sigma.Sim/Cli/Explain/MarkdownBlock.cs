// The Markdown of our own pages, and no more of it: headings, paragraphs, lists, tables and fenced examples. The pages
// are files of the repository, so a test, not a reader, would be the first to meet anything else.
using System.Text.RegularExpressions;

namespace Sigma.Sim.Cli.Explain;

/// <summary>A part of a page.</summary>
internal abstract record MarkdownBlock;

/// <summary>A heading.</summary>
/// <param name="Level">1 for the page, 2 and more below.</param>
/// <param name="Text">Without its number signs.</param>
internal sealed record Heading(int Level, string Text) : MarkdownBlock;

/// <summary>Sentences in one line, however they were broken.</summary>
internal sealed record Paragraph(string Text) : MarkdownBlock;

/// <summary>Items of a list, each in one line.</summary>
internal sealed record BulletList(IReadOnlyList<string> Items) : MarkdownBlock;

/// <summary>Text as it stands between fences.</summary>
/// <param name="Language">The first word behind the fence: <c>yaml</c>, <c>sh</c>.</param>
/// <param name="Kind">The second, or empty.</param>
/// <param name="Lines">Without the fences.</param>
internal sealed record Fence(string Language, string Kind, IReadOnlyList<string> Lines) : MarkdownBlock;

/// <summary>A table: its head, then its rows, all with as many cells.</summary>
internal sealed record MarkdownTable(IReadOnlyList<IReadOnlyList<string>> Rows) : MarkdownBlock;

/// <summary>Reads pages.</summary>
internal static partial class Markdown
{
    private const string FenceMark = "```", BulletMark = "- ";

    /// <summary>The blocks of a page in order.</summary>
    public static IReadOnlyList<MarkdownBlock> Parse(string text)
    {
        var lines = new Queue<string>(text.ReplaceLineEndings("\n").Split('\n'));
        var blocks = new List<MarkdownBlock>();
        while (lines.Count > 0)
        {
            var line = lines.Peek();
            if (line.Length == 0) lines.Dequeue();
            else if (line.StartsWith(FenceMark, StringComparison.Ordinal)) blocks.Add(FenceOf(lines));
            else if (line[0] == '#') blocks.Add(HeadingOf(lines.Dequeue()));
            else if (line[0] == '|') blocks.Add(TableOf(lines));
            else if (line.StartsWith(BulletMark, StringComparison.Ordinal)) blocks.Add(ListOf(lines));
            else blocks.Add(new Paragraph(Joined(lines, "")));
        }

        return blocks;
    }

    /// <summary>The blocks below a heading, up to the next one of its level or above; none where there is no such.
    /// </summary>
    public static IReadOnlyList<MarkdownBlock> Below(IReadOnlyList<MarkdownBlock> blocks, string heading)
    {
        var all = blocks.ToList();
        var at = all.FindIndex(block => block is Heading { Level: > 0 } head && head.Text == heading);
        if (at < 0) return [];
        var level = ((Heading)all[at]).Level;
        return [.. all.Skip(at + 1).TakeWhile(block => block is not Heading head || head.Level > level)];
    }

    /// <summary>What stands between back quotes.</summary>
    public static IReadOnlyList<string> Codes(string text) =>
        [.. Code().Matches(text).Select(match => match.Groups["code"].Value)];

    private static Fence FenceOf(Queue<string> lines)
    {
        var words = lines.Dequeue()[FenceMark.Length..].Split(' ');
        var body = new List<string>();
        while (lines.TryDequeue(out var line) && line != FenceMark) body.Add(line);
        return new Fence(words[0], words.Length > 1 ? words[1] : "", body);
    }

    private static Heading HeadingOf(string line)
    {
        var level = line.TakeWhile(c => c == '#').Count();
        return new Heading(level, line[level..].Trim());
    }

    private static MarkdownTable TableOf(Queue<string> lines)
    {
        var rows = new List<IReadOnlyList<string>>();
        while (lines.TryPeek(out var line) && line.StartsWith('|'))
        {
            lines.Dequeue();
            if (!line.StartsWith("|--", StringComparison.Ordinal))
                rows.Add([.. line.Trim('|', ' ').Split('|').Select(cell => cell.Trim())]);
        }

        return new MarkdownTable(rows);
    }

    private static BulletList ListOf(Queue<string> lines)
    {
        var items = new List<string>();
        while (lines.TryPeek(out var line) && line.StartsWith(BulletMark, StringComparison.Ordinal))
            items.Add(Joined(lines, BulletMark));
        return new BulletList(items);
    }

    /// <summary>A paragraph or an item: all lines up to one that begins something else.</summary>
    private static string Joined(Queue<string> lines, string mark)
    {
        var parts = new List<string> { lines.Dequeue()[mark.Length..].Trim() };
        while (lines.TryPeek(out var line) && line.Length > 0 && !Begins(line)) parts.Add(lines.Dequeue().Trim());
        return string.Join(' ', parts);
    }

    private static bool Begins(string line) =>
        line[0] is '#' or '|' || line.StartsWith(BulletMark, StringComparison.Ordinal)
        || line.StartsWith(FenceMark, StringComparison.Ordinal);

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();
}
