// A link that leads nowhere tells a reader that nobody reads these pages.
using System.Text.RegularExpressions;
using Sigma.Sim.Tests.House;

namespace Sigma.Sim.Tests.Pages;

[TestClass]
public sealed partial class LinkTests
{
    public static IEnumerable<string> Pages { get; } =
    [
        "README.md", "CHANGELOG.md",
        .. new[] { "docs", "scenarios" }.SelectMany(folder =>
            Directory.GetFiles(SourceTree.PathOf(folder), "*.md", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(SourceTree.Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    [TestMethod]
    public void Every_link_of_every_page_leads_somewhere()
    {
        var errors = new List<string>();
        foreach (var page in Pages)
        {
            var lines = Prose(SourceTree.Read(page)).ToList();
            foreach (var (text, number) in lines)
            {
                errors.AddRange(Link().Matches(text).Select(match => match.Groups["target"].Value)
                    .Where(target => !LeadsSomewhere(page, target))
                    .Select(target => $"{page}:{number}: error: the link to {target} leads nowhere"));
            }
        }

        SourceTree.AssertNone(errors);
    }

    [TestMethod]
    [DataRow("docs/MODEL.md", "METRICS.md", true)]
    [DataRow("docs/MODEL.md", "docs/METRICS.md", false)]
    [DataRow("docs/MODEL.md", "../README.md", true)]
    [DataRow("docs/tutorials/layout.md", "../VALIDATION.md#n-the-network", true)]
    [DataRow("docs/tutorials/layout.md", "../VALIDATION.md#n-the-net", false)]
    [DataRow("docs/VALIDATION.md", "#n-the-network", true)]
    [DataRow("docs/VALIDATION.md", "https://example.org/nothing", true)]
    public void A_link_counts_from_its_page_and_a_heading_must_be_there(string page, string target, bool leads) =>
        Assert.AreEqual(leads, LeadsSomewhere(page, target));

    private static bool LeadsSomewhere(string page, string target)
    {
        if (target.StartsWith("https://", StringComparison.Ordinal)) return true;
        var (file, anchor) = target.Split('#') is [var path, var heading] ? (path, heading) : (target, null);
        var place = file.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, file);
        if (!File.Exists(SourceTree.PathOf(place)) && !Directory.Exists(SourceTree.PathOf(place))) return false;
        return anchor is null || Prose(SourceTree.Read(place)).Any(line => AnchorOf(line.Text) == anchor);
    }

    /// <summary>As the host of the project makes one from a heading; empty for another line.</summary>
    private static string AnchorOf(string line) => !line.StartsWith('#') ? "" : string.Concat(
        line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-')
            .Where(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_'));

    /// <summary>Lines outside of blocks of code, with their numbers.</summary>
    private static IEnumerable<(string Text, int Number)> Prose(string page)
    {
        var inside = false;
        foreach (var (line, i) in page.Split('\n').Select((line, i) => (line.TrimEnd('\r'), i)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = !inside;
            else if (!inside) yield return (line, i + 1);
        }
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
