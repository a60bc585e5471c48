// Every code that the sources can give has a page, and every page is true: each wrong example leads to its error and to
// nothing else, each right one is sound.
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sigma.Sim.Cli.Explain;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Diagnostics;

[TestClass]
public sealed partial class ErrorPageTests
{
    private static readonly string[] Sections = ["Why", "Wrong", "Right", "Next"];

    private static readonly IReadOnlyList<ErrorTopic> Pages = new Handbook().Errors;

    [TestMethod]
    public void Every_code_of_the_sources_has_a_page_and_every_page_a_code()
    {
        var codes = SourceTree.Program
            .SelectMany(file => file.Syntax.GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>())
            .Where(literal => literal.IsKind(SyntaxKind.StringLiteralExpression))
            .Select(literal => literal.Token.ValueText).Where(text => Code().IsMatch(text))
            .ToHashSet(StringComparer.Ordinal);
        Assert.IsGreaterThan(40, codes.Count);
        var pages = Pages.Select(page => page.Name).ToHashSet(StringComparer.Ordinal);
        SourceTree.AssertNone([
            .. codes.Except(pages).Order(StringComparer.Ordinal)
                .Select(code => $"docs/errors/{code}.md: error: it is missing, and the program gives {code}"),
            .. pages.Except(codes).Order(StringComparer.Ordinal)
                .Select(code => $"docs/errors/{code}.md: error: the program never gives {code}"),
        ]);
    }

    [TestMethod]
    public void Every_page_says_what_the_error_is_why_it_is_one_and_what_to_do() =>
        SourceTree.AssertNone(Pages.SelectMany(
            page => Flaws(page).Select(flaw => $"docs/errors/{page.Name}.md: error: {flaw}")));

    [TestMethod]
    public void Every_link_of_a_page_leads_to_a_document() =>
        SourceTree.AssertNone(from page in Pages
                              from Match link in Link().Matches(page.Text)
                              let target = link.Groups["target"].Value
                              where !File.Exists(SourceTree.PathOf($"docs/errors/{target}"))
                              select $"docs/errors/{page.Name}.md: there is no {target}");

    [TestMethod]
    public void Every_wrong_example_leads_to_its_error_and_to_no_other() => SourceTree.AssertNone(
        Pages.SelectMany(page => page.Wrong.Select(example => (page, example))).AsParallel().AsOrdered()
            .Select(pair => Difference(pair.page, pair.example)).OfType<string>());

    [TestMethod]
    public void Every_right_example_is_sound() => SourceTree.AssertNone(
        Pages.SelectMany(page => page.Right.Select(example => (page, example))).AsParallel().AsOrdered()
            .Select(pair => (pair.page, pair.example, Found: PageExample.Findings(pair.example)))
            .Where(run => run.Found.Count > 0)
            .Select(run => $"{run.page.Name}: {run.example.Text}\nleads to {string.Join('\n', run.Found)}"));

    private static IEnumerable<string> Flaws(ErrorTopic page)
    {
        var blocks = Markdown.Parse(page.Text);
        var heads = blocks.OfType<Heading>().Skip(1).Select(head => head.Text);
        if (!heads.SequenceEqual(Sections, StringComparer.Ordinal))
            yield return $"its sections are not {string.Join(", ", Sections)}";
        if (blocks[0] is not Heading { Level: 1 } || page.Title.Length is < 5 or > 70 || page.Title.EndsWith('.'))
            yield return "its title is no short phrase";
        if (blocks[1] is not Paragraph { Text.Length: > 40 and < 500 })
            yield return "it does not say what the error is";
        if (page.Wrong.Count == 0 || page.Right.Count == 0) yield return "it lacks an example";
        foreach (var section in new[] { "Why", "Next" })
        {
            if (!Markdown.Below(blocks, section).OfType<Paragraph>().Any())
                yield return $"its section {section} is empty";
        }

        if (!page.Right.Any(right => right.Kind is not (ExampleKind.Command or ExampleKind.Script))
            && page.Name is not ("S047" or "S049"))
            yield return "it shows no file that is right";
        foreach (var example in page.Wrong.Where(wrong => wrong is { Kind: ExampleKind.Command, Says.Length: 0 }))
            yield return $"it does not say what `{example.Text}` is answered with";
    }

    private static string? Difference(ErrorTopic page, ErrorExample example)
    {
        var found = PageExample.Findings(example);
        var isThis = found.Count == 1 && found[0].StartsWith(page.Name + ": ", StringComparison.Ordinal)
            && found[0].Contains(example.Says, StringComparison.Ordinal);
        return isThis
            ? null
            : $"{page.Name}, {example.Says}: {example.Text}\nleads to "
                + string.Join('\n', found.DefaultIfEmpty("nothing"));
    }

    [GeneratedRegex(@"^S\d{3}$", RegexOptions.None, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
