// The rule of the house, read from docs/ARCHITECTURE.md: there is no second copy of it, so the document cannot lie.
namespace Sigma.Sim.Tests.House;

/// <summary>Which room may import which, and which package may be named where.</summary>
internal sealed class RoomTable
{
    public const string Document = "docs/ARCHITECTURE.md";

    private readonly Dictionary<string, IReadOnlyList<string>> _mayImport = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _doors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unbounded = new(StringComparer.Ordinal);

    private RoomTable()
    {
    }

    /// <summary>The rooms that each room may import, in the order of the table.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> MayImport => _mayImport;

    /// <summary>The rooms in which each package, named by its namespace, may be used.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Doors => _doors;

    /// <summary>True for a row that says <c>all</c>: it need not use every room.</summary>
    public bool MayImportAll(string room) => _unbounded.Contains(room);

    /// <summary>Reads both tables; a row that cannot be right is refused by name.</summary>
    public static RoomTable Parse(string markdown)
    {
        var rows = Rows(markdown, "room", "holds", "may import");
        var names = rows.ConvertAll(row => row[0]);
        var table = new RoomTable();
        foreach (var (room, above) in rows.Select((row, index) => (row, names[..index])))
        {
            if (room[2] == "all") table._unbounded.Add(room[0]);
            var imports = room[2] == "all" ? names : List(room[2]);
            foreach (var import in imports.Except(room[2] == "all" ? names : above, StringComparer.Ordinal))
            {
                // Rooms above only: so the table cannot hold a cycle.
                throw Refusal($"{room[0]} is allowed {import}, which is no room above it");
            }

            if (!table._mayImport.TryAdd(room[0], imports)) throw Refusal($"{room[0]} has two rows");
        }

        foreach (var door in Rows(markdown, "package", "does", "only in"))
        {
            var rooms = List(door[2]);
            var unknown = rooms.Except(names, StringComparer.Ordinal).FirstOrDefault();
            if (unknown is not null) throw Refusal($"{door[0]} is allowed in {unknown}, which is no room");
            if (!table._doors.TryAdd(door[0], rooms)) throw Refusal($"{door[0]} has two rows");
        }

        return table;
    }

    private static List<string> List(string cell) =>
        cell == "-" ? [] : [.. cell.Split(',', StringSplitOptions.TrimEntries)];

    private static List<string[]> Rows(string markdown, params string[] head)
    {
        var rows = markdown.ReplaceLineEndings("\n").Split('\n')
            .Select(Cells)
            .SkipWhile(cells => !cells.SequenceEqual(head, StringComparer.Ordinal))
            .TakeWhile(cells => cells.Length > 0)
            .Skip(2)
            .ToList();
        if (rows.Count == 0) throw Refusal($"no table with the columns {string.Join(" | ", head)}");
        var odd = rows.Find(row => row.Length != head.Length);
        return odd is null ? rows : throw Refusal($"the row of {odd[0]} has {odd.Length} columns, not {head.Length}");
    }

    private static string[] Cells(string line) =>
        line.StartsWith('|') ? line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries) : [];

    private static FormatException Refusal(string message) => new($"{Document}: error: {message}");
}
