// Who runs on this machine: a job's steps outlive the daemon that started them, and a test must leave nothing behind.
using System.Globalization;
using System.Text;

namespace Sigma.Sim.Tests.Slurm;

/// <summary>What /proc says of the processes of this machine.</summary>
internal static class ProcessTable
{
    /// <summary>Whether the process exists and is no zombie.</summary>
    public static bool IsAlive(int id) => Stat(id) is { State: not ('Z' or 'X') };

    /// <summary>The live processes that were started with the variable, and all that descend from them.</summary>
    public static List<int> Started(string variable, string value)
    {
        var parents = Ids().Where(IsAlive).ToDictionary(id => id, id => Stat(id)?.Parent ?? 0);
        var found = parents.Keys.Where(id => HasVariable(id, $"{variable}={value}")).ToHashSet();
        while (parents.Any(entry => found.Contains(entry.Value) && found.Add(entry.Key)))
        {
        }

        found.Remove(Environment.ProcessId);
        return [.. found];
    }

    private static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit))
        .Select(name => int.Parse(name!, CultureInfo.InvariantCulture));

    private static bool HasVariable(int id, string setting) =>
        Read(id, "environ").Split('\0').Contains(setting, StringComparer.Ordinal);

    private static (char State, int Parent)? Stat(int id)
    {
        // The name in parentheses may itself hold spaces and parentheses, so the fields count from the last one.
        var fields = Read(id, "stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 2 ? null : (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
    }

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}", Encoding.Latin1);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
