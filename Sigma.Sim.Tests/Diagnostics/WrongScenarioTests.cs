// A scenario error is a conversation, so its every word is kept: NAME.yaml is wrong in one way, NAME.expected is what
// the planner reads. SIGMA_APPROVE=1 rewrites the expected files; the difference in git is then what to judge.
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed class WrongScenarioTests
{
    private const string Folder = "Sigma.Sim.Tests/Diagnostics";

    private static readonly bool Approves = Environment.GetEnvironmentVariable("SIGMA_APPROVE") == "1";

    [TestMethod]
    public void Every_wrong_scenario_gets_the_words_beside_it()
    {
        var cases = Directory.GetFiles(SourceTree.PathOf(Folder), "*.yaml").Order(StringComparer.Ordinal).ToList();
        Assert.IsGreaterThan(25, cases.Count);
        SourceTree.AssertNone(cases.Select(Difference).OfType<string>());
    }

    [TestMethod]
    public void Every_expected_text_has_its_scenario()
    {
        var orphans = Directory.GetFiles(SourceTree.PathOf(Folder), "*.expected")
            .Where(file => !File.Exists(Path.ChangeExtension(file, "yaml")));
        SourceTree.AssertNone(orphans.Select(file => $"{Path.GetFileName(file)} has no scenario beside it"));
    }

    [TestMethod]
    public void The_scenario_that_the_cases_build_on_is_sound()
    {
        var sound = Scenario.Load(SourceTree.PathOf($"{Folder}/base/sound.yaml"), []);
        Assert.AreEqual("sound", sound.Name);
    }

    private static string? Difference(string path)
    {
        var found = Words(path);
        var beside = Path.ChangeExtension(path, "expected");
        if (Approves) File.WriteAllText(beside, found);
        var expected = File.Exists(beside) ? File.ReadAllText(beside).ReplaceLineEndings("\n") : "(no such file)\n";
        return expected == found ? null : $"{Path.GetFileName(path)}: expected\n{expected}but found\n{found}";
    }

    /// <summary>What the planner reads, with the folder of the cases taken off every path.</summary>
    private static string Words(string path)
    {
        try
        {
            Scenario.Load(path, []);
            return "the scenario is sound\n";
        }
        catch (ScenarioException error)
        {
            var folder = SourceTree.PathOf(Folder) + Path.DirectorySeparatorChar;
            return error.Diagnostics.Render().Replace(folder, "", StringComparison.Ordinal);
        }
    }
}
