// A sweep of many short campaigns, and how two folders of results are held against each other.
using System.Globalization;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Sweeps;

/// <summary>Makes sweeps for tests.</summary>
internal static class SmallSweep
{
    private const string Scenario = """
        scenario: few-nodes
        seed: 11
        duration: {0} d
        replications: 5
        step: {{ time: 10 s, tokens: 1M }}
        cluster: {{ nodes: 32, accelerators_per_node: 8, spares: {{ warm: 4 }} }}
        faults:
          - name: node lost
            scope: node
            time_to_failure: exponential 20 d
            detection: {{ latency: 1 min }}
            remedy: {{ replace: 1 }}
        checkpoint: {{ tiers: [{{ to: storage, every: 1 h, blocking: 10 s, write: 1 min, read: 1 min }}] }}
        recovery: {{ policy: warm-spare }}
        """;

    /// <summary>A plan of so many points in a folder, beside its scenario; returns the plan's path.</summary>
    public static string In(ScratchFolder scratch, int points, int days)
    {
        scratch.Holding("few.yaml", string.Format(CultureInfo.InvariantCulture, Scenario, days));
        return scratch.Holding("plan.yaml", $$"""
            sweep: few
            base: few.yaml
            axes:
              - { path: checkpoint.tiers.0.every, values: 10 min..500 min:{{points}} }
            """);
    }

    /// <summary>Fails unless both folders hold the same final files with the same bytes.</summary>
    public static void AssertSame(string expected, string found)
    {
        var files = FilesOf(expected);
        CollectionAssert.AreEqual(files, FilesOf(found));
        Assert.IsGreaterThan(3, files.Count);
        foreach (var file in files)
        {
            CollectionAssert.AreEqual(
                File.ReadAllBytes(Path.Combine(expected, file)), File.ReadAllBytes(Path.Combine(found, file)), file);
        }
    }

    private static List<string> FilesOf(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(file => !file.StartsWith("journal", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];
}
