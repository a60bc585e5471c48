// A file that a command writes at its end: what stands in its way is said before the work, and what was half written
// never stands in its place.
using System.Text;

namespace Sigma.Sim.Cli;

/// <summary>A file beside the wanted one, which takes its place when it is complete.</summary>
internal sealed class NewFile : IDisposable
{
    private readonly string _staged;

    /// <summary>Tries the name.</summary>
    /// <param name="option">The option that gave it, for people.</param>
    /// <param name="name">The file.</param>
    public NewFile(string option, string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            throw new UsageException($"{option} takes the name of a file");
        if (Directory.Exists(name) || Path.EndsInDirectorySeparator(name))
            throw new UsageException($"{option} takes a file; `{name}` is a folder");
        // What is written takes the place of what has its name, and a device must stay where it is.
        if (Path.GetFullPath(name).StartsWith("/dev/", StringComparison.Ordinal))
            throw new UsageException($"{option} takes a file; `{name}` is a device");
        Name = name;
        _staged = $"{name}.partial-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(name))!);
            File.Create(_staged).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The user asked for this file, and knows nothing of the one beside it.
            throw new IOException($"{name} cannot be written: {ReasonOf(error)}", error);
        }
    }

    /// <summary>As the user wrote it.</summary>
    public string Name { get; }

    /// <summary>Writes the text in UTF-8 and puts the file in its place.</summary>
    public void Save(string text)
    {
        File.WriteAllText(_staged, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(_staged, Name, overwrite: true);
    }

    /// <summary>Takes away what was not finished.</summary>
    public void Dispose() => File.Delete(_staged);

    private static string ReasonOf(Exception error) => error switch
    {
        UnauthorizedAccessException => "access is denied",
        PathTooLongException => "the name is too long",
        DirectoryNotFoundException => "its folder cannot be made",
        _ when error.Message.Contains("too long", StringComparison.Ordinal) => "the name is too long",
        _ when error.Message.Contains("already exists", StringComparison.Ordinal) => "a file stands in its way",
        _ => error.Message.Split(" : ")[0].TrimEnd('.'),
    };
}
