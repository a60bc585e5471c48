// Reads journals: whose they are, and where the line of each point stands. A line whose checksum is wrong ends the
// sound part of a file: what comes after it is done again.
using System.Text.Json;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>Reads journals line by line.</summary>
internal static class JournalReader
{
    /// <summary>
    /// What a journal holds, from one reading, as its writer may be adding to it: <see cref="JournalContents.Nothing"/>
    /// where there is no file, or no line in it that ends.
    /// </summary>
    /// <param name="path">The file, which need not exist.</param>
    public static JournalContents Read(string path)
    {
        var contents = JournalContents.Nothing;
        if (!File.Exists(path)) return contents;
        foreach (var (offset, line) in LinesOf(path))
        {
            contents = contents with { HasLine = true };
            using var json = SweepJournal.ObjectOf(line);
            if (json is null) break;
            if (contents.Head is null)
            {
                if (SweepHead.Read(json.RootElement) is not var (head, shard)) break;
                contents = new JournalContents(head, shard, true, 0, []);
            }
            else
            {
                // A line that is sound and no point, such as a head in the wrong place, was put there by somebody.
                if (!json.RootElement.TryGetProperty("point", out var number)) break;
                contents.Places[number.GetInt32()] = new JournalPlace(path, offset, line.Length);
            }

            contents = contents with { SoundBytes = offset + line.Length + 1 };
        }

        return contents;
    }

    /// <summary>The result that stands at a place.</summary>
    public static PointResult ResultAt(JournalPlace place)
    {
        using var file = new FileStream(place.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(place.Offset, SeekOrigin.Begin);
        var line = new byte[place.Length];
        file.ReadExactly(line);
        using JsonDocument json = SweepJournal.ObjectOf(line)
            ?? throw new IOException($"{place.File} changed while it was read.");
        return PointResult.Read(json.RootElement);
    }

    /// <summary>Lines that end, with the place at which each begins.</summary>
    private static IEnumerable<(long Offset, ReadOnlyMemory<byte> Line)> LinesOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var (buffer, kept, offset) = (new byte[1 << 16], 0, 0L);
        while (true)
        {
            if (kept == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var read = file.Read(buffer, kept, buffer.Length - kept);
            if (read == 0) yield break;
            var (begin, end) = (0, kept + read);
            for (var i = kept; i < end; i++)
            {
                if (buffer[i] != '\n') continue;
                yield return (offset + begin, buffer.AsMemory(begin, i - begin));
                begin = i + 1;
            }

            Buffer.BlockCopy(buffer, begin, buffer, 0, end - begin);
            (kept, offset) = (end - begin, offset + begin);
        }
    }
}

/// <summary>What one reading of a journal found.</summary>
/// <param name="Head">Its first line, or null where that is no head: cut off, not yet written, or of somebody.</param>
/// <param name="Shard">Whose points it holds; the whole sweep where there is no head.</param>
/// <param name="HasLine">Whether a line of it ends: a head that was cut off does not.</param>
/// <param name="SoundBytes">Its length up to the last sound line.</param>
/// <param name="Places">Where the line of each point stands.</param>
internal sealed record JournalContents(
    SweepHead? Head, Shard Shard, bool HasLine, long SoundBytes, Dictionary<int, JournalPlace> Places)
{
    public static JournalContents Nothing { get; } = new(null, Shard.All, false, 0, []);
}
