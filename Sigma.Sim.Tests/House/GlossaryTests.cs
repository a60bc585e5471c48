// The glossary speaks of this program: what it quotes exists, no term has two rows, and the words that reports and
// metrics use for themselves are in it.
using System.Text.RegularExpressions;
using Sigma.Sim.Accounting;
using Sigma.Sim.Cli.Explain;

namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed partial class GlossaryTests
{
    private const string Document = "docs/GLOSSARY.md";

    // Formats, organisations and hardware that their own field knows.
    private static readonly HashSet<string> KnownElsewhere = new(StringComparer.Ordinal)
    {
        "CSS", "CSV", "DOCTYPE", "HTML", "ID", "JSON", "SHA", "SVG", "UI", "URL", "USD", "UTF", "YAML", "GPU", "CPU",
        "SIGMA", "BOM", "MB", "TB", "GB", "NOTE", "AIR", "UTC", "PDF", "XML", "CI", "MISSED",
    };

    private static readonly IReadOnlyList<TermTopic> Terms = new Handbook().Terms;

    [TestMethod]
    public void Every_term_in_code_font_exists_in_the_program()
    {
        var codes = Markdown.Codes(SourceTree.Read(Document)).Distinct(StringComparer.Ordinal).ToList();
        Assert.IsGreaterThan(20, codes.Count);
        SourceTree.AssertNone(codes.Where(code => !ProgramNames.Has(code))
            .Select(code => $"{Document}: error: the program has nothing that is called `{code}`"));
    }

    [TestMethod]
    public void A_name_that_the_program_does_not_have_is_found_out()
    {
        Assert.IsTrue(ProgramNames.Has("layers_per_part"));
        Assert.IsTrue(ProgramNames.Has("work: 70 d"));
        Assert.IsTrue(ProgramNames.Has("cluster.spares.warm"));
        Assert.IsFalse(ProgramNames.Has("layers_per_stage"));
        Assert.IsFalse(ProgramNames.Has("cluster.spares.lukewarm"));
    }

    [TestMethod]
    public void No_term_has_two_rows()
    {
        var twice = Terms.GroupBy(term => term.Text.Split('\n')[0], StringComparer.OrdinalIgnoreCase)
            .Where(rows => rows.Count() > 1);
        SourceTree.AssertNone(twice.Select(rows => $"{Document}: error: `{rows.Key}` has {rows.Count()} rows"));
    }

    [TestMethod]
    public void Words_of_the_field_that_reports_use_are_in_it()
    {
        string[] needed =
        [
            "ETTR", "MFU", "HFU", "goodput", "MTTI", "MTTR", "non-idle", "productive", "effective utilization", "lemon",
            "warm spare", "hot spare", "cold spare", "knee", "ledger", "bucket", "node recycle time", "availability",
            "interruption", "drain", "placement", "exposed communication", "bubble", "straggler", "silent corruption",
            "replication", "interval", "paired difference", "common random numbers", "tornado", "hazard", "waterfall",
            "collective", "all-to-all", "all-reduce", "policy", "recovery", "fault", "retired",
        ];
        var there = Names();
        SourceTree.AssertNone(needed.Where(word => !there.Contains(word))
            .Select(word => $"{Document}: error: the word `{word}` is missing"));
    }

    [TestMethod]
    public void Short_forms_in_reports_and_metrics_are_in_it()
    {
        var there = Names();
        var used = SourceTree.Program
            .Where(file => file.Path.StartsWith("Sigma.Sim/Reporting/", StringComparison.Ordinal))
            .SelectMany(file => TextOf(file).SelectMany(text => ShortForm().Matches(text)).Select(m => m.Value))
            .Concat(RunMetrics.Names.SelectMany(metric => ShortForm().Matches(metric.Title).Select(m => m.Value)))
            .Distinct(StringComparer.Ordinal).Where(word => !KnownElsewhere.Contains(word)).ToList();
        Assert.Contains("ETTR", used);
        SourceTree.AssertNone(used.Where(word => !there.Contains(word))
            .Select(word => $"{Document}: error: reports say {word}, and nobody explains it"));
    }

    private static HashSet<string> Names() => new(
        Terms.SelectMany(term => term.Aliases.Prepend(term.Name)), StringComparer.Ordinal);

    private static IEnumerable<string> TextOf(SourceFile file) =>
        from token in file.Syntax.GetRoot().DescendantTokens()
        where token.Text.Contains('"', StringComparison.Ordinal)
        select token.ValueText;

    [GeneratedRegex(@"\b[A-Z]{2,}\b(?![-0-9])", RegexOptions.None, 1000)]
    private static partial Regex ShortForm();
}
