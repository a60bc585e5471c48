// Small shared forms of output: plain tables and JSON numbers.
using System.Text.Json;
using Sigma.Sim.Reporting;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>Tables and numbers as every verb writes them.</summary>
internal static class Tables
{
    /// <summary>A table without frames; the first column is text, the others are numbers.</summary>
    public static Table Plain(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (var i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(new Text(columns[i]));
            table.AddColumn(i == 0 ? column : column.RightAligned());
        }

        return table;
    }

    /// <summary>A table of a page on the console: numbers on the right, words on the left.</summary>
    public static Table Of(TextTable rows)
    {
        var table = Plain([.. rows.Columns.Select(column => column.Head)]);
        for (var i = 0; i < rows.Columns.Count; i++)
            table.Columns[i].Alignment = rows.Columns[i].IsNumber ? Justify.Right : Justify.Left;
        foreach (var row in rows.Rows) table.AddTexts([.. row.Cells]);
        return table;
    }

    /// <summary>Adds a row of plain texts: brackets in them are no markup.</summary>
    public static void AddTexts(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)));

    /// <summary>An array of numbers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    /// <summary>The files that a command wrote, as the array <c>outputs</c>.</summary>
    public static void WriteOutputs(this Utf8JsonWriter json, string folder, IEnumerable<string> files)
    {
        json.WriteStartArray("outputs");
        foreach (var file in files) json.WriteStringValue(Path.Combine(folder, file));
        json.WriteEndArray();
    }

    /// <summary>A number, or null where it is none: JSON knows neither infinity nor NaN.</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
