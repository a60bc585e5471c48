// A report of every kind, written once by the program itself: with the small scenario, one that states its step, and
// one whose names try to become markup.
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.Browser;

/// <summary>The reports that are opened.</summary>
internal static class Pages
{
    private static readonly ScratchFolder Scratch = new();
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Written = new(Write);

    public const string Attack = "<script>alert(1)</script>";

    public static IReadOnlyCollection<string> Kinds =>
        ["run", "stated", "attack", "compare", "sweep", "optimize", "sensitivity", "fit"];

    /// <summary>The address of a report.</summary>
    public static string AddressOf(string kind) => new Uri(Written.Value[kind]).AbsoluteUri;

    public static void Delete() => Scratch.Dispose();

    private static Dictionary<string, string> Write()
    {
        const string stated = "scenarios/stated-step.yaml";
        string[] few = ["--replications", "3"];
        const string spares = "cluster.spares.warm=2,4,8", intervals = "checkpoint.tiers.0.every=10 min,1 h,3 h";
        const string range = "checkpoint.tiers.1.every=15 min..12 h";
        var lines = File.ReadAllLines(House.SourceTree.PathOf(stated)).Select(line =>
            line.StartsWith("about:", StringComparison.Ordinal) ? $"about: \"{Attack}\""
            : line.Replace("name: accelerator fault", $"name: \"{Attack}\"", StringComparison.Ordinal));
        var attack = Scratch.Holding("attack.yaml", string.Join('\n', lines));
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["run"] = PageOf("run", ["run", "scenarios/small.yaml", .. few]),
            ["stated"] = PageOf("stated", ["run", stated, .. few]),
            ["attack"] = PageOf("attack", ["run", attack, .. few]),
            ["compare"] = PageOf("compare", ["compare", stated, "--vary", spares, .. few]),
            ["sweep"] = PageOf("sweep", ["sweep", stated, "--set", spares, "--set", intervals, .. few]),
            ["optimize"] = PageOf("optimize", ["optimize", stated, "--over", range, .. few]),
            ["sensitivity"] = PageOf("sensitivity", ["sensitivity", stated, "--points", "0", .. few]),
            ["fit"] = PageOf("fit", ["fit", "scenarios/logs/accelerators.csv", "--by", "cause"]),
        };
    }

    private static string PageOf(string kind, string[] command)
    {
        var folder = Scratch.At(kind);
        SigmaProcess.Run([.. command, "--out", folder, "--quiet"]).EndedWith(0);
        return Path.Combine(folder, "report.html");
    }
}
