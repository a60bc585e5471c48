// A routing trace on the disk: it appears whole or not at all, and what is read may be anything.
using System.Security.Cryptography;

namespace Sigma.Sim.Training;

/// <summary>A routing as read from a file, and the file's SHA-256 in hexadecimal.</summary>
public sealed record RoutingTraceRead(LearnedRouting Routing, string Hash);

/// <summary>Saves and loads routing traces.</summary>
public static class RoutingTraceFile
{
    /// <summary>Above what the largest trace takes: 16 bits a choice, 40 bytes a step, and the head.</summary>
    public const int MostBytes = 1 << 28;

    /// <summary>
    /// Fails unless a trace can be written here, in the words of <see cref="Save"/>; nothing of it is left behind.
    /// </summary>
    public static void Try(string path) => Staged(path, _ => { });

    /// <summary>Writes a trace over an older one of that name.</summary>
    public static void Save(LearnedRouting routing, string path)
    {
        var bytes = RoutingTraceFormat.Encode(routing, path);
        Staged(path, staged =>
        {
            File.WriteAllBytes(staged, bytes);
            File.Move(staged, path, overwrite: true);
        });
    }

    /// <summary>Reads a trace; messages call it by the name under which the user knows it.</summary>
    public static RoutingTraceRead Load(string path, string shownAs)
    {
        try
        {
            if (Directory.Exists(path)) throw RoutingTraceFormat.Wrong(shownAs, "is a folder, not a routing trace");
            var file = new FileInfo(path);
            if (!file.Exists) throw new RoutingTraceException($"there is no file `{shownAs}`");
            // Pipes and devices report no length, and reading them may never end.
            if (file.Length == 0) throw RoutingTraceFormat.Wrong(shownAs, "is empty, or not a regular file");
            using var stream = file.OpenRead();
            var head = new byte[Math.Min(stream.Length, RoutingTraceFormat.PreambleBytes)];
            stream.ReadExactly(head);
            var length = RoutingTraceFormat.ReadPreamble(head, shownAs);
            if (stream.Length > MostBytes)
                throw RoutingTraceFormat.Wrong(shownAs, $"goes on after its end: {stream.Length} bytes, not {length}");
            var bytes = new byte[stream.Length];
            head.CopyTo(bytes, 0);
            stream.ReadExactly(bytes.AsSpan(head.Length));
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            return new RoutingTraceRead(RoutingTraceFormat.Decode(bytes, shownAs), hash);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RoutingTraceFormat.Wrong(shownAs, $"cannot be read: {error.Message}");
        }
    }

    /// <summary>Hands over a file beside the wanted one, on the same disk, which is gone afterwards.</summary>
    private static void Staged(string path, Action<string> write)
    {
        var whole = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(whole);
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"there is no folder for `{path}`");
        // The process number keeps two runs that write to the same place apart.
        var staged = Path.Combine(folder, $".{Path.GetFileName(whole)}.partial-{Environment.ProcessId}");
        try
        {
            File.Create(staged).Dispose();
            write(staged);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The user asked for the final file, not for the one beside it.
            var words = error.Message.Split(" : ")[0].TrimEnd('.').Replace(staged, path, StringComparison.Ordinal);
            var reason = error switch
            {
                IOException => words,
                UnauthorizedAccessException => "access is denied",
                _ => "the system allows no larger file",
            };
            throw new IOException($"`{path}` cannot be written: {reason}", error);
        }
        finally
        {
            File.Delete(staged);
        }
    }
}
