// An editor must not underline what the program takes, and should underline what it refuses for one key alone: shown on
// every sample, and on every wrong scenario that is kept with the words it gets.
using System.Text.RegularExpressions;
using Sigma.Sim.Scenarios.Schema;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Schema;

[TestClass]
public sealed partial class SchemaFileTests
{
    private const string Wrong = "Sigma.Sim.Tests/Diagnostics";

    // A key that is unknown, a value that cannot be read, a section or a list or a value in another one's place.
    private static readonly string[] OfOneKey = ["S012", "S020", "S021", "S022", "S023"];

    // What no pattern sees: times of zero, shares at an end, a shape that is too large, and what lies in other files.
    private static readonly string[] BeyondPatterns =
    [
        "duration_zero", "growth_without_experience", "life_bathtub_that_does_not_fade", "life_seen_column_misspelt",
        "life_seen_in_a_folder", "life_seen_in_no_file", "life_seen_in_no_unit", "life_seen_negative",
        "life_seen_that_never_ends", "relapse_of_no_time", "step_of_no_time", "step_of_no_use", "storage_all_busy",
        "time_zero", "work_of_no_time",
    ];

    [TestMethod]
    public void Every_sample_is_a_scenario_or_a_section_to_editors()
    {
        var errors =
            from path in YamlFiles("scenarios")
            let schema = SchemaOf(path)
            where schema is not null
            from error in schema.ErrorsIn(path)
            select error;
        SourceTree.AssertNone(errors);
    }

    [TestMethod]
    public void Scenarios_of_tests_that_load_are_scenarios_to_editors()
    {
        var sound = new[] { "every-key", "sound", "stated", "with-sizes", "with-trace" };
        SourceTree.AssertNone(sound.SelectMany(name => SchemaCheck.Scenario.ErrorsIn($"{Wrong}/base/{name}.yaml")));
    }

    [TestMethod]
    public void What_the_program_refuses_for_one_key_alone_is_underlined_by_editors()
    {
        var refused = WrongOfOneKey().ToList();
        Assert.IsGreaterThan(40, refused.Count);
        var taken = refused.Where(name => SchemaCheck.Scenario.TakesFile($"{Wrong}/{name}.yaml")).ToList();
        Assert.AreEqual(string.Join('\n', BeyondPatterns), string.Join('\n', taken));
    }

    [TestMethod]
    [DataRow("cluster: { nodes: 2, nods: 2 }", DisplayName = "unknown key")]
    [DataRow("duration: 75", DisplayName = "missing unit")]
    [DataRow("duration: 448 GB/s", DisplayName = "another quantity")]
    [DataRow("recovery: { policy: warm }", DisplayName = "wrong word")]
    [DataRow("cluster: { nodes: many }", DisplayName = "wrong type")]
    [DataRow("cluster: { nodes: 0 }", DisplayName = "too few")]
    [DataRow("cluster: 2", DisplayName = "value for a section")]
    [DataRow("faults: { name: a }", DisplayName = "section for a list")]
    [DataRow("seed: [1, 2]", DisplayName = "list for a value")]
    [DataRow("recovery: { promote_spares: yes }", DisplayName = "yes for true")]
    [DataRow("faults: [{ name: a, scope: node }]", DisplayName = "an item without its law, also beside `from`")]
    [DataRow("faults: [{ name: a, scope: node, time_to_failure: 30 min }]", DisplayName = "a life that is fixed")]
    public void A_wrong_line_is_refused(string line)
    {
        Assert.IsTrue(SchemaCheck.Scenario.TakesText("from: base.yaml\nabout: a state"));
        Assert.IsFalse(SchemaCheck.Scenario.TakesText($"from: base.yaml\n{line}"));
    }

    [TestMethod]
    [DataRow("duration: 75 d")]
    [DataRow("parallelism:\n  global_batch: 64")]
    [DataRow("  accelerator: { from: hardware/h100.yaml }")]
    [DataRow("scenario: whole")]
    public void A_key_that_is_needed_may_only_be_missing_where_another_file_gives_it(string taken)
    {
        const string whole = """
            scenario: whole
            duration: 75 d
            cluster:
              nodes: 2
              accelerator: { from: hardware/h100.yaml }
              scale_up: { bandwidth_per_accelerator: 448 GB/s }
              scale_out: { bandwidth_per_nic: 400 Gb/s }
            model: { from: models/small.yaml, layers: 3 }
            parallelism:
              global_batch: 64

            """;
        var yaml = whole.ReplaceLineEndings("\n");
        var part = yaml.Replace($"{taken}\n", "", StringComparison.Ordinal);
        Assert.AreNotEqual(yaml, part);
        Assert.IsTrue(SchemaCheck.Scenario.TakesText(yaml));
        Assert.IsFalse(SchemaCheck.Scenario.TakesText(part));
        Assert.IsTrue(SchemaCheck.Scenario.TakesText($"from: other.yaml\n{part}"));
        Assert.IsFalse(SchemaCheck.Scenario.TakesText($"{yaml}work: 3 d"));
    }

    [TestMethod]
    public void A_stated_step_needs_no_model_and_bears_none()
    {
        const string stated = "scenario: a\nwork: 20 d\ncluster: { nodes: 4 }\nstep: { time: 10 s }\n";
        Assert.IsTrue(SchemaCheck.Scenario.TakesText(stated));
        Assert.IsFalse(SchemaCheck.Scenario.TakesText(stated + "model: { from: a.yaml }"));
        Assert.IsFalse(SchemaCheck.Scenario.TakesText(stated.Replace("time", "mfu", StringComparison.Ordinal)));
    }

    private static SchemaCheck? SchemaOf(string path) => path.Split('/')[1..^1] switch
    {
        ["hardware"] => new SchemaCheck(ScenarioSchema.Of("cluster.accelerator")),
        ["models"] => new SchemaCheck(ScenarioSchema.Of("model")),
        ["lifecycles"] => new SchemaCheck(ScenarioSchema.Of("lifecycle")),
        // Plans, measurements, layouts of measured jobs and another simulator's file are no scenarios.
        ["sweeps"] or ["detection"] or ["stragglers"] => null,
        ["published"] when path.EndsWith("/airesim.yaml", StringComparison.Ordinal) => null,
        _ => SchemaCheck.Scenario,
    };

    private static IEnumerable<string> WrongOfOneKey() =>
        from path in YamlFiles(Wrong)
        where !path.Contains("/base/", StringComparison.Ordinal)
        let name = Path.GetFileNameWithoutExtension(path)
        let codes = Code().Matches(SourceTree.Read($"{Wrong}/{name}.expected"))
            .Where(match => match.Groups[1].Value == name).Select(match => match.Groups[2].Value)
        where codes.Any(code => OfOneKey.Contains(code, StringComparer.Ordinal))
        select name;

    private static IEnumerable<string> YamlFiles(string folder) =>
        Directory.GetFiles(SourceTree.PathOf(folder), "*.yaml", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => Path.GetRelativePath(SourceTree.PathOf(""), file).Replace('\\', '/'));

    [GeneratedRegex(@"(?m)^([a-z_]+)\.yaml:\d+:\d+: error\[(S\d+)\]")]
    private static partial Regex Code();
}
