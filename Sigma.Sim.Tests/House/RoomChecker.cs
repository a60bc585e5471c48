// Holds what the source names against what the table of rooms allows, and says each difference as a compiler would.
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sigma.Sim.Tests.House;

/// <summary>The verdict on a set of files: no errors, or all of them in source order.</summary>
internal static class RoomChecker
{
    private const string House = "Sigma.Sim";

    public static IReadOnlyList<string> Check(RoomTable table, IReadOnlyList<SourceFile> files)
    {
        var (uses, unresolved) = NamedUses.Find(files);
        return
        [
            .. files.SelectMany(file => Misplacements(table, file)),
            .. unresolved,
            .. WrongUses(table, uses),
            .. UnusedPermissions(table, files, uses),
        ];
    }

    /// <summary>The folder under Sigma.Sim; what lies beside Program.cs is Cli's.</summary>
    private static string RoomOf(SourceFile file) => file.Path.Split('/') is [House, var room, _, ..] ? room : "Cli";

    /// <summary>The room of a namespace, or null; <c>Sigma.Sim.Kernels.Reference</c> is in Kernels.</summary>
    private static string? RoomOf(string name) => name.Split('.') is ["Sigma", "Sim", var room, ..] ? room : null;

    // A file's room is its folder, a name's room is its namespace: unless the two are one, a file could hide.
    private static IEnumerable<string> Misplacements(RoomTable table, SourceFile file)
    {
        var room = RoomOf(file);
        if (!table.MayImport.ContainsKey(room))
        {
            yield return file.Error(1, 1, $"{room} is no room; {RoomTable.Document} names the rooms");
            yield break;
        }

        var root = file.Syntax.GetCompilationUnitRoot();
        foreach (var space in root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>())
        {
            var name = space.Name.ToString();
            var isNested = space.Parent is BaseNamespaceDeclarationSyntax;
            if (!isNested && RoomOf(name) != room)
                yield return file.Error(
                    space.Name.GetLocation(), $"namespace {name} in the folder of {room}; say {House}.{room}");
        }

        var homeless = root.Members.FirstOrDefault(
            member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);
        if (homeless is not null && file.Path.Split('/').Length > 2)
            yield return file.Error(homeless.GetLocation(), $"a type without a namespace; say {House}.{room}");
    }

    private static IEnumerable<string> WrongUses(RoomTable table, IReadOnlyList<NamedUse> uses) => uses
        .OrderBy(use => use.File.Path, StringComparer.Ordinal).ThenBy(use => use.Line).ThenBy(use => use.Column)
        .Select(use => (Use: use, Ban: Ban(table, RoomOf(use.File), use.Namespace)))
        .Where(pair => pair.Ban is not null)
        // A line that names a room three times has one fault.
        .DistinctBy(pair => (pair.Use.File.Path, pair.Use.Line, pair.Ban))
        .Select(pair => pair.Use.File.Error(
            pair.Use.Line,
            pair.Use.Column,
            $"{RoomOf(pair.Use.File)} may not use {pair.Ban!.Value.What} ({pair.Use.Name}); {pair.Ban.Value.Instead}"));

    private static (string What, string Instead)? Ban(RoomTable table, string from, string name)
    {
        if (RoomOf(name) is { } to)
        {
            var allowed = table.MayImport.GetValueOrDefault(from, []);
            if (to == from || allowed.Contains(to, StringComparer.Ordinal)) return null;
            return (to, $"it may use {(allowed.Count == 0 ? "no other room" : string.Join(", ", allowed))}");
        }

        var door = table.Doors.FirstOrDefault(door => $"{name}.".StartsWith($"{door.Key}.", StringComparison.Ordinal));
        if (door.Key is null || door.Value.Contains(from, StringComparer.Ordinal)) return null;
        return (door.Key, $"only {string.Join(" and ", door.Value)} may");
    }

    // A permission is judged once both rooms are furnished: an empty room cannot use or be used.
    private static IEnumerable<string> UnusedPermissions(
        RoomTable table, IReadOnlyList<SourceFile> files, IReadOnlyList<NamedUse> uses)
    {
        var furnished = files.Select(RoomOf).ToHashSet(StringComparer.Ordinal);
        var used = uses.Select(use => (From: RoomOf(use.File), To: RoomOf(use.Namespace))).ToHashSet();
        return
            from row in table.MayImport
            where furnished.Contains(row.Key) && !table.MayImportAll(row.Key)
            from allowed in row.Value
            where furnished.Contains(allowed) && !used.Contains((row.Key, allowed))
            select $"{RoomTable.Document}: error: {row.Key} is allowed {allowed} but never uses it";
    }
}
