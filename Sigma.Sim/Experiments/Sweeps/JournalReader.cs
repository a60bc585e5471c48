// Reads journals: whose they are, and where the line of each point stands. A line whose checksum is wrong ends the
// sound part of a file: what comes after it is done again.
using System.Text.Json;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>Reads journals line by line.</summary>
internal static class JournalReader
{
    /// <summary>The head of a journal with its shard, or null where there is no sound one.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <param name="places">Receives the place of every point.</param>
    /// <param name="soundBytes">The length up to the last sound line.</param>
    public static (SweepHead Head, Shard Shard)? Read(
        string path, Dictionary<int, JournalPlace> places, out long soundBytes)
    {
        soundBytes = 0;
        if (!File.Exists(path)) return null;
        (SweepHead, Shard)? head = null;
        foreach (var (offset, line) in LinesOf(path))
        {
            using var json = SweepJournal.ObjectOf(line);
            if (json is null) break;
            if (head is null)
            {
                head = SweepHead.Read(json.RootElement);
                if (head is null) break;
            }
            else
            {
                // A line that is sound and no point, such as a head in the wrong place, was put there by somebody.
                if (!json.RootElement.TryGetProperty("point", out var number)) break;
                var point = number.GetInt32();
                places[point] = new JournalPlace(path, offset, line.Length);
            }

            soundBytes = offset + line.Length + 1;
        }

        return head;
    }

    /// <summary>Whether a file holds a line that ends: a head that was cut off does not.</summary>
    public static bool HasLine(string path) => File.Exists(path) && LinesOf(path).Any();

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
