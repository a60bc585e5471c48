// A page as text, with every word of a scenario escaped on its way in. Only figures, which escape their own words,
// enter as they are.
using System.Text;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>A column of a table of the page: its head, and whether it holds numbers.</summary>
internal readonly record struct Column(string Head, bool IsNumber);

/// <summary>A row of a table of the page.</summary>
internal sealed record TableRow(bool IsStrong, IReadOnlyList<string> Cells)
{
    public static TableRow Of(params string[] cells) => new(IsStrong: false, cells);

    public static TableRow Strong(params string[] cells) => new(IsStrong: true, cells);
}

/// <summary>Builds HTML; element names and classes are the program's own, texts are anybody's.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    public HtmlText Open(string element, string classes)
    {
        _text.Append(classes.Length == 0 ? $"<{element}>\n" : $"<{element} class=\"{classes}\">\n");
        return this;
    }

    public HtmlText Close(string element)
    {
        _text.Append($"</{element}>\n");
        return this;
    }

    public HtmlText Text(string element, string classes, string text)
    {
        var opening = classes.Length == 0 ? element : $"{element} class=\"{classes}\"";
        _text.Append($"<{opening}>{MarkupText.Escape(text)}</{element}>\n");
        return this;
    }

    public HtmlText Section(string id, string heading, string lead)
    {
        _text.Append($"<section id=\"{id}\">\n<h2>{MarkupText.Escape(heading)}</h2>\n");
        if (lead.Length > 0) Text("p", "lead", lead);
        return this;
    }

    /// <summary>A link within the page.</summary>
    public HtmlText Jump(string id, string text)
    {
        _text.Append($"<a href=\"#{id}\">{MarkupText.Escape(text)}</a>\n");
        return this;
    }

    public HtmlText Picture(Figure figure)
    {
        _text.Append("<figure class=\"box\">\n").Append(figure.Canvas.Inline()).Append("</figure>\n");
        return this;
    }

    /// <summary>A table that scrolls in its own box on a narrow screen.</summary>
    public HtmlText Table(string caption, IReadOnlyList<Column> columns, IEnumerable<TableRow> rows)
    {
        _text.Append(
            $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                + $"aria-label=\"{MarkupText.Escape(caption)}\">\n<table>\n");
        Text("caption", "", caption);
        _text.Append("<thead><tr>");
        foreach (var column in columns)
            _text.Append($"<th scope=\"col\"{ClassOf(column)}>{MarkupText.Escape(column.Head)}</th>");
        _text.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows) Row(columns, row);
        _text.Append("</tbody>\n</table>\n</div>\n");
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Row(IReadOnlyList<Column> columns, TableRow row)
    {
        _text.Append(row.IsStrong ? "<tr class=\"strong\">" : "<tr>");
        for (var i = 0; i < columns.Count; i++)
            _text.Append($"<td{ClassOf(columns[i])}>{MarkupText.Escape(row.Cells[i])}</td>");

        _text.Append("</tr>\n");
    }

    private static string ClassOf(Column column) => column.IsNumber ? " class=\"number\"" : "";
}
