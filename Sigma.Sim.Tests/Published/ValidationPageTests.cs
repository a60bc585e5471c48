// docs/VALIDATION.md is committed, so it can fall behind the program. What is computed in seconds is held against it
// here, family by family to the last letter; the whole page is written again and compared by `.ci/run`.
using Sigma.Sim.Reporting;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.House;
using Sigma.Sim.Validation;

namespace Sigma.Sim.Tests.Published;

[TestClass]
public sealed class ValidationPageTests
{
    private const string Document = "docs/VALIDATION.md";
    private const string Again = "write it again with `sigma validate --markdown docs/VALIDATION.md`";

    private static readonly string Page = SourceTree.Read(Document);

    [TestMethod]
    [DataRow("C")]
    [DataRow("L")]
    [DataRow("N")]
    [DataRow("P")]
    [DataRow("MEGATRON")]
    [DataRow("LLAMA3")]
    [DataRow("DEEP")]
    [DataRow("OPT175B")]
    [DataRow("TITAN")]
    public void The_committed_page_says_what_the_program_computes(string prefix)
    {
        foreach (var (family, cases) in ValidationPage.FamiliesOf(Run(prefix, threads: 2)))
        {
            Assert.Contains(
                $"\n{ValidationPage.SectionOf(family, cases)}\n", Page, StringComparison.Ordinal,
                $"{Document} does not say what {family.Prefix} comes to; {Again}");
        }
    }

    [TestMethod]
    public void Every_family_has_a_source_and_a_section()
    {
        var sources = CaseFamily.All.Select(family => family.Prefix).ToList();
        SourceTree.AssertNone(ValidationSuite.Families.Except(sources, StringComparer.Ordinal)
            .Select(family => $"{family} has no source in Validation/CaseFamily.cs"));
        SourceTree.AssertNone(sources.Except(ValidationSuite.Families, StringComparer.Ordinal)
            .Select(family => $"Validation/CaseFamily.cs names {family}, of which there are no cases"));
        SourceTree.AssertNone(CaseFamily.All
            .Where(family => !Page.Contains($"\n## {family.Prefix}: {family.Title}\n", StringComparison.Ordinal))
            .Select(family => $"{Document} has no section of {family.Prefix}; {Again}"));
        foreach (var form in CaseFamily.All.SelectMany(family => family.Forms))
            Assert.Contains($"\n| {form.Id} | ", Page, StringComparison.Ordinal, $"no case of {form.Id}; {Again}");
    }

    [TestMethod]
    public void The_summary_counts_the_verdicts_below_it()
    {
        var (judged, agree) = (0, 0);
        foreach (var section in Page.Split("\n## ").Skip(1))
        {
            var name = section[..section.IndexOf(':', StringComparison.Ordinal)];
            var verdicts = section.Split('\n').Where(line => line.StartsWith($"| {name}", StringComparison.Ordinal))
                .Select(line => line.Split(" | ")).Where(cells => cells.Length == 9).Select(cells => cells[7]).ToList();
            var agreed = verdicts.Count(verdict => verdict == "agrees");
            var cases = verdicts.Count(verdict => verdict is not ("row" or "as above"));
            var row = Page.Split('\n').Single(line => line.StartsWith($"| [{name}](#", StringComparison.Ordinal));
            var (rows, cells) = (verdicts.Count(verdict => verdict == "row"), row.Split(" | "));
            CollectionAssert.AreEqual(new[] { $"{cases}", $"{agreed}", $"{rows}" }, cells[2..5], row);
            (judged, agree) = (judged + cases, agree + agreed);
        }

        Assert.IsGreaterThan(100, judged);
        Assert.Contains($"\n**{agree} of {judged} agree.**\n", Page, StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_page_does_not_depend_on_the_machine()
    {
        Assert.AreEqual(ValidationPage.Of(Run("OPT175B", 1), "again"), ValidationPage.Of(Run("OPT175B", 4), "again"));
        // A difference in the last digits is none: another processor may round it away.
        var exact = new CaseResult("L2", "ETTR", 0.1 + 0.2, 0.3, 1e-9, "");
        Assert.AreNotEqual(0, exact.Error);
        var page = ValidationPage.Of([exact], "again");
        Assert.Contains("| 0.3 | 0.3 | 0 | 0 % | 1e-9 | agrees |", page, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_missed_case_stands_out_and_inputs_have_names()
    {
        var missed = new CaseResult("SIGMA", "a|b [s]", 2, 1, 0.5, "x = 1 (to this); y = 2") { Assumed = "z = 3" };
        var page = ValidationPage.Of([missed], "again");
        foreach (var words in new[]
        {
            "| SIGMA | a\\|b [s] | 2 | 1 | 1 | 100 % | 0.5 | **MISSED** | F1 A1 |", "**0 of 1 agree.**",
            "F1: 2 inputs fitted</summary>\n\n- x = 1 (to this)\n- y = 2\n",
        })
            Assert.Contains(words, page, StringComparison.Ordinal);
        var unknown = Assert.ThrowsExactly<InvalidOperationException>(
            () => ValidationPage.Of([missed with { Id = "NEW" }], "again"));
        Assert.Contains("the case NEW has no source", unknown.Message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_program_writes_the_page_and_says_what_stands_in_its_way()
    {
        using var scratch = new ScratchFolder();
        var file = scratch.At("new/page.md");
        var answer = SigmaProcess.Run("validate", "--case", "N", "--markdown", file, "--json").EndedWith(0);
        Assert.AreEqual("agrees", answer.Json.GetProperty("cases")[0].GetProperty("verdict").GetString());
        var page = File.ReadAllText(file);
        Assert.StartsWith(
            "# Validation\n\nWritten by `sigma validate --case N --markdown docs/VALIDATION.md`", page,
            StringComparison.Ordinal);
        Assert.AreEqual("new new/page.md", string.Join(' ', scratch.Entries));

        Refused(2, "--markdown takes the name of a file", "--markdown", "");
        Refused(2, $"`{scratch.Path}` is a folder", "--markdown", scratch.Path);
        Refused(2, "/` is a folder", "--markdown", scratch.At("page.md") + "/");
        Refused(2, "`/dev/null` is a device", "--markdown", "/dev/null");
        Refused(2, "neither --swarm nor --data", "--markdown", file, "--swarm", "1");
        Refused(2, "neither --swarm nor --data", "--markdown", file, "--data", file);
        Refused(1, "cannot be written: a file stands in its way", "--markdown", file + "/page.md");
        Refused(1, "the name is too long", "--markdown", scratch.At(new string('x', 300)));
        SigmaProcess.Run("validate", "--case", "NONE", "--markdown", scratch.At("none.md"))
            .EndedWith(2).Saying("no case begins with `NONE`");
        Assert.AreEqual("new new/page.md", string.Join(' ', scratch.Entries));

        static void Refused(int code, string words, params string[] options)
        {
            var refusal = SigmaProcess.Run(["validate", "--case", "N", .. options]);
            Assert.AreEqual("", refusal.EndedWith(code).Saying(words).Output);
        }
    }

    private static List<CaseResult> Run(string prefix, int threads) =>
        [.. ValidationSuite.Run(prefix, SourceTree.PathOf("scenarios"), threads, CancellationToken.None)];
}
