// What the source names, as the compiler understands it. A search of the text would miss an alias, a type reached by
// half its path or an extension method, and would see a room in every local variable that is called like one.
using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sigma.Sim.Tests.House;

/// <summary>A place in a file that names something of a namespace.</summary>
internal sealed record NamedUse(SourceFile File, int Line, int Column, string Namespace, string Name);

/// <summary>All names of a set of files, from one compilation.</summary>
internal static class NamedUses
{
    // What the SDK adds to every file of the program (ImplicitUsings).
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // A name without a meaning is a name unjudged: CS0012, CS0103, CS0234 and CS0246 in code, CS1574 in a doc comment.
    private static readonly HashSet<string> Blindness =
        new(["CS0012", "CS0103", "CS0234", "CS0246", "CS1574"], StringComparer.Ordinal);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(FindReferences);

    /// <summary>Finds the uses, and the complaints about names that mean nothing.</summary>
    public static (IReadOnlyList<NamedUse> Uses, IReadOnlyList<string> Errors) Find(IReadOnlyList<SourceFile> files)
    {
        var byTree = files.ToDictionary(file => file.Syntax);
        var options = new CSharpCompilationOptions(
            OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
        // What is compiled beside the files gives names their meaning, and is not judged itself.
        var beside = SourceTree.Generated.Append(new SourceFile("ImplicitUsings.cs", ImplicitUsings));
        var trees = byTree.Keys.Concat(beside.Select(file => file.Syntax));
        var compilation = CSharpCompilation.Create("house", trees, References.Value, options);

        var uses = new ConcurrentBag<NamedUse>();
        Parallel.ForEach(byTree, pair =>
        {
            var model = compilation.GetSemanticModel(pair.Key);
            foreach (var name in pair.Key.GetRoot().DescendantNodes(descendIntoTrivia: true).OfType<SimpleNameSyntax>())
            {
                if (Use(model, name, pair.Value) is { } use) uses.Add(use);
            }
        });

        var errors = compilation.GetDiagnostics()
            .Where(diagnostic => Blindness.Contains(diagnostic.Id) && diagnostic.Location.SourceTree is not null)
            .Select(diagnostic => byTree[diagnostic.Location.SourceTree!].Error(
                diagnostic.Location, $"a name that means nothing cannot be judged: {diagnostic.GetMessage(null)}"));
        return ([.. uses], [.. errors]);
    }

    private static NamedUse? Use(SemanticModel model, SimpleNameSyntax name, SourceFile file)
    {
        // `var` has a type but names none; a namespace's own declaration is no use of it.
        if (name.IsVar || name.FirstAncestorOrSelf<BaseNamespaceDeclarationSyntax>()?.Name.Contains(name) == true)
            return null;

        var info = model.GetSymbolInfo(name);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        if (symbol is INamespaceSymbol && IsQualifier(name)) return null;
        var home = symbol as INamespaceSymbol ?? symbol?.ContainingNamespace;
        if (home is null or { IsGlobalNamespace: true }) return null;

        var start = name.GetLocation().GetLineSpan().StartLinePosition;
        return new(file, start.Line + 1, start.Character + 1, home.ToDisplayString(), Display(symbol!));
    }

    // In A.B.C the use is C's; A and B only say the way.
    private static bool IsQualifier(SyntaxNode name)
    {
        while (true)
        {
            switch (name.Parent)
            {
                case QualifiedNameSyntax parent when parent.Right == name:
                case MemberAccessExpressionSyntax member when member.Name == name:
                case AliasQualifiedNameSyntax:
                    name = name.Parent;
                    continue;
                case QualifiedNameSyntax or MemberAccessExpressionSyntax or QualifiedCrefSyntax:
                    return true;
                default:
                    return false;
            }
        }
    }

    private static string Display(ISymbol symbol)
    {
        if (symbol is INamespaceSymbol) return symbol.ToDisplayString();
        // A constructor is its type; the block of an extension has no name of its own.
        var isNamed = symbol is not
            (IMethodSymbol { MethodKind: MethodKind.Constructor } or INamedTypeSymbol { IsExtension: true });
        var outer = symbol.ContainingType is { } type ? Display(type) : "";
        return string.Join('.', new[] { outer, isNamed ? symbol.Name : "" }.Where(part => part.Length > 0));
    }

    // The tests run on the assemblies that the program is built from; the program itself is read as source.
    private static List<MetadataReference> FindReferences() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(path => Path.GetFileNameWithoutExtension(path) is not ("sigma" or "Sigma.Sim.Tests"))
            .Select(path => MetadataReference.CreateFromFile(path))];
}
