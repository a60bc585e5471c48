// Reads a table of published measurements: a row per measurement, columns named in the first line. The file may come
// from the user, so every complaint names its line and column.
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>A table that is none, or that lacks what was asked of it.</summary>
public sealed class TableException(string file, int line, string problem)
    : Exception(line > 0 ? $"{file}:{line}: {problem}" : $"{file}: {problem}");

/// <summary>One measurement.</summary>
public sealed class PublishedRow
{
    private readonly string _file;
    private readonly IReadOnlyDictionary<string, string> _fields;

    internal PublishedRow(string file, int line, IReadOnlyDictionary<string, string> fields) =>
        (_file, Line, _fields) = (file, line, fields);

    /// <summary>Where it stands in the file.</summary>
    public int Line { get; }

    /// <summary>True where the table has the column and the row fills it.</summary>
    public bool Has(string column) => _fields.TryGetValue(column, out var text) && text.Length > 0;

    public string Text(string column) =>
        Has(column) ? _fields[column] : throw Wrong($"`{column}` is empty or missing");

    /// <summary>A number above zero.</summary>
    public double Number(string column)
    {
        var text = Text(column);
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value);
        return isNumber && value > 0 && double.IsFinite(value)
            ? value
            : throw Wrong($"`{column}`: expected a number above zero, found `{text}`");
    }

    /// <summary>A whole number of at least 1.</summary>
    public int Count(string column)
    {
        var value = Number(column);
        return value == Math.Floor(value) && value <= int.MaxValue
            ? (int)value
            : throw Wrong($"`{column}`: expected a whole number, found `{Text(column)}`");
    }

    /// <summary>An error about this row.</summary>
    public TableException Wrong(string problem) => new(_file, Line, problem);
}

/// <summary>Opens tables.</summary>
public static class PublishedTable
{
    private const int LargestFile = 16 << 20, MostRows = 100_000;

    private static readonly CsvConfiguration Layout = new(CultureInfo.InvariantCulture) { MaxFieldSize = 1000 };

    /// <summary>
    /// Reads a table; throws <see cref="TableException"/> where it lacks one of the columns, and
    /// <see cref="IOException"/> where it cannot be read.
    /// </summary>
    public static IReadOnlyList<PublishedRow> Load(string path, IReadOnlyList<string> columns)
    {
        if (Directory.Exists(path)) throw new TableException(path, 0, "this is a folder, not a table");
        if (!File.Exists(path)) throw new FileNotFoundException($"there is no file `{path}`");
        // Pipes and devices report no length, and reading them may never end.
        var length = new FileInfo(path).Length;
        if (length == 0) throw new TableException(path, 0, "this is empty, or not a regular file");
        if (length > LargestFile)
        {
            throw new TableException(
                path, 0, $"this is larger than {UnitText.Count(LargestFile)} bytes, the most that is read");
        }

        try
        {
            using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var csv = new CsvParser(text, Layout);
            return Rows(path, csv, columns);
        }
        catch (DecoderFallbackException)
        {
            throw new TableException(path, 0, "this is not UTF-8 text");
        }
    }

    private static List<PublishedRow> Rows(string path, CsvParser csv, IReadOnlyList<string> columns)
    {
        try
        {
            if (!csv.Read()) throw new TableException(path, 0, "this holds no table");
            var head = csv.Record!.Select(name => name.Trim()).ToArray();
            Check(path, head, columns);
            var rows = new List<PublishedRow>();
            while (csv.Read())
            {
                if (csv.Count != head.Length)
                    throw new TableException(path, csv.RawRow, $"{csv.Count} fields stand below {head.Length} columns");
                if (rows.Count == MostRows)
                    throw new TableException(path, csv.RawRow, $"there are more than {UnitText.Count(MostRows)} rows");
                var fields = head.Select((name, i) => (name, csv[i].Trim()))
                    .ToDictionary(pair => pair.name, pair => pair.Item2, StringComparer.Ordinal);
                rows.Add(new PublishedRow(path, csv.RawRow, fields));
            }

            return rows.Count > 0 ? rows : throw new TableException(path, 0, "this table has no rows");
        }
        catch (CsvHelperException)
        {
            throw new TableException(path, csv.RawRow, "this line is not one of a table with commas");
        }
    }

    private static void Check(string path, string[] head, IReadOnlyList<string> columns)
    {
        foreach (var column in head.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
            throw new TableException(path, 1, $"the column `{column.Key}` is there twice");
        foreach (var column in columns)
        {
            if (head.Contains(column, StringComparer.Ordinal)) continue;
            var near = NearestName.Of(column, head.Except(columns, StringComparer.Ordinal));
            var meant = near is null ? "" : $" (is it `{near}`?)";
            throw new TableException(
                path, 1, $"there is no column `{column}`{meant}; such a table has {string.Join(", ", columns)}");
        }
    }
}
