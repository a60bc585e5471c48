// Reads a failure log: a table with a row per failure, and one where the watch over a unit ends. It may be years of a
// whole fleet, so it is read row by row, and of each only the life is kept; every complaint names its line and column.
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Sigma.Sim.Fitting;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>Opens failure logs.</summary>
public static class LifeLogFile
{
    private const int MostRows = 5_000_000, LongestField = 200;

    private static readonly CsvConfiguration Layout = new(CultureInfo.InvariantCulture)
    {
        MaxFieldSize = LongestField,
        AllowComments = true,
    };

    /// <summary>
    /// Reads a log; throws <see cref="TableException"/> with file and line where it is none, and
    /// <see cref="IOException"/> where it cannot be read.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="unit">The unit of its times where the name of their column does not end in one, or null.</param>
    /// <param name="needsEvents">
    /// Whether each row must say if it is a failure; otherwise rows without an event are failures.
    /// </param>
    public static LifeLog Load(string path, string? unit, bool needsEvents)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new TableException("log", 0, "the name of a failure log is empty");
        if (Directory.Exists(path)) throw new TableException(path, 0, "this is a folder, not a failure log");
        if (!File.Exists(path)) throw new FileNotFoundException($"there is no file `{path}`");
        // Pipes and devices report no length, and reading them may never end.
        if (new FileInfo(path).Length == 0) throw new TableException(path, 0, "this is empty, or not a regular file");
        try
        {
            using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var csv = new CsvParser(text, Layout);
            return Rows(path, csv, unit, needsEvents);
        }
        catch (DecoderFallbackException)
        {
            throw new TableException(path, 0, "this is not UTF-8 text");
        }
    }

    private static LifeLog Rows(string path, CsvParser csv, string? unit, bool needsEvents)
    {
        try
        {
            if (!csv.Read()) throw new TableException(path, 0, "this holds no table");
            var head = LifeLogHead.Of(path, csv.RawRow, csv.Record!, unit, needsEvents);
            var lives = new LifeLogLives(path, head);
            for (var rows = 0; csv.Read(); rows++)
            {
                if (csv.Count != head.Columns)
                    throw Wrong($"{csv.Count} fields stand below {head.Columns} columns");
                if (rows == MostRows)
                    throw Wrong($"there are more than {UnitText.Count(MostRows)} rows, the most that is read");

                lives.Add(csv, csv.RawRow);
            }

            return lives.Done();
        }
        catch (CsvHelperException)
        {
            throw Wrong("this line is not one of a table with commas");
        }

        TableException Wrong(string problem) => new(path, csv.RawRow, problem);
    }
}
