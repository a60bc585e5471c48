// A page as text, with every word of a scenario escaped on its way in. Only figures, which escape their own words,
// enter as they are.
using System.Text;
using Sigma.Sim.Reporting.Figures;

namespace Sigma.Sim.Reporting;

/// <summary>Builds HTML; element names and classes are the program's own, texts are anybody's.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Id, string Label)> _sections = [];

    /// <summary>The sections so far, for a list of contents.</summary>
    public IReadOnlyList<(string Id, string Label)> Sections => _sections;

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

    /// <summary>Begins a section, which the list of contents names by its short label.</summary>
    public HtmlText Section(string id, string label, string heading, string lead)
    {
        _sections.Add((id, label));
        _text.Append($"<section id=\"{id}\">\n<h2>{MarkupText.Escape(heading)}</h2>\n");
        if (lead.Length > 0) Text("p", "lead", lead);
        return this;
    }

    /// <summary>Begins the list of contents.</summary>
    public HtmlText Contents(string label)
    {
        _text.Append($"<nav aria-label=\"{MarkupText.Escape(label)}\">\n");
        return this;
    }

    /// <summary>A link within the page.</summary>
    public HtmlText Jump(string id, string text)
    {
        _text.Append($"<a href=\"#{id}\">{MarkupText.Escape(text)}</a>\n");
        return this;
    }

    /// <summary>A figure with its numbers behind it, for those who want to read or copy them.</summary>
    public HtmlText Picture(Figure figure)
    {
        _text.Append("<figure class=\"box\">\n").Append(figure.Canvas.Inline());
        if (figure.Numbers.Rows.Count > 0)
        {
            _text.Append("<details>\n<summary>Numbers of this figure</summary>\n");
            Table(figure.Finding, figure.Numbers);
            _text.Append("</details>\n");
        }

        _text.Append("</figure>\n");
        return this;
    }

    /// <summary>A table, and below it what is left out of it.</summary>
    public HtmlText Table(string caption, TextTable table)
    {
        Table(caption, table.Columns, table.Rows);
        return table.Note is { } note ? Text("p", "note", note) : this;
    }

    /// <summary>A table that scrolls in its own box on a narrow screen.</summary>
    public HtmlText Table(string caption, IReadOnlyList<Column> columns, IEnumerable<TableRow> rows)
    {
        var (all, table) = (rows.ToList(), new SortableTable(columns));
        var (body, total) = (all.Where(row => !row.IsTotal).ToList(), all.Where(row => row.IsTotal).ToList());
        table.Read(body);
        _text.Append(
            $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                + $"aria-label=\"{MarkupText.Escape(caption)}\">\n<table>\n");
        Text("caption", "", caption);
        _text.Append("<thead><tr>");
        for (var i = 0; i < columns.Count; i++)
            _text.Append($"<th scope=\"col\"{table.HeadAttributes(i)}>{MarkupText.Escape(columns[i].Head)}</th>");
        _text.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in body) Row(table, row);
        _text.Append("</tbody>\n");
        if (total.Count > 0)
        {
            _text.Append("<tfoot>\n");
            foreach (var row in total) Row(table, row);
            _text.Append("</tfoot>\n");
        }

        _text.Append("</table>\n</div>\n");
        return this;
    }

    public override string ToString() => _text.ToString();

    private void Row(SortableTable table, TableRow row)
    {
        _text.Append(row.IsStrong ? "<tr class=\"strong\">" : "<tr>");
        for (var i = 0; i < row.Cells.Count; i++)
            _text.Append($"<td{table.CellAttributes(i, row.Cells[i])}>{MarkupText.Escape(row.Cells[i])}</td>");

        _text.Append("</tr>\n");
    }
}
