// The rules of style that a machine can hold. Each complaint names the place and what to write instead, since a rule
// that only forbids is obeyed by moving the trouble elsewhere. What a machine cannot judge is no rule here.
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sigma.Sim.Tests.House;

/// <summary>Each method judges one file by one rule and returns the complaints in source order.</summary>
internal static partial class SourceRules
{
    public const int MaxLines = 400, MaxColumns = 120;

    // What such a name leaves unsaid, and so what to say instead.
    private static readonly (string Ending, string Instead)[] EmptyNames =
    [
        ("Manager", "name what it decides or keeps: a policy, a calendar, a shop"),
        ("Helper", "name the noun that its methods speak about"),
        ("Utils", "name the noun that its methods speak about"),
        ("Util", "name the noun that its methods speak about"),
        ("Base", "name the idea; the types derived from it name its cases"),
        ("Impl", "name what sets it apart from another implementation"),
        ("Data", "name what is recorded"),
        ("Info", "name what is recorded"),
    ];

    /// <summary>A file has one idea; about 200 lines hold one, 400 hold two.</summary>
    public static IEnumerable<string> Length(SourceFile file)
    {
        if (file.Lines.Length > MaxLines)
        {
            var lines = file.Lines.Length;
            yield return file.Error(
                MaxLines + 1, 1, $"{lines} lines, at most {MaxLines}; give the second idea a file of its own");
        }
    }

    /// <summary>Two files side by side fit a screen. Raw strings show foreign text; an address cannot break.</summary>
    public static IEnumerable<string> Width(SourceFile file)
    {
        HashSet<int>? raw = null;
        for (var line = 0; line < file.Lines.Length; line++)
        {
            var width = file.Lines[line].Length;
            if (width <= MaxColumns || file.Lines[line].Contains("://", StringComparison.Ordinal)) continue;
            if ((raw ??= RawStringLines(file)).Contains(line)) continue;
            var message = $"{width} columns, at most {MaxColumns}; break the line or name a part of it";
            yield return file.Error(line + 1, MaxColumns + 1, message);
        }
    }

    /// <summary>A part of a file that wants a heading wants to be a type.</summary>
    public static IEnumerable<string> Regions(SourceFile file) =>
        Matches(file, Region(), _ => "no #region; give what it holds a type or a file of its own");

    /// <summary>A promise in a comment is kept by nobody.</summary>
    public static IEnumerable<string> Promises(SourceFile file) =>
        Matches(file, Promise(), word => $"no {word}; do it now, or state the limit where its user reads it");

    /// <summary>What is not written yet is not callable yet.</summary>
    public static IEnumerable<string> Stubs(SourceFile file) =>
        Matches(file, Stub(), word => $"no {word}; leave the member out, or say what was found and what is allowed");

    /// <summary>A name that fits every type says nothing about this one.</summary>
    public static IEnumerable<string> Names(SourceFile file) =>
        from name in file.Syntax.GetRoot().DescendantNodes().Select(TypeName)
        where name.Text is not null
        let empty = EmptyNames.FirstOrDefault(pair => name.Text.EndsWith(pair.Ending, StringComparison.Ordinal))
        where empty.Ending is not null
        select file.Error(name.GetLocation(), $"{name.Text} ends in {empty.Ending}; {empty.Instead}");

    /// <summary>A reader who opens a file learns first what it holds and why.</summary>
    public static IEnumerable<string> Opening(SourceFile file)
    {
        if (!file.Text.StartsWith("//", StringComparison.Ordinal))
            yield return file.Error(1, 1, "no opening comment; start with // and say what the file holds and why");
    }

    /// <summary>Inheritance is an offer; one that was not meant binds its author all the same.</summary>
    public static IEnumerable<string> OpenClasses(SourceFile file) =>
        from type in file.Syntax.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
        where type.IsKind(SyntaxKind.ClassDeclaration) || type.IsKind(SyntaxKind.RecordDeclaration)
        where IsSeenOutside(type)
        where !Has(type, SyntaxKind.SealedKeyword, SyntaxKind.StaticKeyword, SyntaxKind.AbstractKeyword)
        select file.Error(
            type.Identifier.GetLocation(), $"class {type.Identifier.Text} is open; make it sealed, static or abstract");

    private static bool IsSeenOutside(TypeDeclarationSyntax type) =>
        Has(type, SyntaxKind.PublicKeyword, SyntaxKind.InternalKeyword) || type.Parent is not TypeDeclarationSyntax;

    private static bool Has(TypeDeclarationSyntax type, params SyntaxKind[] any) =>
        type.Modifiers.Any(modifier => any.Contains(modifier.Kind()));

    private static SyntaxToken TypeName(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier,
        DelegateDeclarationSyntax type => type.Identifier,
        _ => default,
    };

    private static HashSet<int> RawStringLines(SourceFile file) =>
        [.. file.Syntax.GetRoot().DescendantNodes()
            .Where(node => node is LiteralExpressionSyntax or InterpolatedStringExpressionSyntax)
            .Where(node => node.GetFirstToken().Text.Contains("\"\"\"", StringComparison.Ordinal))
            .Select(node => node.GetLocation().GetLineSpan())
            .SelectMany(span => Enumerable.Range(
                span.StartLinePosition.Line, span.EndLinePosition.Line - span.StartLinePosition.Line + 1))];

    private static IEnumerable<string> Matches(SourceFile file, Regex pattern, Func<string, string> message) =>
        from line in Enumerable.Range(0, file.Lines.Length)
        from match in pattern.Matches(file.Lines[line])
        select file.Error(line + 1, match.Index + 1, message(match.Value));

    [GeneratedRegex(@"#\s*region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Promise();

    [GeneratedRegex(@"\bNotImplementedException\b")]
    private static partial Regex Stub();
}
