// How the rows of a table can be put in order: a column of numbers by their values where all of them count the same
// thing, whatever prefix or unit of time each is written in, and a column of words by its letters.
using System.Globalization;

namespace Sigma.Sim.Reporting;

/// <summary>The attributes by which the page's script sorts a table.</summary>
internal sealed class SortableTable(IReadOnlyList<Column> columns)
{
    private readonly bool[] _sorts = new bool[columns.Count];

    /// <summary>Looks at all rows that can be moved.</summary>
    public void Read(IReadOnlyList<TableRow> rows)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            var kinds = rows.Select(row => row.Cells[i]).Where(cell => columns[i].IsNumber && !IsNothing(cell))
                .Select(cell => CellNumber.Of(cell)?.Kind).Distinct(StringComparer.Ordinal).ToList();
            _sorts[i] = rows.Count > 1 && columns[i].Head.Length > 0
                && (!columns[i].IsNumber || kinds is [not null]);
        }
    }

    /// <summary>Attributes of a column's head.</summary>
    public string HeadAttributes(int column) =>
        (columns[column].IsNumber ? " class=\"number\"" : "")
        + (!_sorts[column] ? "" : columns[column].IsNumber ? " data-sort=\"number\"" : " data-sort=\"words\"");

    /// <summary>Attributes of a cell; one that holds no number goes to the end.</summary>
    public string CellAttributes(int column, string cell)
    {
        if (!columns[column].IsNumber) return "";
        return _sorts[column] && CellNumber.Of(cell) is { } number
            ? string.Create(CultureInfo.InvariantCulture, $" class=\"number\" data-v=\"{number.Value:G6}\"")
            : " class=\"number\"";
    }

    private static bool IsNothing(string cell) => cell.Length == 0 || !cell.Any(char.IsAsciiDigit);
}

/// <summary>A number as a table shows it.</summary>
/// <param name="Value">In the kind's own unit.</param>
/// <param name="Kind">What is counted; numbers of two kinds are never compared.</param>
internal readonly record struct CellNumber(double Value, string Kind)
{
    private static readonly Dictionary<string, double> Seconds = new(StringComparer.Ordinal)
    {
        ["ns"] = 1e-9,
        ["us"] = 1e-6,
        ["ms"] = 1e-3,
        ["s"] = 1,
        ["min"] = 60,
        ["h"] = 3600,
        ["d"] = 86400,
    };

    private static readonly Dictionary<string, double> Words = new(StringComparer.Ordinal)
    {
        ["thousand"] = 1e3,
        ["million"] = 1e6,
        ["billion"] = 1e9,
        ["trillion"] = 1e12,
    };

    private static readonly Dictionary<char, double> Prefixes = new()
    {
        ['k'] = 1e3,
        ['M'] = 1e6,
        ['G'] = 1e9,
        ['T'] = 1e12,
        ['P'] = 1e15,
        ['E'] = 1e18,
    };

    private static readonly string[] Scaled = ["", "B", "B/s", "FLOP", "FLOP/s"];

    /// <summary>The number at the beginning of a cell with its unit, or null where there is none.</summary>
    public static CellNumber? Of(string cell)
    {
        var words = cell.TrimStart('<', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        const NumberStyles styles = NumberStyles.Float | NumberStyles.AllowThousands;
        if (words.Length == 0 || !double.TryParse(words[0], styles, CultureInfo.InvariantCulture, out var number))
            return null;
        // What follows an interval sign says how sure, not how much.
        var unit = words.Skip(1).TakeWhile(word => word is not ("±" or "to") && word[0] != '(').ToList();
        if (unit.Count == 0) return new CellNumber(number, "");
        if (Seconds.TryGetValue(unit[0], out var seconds) && unit.Count == 1)
            return new CellNumber(number * seconds, "time");
        if (Words.TryGetValue(unit[0], out var many))
            return new CellNumber(number * many, string.Join(' ', unit.Skip(1)));
        return unit is [var word] && Prefixes.TryGetValue(word[0], out var scale)
            && Scaled.Contains(word[1..], StringComparer.Ordinal)
            ? new CellNumber(number * scale, word[1..])
            : new CellNumber(number, string.Join(' ', unit));
    }
}
