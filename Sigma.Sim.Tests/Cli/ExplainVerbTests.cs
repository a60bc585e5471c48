// `sigma explain` as people and scripts meet it: names as they are typed or pasted, a page on a terminal, in a pipe and
// as an object, and the line below every error that leads there.
using System.Text.Json;
using Sigma.Sim.Accounting;
using Sigma.Sim.Cli.Explain;
using Spectre.Console;

namespace Sigma.Sim.Tests.Cli;

[TestClass]
public sealed class ExplainVerbTests
{
    private static readonly Handbook Book = new();

    [TestMethod]
    [DataRow("S012", "S012")]
    [DataRow("s12", "S012")]
    [DataRow("error[S012]", "S012")]
    [DataRow("mine.yaml:14:1: error[S012]: unknown key `checkpiont`", "S012")]
    [DataRow("`S012`", "S012")]
    [DataRow("ettr", "ettr")]
    [DataRow("ETTR", "ettr")]
    [DataRow("effective training time ratio", "ettr")]
    [DataRow("step-mfu", "step_mfu")]
    [DataRow("lost_work", "LostWork")]
    [DataRow("LostWork", "LostWork")]
    [DataRow("Retired", "Retired")]
    [DataRow("retired", "retired")]
    [DataRow("wasted_progress_from_disruption", "WASTED_PROGRESS_FROM_DISRUPTION")]
    [DataRow("mtti", "MTTI")]
    [DataRow("Warm Spare", "warm spare")]
    [DataRow("warm-spare", "warm spare")]
    [DataRow("layers_per_part", "chunk")]
    public void A_name_is_found_as_people_type_or_paste_it(string asked, string name) =>
        Assert.AreEqual(name, Book.Find(asked)[0].Name);

    [TestMethod]
    [DataRow("etr", "ettr")]
    [DataRow("goodput_token_per_s", "goodput_tokens_per_s")]
    [DataRow("warm sparse", "warm spare")]
    [DataRow("LostWrk", "LostWork")]
    public void A_slip_of_the_finger_is_answered_with_the_nearest_name(string asked, string near)
    {
        Assert.IsEmpty(Book.Find(asked));
        Assert.AreEqual(near, Book.Nearest(asked));
    }

    [TestMethod]
    [DataRow("S999")]
    [DataRow("S0")]
    [DataRow("error[S016]")]
    [DataRow("no such thing at all")]
    [DataRow("\u0000")]
    [DataRow("[bold]")]
    public void What_nobody_wrote_has_no_page(string asked)
    {
        Assert.IsEmpty(Book.Find(asked));
        Assert.IsNull(Book.Nearest(asked));
    }

    [TestMethod]
    public void Every_metric_bucket_and_term_is_found_by_its_name()
    {
        foreach (var topic in Book.Metrics.Cast<Topic>().Concat(Book.Buckets).Concat(Book.Errors).Concat(Book.Terms))
            Assert.IsTrue(Book.Find(topic.Name).Any(found => found.Name == topic.Name), topic.Name);
        foreach (var bucket in TimeBuckets.All)
        {
            if (TimeBuckets.GoodputTerm(bucket) is { } term) Assert.HasCount(1, Book.Find(term), term);
        }
    }

    [TestMethod]
    public void An_unknown_name_ends_with_2_and_the_nearest()
    {
        var answer = SigmaProcess.Run("explain", "ettrr").EndedWith(2)
            .Saying("sigma: there is no page on `ettrr`; did you mean `ettr`? `sigma explain` lists all");
        Assert.AreEqual("", answer.Output);
        SigmaProcess.Run("explain", new string('x', 5000)).EndedWith(2).Saying("xxx...`; `sigma explain` lists all");
    }

    [TestMethod]
    public void A_page_in_a_pipe_is_markdown_of_readable_width()
    {
        var page = SigmaProcess.Run("explain", "warm", "spare").EndedWith(0).Output;
        StringAssert.StartsWith(page, "# warm spare\n\na node that is booted", StringComparison.Ordinal);
        foreach (var topic in Book.Errors.Cast<Topic>().Concat(Book.Metrics))
        {
            var isExample = false;
            foreach (var line in PageText.Plain(topic.Text).Split('\n'))
            {
                if (line.StartsWith("```", StringComparison.Ordinal)) isExample = !isExample;
                if (!isExample) Assert.IsLessThanOrEqualTo(PageText.WidestLine, line.Length, $"{topic.Name}: {line}");
            }
        }
    }

    [TestMethod]
    public void Breaking_lines_anew_loses_no_word_of_a_page()
    {
        foreach (var topic in Book.Errors)
        {
            CollectionAssert.AreEqual(Words(topic.Text), Words(PageText.Plain(topic.Text)), topic.Name);
            CollectionAssert.AreEqual(
                Markdown.Parse(topic.Text).ToList().ConvertAll(Shape),
                Markdown.Parse(PageText.Plain(topic.Text)).ToList().ConvertAll(Shape), topic.Name);
        }
    }

    [TestMethod]
    public void A_page_on_a_terminal_has_bold_headings_and_indented_examples()
    {
        var drawn = Drawn(Book.Find("S012")[0].Text, ansi: true);
        StringAssert.Contains(drawn, "\u001b[1mWhy\u001b[0m", StringComparison.Ordinal);
        StringAssert.Contains(drawn, "\n    checkpiont:\n", StringComparison.Ordinal);
        Assert.DoesNotContain("```", drawn, StringComparison.Ordinal);
    }

    [TestMethod]
    public void No_page_is_taken_for_a_terminals_markup()
    {
        foreach (var topic in Book.Errors.Cast<Topic>().Concat(Book.Metrics).Concat(Book.Buckets).Concat(Book.Terms))
        {
            var drawn = Drawn(topic.Text, ansi: false);
            foreach (var fence in Markdown.Parse(topic.Text).OfType<Fence>())
                StringAssert.Contains(drawn, "    " + fence.Lines[0], StringComparison.Ordinal);
            Assert.DoesNotContain('`', drawn.Replace("    ", "", StringComparison.Ordinal).Split('\n')[0]);
        }
    }

    [TestMethod]
    public void The_object_of_a_page_has_its_text_and_examples()
    {
        var error = SigmaProcess.Run("explain", "error[S013]", "--json").EndedWith(0);
        Assert.AreEqual("", error.Error);
        var json = error.Json;
        Assert.AreEqual("S013", json.GetProperty("name").GetString());
        Assert.AreEqual("error", json.GetProperty("kind").GetString());
        Assert.AreEqual(Book.Errors.Single(page => page.Name == "S013").Text, json.GetProperty("text").GetString());
        var circle = json.GetProperty("wrong").EnumerateArray().Last();
        Assert.AreEqual("scenario", circle.GetProperty("kind").GetString());
        Assert.AreEqual("from: other.yaml\n", circle.GetProperty("text").GetString());
        Assert.IsTrue(circle.GetProperty("files").TryGetProperty("other.yaml", out _));
        Assert.AreEqual(1, json.GetProperty("right").GetArrayLength());

        var metric = SigmaProcess.Run("explain", "retired", "--json").EndedWith(0).Json;
        Assert.AreEqual(("retired", "metric"), (Text(metric, "name"), Text(metric, "kind")));
        Assert.AreEqual(JsonValueKind.Null, metric.GetProperty("higher_is_better").ValueKind);
        Assert.AreEqual("bucket term", string.Join(
            ' ', metric.GetProperty("also").EnumerateArray().Select(other => Text(other, "kind"))));
    }

    [TestMethod]
    public void Without_a_name_everything_is_listed()
    {
        var listed = SigmaProcess.Run("explain", "--quiet").EndedWith(0).Output;
        foreach (var topic in Book.Errors) StringAssert.Contains(listed, $"- {topic.Name}: ", StringComparison.Ordinal);
        foreach (var topic in Book.Metrics)
            StringAssert.Contains(listed, $"- `{topic.Name}`: {topic.Title}\n", StringComparison.Ordinal);
        var json = SigmaProcess.Run("explain", "--json").EndedWith(0).Json;
        Assert.AreEqual(Book.Errors.Count, json.GetProperty("errors").GetArrayLength());
        Assert.AreEqual(RunMetrics.Names.Count, json.GetProperty("metrics").GetArrayLength());
        Assert.AreEqual(TimeBuckets.Count, json.GetProperty("buckets").GetArrayLength());
        Assert.AreEqual(Book.Terms.Count, json.GetProperty("terms").GetArrayLength());
    }

    [TestMethod]
    public void Errors_lead_to_their_pages()
    {
        using var scratch = new ScratchFolder();
        var answer = SigmaProcess.Run("check", "scenarios/small.yaml", "--set", "sead=1").EndedWith(2);
        StringAssert.EndsWith(answer.Error, "\nsigma: `sigma explain S012` says more\n", StringComparison.Ordinal);
        var many = scratch.Holding(
            "many.yaml", "from: nowhere.yaml\nduration: { days: 1 }\nreplications: 1\nsead: 1\n");
        answer = SigmaProcess.Run("check", many).EndedWith(2);
        StringAssert.EndsWith(
            answer.Error, "says more; so do `sigma explain S023`, `sigma explain S020`\n", StringComparison.Ordinal);
        answer = SigmaProcess.Run("check", "nowhere.yaml").EndedWith(1);
        StringAssert.EndsWith(answer.Error, "`sigma explain S001` says more\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Help_ends_with_examples_that_work()
    {
        var help = SigmaProcess.Run("explain", "--help").EndedWith(0).Output;
        const string example = "    sigma explain ";
        foreach (var line in help.Split('\n').Where(line => line.StartsWith(example, StringComparison.Ordinal)))
            Assert.IsNotEmpty(Book.Find(line[example.Length..]), line);
        StringAssert.Contains(help, "sigma explain S012", StringComparison.Ordinal);
    }

    private static string Drawn(string markdown, bool ansi)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        console.Profile.Width = 200;
        console.Write(PageText.Drawn(markdown, console.Profile.Width));
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string[] Words(string text) =>
        text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static string Shape(MarkdownBlock block) => block is Fence fence
        ? string.Join('\n', fence.Lines)
        : block.GetType().Name;

    private static string? Text(JsonElement json, string key) => json.GetProperty(key).GetString();
}
