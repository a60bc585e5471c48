// What users copy is held to the rules that we hold them to: every sample loads, every file it names is there, and
// every number says where it comes from, since the report's last page is signed by someone.
using System.Text.RegularExpressions;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed partial class SampleScenarioTests
{
    // Names, words and how often to look: they say what is asked, not what the world is like.
    private static readonly HashSet<string> Bookkeeping = new(
        [
            "scenario", "about", "seed", "duration", "tokens", "work", "replications", "sampled_steps", "model.name",
            "cluster.accelerator.name",
        ],
        StringComparer.Ordinal);

    private static readonly HashSet<string> Choices =
        new(["name", "scope", "kind", "to", "all_to_all", "synchronized", "routing"], StringComparer.Ordinal);

    [TestMethod]
    public void Every_sample_is_sound()
    {
        foreach (var sample in Samples().Concat(Published())) Assert.IsNotEmpty(Load(sample).Inputs, sample);
    }

    [TestMethod]
    public void Every_number_of_a_sample_says_where_it_comes_from()
    {
        var unmarked =
            from sample in Samples().Concat(Published())
            from input in Load(sample).Inputs
            where input.Origin == InputOrigin.Unmarked
            where !Bookkeeping.Contains(input.Path) && !Choices.Contains(input.Path.Split('.')[^1])
            select $"{sample}: {input.Path} = {input.Text} has no word of its origin, such as `# assumed`";
        SourceTree.AssertNone(unmarked);
    }

    [TestMethod]
    public void Every_number_of_a_hardware_or_model_file_says_so_on_its_own_line()
    {
        var unmarked =
            from path in YamlFiles("scenarios/hardware").Concat(YamlFiles("scenarios/models"))
            from line in SourceTree.Read(path).Split('\n').Select((text, i) => (Text: text, Number: i + 1))
            where Number().IsMatch(line.Text.Split(" #")[0]) && !line.Text.TrimStart().StartsWith('#')
            where !line.Text.StartsWith("name:", StringComparison.Ordinal) && !Origin().IsMatch(line.Text)
            select $"{path}:{line.Number}: {line.Text.Trim()} has no word of its origin";
        SourceTree.AssertNone(unmarked);
    }

    [TestMethod]
    public void Every_origin_but_assumed_is_explained()
    {
        var bare =
            from sample in Samples()
            from input in Load(sample).Inputs
            where input.Origin is InputOrigin.Published or InputOrigin.Fitted && input.Remark.Length == 0
            select $"{sample}: {input.Path} says {ResolvedInput.WordOf(input.Origin)} and not by whom";
        SourceTree.AssertNone(bare);
    }

    [TestMethod]
    public void Every_file_that_a_sample_names_is_there()
    {
        var missing =
            from path in YamlFiles("scenarios")
            from Match named in From().Matches(SourceTree.Read(path))
            let file = Path.Combine(Path.GetDirectoryName(path)!, named.Groups[1].Value)
            where !File.Exists(SourceTree.PathOf(file))
            select $"{path} names {file}, which does not exist";
        SourceTree.AssertNone(missing);
    }

    [TestMethod]
    public void The_shipped_detection_fits_a_fault_and_says_how_it_was_measured()
    {
        const string detection = "scenarios/detection/silent-corruption.yaml";
        using var scratch = new Cli.ScratchFolder();
        var scenario = scratch.Holding("corrupted.yaml", $$"""
            from: {{SourceTree.PathOf("scenarios/small.yaml")}}
            faults:
              - name: silent corruption
                scope: accelerator
                kind: silent-corruption
                time_to_failure: exponential 3000000 h
                detection: { measured: {{SourceTree.PathOf(detection)}} }
                remedy: { replace: 1 }
            """);
        Assert.HasCount(1, Scenario.Load(scenario, []).Faults);
        StringAssert.Contains(
            SourceTree.Read(detection), "made_by: sigma step --inject ", StringComparison.Ordinal);
    }

    private static Scenario Load(string sample) => Scenario.Load(SourceTree.PathOf(sample), []);

    private static IEnumerable<string> Samples() =>
        Directory.GetFiles(SourceTree.PathOf("scenarios"), "*.yaml").Order(StringComparer.Ordinal)
            .Select(file => $"scenarios/{Path.GetFileName(file)}");

    /// <summary>Jobs of publications, which their first lines name; one is another simulator's own file.</summary>
    private static IEnumerable<string> Published() =>
        YamlFiles("scenarios/published").Where(file => !file.EndsWith("/airesim.yaml", StringComparison.Ordinal));

    private static IEnumerable<string> YamlFiles(string folder) =>
        Directory.GetFiles(SourceTree.PathOf(folder), "*.yaml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(SourceTree.PathOf(""), file).Replace('\\', '/'));

    [GeneratedRegex(@"[:\s]\d")]
    private static partial Regex Number();

    [GeneratedRegex(@" # (published|measured here|fitted|assumed)")]
    private static partial Regex Origin();

    [GeneratedRegex(@"(?m)^[^#\n]*\bfrom:\s*([\w./-]+\.yaml)")]
    private static partial Regex From();
}
