// What a table of a page consists of, and the numbers behind a figure, which are one.
using System.Globalization;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Reporting;

/// <summary>A column of a table of the page: its head, and whether it holds numbers.</summary>
internal readonly record struct Column(string Head, bool IsNumber)
{
    public static Column Words(string head) => new(head, IsNumber: false);

    public static Column Number(string head) => new(head, IsNumber: true);
}

/// <summary>A row of a table of the page.</summary>
/// <param name="IsStrong">Whether it stands out.</param>
/// <param name="IsTotal">Whether it sums up the others, and stays below them however they are sorted.</param>
/// <param name="Cells">One a column.</param>
internal sealed record TableRow(bool IsStrong, bool IsTotal, IReadOnlyList<string> Cells)
{
    public static TableRow Of(params string[] cells) => new(IsStrong: false, IsTotal: false, cells);

    /// <summary>One that stands out among its like where <paramref name="isStrong"/> says so.</summary>
    public static TableRow Marked(bool isStrong, params string[] cells) => new(isStrong, IsTotal: false, cells);

    public static TableRow Total(params string[] cells) => new(IsStrong: true, IsTotal: true, cells);
}

/// <summary>The numbers that a figure shows.</summary>
internal sealed record TextTable(IReadOnlyList<Column> Columns, IReadOnlyList<TableRow> Rows)
{
    /// <summary>More would make the page heavy and nobody wise; files have them all.</summary>
    public const int MostRows = 200;

    /// <summary>Of a figure that has nothing to show.</summary>
    public static TextTable None { get; } = new([], []);

    /// <summary>The heads of a mean and its interval.</summary>
    public static IReadOnlyList<Column> Interval(string mean) =>
        [Column.Number(mean), Column.Number("95 % low"), Column.Number("95 % high")];

    /// <summary>The cells below them, six digits each; empty where there is none.</summary>
    public static IReadOnlyList<string> Cells(Estimate? estimate, double scale) => estimate is null
        ? ["", "", ""]
        : [Digits(estimate.Mean * scale), Digits(estimate.Low * scale), Digits(estimate.High * scale)];

    /// <summary>A number as it is copied from a figure: six digits.</summary>
    public static string Digits(double value) =>
        double.IsFinite(value) ? value.ToString("G6", CultureInfo.InvariantCulture) : "";

    /// <summary>What is left out, or null.</summary>
    public string? Note { get; private init; }

    /// <summary>The first rows of many.</summary>
    /// <param name="columns">Of the table.</param>
    /// <param name="rows">All of them.</param>
    /// <param name="rest">The file that holds all.</param>
    public static TextTable FirstOf(
        IReadOnlyList<Column> columns, IReadOnlyCollection<TableRow> rows, string rest) =>
        new(columns, [.. rows.Take(MostRows)])
        {
            Note = rows.Count <= MostRows
                ? null
                : $"The first {MostRows} of {UnitText.Count(rows.Count)} rows; all are in {rest}.",
        };
}
