// The memory of a sweep that may be killed at any moment: a file to which a line is added for every finished point, and
// brought to the disk before the point counts. Each line carries a checksum, so that one that was cut off is known for
// what it is and cut away; whoever writes holds a lock that ends with its process.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>Where in a journal a point's line stands.</summary>
internal readonly record struct JournalPlace(string File, long Offset, int Length);

/// <summary>A journal that is written to.</summary>
internal sealed class SweepJournal : IDisposable
{
    private const int ChecksumLetters = 16;

    // What a full disk did not take must not be tried again when the file is closed.
    private const int NoBuffer = 0;

    private readonly FileStream _lock;
    private readonly FileStream _file;

    private SweepJournal(FileStream door, FileStream file, IReadOnlyCollection<int> done) =>
        (_lock, _file, Done) = (door, file, done.ToHashSet());

    /// <summary>Points that are in it already.</summary>
    public IReadOnlySet<int> Done { get; }

    /// <summary>The folder of the journals of a sweep's results.</summary>
    public static string FolderOf(string results) => Path.Combine(results, "journal");

    /// <summary>
    /// Opens the journal of a shard, or begins it. Throws <see cref="IOException"/> where another process writes it or
    /// something stands in its way, and <see cref="SweepException"/> where it is of another plan or program.
    /// </summary>
    public static SweepJournal Open(string results, SweepHead head, Shard shard)
    {
        var path = Path.Combine(FolderOf(results), shard.Name + ".jsonl");
        try
        {
            Directory.CreateDirectory(FolderOf(results));
            if (Directory.Exists(path)) throw new IOException($"{path} is a folder.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw InTheWay(results, error);
        }

        var door = Lock(path + ".lock", results);
        try
        {
            // Parts that were cut otherwise count as well: a point is the same in any of them.
            var done = SweepResults.Of(head, results);
            var found = JournalReader.Read(path);
            var file = new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, NoBuffer);
            // What was cut off, by a kill or a full disk, is no result.
            file.SetLength(found.SoundBytes);
            file.Seek(0, SeekOrigin.End);
            var journal = new SweepJournal(door, file, done?.Numbers ?? []);
            if (found.Head is null) journal.Add([Line(json => head.Write(json, shard))]);
            return journal;
        }
        catch
        {
            door.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes away the journals of some results. Throws <see cref="IOException"/> where a process writes one of them.
    /// </summary>
    public static void Forget(string results)
    {
        if (!Directory.Exists(FolderOf(results))) return;
        foreach (var file in Directory.EnumerateFiles(FolderOf(results), "*.jsonl").ToList())
        {
            using var door = Lock(file + ".lock", results);
            File.Delete(file);
        }
    }

    /// <summary>Adds finished points; they are on the disk when this returns.</summary>
    public void Add(IEnumerable<PointResult> results) => Add([.. results.Select(result => Line(result.Write))]);

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private void Add(IReadOnlyList<byte[]> lines)
    {
        var end = _file.Position;
        try
        {
            foreach (var line in lines) _file.Write(line);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            CutBack(end);
            throw new IOException(
                $"{_file.Name} cannot be written: {error.Message.Split(" : ")[0].TrimEnd('.')}; "
                + "what is finished is kept, and the same command goes on from there", error);
        }
    }

    // On a full disk a part of a line may stand there; if even this fails, its checksum tells.
    private void CutBack(long end)
    {
        try
        {
            _file.SetLength(end);
        }
        catch (IOException)
        {
            return;
        }
    }

    /// <summary>A line: the object, a tab, the beginning of its SHA-256, a line break.</summary>
    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) write(json);
        var sum = ChecksumOf(stream.GetBuffer().AsSpan(0, (int)stream.Length));
        stream.Write(Encoding.ASCII.GetBytes($"\t{sum}\n"));
        return stream.ToArray();
    }

    /// <summary>The object of a line without its break, or null where the checksum is another.</summary>
    internal static JsonDocument? ObjectOf(ReadOnlyMemory<byte> line)
    {
        var tab = line.Span.LastIndexOf((byte)'\t');
        if (tab < 0) return null;
        var sum = Encoding.ASCII.GetString(line.Span[(tab + 1)..]);
        return string.Equals(sum, ChecksumOf(line.Span[..tab]), StringComparison.Ordinal)
            ? JsonDocument.Parse(line[..tab])
            : null;
    }

    private static string ChecksumOf(ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(bytes))[..ChecksumLetters];

    private static IOException InTheWay(string results, Exception error) => new(
        $"the journal of {results} cannot be written ({error.Message.TrimEnd('.')}): move away what stands there, or "
        + "give another folder with `--out DIR`", error);

    private static FileStream Lock(string path, string results)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error.Message.Contains("another process", StringComparison.Ordinal))
        {
            throw new IOException(
                $"another process is writing to {results}: wait for it, stop it, or give another folder with "
                + "`--out DIR`", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw InTheWay(results, error);
        }
    }
}
