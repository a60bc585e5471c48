// The first file that a newcomer reads is held to what it says: it runs as it stands, every key that waits behind a #
// works, every word that a comment offers is one that the program takes, and its numbers are those of their sources.
using System.Globalization;
using System.Text.RegularExpressions;
using Sigma.Sim.Experiments;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.FirstUse;

[TestClass]
public sealed partial class TemplateTests
{
    // What a scenario asks, and words of choice: they have no origin.
    private static readonly string[] Questions =
        ["scenario", "about", "seed", "duration", "replications", "sampled_steps"];

    [TestMethod]
    public void A_template_is_a_sound_scenario_in_the_name_of_its_user()
    {
        foreach (var kind in ScenarioTemplate.All)
        {
            var scenario = Scenario.Parse(kind.Word, kind.TextFor("ours-2"));
            Assert.AreEqual("ours-2", scenario.Name);
            Assert.IsNotEmpty(DerivedValues.Of(scenario));
            Assert.DoesNotContain(ScenarioTemplate.StandardName, kind.TextFor("ours-2"), StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void A_template_is_the_file_in_the_repository()
    {
        foreach (var kind in ScenarioTemplate.All)
        {
            Assert.AreEqual(
                SourceTree.Read($"Sigma.Sim/Scenarios/Templates/{kind.Word}.yaml").ReplaceLineEndings("\n"),
                kind.TextFor(ScenarioTemplate.StandardName));
        }
    }

    [TestMethod]
    public void Every_key_that_waits_works_alone_and_with_all_others()
    {
        foreach (var template in TemplateFile.All)
        {
            var asleep = template.Asleep();
            Assert.IsGreaterThan(4, asleep.Count);
            var plain = Scenario.Parse(template.Word, template.Text).Hash;
            foreach (var part in asleep)
            {
                var place = $"{template.Word}.yaml:{part.First + 1}";
                // What it says is news: a default that is repeated changes nothing, but is given with a place.
                var awake = Scenario.Parse(place, template.Awake([part]));
                Assert.IsTrue(awake.Hash != plain || GivenOn(awake, part), $"{place} changes nothing");
            }

            Assert.AreNotEqual(plain, Scenario.Parse(template.Word, template.Awake(asleep)).Hash);
        }
    }

    [TestMethod]
    public void Every_word_that_a_comment_offers_in_place_of_a_value_is_one()
    {
        var tried = 0;
        foreach (var template in TemplateFile.All)
        {
            foreach (var (line, words) in template.Comments())
            {
                if (Offer().Match(words) is not { Success: true } offer) continue;
                foreach (var word in offer.Groups["words"].Value.Split(", "))
                {
                    var changed = template.Lines.Select(
                        (text, i) => i + 1 == line ? Value().Replace(text, word) : text);
                    var findings = Findings(string.Join('\n', changed));
                    Assert.DoesNotContain(
                        "expected one of", findings, StringComparison.Ordinal, $"{template.Word}.yaml:{line}: {word}");
                    tried++;
                }
            }
        }

        Assert.IsGreaterThan(40, tried);
    }

    [TestMethod]
    public void Every_number_says_where_it_comes_from()
    {
        var unmarked =
            from template in TemplateFile.All
            from input in Scenario.Parse(template.Word, template.Text).Inputs
            where input.Origin == InputOrigin.Unmarked && !Questions.Contains(input.Path, StringComparer.Ordinal)
            where !input.Path.EndsWith("name", StringComparison.Ordinal)
            where !Regex.IsMatch(input.Path, @"faults\.\d\.(scope|kind)$|tiers\.\d\.to$")
            select $"{template.Word}.yaml: {input.Path} = {input.Text} has no word of its origin";
        SourceTree.AssertNone(unmarked);
    }

    [TestMethod]
    public void The_accelerator_is_that_of_the_hardware_file()
    {
        using var scratch = new Cli.ScratchFolder();
        var own = new TemplateFile("modelled").Text;
        var file = SourceTree.PathOf("scenarios/hardware/h100.yaml").Replace('\\', '/');
        var named = scratch.Holding("named.yaml", Accelerator().Replace(own, $"  accelerator: {{ from: {file} }}\n"));
        CollectionAssert.AreEqual(
            AcceleratorOf(Scenario.Load(named, [])), AcceleratorOf(Scenario.Parse("own", own)));
    }

    [TestMethod]
    public void Lives_are_those_of_the_published_counts()
    {
        var counts = SourceTree.Read("scenarios/published/llama3-interruptions.csv").TrimEnd('\n').Split('\n').Skip(1)
            .Select(line => line.Split(','))
            .ToLookup(cells => cells[1], cells => int.Parse(cells[2], CultureInfo.InvariantCulture));
        var hours = 54.0 * 24;
        var expected = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["accelerator fault"] = 16_384 * hours / counts["GPU"].Sum(),
            ["node fault"] = 2048 * hours / (counts["Host"].Sum() - 7 + counts["Unplanned Maintenance"].Sum()),
            ["link fault"] = 16_384 * hours / counts["Network"].Sum(),
            ["software"] = 24,
        };
        foreach (var template in TemplateFile.All)
        {
            foreach (var fault in Scenario.Parse(template.Word, template.Text).Faults)
            {
                var life = fault.TimeToFailure.MeanSeconds / 3600;
                Assert.AreEqual(expected[fault.Name], life, 0.005 * life, $"{template.Word}: {fault.Name}");
            }
        }
    }

    private static string[] AcceleratorOf(Scenario scenario) =>
        [.. scenario.Inputs.Where(input => input.Path.StartsWith("cluster.accelerator.", StringComparison.Ordinal))
            .Select(input => $"{input.Path}={input.Text}").Order(StringComparer.Ordinal)];

    private static bool GivenOn(Scenario scenario, (int First, int Last) lines) => scenario.Inputs.Any(input =>
        input.Place is { } place && int.Parse(place.Split(':')[^2], CultureInfo.InvariantCulture) is var line
        && line > lines.First && line <= lines.Last + 1);

    private static string Findings(string text)
    {
        try
        {
            Scenario.Parse("changed", text);
            return "";
        }
        catch (ScenarioException error)
        {
            return error.Diagnostics.Render();
        }
    }

    [GeneratedRegex(
        @"\bor (?<words>[a-z0-9][a-z0-9-]*(, [a-z0-9][a-z0-9-]*)*)( with `|:|;|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Offer();

    [GeneratedRegex(@"(?<=^[^#:]*: )[a-z0-9-]+(?= +#)")]
    private static partial Regex Value();

    [GeneratedRegex(@"  accelerator: .*?\n(?=  \w)", RegexOptions.Singleline)]
    private static partial Regex Accelerator();
}
