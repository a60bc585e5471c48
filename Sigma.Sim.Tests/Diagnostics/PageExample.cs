// Runs an example of an error's page as its reader would: saved as mine.yaml in a folder that has scenarios/ beside it.
// Files are read by the readers that the commands use; only what needs a shell becomes a process.
using System.Text.RegularExpressions;
using Sigma.Sim.Cli.Explain;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Scenarios.Sweeps;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

/// <summary>What an example led to: a line a finding, <c>S012: unknown key `x`</c>; none where it is sound.</summary>
internal static partial class PageExample
{
    private const string Main = "mine.yaml";

    // What examples may name; the rest of scenarios/ is too large to be copied for each.
    private static readonly string[] Shipped =
        ["small.yaml", "stated-step.yaml", "hardware/", "detection/", "published/airesim.yaml"];

    public static IReadOnlyList<string> Findings(ErrorExample example)
    {
        using var folder = new ScratchFolder();
        CopyScenarios(folder);
        folder.Holding(Main, example.Text);
        foreach (var (name, text) in example.Files) folder.Holding(name, text);
        return example.Kind == ExampleKind.Script ? OfScript(example.Text, folder) : OfReader(example, folder);
    }

    private static IReadOnlyList<string> OfReader(ErrorExample example, ScratchFolder folder)
    {
        try
        {
            Read(example, folder);
            return [];
        }
        catch (ScenarioException error)
        {
            return [.. error.Diagnostics.InSourceOrder().Select(finding => Told(finding, folder))];
        }
    }

    private static void Read(ErrorExample example, ScratchFolder folder)
    {
        var main = folder.At(Main);
        switch (example.Kind)
        {
            case ExampleKind.Scenario:
                Scenario.Load(main, []);
                break;
            case ExampleKind.Plan:
                var plan = SweepPlanFile.Load(main);
                foreach (var point in plan.Points()) plan.Load(point);
                break;
            case ExampleKind.AireSim:
                Scenario.Parse("imported", AireSimScenario.Of(AireSimFile.Load(main, [])));
                break;
            case ExampleKind.Layout:
                TraceLayoutReader.Load(main);
                break;
            case ExampleKind.Command:
                Check(example.Text, folder);
                break;
            default:
                throw new InvalidOperationException($"a {example.Kind} has no reader");
        }
    }

    /// <summary>`sigma check FILE --set PATH=VALUE ...`, its file in the folder.</summary>
    private static void Check(string line, ScratchFolder folder)
    {
        var words = Word().Matches(line).Select(match => match.Value.Replace("\"", "", StringComparison.Ordinal))
            .ToList();
        CollectionAssert.AreEqual(new[] { "sigma", "check" }, words[..2], line);
        var changes = new List<Override>();
        for (var i = 3; i < words.Count; i += 2)
        {
            Assert.AreEqual("--set", words[i], line);
            changes.Add(Override.Parse(words[i + 1])!);
        }

        Scenario.Load(words[2].Length == 0 ? "" : folder.At(words[2]), changes);
    }

    private static IReadOnlyList<string> OfScript(string lines, ScratchFolder folder)
    {
        // The runner puts the program's own command line behind the script's words.
        var script = "host=$1 exec=$2 program=$3\nsigma() { \"$host\" \"$exec\" \"$program\" \"$@\"; }\n"
            + $"cd '{folder.Path}' || exit 99\nrm mine.yaml\n{lines}";
        var answer = SigmaProcess.RunWithin("/bin/sh", ["-c", script, "sh"])!;
        var found = Printed().Matches(answer.Error).Select(match => match.Groups["told"].Value
            .Replace("]", "", StringComparison.Ordinal)).ToList();
        Assert.AreEqual(found.Count == 0 ? 0 : 2, answer.Code, lines + answer.Error);
        return found;
    }

    private static string Told(Diagnostic finding, ScratchFolder folder)
    {
        var told = $"{finding.Code}: {finding.Message} {finding.Note} {finding.Help}";
        return told.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }

    private static void CopyScenarios(ScratchFolder folder)
    {
        foreach (var name in Shipped)
        {
            var source = SourceTree.PathOf($"scenarios/{name}");
            var files = name.EndsWith('/') ? Directory.GetFiles(source) : [source];
            foreach (var file in files)
            {
                var target = folder.At(Path.GetRelativePath(SourceTree.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    [GeneratedRegex(@"(?:""[^""]*""|[^\s""])+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"error\[(?<told>S\d+\]: .*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Printed();
}
