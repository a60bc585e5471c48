// Reads the operations of a measured job: a table, plain or packed with gzip. The file comes from elsewhere, so its
// size is bounded before and after unpacking, and every number is named with its line.
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Scenarios;

/// <summary>Opens traces of operations.</summary>
public static class OperationTraceFile
{
    private const int LargestText = 256 << 20, LongestField = 200, MostOperations = 2_000_000;
    private const decimal LatestMicrosecond = 4e15m, LongestMicroseconds = 3600e6m;

    private static readonly string[] Columns =
        ["process", "pp_rank", "stream", "op", "step", "mb_id", "seq_id", "start_us", "duration_us"];

    private static readonly CsvConfiguration Layout = new(CultureInfo.InvariantCulture)
    {
        MaxFieldSize = LongestField,
    };

    /// <summary>
    /// Reads a trace; throws <see cref="OperationTraceException"/> with file and line where it is none, and
    /// <see cref="IOException"/> where it cannot be read.
    /// </summary>
    public static OperationTrace Load(string path, TraceLayout layout)
    {
        try
        {
            using var text = new StreamReader(Unpacked(path), new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var csv = new CsvParser(text, Layout);
            return new OperationTrace(layout, Table(csv));
        }
        catch (OperationTraceException error)
        {
            throw error.In(path);
        }
        catch (DecoderFallbackException)
        {
            throw new OperationTraceException(0, "this is not UTF-8 text").In(path);
        }
    }

    private static MemoryStream Unpacked(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            throw new OperationTraceException(0, "the name of a file of operations is empty");
        if (Directory.Exists(path)) throw new IOException($"`{path}` is a folder, not a file of operations");
        if (!File.Exists(path)) throw new FileNotFoundException($"there is no file `{path}`");
        // Pipes and devices report no length, and opening or reading them may never end.
        if (new FileInfo(path).Length == 0)
            throw new OperationTraceException(0, "this is empty, or not a regular file");
        using var file = File.OpenRead(path);
        var isPacked = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        if (!isPacked && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            throw new OperationTraceException(0, "this is not packed with gzip, though its name says so");
        file.Position = 0;
        if (!isPacked) return Bounded(file);
        try
        {
            using var unpacking = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            var text = Bounded(unpacking);
            if (PackedLength(file) <= text.Length) return text;
        }
        catch (InvalidDataException)
        {
            // Said below, in the same words as for a file that ends too early.
        }

        throw new OperationTraceException(0, "this is packed with gzip, but damaged or cut short");
    }

    /// <summary>
    /// The length that gzip notes at the end of its last part (RFC 1952); unpacking alone takes an early end for the
    /// end.
    /// </summary>
    private static uint PackedLength(FileStream file)
    {
        var end = new byte[sizeof(uint)];
        file.Position = Math.Max(0, file.Length - end.Length);
        file.ReadExactly(end);
        return BinaryPrimitives.ReadUInt32LittleEndian(end);
    }

    private static MemoryStream Bounded(Stream source)
    {
        var text = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; (count = source.Read(buffer)) > 0;)
        {
            if (text.Length + count > LargestText)
            {
                throw new OperationTraceException(
                    0, $"this holds more than {UnitText.Count(LargestText)} bytes of text, the most that is read");
            }

            text.Write(buffer, 0, count);
        }

        text.Position = 0;
        return text;
    }

    private static List<TracedOperation> Table(CsvParser csv)
    {
        try
        {
            return Rows(csv);
        }
        catch (CsvHelperException)
        {
            // A quote where none can be, or a field without an end; found when a line or a field of it is read.
            throw new OperationTraceException(csv.RawRow, "this line is not one of a table with commas");
        }
    }

    private static List<TracedOperation> Rows(CsvParser csv)
    {
        if (!csv.Read()) throw new OperationTraceException(0, "this holds no table");
        var head = csv.Record!;
        var places = Columns.Select(column => PlaceOf(column, head)).ToArray();
        var rows = new List<TracedOperation>();
        while (csv.Read())
        {
            if (csv.Count != head.Length)
            {
                throw new OperationTraceException(
                    csv.RawRow, $"{csv.Count} fields stand below {head.Length} columns");
            }

            if (rows.Count == MostOperations)
            {
                throw new OperationTraceException(
                    csv.RawRow, $"there are more than {UnitText.Count(MostOperations)} operations, the most that "
                    + "is read; leave out some steps");
            }

            rows.Add(Operation(csv, places));
        }

        return rows;
    }

    private static int PlaceOf(string column, string[] head)
    {
        var place = Array.IndexOf(head, column);
        if (place >= 0 && Array.LastIndexOf(head, column) == place) return place;
        if (place >= 0) throw new OperationTraceException(1, $"the column `{column}` is there twice");
        var near = NearestName.Of(column, head.Except(Columns, StringComparer.Ordinal));
        var meant = near is null ? "" : $" (is it `{near}`?)";
        throw new OperationTraceException(
            1, $"there is no column `{column}`{meant}; a table of operations has {string.Join(", ", Columns)}");
    }

    private static TracedOperation Operation(CsvParser csv, int[] places)
    {
        var line = csv.RawRow;
        var kind = Kind(Field(3), line);
        if (Field(2) != kind.StreamOf())
        {
            throw new OperationTraceException(
                line, $"`{kind.NameOf()}` runs on stream `{kind.StreamOf()}`, found `{Field(2)}`");
        }

        Whole(5, -1);
        return new TracedOperation(
            Whole(0, 0), Whole(1, 0), kind, Whole(4, 0), Whole(6, 0), new Instant(Nanoseconds(7, LatestMicrosecond)),
            new Duration(Nanoseconds(8, LongestMicroseconds)), line);

        string Field(int column) => csv[places[column]];

        int Whole(int column, int least)
        {
            var isWhole = int.TryParse(
                Field(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
            if (isWhole && value >= least) return value;
            throw Wrong(column, $"a whole number of at least {least}");
        }

        long Nanoseconds(int column, decimal most)
        {
            var isNumber = decimal.TryParse(
                Field(column), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var value);
            if (isNumber && value >= 0 && value <= most) return (long)Math.Round(value * 1000);
            throw Wrong(column, $"microseconds from 0 to {UnitText.Count((long)most)}");
        }

        OperationTraceException Wrong(int column, string expected) =>
            new(line, $"`{Columns[column]}`: expected {expected}, found `{Field(column)}`");
    }

    private static TracedKind Kind(string name, int line)
    {
        if (TracedKinds.Named(name) is { } kind) return kind;
        var near = NearestName.Of(name, TracedKinds.Names);
        var meant = near is null ? "" : $"; did you mean `{near}`?";
        throw new OperationTraceException(line, $"`op`: no operation is called `{name}`{meant}");
    }
}
