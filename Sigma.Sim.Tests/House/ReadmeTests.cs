// README is the first thing a newcomer tries: every command in it must exist, every scenario it names must be sound
// with the changes that it makes, its links must lead somewhere, and its error message must be the program's own.
using System.Text.RegularExpressions;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.Cli;

namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(SourceTree.PathOf("README.md"));

    private static readonly HashSet<string> OfFiles = new(
        ["fit", "import", "compare", "sweep", "merge", "optimize", "sensitivity", "init", "schema"],
        StringComparer.Ordinal);

    private static readonly HashSet<string> Verbs = new(
        [.. OfFiles, "run", "replay", "step", "check", "validate"], StringComparer.Ordinal);

    [TestMethod]
    public void Every_command_names_a_verb_and_a_sound_scenario()
    {
        var verbs = SigmaProcess.Run("--help").EndedWith(0).Output;
        var commands = ShellLines().Where(line => line.Contains("sigma ", StringComparison.Ordinal)
            || line.Contains("-- run", StringComparison.Ordinal)).ToList();
        Assert.IsGreaterThan(3, commands.Count);
        foreach (var line in commands)
        {
            var words = line[(line.LastIndexOf("sigma ", StringComparison.Ordinal) + 1)..].Split(' ');
            var verb = words.First(word => Verbs.Contains(word));
            StringAssert.Contains(verbs, $"  {verb} ", StringComparison.Ordinal);
            // A measured job, a failure log and another simulator's configuration are files in place of a scenario.
            // A comparison varies what it names, and a plan may stand in a scenario's place; merging reads results.
            if (words.Contains("--operations", StringComparer.Ordinal) || OfFiles.Contains(verb))
            {
                foreach (var file in words.Where(word => word.StartsWith("scenarios/", StringComparison.Ordinal)))
                    Assert.IsTrue(File.Exists(SourceTree.PathOf(file)), line);
                continue;
            }

            // The real step and the known answers have models of their own.
            var scenario = words.SingleOrDefault(word => word.EndsWith(".yaml", StringComparison.Ordinal));
            if (scenario is null && verb is ("step" or "validate")) continue;
            Assert.IsNotNull(scenario, line);
            var changes = words.Zip(words.Skip(1)).Where(pair => pair.First == "--set")
                .Select(pair => Override.Parse(pair.Second)!).ToList();
            Assert.IsNotNull(Scenario.Load(SourceTree.PathOf(scenario), changes), line);
        }
    }

    [TestMethod]
    public void Every_link_leads_to_a_file_of_the_project()
    {
        var links = Link().Matches(Readme).Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("https://", StringComparison.Ordinal)).ToList();
        Assert.IsGreaterThan(4, links.Count);
        foreach (var link in links) Assert.IsTrue(File.Exists(SourceTree.PathOf(link)), link);
    }

    [TestMethod]
    public void The_error_message_it_shows_is_the_programs_own()
    {
        var hardware = SourceTree.PathOf("scenarios/hardware").Replace('\\', '/');
        var scenario = File.ReadAllText(SourceTree.PathOf("scenarios/small.yaml"))
            .Replace("checkpoint:", "checkpiont:", StringComparison.Ordinal)
            .Replace("from: hardware", $"from: {hardware}", StringComparison.Ordinal);
        using var folder = new ScratchFolder();
        var path = folder.Holding("small.yaml", scenario);
        var error = SigmaProcess.Run("check", path).EndedWith(2).Error;
        var said = error.Replace(path, "small.yaml", StringComparison.Ordinal);
        var shown = Fence().Matches(Readme).Select(match => match.Groups["text"].Value)
            .Single(text => text.Contains("checkpiont", StringComparison.Ordinal)).TrimEnd().Split('\n');
        var spoken = said.Split('\n');
        for (var i = 0; i < shown.Length; i++)
        {
            // The list of keys is cut short on the page.
            var words = shown[i].EndsWith("...", StringComparison.Ordinal) ? shown[i][..^3] : shown[i];
            StringAssert.StartsWith(spoken[i], words, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> ShellLines() => Fence().Matches(Readme)
        .Where(match => match.Groups["kind"].Value == "sh").SelectMany(match => match.Groups["text"].Value.Split('\n'));

    [GeneratedRegex(@"```(?<kind>\w+)\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
