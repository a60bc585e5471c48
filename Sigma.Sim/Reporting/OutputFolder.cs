// A folder that appears whole or not at all: files are written into a hidden folder beside the final one and moved
// under their final names at the end, so that a full disk or an interrupt leaves no half-written file that looks
// finished.
using System.Text;
using System.Text.Json;

namespace Sigma.Sim.Reporting;

/// <summary>
/// Stages files and publishes them together. Errors of the disk stay <see cref="IOException"/> and
/// <see cref="UnauthorizedAccessException"/>, which the console knows how to phrase.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly string _final;
    private readonly string _staging;
    private readonly List<string> _names = [];
    private readonly List<string> _withdrawn = [];

    private OutputFolder(string final, string staging) => (_final, _staging) = (final, staging);

    /// <summary>Names of the staged files in the order in which they were asked for, with forward slashes.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>
    /// Opens a staging folder beside <paramref name="finalFolder"/>, whose parents are made where they are missing.
    /// </summary>
    public static OutputFolder Begin(string finalFolder)
    {
        var final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(finalFolder));
        if (File.Exists(final)) throw new IOException(
            $"{finalFolder} is a file, but results need a folder of that name.");
        var parent = Path.GetDirectoryName(final)
            ?? throw new IOException($"{finalFolder} is the root of a disk; results need a folder of their own.");
        try
        {
            Directory.CreateDirectory(parent);
            if (Directory.Exists(final)) TryToWriteIn(final);
            return Stage(final, parent);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The user asked for this folder, and knows nothing of those that we make on the way.
            throw new IOException($"{finalFolder} cannot be written: {Reason(error)}", error);
        }
    }

    // What would fail only when all work is done.
    private static void TryToWriteIn(string folder)
    {
        var probe = Path.Combine(folder, $".partial-{Environment.ProcessId}");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }

    private static string Reason(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        PathTooLongException => "the name is too long",
        DirectoryNotFoundException or FileNotFoundException => "no folder can be made there",
        _ when error.Message.Contains("too long", StringComparison.Ordinal) => "the name is too long",
        _ when error.Message.Contains("already exists", StringComparison.Ordinal) => "a file stands in its way",
        _ => error.Message.Split(" : ")[0].TrimEnd('.'),
    };

    private static OutputFolder Stage(string final, string parent)
    {
        // The process number keeps two runs that write to the same place apart until the moment they publish.
        var staging = Path.Combine(parent, $".{Path.GetFileName(final)}.partial-{Environment.ProcessId}");
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(staging);
        return new OutputFolder(final, staging);
    }

    /// <summary>Where to write a file of this relative name for now.</summary>
    public string PathOf(string name)
    {
        if (Path.IsPathRooted(name) || name.Split('/', '\\').Contains("..", StringComparer.Ordinal))
            throw new ArgumentException($"{name} would lie outside the output folder.", nameof(name));
        var path = Path.Combine(_staging, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!_names.Contains(name, StringComparer.Ordinal)) _names.Add(name);
        return path;
    }

    /// <summary>Writes a text file in UTF-8 with line feeds, on every system the same bytes.</summary>
    public void Write(string name, Action<TextWriter> write) => WriteBytes(name, stream =>
    {
        using var writer = new StreamWriter(stream, Utf8, leaveOpen: true) { NewLine = "\n" };
        write(writer);
    });

    /// <summary>Writes a file of any format.</summary>
    public void WriteBytes(string name, Action<Stream> write)
    {
        try
        {
            using var stream = File.Create(PathOf(name));
            write(stream);
        }
        catch (Exception error) when (error is IOException or ArgumentOutOfRangeException)
        {
            // The user asked for the final folder, not for the one beside it; and a file that grows beyond what the
            // system allows is reported as an argument that is out of range.
            var reason = error is IOException
                ? error.Message.Split(" : ")[0].TrimEnd('.')
                : "the system allows no larger file";
            throw new IOException($"{_final} cannot be written: {reason}", error);
        }
    }

    /// <summary>A file that holds one JSON object, whose members are written here.</summary>
    public void WriteJson(string name, Action<Utf8JsonWriter> members) => Write(name, to =>
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        to.Write(Utf8.GetString(stream.ToArray()) + "\n");
    });

    /// <summary>
    /// Takes away a file of an earlier run, which would be taken for one of these results, unless they have it too.
    /// </summary>
    public void Withdraw(string name) => _withdrawn.Add(name);

    /// <summary>Moves every staged file under its final name, over an older one of that name.</summary>
    public void Publish()
    {
        Directory.CreateDirectory(_final);
        foreach (var old in _withdrawn.Select(name => Path.Combine(_final, name)).Where(File.Exists)) File.Delete(old);
        foreach (var name in _names)
        {
            var target = Path.Combine(_final, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(Path.Combine(_staging, name), target, overwrite: true);
        }
    }

    /// <summary>Removes the staging folder with whatever was not published.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_staging)) Directory.Delete(_staging, recursive: true);
    }
}
