// Reports as their readers meet them: in a browser, on a telephone and on a wide screen, by day and by night, without a
// network, without scripts, and on paper.
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Sigma.Sim.Tests.Browser;

[TestClass]
public sealed partial class ReportPageBrowserTests
{
    // A4 less the margins of the page, at 96 dots an inch.
    private const int PaperWidth = (int)((210 - 2 * 14) / 25.4 * 96), PaperHeight = (int)((297 - 2 * 14) / 25.4 * 96);

    public static IEnumerable<object[]> Kinds => Pages.Kinds.Select(kind => new object[] { kind });

    [ClassCleanup]
    public static async Task Stop()
    {
        await Chromium.Stop();
        Pages.Delete();
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task It_opens_quietly_and_never_scrolls_sideways(string kind)
    {
        await using var context = await Chromium.Open(new BrowserNewContextOptions());
        var page = await context.NewPageAsync();
        var (said, asked) = (new List<string>(), new List<string>());
        page.Console += (_, message) => said.Add(message.Text);
        page.PageError += (_, error) => said.Add(error);
        page.Dialog += (_, dialog) => said.Add($"dialog: {dialog.Message}");
        page.Request += (_, request) => asked.Add(request.Url);
        foreach (var width in new[] { 375, 768, 1440 })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.GotoAsync(Pages.AddressOf(kind));
            var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
            Assert.AreEqual(width, wide, $"{kind} at {width}");
        }

        Assert.IsEmpty(said, string.Join('\n', said));
        CollectionAssert.AreEqual(new[] { Pages.AddressOf(kind) }, asked.Distinct().ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task A_press_on_its_head_puts_a_column_in_order_and_a_second_in_the_other(string kind)
    {
        await using var context = await Chromium.Open(new BrowserNewContextOptions());
        var page = await OpenedAsync(context, kind);
        // The script of the page put a button into every head that sorts.
        var wrong = await page.EvaluateAsync<string[]>("""
            () => {
              const wrong = [];
              document.querySelectorAll('details').forEach(d => { d.open = true; });
              const heads = document.querySelectorAll('th[data-sort]');
              heads.forEach(head => {
                const body = head.closest('table').tBodies[0], column = head.cellIndex;
                const isNumber = head.dataset.sort === 'number';
                const rows = () => Array.from(body.rows);
                const all = rows().map(row => row.innerText).sort().join('|');
                [0, 1].forEach(press => {
                  head.querySelector('button').click();
                  const keys = rows().map(row => row.cells[column])
                    .map(cell => isNumber ? parseFloat(cell.dataset.v) : cell.textContent)
                    .filter(key => !isNumber || !isNaN(key));
                  const rises = head.getAttribute('aria-sort') === 'ascending';
                  const way = (a, b) => isNumber ? a - b : a.localeCompare(b, 'en', { numeric: true });
                  if (keys.some((key, i) => i > 0 && (rises ? way(keys[i - 1], key) > 0 : way(keys[i - 1], key) < 0)))
                    wrong.push(head.textContent + ' press ' + press + ': ' + keys.join(' '));
                  if (rises === ((press === 0) === isNumber)) wrong.push(head.textContent + ' goes the wrong way');
                  const left = rows().map(row => row.innerText).sort().join('|');
                  if (left !== all) wrong.push(head.textContent + ' loses rows');
                });
              });
              if (heads.length === 0) wrong.push('nothing sorts');
              return wrong;
            }
            """);
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    [DataRow("run", "where-the-time-went")]
    [DataRow("run", "campaign-timeline")]
    [DataRow("run", "pipeline-gantt")]
    [DataRow("run", "step-breakdown")]
    [DataRow("run", "spares")]
    [DataRow("stated", "failures-by-kind")]
    [DataRow("stated", "ettr-over-time")]
    [DataRow("sensitivity", "tornado")]
    public async Task A_series_steps_aside_when_its_name_is_pressed_and_comes_back(string kind, string figure)
    {
        await using var context = await Chromium.Open(new BrowserNewContextOptions());
        var page = await OpenedAsync(context, kind);
        var svg = page.Locator($"svg[aria-labelledby^='{figure}-title']");
        // What the figure had no room to draw has a name in the legend, and no button.
        var entries = svg.Locator(".entry[role=button]");
        Assert.IsGreaterThan(1, await entries.CountAsync());
        for (var i = 0; i < await entries.CountAsync(); i++)
        {
            var entry = entries.Nth(i);
            var series = await entry.GetAttributeAsync("data-series");
            var marks = svg.Locator($".{series}:not(.entry *)");
            var count = await marks.CountAsync();
            Assert.IsGreaterThan(0, count, $"{figure}: nothing is of the series {series}");
            // Once by mouse and once by keyboard.
            await entry.ClickAsync();
            Assert.AreEqual("false", await entry.GetAttributeAsync("aria-pressed"));
            await Assertions.Expect(marks.First).ToBeHiddenAsync();
            await Assertions.Expect(marks.Nth(count - 1)).ToBeHiddenAsync();
            await entry.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            Assert.AreEqual("true", await entry.GetAttributeAsync("aria-pressed"));
            Assert.AreEqual("", await marks.First.EvaluateAsync<string>("mark => mark.style.display"));
        }
    }

    [TestMethod]
    [DataRow("run")]
    [DataRow("sweep")]
    [DataRow("optimize")]
    [DataRow("fit")]
    public async Task A_mark_says_its_value_when_pointed_at(string kind)
    {
        await using var context = await Chromium.Open(
            new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce });
        var page = await OpenedAsync(context, kind);
        // A mark whose middle no other covers; scrolling takes the tip away, so it comes first.
        var place = await page.EvaluateAsync<float[]>("""
            async () => {
              for (const mark of document.querySelectorAll('circle[data-tip]')) {
                mark.scrollIntoView({ block: 'center' });
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                const box = mark.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
                if (document.elementFromPoint(x, y) !== mark) continue;
                mark.id = 'pointed';
                return [x, y];
              }
            }
            """);
        var says = await page.Locator("#pointed").GetAttributeAsync("data-tip");
        await page.Mouse.MoveAsync(place[0], place[1]);
        await Assertions.Expect(page.Locator(".tip")).ToBeVisibleAsync();
        Assert.AreEqual(says, await page.Locator(".tip").TextContentAsync());
        Assert.MatchesRegex(Digit(), says!);
        await page.Mouse.MoveAsync(2, 2);
        await Assertions.Expect(page.Locator(".tip")).ToBeHiddenAsync();
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task Everything_is_there_without_scripts(string kind)
    {
        await using var with = await Chromium.Open(new BrowserNewContextOptions());
        await using var without = await Chromium.Open(new BrowserNewContextOptions { JavaScriptEnabled = false });
        const string texts = "main p, main td, main h2, main svg text";
        var (rich, plain) = (await OpenedAsync(with, kind), await OpenedAsync(without, kind));
        CollectionAssert.AreEqual(
            (await rich.Locator(texts).AllTextContentsAsync()).ToArray(),
            (await plain.Locator(texts).AllTextContentsAsync()).ToArray());
        // Nothing pretends to be a button that does nothing.
        Assert.AreEqual(0, await plain.Locator("button, [role=button]").CountAsync());
        // The numbers behind a figure open all the same.
        await plain.Locator("summary").First.ClickAsync();
        await Assertions.Expect(plain.Locator("details table").First).ToBeVisibleAsync();
    }

    [TestMethod]
    [DataRow("run", ColorScheme.Light)]
    [DataRow("run", ColorScheme.Dark)]
    [DataRow("sweep", ColorScheme.Light)]
    [DataRow("sweep", ColorScheme.Dark)]
    [DataRow("fit", ColorScheme.Dark)]
    [DataRow("compare", ColorScheme.Light)]
    public async Task All_words_stand_out_from_their_ground(string kind, ColorScheme scheme)
    {
        await using var context = await Chromium.Open(new BrowserNewContextOptions { ColorScheme = scheme });
        var page = await OpenedAsync(context, kind);
        var weak = await page.EvaluateAsync<string[]>(ContrastScript.Text);
        Assert.IsEmpty(weak, string.Join('\n', weak.Take(20)));
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public async Task On_paper_every_figure_is_whole_and_no_table_is_cut(string kind)
    {
        await using var context = await Chromium.Open(new BrowserNewContextOptions());
        var page = await OpenedAsync(context, kind);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.SetViewportSizeAsync(PaperWidth, PaperHeight);
        var cut = await page.EvaluateAsync<string[]>("""
            height => Array.from(document.querySelectorAll('figure, .card, .scroll')).flatMap(box => {
              const wrong = [], name = box.textContent.trim().slice(0, 60);
              if (box.scrollWidth > document.documentElement.clientWidth + 1) wrong.push('too wide: ' + name);
              if (!box.matches('.scroll') && box.offsetHeight > height) wrong.push('too high: ' + name);
              if (box.matches('figure') && getComputedStyle(box).breakInside !== 'avoid') wrong.push('broken: ' + name);
              return wrong;
            })
            """, PaperHeight);
        Assert.IsEmpty(cut, string.Join('\n', cut));
        var paper = await page.PdfAsync(new PagePdfOptions { Format = "A4", PreferCSSPageSize = true });
        var text = System.Text.Encoding.Latin1.GetString(paper);
        StringAssert.StartsWith(text, "%PDF-", StringComparison.Ordinal);
        Assert.IsGreaterThan(1, PdfPage().Count(text));
    }

    [TestMethod]
    public async Task Words_that_look_like_a_script_are_shown_as_text()
    {
        await using var context = await Chromium.Open(new BrowserNewContextOptions());
        var page = await OpenedAsync(context, "attack");
        Assert.AreEqual(Pages.Attack, await page.Locator(".about").TextContentAsync());
        Assert.IsGreaterThan(0, await page.Locator("td", new() { HasText = Pages.Attack }).CountAsync());
        Assert.IsGreaterThan(0, await page.Locator("svg text", new() { HasText = Pages.Attack }).CountAsync());
        Assert.AreEqual(1, await page.Locator("script").CountAsync());
    }

    private static async Task<IPage> OpenedAsync(IBrowserContext context, string kind)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(Pages.AddressOf(kind));
        return page;
    }

    [GeneratedRegex(@"/Type\s*/Page\b")]
    private static partial Regex PdfPage();

    [GeneratedRegex(@"\d")]
    private static partial Regex Digit();
}
