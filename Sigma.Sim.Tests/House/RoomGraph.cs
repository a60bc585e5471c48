// The table of rooms as a picture: what a reader sees first, and so what must not be drawn by hand.
namespace Sigma.Sim.Tests.House;

/// <summary>A mermaid graph of a table of rooms.</summary>
internal static class RoomGraph
{
    /// <summary>Rooms in the order of the table, then doors to packages; a line each.</summary>
    public static IEnumerable<string> Of(RoomTable table)
    {
        yield return "graph BT";
        foreach (var (room, imports) in table.MayImport)
        {
            var others = imports.Where(import => import != room).ToList();
            foreach (var import in others.Where(import => !Follows(table, import, others)))
                yield return $"  {room} --> {import}";
        }

        foreach (var (package, rooms) in table.Doors)
        {
            foreach (var room in rooms) yield return $"  {room} -.- {package}([{package}])";
        }
    }

    /// <summary>Whether a room is reached by way of another one that is imported.</summary>
    private static bool Follows(RoomTable table, string room, IEnumerable<string> imports) =>
        imports.Any(import => import != room && Reaches(table, import, room));

    private static bool Reaches(RoomTable table, string from, string to) =>
        table.MayImport[from].Any(import => import != from && (import == to || Reaches(table, import, to)));
}
