// What was probably meant: the known name that takes the fewest edits, if it is near enough to be a slip of the finger.
namespace Sigma.Sim.Scenarios;

/// <summary>Finds the nearest of a set of names by edit distance (insert, delete, replace, swap neighbours).</summary>
public static class NearestName
{
    /// <summary>The nearest name, or null where none is within two edits or a third of the word's length.</summary>
    public static string? Of(string word, IEnumerable<string> names)
    {
        var best = (Name: (string?)null, Distance: Math.Max(2, word.Length / 3) + 1);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (Math.Abs(name.Length - word.Length) >= best.Distance) continue;
            var distance = Distance(word, name);
            if (distance < best.Distance) best = (name, distance);
        }

        return best.Name;
    }

    private static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= to.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            for (var j = 1; j <= to.Length; j++)
            {
                var replace = from[i - 1] == to[j - 1] ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1), cost[i - 1, j - 1] + replace);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[from.Length, to.Length];
    }
}
