// README's table of commands is the program's, and the errors that it claims are those of docs/VALIDATION.md.
using System.Globalization;
using System.Text.RegularExpressions;
using Sigma.Sim.Cli;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Pages;

[TestClass]
public sealed partial class ReadmeClaimTests
{
    private static readonly string Readme = SourceTree.Read("README.md").ReplaceLineEndings("\n");

    [TestMethod]
    public void The_table_of_commands_has_every_verb_and_only_options_that_there_are()
    {
        var root = SigmaProgram.Root(CancellationToken.None);
        var (errors, named) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var line in Readme.Split('\n').Where(line => line.StartsWith("| `sigma ", StringComparison.Ordinal)))
        {
            var name = line["| `sigma ".Length..].Split(' ', '`')[0];
            if (root.Subcommands.SingleOrDefault(verb => verb.Name == name) is not { } verb)
            {
                errors.Add($"README.md: error: there is no `sigma {name}`");
                continue;
            }

            named.Add(name);
            var options = verb.Options.Concat(root.Options).Select(option => option.Name)
                .ToHashSet(StringComparer.Ordinal);
            errors.AddRange(Option().Matches(line).Select(match => match.Value).Where(word => !options.Contains(word))
                .Select(word => $"README.md: error: `sigma {name}` has no option {word}"));
        }

        errors.AddRange(root.Subcommands.Select(verb => verb.Name).Where(name => !named.Contains(name))
            .Select(name => $"README.md: error: the table of commands has no row of `sigma {name}`"));
        SourceTree.AssertNone(errors);
    }

    [TestMethod]
    public void The_errors_it_claims_are_those_of_the_known_answers()
    {
        var claim = Claim().Match(Readme);
        Assert.IsTrue(claim.Success, "README.md no longer claims errors of vTrain's and of Megatron-LM's steps");
        var rows = SourceTree.Read("docs/VALIDATION.md").Split('\n').Select(line => line.Split(" | "))
            .Where(cells => cells.Length == 9).ToList();
        var mean = rows.Single(cells => cells[1].Contains(
            $"many nodes: mean absolute error of {claim.Groups["rows"].Value} rows", StringComparison.Ordinal));
        Claims(claim.Groups["mean"].Value, 100 * Number(mean[2]));
        var steps = rows.Where(cells => cells[0] == "| MEGATRON").ToList();
        Assert.HasCount(8, steps);
        Claims(claim.Groups["most"].Value, steps.Max(cells => Math.Abs(Number(cells[5].TrimEnd('%', ' ')))));

        static void Claims(string claimed, double found) => Assert.AreEqual(
            found, Number(claimed), 0.1, $"README.md claims {claimed} %, docs/VALIDATION.md says {found}");

        static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("--[a-z-]+", RegexOptions.None, 1000)]
    private static partial Regex Option();

    [GeneratedRegex(
        @"(?<rows>\d+) steps on up to 512 accelerators are met within (?<mean>[\d.]+) % on\s+average, and eight steps "
            + @"of Megatron-LM within (?<most>[\d.]+) %",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Claim();
}
