// The reader of pages is itself read with suspicion: a command that it passes over is a command that nobody tests.
namespace Sigma.Sim.Tests.Pages;

[TestClass]
public sealed class MarkdownPageTests
{
    private const string Page =
        """
        # Page

        ```sh
        sigma check a.yaml
        # a remark

        sigma check b.yaml   # exit code 2
        ```

        <!-- shows: two | four -->
        ```text
        old
        ```

        Words.

        ```text
        no output of a command
        ```
        """;

    [TestMethod]
    public void Commands_have_their_place_and_their_exit_code()
    {
        var commands = MarkdownPage.Parse("page.md", Page).Commands.ToList();
        CollectionAssert.AreEqual(
            new[] { new PageCommand("page.md:4", "sigma check a.yaml", 0), new("page.md:7", "sigma check b.yaml", 2) },
            commands);
    }

    [TestMethod]
    public void Only_a_block_of_text_behind_a_command_is_its_output()
    {
        var shown = MarkdownPage.Parse("page.md", Page).Parts.Select(part => part.Shown).OfType<ShownOutput>().ToList();
        Assert.HasCount(1, shown);
        CollectionAssert.AreEqual(new[] { "two", "four" }, shown[0].Marks.ToArray());
        CollectionAssert.AreEqual(new[] { "old" }, shown[0].Lines.ToArray());
        Assert.AreEqual(1, CountWithout("<!-- shows: two | four -->\n", ""));
        Assert.AreEqual(0, CountWithout("<!-- shows: two | four -->", "So:"));

        static int CountWithout(string comment, string instead) =>
            MarkdownPage.Parse("page.md", Page.Replace(comment, instead, StringComparison.Ordinal))
                .Parts.Count(part => part.Shown is not null);
    }

    [TestMethod]
    public void A_gap_stands_where_lines_are_left_out()
    {
        var missing = new List<string>();
        var marked = new ShownOutput(["two", "four", "nine"], []);
        CollectionAssert.AreEqual(
            new[] { "...", "two", "...", "  four", "..." },
            marked.Of("\n\none\ntwo  \n\nthree\n  four\nfive\n\n", missing).ToArray());
        CollectionAssert.AreEqual(new[] { "nine" }, missing);
        CollectionAssert.AreEqual(
            new[] { "one", "", "two" }, new ShownOutput([], []).Of("\none\n\ntwo\n\n", missing).ToArray());
    }

    [TestMethod]
    public void A_command_is_shortened_by_smaller_numbers_and_by_options_behind_it()
    {
        Assert.AreEqual("sigma step --inject 3", Shortened.Of("sigma step --inject 2000"));
        Assert.AreEqual(
            "sigma compare a.yaml --vary x=1,2 --replications 2", Shortened.Of("sigma compare a.yaml --vary x=1,2"));
        Assert.AreEqual(
            "sigma run a.yaml --until-precision 2%", Shortened.Of("sigma run a.yaml --until-precision 0.1%"));
        Assert.StartsWith(
            "sigma run scenarios/sigma-moe-2048.yaml --set cluster.nodes=8 ",
            Shortened.Of("sigma run scenarios/sigma-moe-2048.yaml"), StringComparison.Ordinal);
        Assert.AreEqual("sigma check a.yaml", Shortened.Of("sigma check a.yaml"));
    }
}
