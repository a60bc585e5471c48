// docs/METRICS.md is what `sigma explain` prints of a metric: each has its section, all sections are of one shape, and
// they say of titles and units what the program says.
using System.Text.RegularExpressions;
using Sigma.Sim.Accounting;
using Sigma.Sim.Cli.Explain;
using Sigma.Sim.Validation;

namespace Sigma.Sim.Tests.House;

[TestClass]
public sealed partial class MetricPageTests
{
    private const string Document = "docs/METRICS.md";

    private static readonly string[] Items = ["formula", "unit", "good for", "not", "published", "related"];

    private static readonly HashSet<string> WithoutUnit =
        new(["a share", "a number", "nodes"], StringComparer.Ordinal);

    private static readonly IReadOnlyList<MarkdownBlock> Blocks = Markdown.Parse(SourceTree.Read(Document));

    [TestMethod]
    public void Every_metric_has_its_section_in_order_and_no_section_is_of_no_metric()
    {
        var headings = Markdown.Below(Blocks, Handbook.MetricsHeading).OfType<Heading>().Select(head => head.Text);
        Assert.AreEqual(
            string.Join('\n', RunMetrics.Names.Select(metric => $"`{metric.Name}`: {metric.Title}")),
            string.Join('\n', headings));
    }

    [TestMethod]
    public void Every_section_says_what_a_metric_is_and_what_it_is_not() =>
        SourceTree.AssertNone(new Handbook().Metrics.SelectMany(
            topic => Flaws(topic).Select(flaw => $"{Document}: error: {topic.Name}: {flaw}")));

    [TestMethod]
    public void Every_case_that_a_section_names_is_one_of_validate()
    {
        var named = new Handbook().Metrics.SelectMany(topic => CaseId().Matches(topic.Text))
            .Select(match => match.Groups["id"].Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.IsGreaterThan(8, named.Count);
        CollectionAssert.IsSubsetOf(named, ValidationSuite.Families.ToList());
    }

    [TestMethod]
    public void Every_bucket_has_a_row_and_no_row_is_of_no_bucket()
    {
        var table = Markdown.Below(Blocks, "The ledger").OfType<MarkdownTable>().First();
        var named = table.Rows.Skip(1).SelectMany(row => Markdown.Codes(row[0]));
        Assert.AreEqual(string.Join(' ', Enum.GetNames<TimeBucket>()), string.Join(' ', named));
    }

    private static IEnumerable<string> Flaws(MetricTopic topic)
    {
        var blocks = Markdown.Parse(topic.Text);
        if (blocks is not [Heading { Level: 1 }, Paragraph, BulletList list])
        {
            yield return "a section is a sentence and a list";
            yield break;
        }

        var items = list.Items.Select(item => item.Split(": ", 2)).ToList();
        if (!items.Select(item => item[0]).SequenceEqual(Items, StringComparer.Ordinal))
            yield return $"its list is not of {string.Join(", ", Items)}";
        var unit = items.Find(item => item[0] == "unit")?[1];
        if (topic.Metric.Unit.Length > 0 ? unit != topic.Metric.Unit : !WithoutUnit.Contains(unit ?? ""))
            yield return $"its unit is `{topic.Metric.Unit}` and not `{unit}`";
        var related = Markdown.Codes(items[^1][1]);
        if (related.Count == 0 || related.Contains(topic.Name, StringComparer.Ordinal)
            || related.Any(name => RunMetrics.Names.All(metric => metric.Name != name)))
            yield return "it is not related to other metrics";
        foreach (var code in Markdown.Codes(topic.Text).Where(code => !ProgramNames.Has(code)))
        {
            if (!CaseId().IsMatch($"`{code}`")) yield return $"the program has nothing that is called `{code}`";
        }
    }

    [GeneratedRegex("`(?<id>[A-Z][A-Z0-9]{2,})`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CaseId();
}
