// A newcomer who follows a page never meets a command that does not do what the page says: all are typed here, README's
// with fewer repetitions unless SIGMA_FULL=1 asks for all of them, and every line of output that a page shows is the
// program's own. SIGMA_APPROVE=1 writes the outputs of the tutorials again; the difference in git is then to be judged.
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Pages;

[TestClass]
public sealed class CommandTests
{
    private const string Readme = "README.md", Tutorials = "docs/tutorials";

    private static readonly bool Approves = Environment.GetEnvironmentVariable("SIGMA_APPROVE") == "1";

    public static IEnumerable<object[]> AllTutorials =>
        Directory.GetFiles(SourceTree.PathOf(Tutorials), "*.md").Order(StringComparer.Ordinal)
            .Select(file => new object[] { $"{Tutorials}/{Path.GetFileName(file)}" });

    [TestMethod]
    public void Every_command_of_README_does_what_it_says()
    {
        PageReader.NeedShell();
        using var reader = new PageReader();
        var page = MarkdownPage.Load(Readme);
        var typed = page.Commands
            .Select(command => reader.Type(command, PageReader.IsPatient ? line => line : Shortened.Of)).ToList();
        Assert.IsGreaterThan(25, typed.Count(answer => answer is not null));
        if (!PageReader.IsPatient) return;
        // What README shows of its main job is what the job leaves.
        foreach (var (kept, left) in new[] { ("where-the-time-went.svg", "figures/"), ("summary.csv", "") })
        {
            Assert.AreEqual(
                SourceTree.Read($"results/reference/sigma-moe-2048/{kept}"),
                File.ReadAllText(reader.At($"results/sigma-moe-2048/{left}{kept}")),
                $"results/reference/sigma-moe-2048/{kept} is not what README's main job leaves; copy it from there");
        }
    }

    [TestMethod]
    [DynamicData(nameof(AllTutorials))]
    public void A_tutorial_shows_what_the_program_says(string path)
    {
        PageReader.NeedShell();
        using var reader = new PageReader();
        var page = MarkdownPage.Load(path);
        Assert.IsGreaterThanOrEqualTo(8, page.Commands.Count());
        var again = reader.WrittenAgain(page);
        if (Approves) File.WriteAllText(SourceTree.PathOf(path), again);
        else Assert.AreEqual(again, page.Text, $"{path} is not what its commands say; SIGMA_APPROVE=1 writes it again");
    }

    [TestMethod]
    [DataRow("sigma check nothing.yaml", 0, "page.md:7: `sigma check nothing.yaml` (typed as")]
    [DataRow("sigma check scenarios/small.yaml", 2, "ended with 0, the page says 2")]
    [DataRow("sigma chekc scenarios/small.yaml", 0, "ended with 2, the page says 0")]
    [DataRow("pip install sigma", 0, "is no command of sigma")]
    public void A_command_that_does_something_else_is_named(string line, int code, string words)
    {
        PageReader.NeedShell();
        using var reader = new PageReader();
        var error = Assert.ThrowsExactly<AssertFailedException>(
            () => reader.Type(new PageCommand("page.md:7", line, code), typed => typed));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void An_output_that_is_no_longer_said_is_replaced_and_a_mark_without_a_line_is_an_error()
    {
        PageReader.NeedShell();
        const string page =
            "```sh\nsigma check scenarios/small.yaml\n```\n\n<!-- shows: sound -->\n```text\nold\n```\n";
        using var reader = new PageReader();
        Assert.AreEqual(
            page.Replace("old", "...\nThe scenario is sound.", StringComparison.Ordinal),
            reader.WrittenAgain(MarkdownPage.Parse("page.md", page)));
        var stale = MarkdownPage.Parse("page.md", page.Replace("sound -->", "green -->", StringComparison.Ordinal));
        var error = Assert.ThrowsExactly<AssertFailedException>(() => reader.WrittenAgain(stale));
        Assert.Contains("page.md: no line that `sigma check", error.Message, StringComparison.Ordinal);
    }
}
