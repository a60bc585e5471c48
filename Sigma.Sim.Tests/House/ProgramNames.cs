// The names that documents may quote: what the program calls something, as a key, a column, an option, a word of a file
// or a type. All are text literals or declarations of its source.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sigma.Sim.Tests.House;

/// <summary>Every name of the program.</summary>
internal static class ProgramNames
{
    private static readonly Lazy<HashSet<string>> LazyAll = new(Collect);

    /// <summary>
    /// Whether the program has a name. Of `work: 70 d` the key counts, of `cluster.spares.warm` each part, of
    /// `sigma fit` the verb.
    /// </summary>
    public static bool Has(string name)
    {
        var key = name.Split(": ")[0];
        return LazyAll.Value.Contains(key)
            || (key.Contains('.', StringComparison.Ordinal) && key.Split('.').All(LazyAll.Value.Contains))
            || (key.StartsWith("sigma ", StringComparison.Ordinal) && LazyAll.Value.Contains(key.Split(' ')[1]));
    }

    private static HashSet<string> Collect()
    {
        var nodes = SourceTree.Program.SelectMany(file => file.Syntax.GetRoot().DescendantNodes()).ToList();
        var literals = nodes.OfType<LiteralExpressionSyntax>()
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression))
            .Select(literal => literal.Token.ValueText);
        var types = nodes.OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.ValueText);
        var members = nodes.OfType<EnumMemberDeclarationSyntax>().Select(member => member.Identifier.ValueText);
        return new HashSet<string>([.. literals, .. types, .. members], StringComparer.Ordinal);
    }
}
