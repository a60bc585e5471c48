// A page as lines: in a pipe it stays Markdown and only its lines are broken anew; on a terminal headings are bold,
// examples are indented and quoted words have a colour of their own.
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sigma.Sim.Cli.Explain;

/// <summary>Draws the blocks of a page.</summary>
internal static class PageText
{
    /// <summary>Longer lines are hard to read.</summary>
    public const int WidestLine = 96;

    private const string Indent = "    ";

    /// <summary>The page for a pipe.</summary>
    public static string Plain(string markdown)
    {
        var text = new StringBuilder();
        foreach (var block in Markdown.Parse(markdown))
        {
            if (text.Length > 0) text.Append('\n');
            foreach (var line in PlainLines(block)) text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The page for a terminal of some width.</summary>
    public static IRenderable Drawn(string markdown, int width)
    {
        var rows = new List<IRenderable>();
        foreach (var block in Markdown.Parse(markdown))
        {
            if (rows.Count > 0) rows.Add(new Text(""));
            rows.AddRange(MarkupLines(block, Math.Min(width - 1, WidestLine)).Select(line => new Markup(line)));
        }

        return new Rows(rows);
    }

    private static IEnumerable<string> PlainLines(MarkdownBlock block) => block switch
    {
        Heading head => [$"{new string('#', head.Level)} {head.Text}"],
        Paragraph paragraph => Wrapped(paragraph.Text, WidestLine, ""),
        BulletList list => list.Items.SelectMany(item => Wrapped("- " + item, WidestLine, "  ")),
        Fence fence => [$"```{fence.Language} {fence.Kind}".TrimEnd(), .. fence.Lines, "```"],
        _ => throw new InvalidOperationException($"no page has a {block.GetType().Name}"),
    };

    private static IEnumerable<string> MarkupLines(MarkdownBlock block, int width) => block switch
    {
        Heading { Level: 1 } head => [$"[bold underline]{Styled(head.Text)}[/]"],
        Heading head => [$"[bold]{Styled(head.Text)}[/]"],
        Paragraph paragraph => StyledLines(paragraph.Text, width, ""),
        BulletList list => list.Items.SelectMany(item => StyledLines("- " + item, width, "  ")),
        Fence fence => fence.Lines.Select(line => Indent + Markup.Escape(line)),
        _ => throw new InvalidOperationException($"no page has a {block.GetType().Name}"),
    };

    /// <summary>Lines that never break inside a word; the first begins as it is, the others are indented.</summary>
    private static IEnumerable<string> Wrapped(string text, int width, string indent)
    {
        var line = new StringBuilder();
        // A number and its per cent stay together.
        foreach (var glued in text.Replace(" %", "\u00a0%", StringComparison.Ordinal).Split(' '))
        {
            var word = glued.Replace('\u00a0', ' ');
            if (line.Length > indent.Length && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear().Append(indent);
            }
            else if (line.Length > 0)
            {
                line.Append(' ');
            }

            line.Append(word);
        }

        yield return line.ToString();
    }

    /// <summary>
    /// Lines with their quoted words in colour: broken first, as they will be seen, and then coloured. A quotation that
    /// goes on in the next line is still one.
    /// </summary>
    private static IEnumerable<string> StyledLines(string text, int width, string indent)
    {
        var isQuoted = false;
        foreach (var line in Wrapped(Unlinked(text), width, indent))
        {
            var parts = line.Split('`');
            var styled = new StringBuilder();
            for (var i = 0; i < parts.Length; i++)
            {
                if (i > 0) isQuoted = !isQuoted;
                styled.Append(isQuoted ? $"[aqua]{Markup.Escape(parts[i])}[/]" : Markup.Escape(parts[i]));
            }

            yield return styled.ToString();
        }
    }

    private static string Styled(string text) => StyledLines(text, int.MaxValue, "").Single();

    /// <summary>The words of a link, without where it leads: that is a path among the documents.</summary>
    private static string Unlinked(string text)
    {
        while (text.IndexOf("](", StringComparison.Ordinal) is > 0 and var middle)
        {
            var (start, end) = (text.LastIndexOf('[', middle), text.IndexOf(')', middle));
            if (start < 0 || end < 0) return text;
            text = text[..start] + text[(start + 1)..middle] + text[(end + 1)..];
        }

        return text;
    }
}
