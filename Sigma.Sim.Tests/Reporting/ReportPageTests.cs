// The page is one file that needs nothing else, says everything that was promised, and takes no word of a scenario for
// markup.
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sigma.Sim.Accounting;

namespace Sigma.Sim.Tests.Reporting;

[TestClass]
public sealed partial class ReportPageTests
{
    private static string Page => SmallRun.Files["report.html"];

    [TestMethod]
    public void The_page_asks_the_network_for_nothing()
    {
        var addresses = Address().Matches(Page).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();
        CollectionAssert.AreEqual(new[] { "xmlns=\"http://www.w3.org/2000/svg\"" }, addresses);
        foreach (var loads in new[] { "<link", "<img", "@import", "url(", "src=" })
            SmallRun.Lacks(Page, loads, $"The page contains {loads}");
    }

    [TestMethod]
    public void A_browser_runs_the_pages_own_script_and_no_other()
    {
        var script = Script().Matches(Page).Single().Groups["text"].Value;
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        SmallRun.Holds(Page, $"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'");
        Assert.IsLessThan(8_000, script.Length);
    }

    [TestMethod]
    public void Every_figure_of_the_page_has_its_numbers_behind_it()
    {
        var figures = FigureElement().Matches(Page).Select(match => match.Value).ToList();
        Assert.HasCount(SmallRun.Figures.Count(), figures);
        foreach (var figure in figures)
            Assert.IsGreaterThan(1, figure.Split("<tr>").Length, figure[..Math.Min(300, figure.Length)]);
    }

    [TestMethod]
    public void The_page_answers_in_the_promised_order()
    {
        string[] sections =
        [
            "headline", "time", "days", "failures", "step", "policies", "spares", "levers", "metrics", "assumptions",
            "limits",
        ];
        var found = SectionId().Matches(Page).Select(match => match.Groups[1].Value).ToArray();
        CollectionAssert.AreEqual(sections, found);
        foreach (var (_, svg) in SmallRun.Figures)
            SmallRun.Holds(Page, $"id=\"{svg.Attribute("aria-labelledby")!.Value.Split(' ')[0]}\"");
    }

    [TestMethod]
    public void The_page_shows_every_metric_every_bucket_and_every_input()
    {
        foreach (var metric in RunMetrics.Names) SmallRun.Holds(Page, $"<td>{metric.Name}</td>");
        foreach (var input in SmallRun.Outcome.Scenario.Inputs) SmallRun.Holds(Page, $"<td>{input.Path}</td>");
        Assert.HasCount(TimeBuckets.All.Count, LedgerRow().Matches(Page));
    }

    [TestMethod]
    public void The_page_says_how_to_do_it_again()
    {
        SmallRun.Holds(Page, SmallRun.Outcome.Scenario.Hash);
        SmallRun.Holds(Page, SmallRun.Version);
        SmallRun.Holds(Page, $"<code>{SmallRun.Command}</code>");
    }

    [TestMethod]
    public void The_page_is_smaller_than_two_megabytes() => Assert.IsLessThan(2_000_000, Page.Length);

    [TestMethod]
    public void Words_of_a_scenario_never_become_markup()
    {
        const string attack = "<script>alert(1)</script>\"'><img src=x>&";
        foreach (var (name, text) in SmallRun.FilesOf(SmallRun.Saying(attack)))
        {
            if (Path.GetExtension(name) is not (".html" or ".svg")) continue;
            Assert.HasCount(
                name == "report.html" ? 2 : 1, text.Split("<script"), $"{name} holds a script that is not the page's");
            if (name == "report.html") SmallRun.Holds(text, "&lt;script&gt;alert(1)&lt;/script&gt;");
            SmallRun.Lacks(text, "<img", $"{name} holds an open image");
        }
    }

    [TestMethod]
    public void A_run_in_which_nothing_went_right_is_reported_too()
    {
        var files = SmallRun.FilesOf(SmallRun.Hopeless());
        SmallRun.Holds(files["report.html"], "No faults: the scenario names no way to fail");
        SmallRun.Holds(files["manifest.json"], "\"cost_per_trillion_tokens\": null");
        foreach (var (name, text) in files.Where(file => Path.GetExtension(file.Key) is ".svg" or ".html"))
        {
            foreach (var nonsense in new[] { "NaN", "Infinity", "∞" })
                SmallRun.Lacks(text, nonsense, $"{name} says {nonsense}");
        }
    }

    [TestMethod]
    public void Characters_that_XML_forbids_are_replaced()
    {
        Assert.AreEqual(
            "a\uFFFDb\uFFFDc&amp;\U0001F600", Sigma.Sim.Reporting.MarkupText.Escape("a\0b\uD800c&\U0001F600"));
    }

    [GeneratedRegex(@"[a-z]+=""https?://[^""]*""|https?://[^\s""<]+")]
    private static partial Regex Address();

    [GeneratedRegex("<script>(?<text>.*?)</script>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Script();

    [GeneratedRegex("<figure.*?</figure>", RegexOptions.Singleline)]
    private static partial Regex FigureElement();

    [GeneratedRegex(@"<section id=""([a-z]+)"">")]
    private static partial Regex SectionId();

    [GeneratedRegex(@"<td>(PRODUCTIVE_TIME|UNPRODUCTIVE_\w+|PROGRAM_STARTUP|WASTED_\w+|OTHER|outside the job)</td>")]
    private static partial Regex LedgerRow();
}
