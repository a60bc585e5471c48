// The text that a planner wrote, kept whole so that an error can show the very line it speaks of.
using System.Text;

namespace Sigma.Sim.Scenarios;

/// <summary>What a file is to be, in the words that tell its author what it is not.</summary>
/// <param name="Noun">What it is called.</param>
/// <param name="FirstLine">How it begins.</param>
/// <param name="Start">How to come by one.</param>
/// <param name="WhyNoDefaults">Why a value that it must give has no default.</param>
public sealed record SourceKind(string Noun, string FirstLine, string Start, string WhyNoDefaults)
{
    public static SourceKind Scenario { get; } = new(
        "scenario", "a scenario begins with `scenario: NAME`", "copy one from scenarios/ to start from",
        "no two clusters or models agree on it");

    public static SourceKind Sweep { get; } = new(
        "plan", "a plan begins with `sweep: NAME`", "copy one from scenarios/sweeps/ to start from",
        "only its author knows what to sweep");

    public static SourceKind Measurement { get; } = new(
        "measurement", "a measurement says `measured: silent-corruption`", "`sigma step --inject N` writes one",
        "it is counted and not chosen");

    public static SourceKind AireSim { get; } = new(
        "configuration of AIReSim", "it is a map of AIReSim's parameters", "its repository has one, `config.yaml`",
        "AIReSim gives none");

    public static SourceKind Layout { get; } = new(
        "layout", "a layout gives `trial_name`, `dp_size` and `pp_size`", "it comes with the measured operations",
        "it belongs to the measured job");
}

/// <summary>A text with the name under which the user knows it; lines count from one.</summary>
public sealed class SourceFile
{
    /// <summary>A scenario is a page or two; a megabyte is a mistake, and parsing it a trap.</summary>
    public const int LargestBytes = 1 << 20;

    /// <summary>The name under which a `--set` is shown.</summary>
    public const string CommandLine = "--set";

    private readonly string[] _lines;

    public SourceFile(string name, SourceKind kind, string text)
    {
        (Name, Kind, Text) = (name, kind, text);
        _lines = text.Split('\n');
    }

    public string Name { get; }

    public SourceKind Kind { get; }

    public string Text { get; }

    /// <summary>The line's text without its end; empty beyond the last line.</summary>
    public string Line(int number) => number >= 1 && number <= _lines.Length ? _lines[number - 1].TrimEnd('\r') : "";

    /// <summary>Reads a file, or reports why it cannot be one of ours and returns null.</summary>
    public static SourceFile? Load(
        string path, string shownAs, SourceKind kind, SourceSpan? referredFrom, DiagnosticList diagnostics)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
            return Reject("S001", $"the name of a {kind.Noun} file is empty");
        byte[] bytes;
        try
        {
            var file = new FileInfo(path);
            if (Directory.Exists(path)) return Refuse($"`{shownAs}` is a folder, not a {kind.Noun} file");
            if (!file.Exists) return Refuse($"there is no file `{shownAs}`");
            var size = file.Length;
            // Pipes and devices report no length, and reading them may never end.
            if (size == 0)
                return Reject("S005", $"`{shownAs}` is empty, or not a regular file; {kind.Start}");

            if (size > LargestBytes)
            {
                var limit = $"a {kind.Noun} has at most {LargestBytes:N0}";
                return Reject("S002", $"`{shownAs}` has {size:N0} bytes; {limit}");
            }

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
            return new SourceFile(shownAs, kind, strict.GetString(bytes).TrimStart('\uFEFF'));
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
