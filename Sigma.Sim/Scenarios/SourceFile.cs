// The text that a planner wrote, kept whole so that an error can show the very line it speaks of.
using System.Text;

namespace Sigma.Sim.Scenarios;

/// <summary>A text with the name under which the user knows it; lines count from one.</summary>
public sealed class SourceFile
{
    /// <summary>A scenario is a page or two; a megabyte is a mistake, and parsing it a trap.</summary>
    public const int LargestBytes = 1 << 20;

    /// <summary>The name under which a `--set` is shown.</summary>
    public const string CommandLine = "--set";

    private readonly string[] _lines;

    public SourceFile(string name, string text)
    {
        Name = name;
        Text = text;
        _lines = text.Split('\n');
    }

    public string Name { get; }

    public string Text { get; }

    /// <summary>The line's text without its end; empty beyond the last line.</summary>
    public string Line(int number) => number >= 1 && number <= _lines.Length ? _lines[number - 1].TrimEnd('\r') : "";

    /// <summary>Reads a file, or reports why it cannot be one of ours and returns null.</summary>
    public static SourceFile? Load(string path, string shownAs, SourceSpan? referredFrom, DiagnosticList diagnostics)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            return Reject("S001", "the name of a scenario file is empty");
        byte[] bytes;
        try
        {
            var file = new FileInfo(path);
            if (Directory.Exists(path)) return Refuse($"`{shownAs}` is a folder, not a scenario file");
            if (!file.Exists) return Refuse($"there is no file `{shownAs}`");
            var size = file.Length;
            // Pipes and devices report no length, and reading them may never end.
            if (size == 0)
            {
                const string start = "copy one from scenarios/ to start from";
                return Reject("S005", $"`{shownAs}` is empty, or not a regular file; {start}");
            }

            if (size > LargestBytes)
                return Reject("S002", $"`{shownAs}` has {size:N0} bytes; a scenario has at most {LargestBytes:N0}");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return Refuse($"`{shownAs}` cannot be read: {error.Message}");
        }

        if (Array.IndexOf(bytes, (byte)0) >= 0)
            return Reject("S003", $"`{shownAs}` is not text: it contains zero bytes");
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return new SourceFile(shownAs, strict.GetString(bytes).TrimStart('\uFEFF'));
        }
        catch (DecoderFallbackException)
        {
            return Reject("S003", $"`{shownAs}` is not UTF-8 text");
        }

        SourceFile? Refuse(string message)
        {
            var isOwn = referredFrom is null;
            diagnostics.Add(new Diagnostic("S001", message) { At = referredFrom, FaultOfMachine = isOwn });
            return null;
        }

        SourceFile? Reject(string code, string message)
        {
            diagnostics.Add(new Diagnostic(code, message) { At = referredFrom });
            return null;
        }
    }
}

/// <summary>A stretch of one line: line and column count from one, the length may be zero.</summary>
public sealed record SourceSpan(SourceFile File, int Line, int Column, int Length)
{
    public override string ToString() => $"{File.Name}:{Line}:{Column}";
}
