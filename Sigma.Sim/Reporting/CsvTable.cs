// The only writer of tables: with a head, numbers that read back to the same bits, and text that no spreadsheet takes
// for a formula.
using System.Buffers;
using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Sigma.Sim.Experiments;

namespace Sigma.Sim.Reporting;

/// <summary>Writes one table, cell by cell.</summary>
internal sealed class CsvTable : IDisposable
{
    private static readonly CsvConfiguration Layout = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    private static readonly SearchValues<char> FormulaStarts =
        SearchValues.Create("=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20");

    private readonly CsvWriter _csv;

    /// <summary>Writes the head; the writer stays its owner's.</summary>
    public CsvTable(TextWriter writer, params IEnumerable<string> head)
    {
        _csv = new CsvWriter(writer, Layout, leaveOpen: true);
        foreach (var column in head) Text(column);
        EndRow();
    }

    /// <summary>
    /// A text as it may stand in a cell: what a spreadsheet would run as a formula gets an apostrophe before it
    /// (OWASP, CSV injection), in full width too, as some of them type it. A number stays one, whatever its sign.
    /// </summary>
    public static string Neutralized(string text) =>
        text.Length > 0 && FormulaStarts.Contains(text[0]) && !IsNumber(text) ? "'" + text : text;

    /// <summary>The shortest text that reads back to the same number.</summary>
    public static string RoundTrip(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public CsvTable Text(string text)
    {
        _csv.WriteField(Neutralized(text));
        return this;
    }

    public CsvTable Number(double value)
    {
        // What is less than every number begins with a minus too, and no spreadsheet knows it.
        _csv.WriteField(Neutralized(RoundTrip(value)));
        return this;
    }

    public CsvTable Count(long value)
    {
        _csv.WriteField(value.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>Mean, deviation, both ends of the interval and the replications: five cells.</summary>
    public CsvTable Estimate(Estimate estimate) => Number(estimate.Mean).Number(estimate.Deviation)
        .Number(estimate.Low).Number(estimate.High).Count(estimate.Count);

    public CsvTable Empty()
    {
        _csv.WriteField("");
        return this;
    }

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value) && !char.IsWhiteSpace(text[0]);

    public void EndRow() => _csv.NextRecord();

    public void Dispose() => _csv.Dispose();
}
