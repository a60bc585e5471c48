// The house tests read the source as text and as syntax. This is where they find it, and the one shape they see it in,
// so that a planted file in a test and a real file on disk are judged by the same code.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Sigma.Sim.Tests.House;

/// <summary>One source file: its path from the root of the repository, with forward slashes, and its text.</summary>
internal sealed class SourceFile(string path, string text)
{
    // Doc comments are parsed, or a cref would be an invisible use of a room.
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private readonly Lazy<SyntaxTree> _syntax = new(() => CSharpSyntaxTree.ParseText(text, Options, path));

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string[] Lines { get; } = text.TrimEnd('\n').Split('\n');

    public SyntaxTree Syntax => _syntax.Value;

    /// <summary>A complaint as a compiler words it; line and column count from 1.</summary>
    public string Error(int line, int column, string message) => $"{Path}:{line}:{column}: error: {message}";

    /// <inheritdoc cref="Error(int, int, string)"/>
    public string Error(Location place, string message)
    {
        var start = place.GetLineSpan().StartLinePosition;
        return Error(start.Line + 1, start.Character + 1, message);
    }
}

/// <summary>The repository on disk, found from the folder that the tests run in.</summary>
internal static class SourceTree
{
    public static readonly string Root = FindRoot();

    private static readonly Lazy<IReadOnlyList<SourceFile>> LazyProgram = new(() => Under("Sigma.Sim"));

    private static readonly Lazy<IReadOnlyList<SourceFile>> LazyGenerated =
        new(() => [.. Files("Sigma.Sim/obj/proto").Select(Open)]);

    private static readonly Lazy<IReadOnlyList<SourceFile>> LazyTests = new(() => Under("Sigma.Sim.Tests"));

    /// <summary>Every .cs file of the program.</summary>
    public static IReadOnlyList<SourceFile> Program => LazyProgram.Value;

    /// <summary>What the build made from .proto files: nobody wrote it, and no rule is about it.</summary>
    public static IReadOnlyList<SourceFile> Generated => LazyGenerated.Value;

    /// <summary>Every .cs file of the tests.</summary>
    public static IReadOnlyList<SourceFile> Tests => LazyTests.Value;

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Where on this machine a file or folder of the repository lies.</summary>
    public static string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>Fails with the complaints, at most twenty: a list that nobody reads to its end helps nobody.</summary>
    public static void AssertNone(IEnumerable<string> errors)
    {
        var all = errors.ToList();
        var shown = string.Join('\n', all.Take(20)) + (all.Count > 20 ? $"\n... and {all.Count - 20} more" : "");
        if (all.Count > 0) Assert.Fail('\n' + shown);
    }

    private static List<SourceFile> Under(string folder) =>
        [.. Files(folder).Where(path => !path.Split('/').Any(part => part is "obj" or "bin")).Select(Open)];

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    private static SourceFile Open(string path) => new(path, Read(path).ReplaceLineEndings("\n"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sigma.Sim.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Sigma.Sim.sln");
    }
}
