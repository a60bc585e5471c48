// All that can be explained, from the documents that the program carries: docs/errors/, docs/METRICS.md and
// docs/GLOSSARY.md. What `sigma explain` prints is what they say, so that there are no two texts to keep the same.
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Sigma.Sim.Accounting;
using Sigma.Sim.Reporting;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli.Explain;

/// <summary>The pages, and how one is found.</summary>
internal sealed partial class Handbook
{
    /// <summary>The heading below which METRICS.md has a section a metric.</summary>
    public const string MetricsHeading = "Names";

    private const string ErrorFolder = "docs/errors/", LedgerHeading = "The ledger";

    private readonly List<TermTopic> _goodputTerms;

    public Handbook()
    {
        Metrics = MetricsIn(Document("docs/METRICS.md"));
        Buckets = BucketsIn(Document("docs/METRICS.md"));
        Terms = TermsIn(Document("docs/GLOSSARY.md"));
        Errors = [.. Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ErrorFolder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => ErrorOf(Path.GetFileNameWithoutExtension(name), Document(name)))];
        _goodputTerms = GoodputTerms();
    }

    public IReadOnlyList<ErrorTopic> Errors { get; }

    public IReadOnlyList<MetricTopic> Metrics { get; }

    public IReadOnlyList<BucketTopic> Buckets { get; }

    public IReadOnlyList<TermTopic> Terms { get; }

    private static Assembly Assembly => typeof(Handbook).Assembly;

    private IEnumerable<Topic> All => [.. Errors, .. Metrics, .. Buckets, .. _goodputTerms, .. Terms];

    /// <summary>
    /// The pages of a name as people type or paste it; none where nothing is called so. A name may stand for a metric,
    /// a bucket and a word of the field at once: words come last, what is spelt just so before what is spelt alike.
    /// </summary>
    public IReadOnlyList<Topic> Find(string text)
    {
        if (CodeIn(text) is { } code) return [.. Errors.Where(topic => topic.Name == code)];
        var asked = Plain(text);
        var called = All.Where(topic => NamesOf(topic).Any(name => Plain(name) == asked))
            .OrderBy(topic => topic is TermTopic)
            .ThenBy(topic => !NamesOf(topic).Contains(text.Trim(), StringComparer.Ordinal)).ToList();
        return called.Count > 0 ? called : [.. Metrics.Where(topic => Plain(topic.Title) == asked)];
    }

    /// <summary>
    /// What was probably meant by a name that is none, or null: a code has neighbours but no likeness, and two letters
    /// are like everything.
    /// </summary>
    public string? Nearest(string text)
    {
        if (CodeIn(text) is not null || Plain(text).Length < 3) return null;
        var names = All.SelectMany(NamesOf).ToLookup(Plain, StringComparer.Ordinal);
        var near = NearestName.Of(Plain(text), names.Select(pair => pair.Key));
        return near is null ? null : names[near].First();
    }

    /// <summary>The code in `S012`, `s12`, `error[S012]` or a whole message, or null.</summary>
    private static string? CodeIn(string text)
    {
        var pasted = PastedCode().Match(text);
        var match = pasted.Success ? pasted : BareCode().Match(text.Trim(' ', '`', '[', ']', ':'));
        return match.Success ? "S" + match.Groups["number"].Value.PadLeft(3, '0') : null;
    }

    private static IEnumerable<string> NamesOf(Topic topic) => topic.Aliases.Prepend(topic.Name);

    /// <summary>A name without what people spell in two ways: case, dashes, quotes.</summary>
    private static string Plain(string name) =>
        name.Trim(' ', '`', '\'', '"').Replace('_', ' ').Replace('-', ' ').ToLowerInvariant();

    private static string Document(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the program carries no document {name}");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static ErrorTopic ErrorOf(string code, string text)
    {
        var head = text[..text.IndexOf('\n', StringComparison.Ordinal)];
        return new ErrorTopic(code, head[(head.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(), text);
    }

    private static List<MetricTopic> MetricsIn(string document)
    {
        var sections = MetricSection().Matches(document).ToDictionary(
            match => match.Groups["name"].Value, match => match.Value, StringComparer.Ordinal);
        return [.. RunMetrics.Names.Select(metric =>
            new MetricTopic(metric, "# " + sections[metric.Name]["### ".Length..].TrimEnd() + "\n"))];
    }

    private static List<BucketTopic> BucketsIn(string document)
    {
        var ledger = Markdown.Below(Markdown.Parse(document), LedgerHeading).OfType<MarkdownTable>().First();
        var meanings = ledger.Rows.Skip(1)
            .SelectMany(row => Markdown.Codes(row[0]).Select(name => (Name: name, Meaning: row[1])))
            .ToDictionary(pair => pair.Name, pair => pair.Meaning, StringComparer.Ordinal);
        return [.. TimeBuckets.All.Select(bucket => BucketOf(bucket, meanings[bucket.ToString()]))];
    }

    private static BucketTopic BucketOf(TimeBucket bucket, string meaning)
    {
        var key = Wording.KeyOf(bucket);
        var term = TimeBuckets.GoodputTerm(bucket);
        var counts = TimeBuckets.IsProductive(bucket) ? "productive and busy"
            : TimeBuckets.IsBusy(bucket) ? "busy, and not productive"
            : TimeBuckets.IsInJob(bucket) ? "time of the job, neither productive nor busy"
            : "no time of the job";
        return new BucketTopic(bucket, key, meaning, $"""
            # `{bucket}`: a bucket of the ledger

            An accelerator is in it while {meaning}.

            - key: `{key}` in ledger.csv
            - counts as: {counts}
            - in Google's goodput library: {(term is null ? "nothing, it is outside the job" : $"`{term}`")}

            Every accelerator-nanosecond of a run is in exactly one bucket.

            """.ReplaceLineEndings("\n"))
        {
            Aliases = [key],
        };
    }

    /// <summary>Terms of Google's goodput library, with the buckets that each holds.</summary>
    private List<TermTopic> GoodputTerms() =>
    [
        .. Buckets.Where(topic => TimeBuckets.GoodputTerm(topic.Bucket) is not null)
            .GroupBy(topic => TimeBuckets.GoodputTerm(topic.Bucket)!, StringComparer.Ordinal)
            .Select(group => new TermTopic(group.Key, "a term of Google's goodput library", string.Concat(
                $"# `{group.Key}`: a term of Google's goodput library\n\nIt holds these buckets of the ledger:\n\n",
                string.Concat(group.Select(topic => $"- `{topic.Bucket}`: {topic.Title}\n"))))),
    ];

    private List<TermTopic> TermsIn(string document) =>
    [
        .. Markdown.Parse(document).OfType<MarkdownTable>().Single().Rows.Skip(1)
            .Select(row => TermOf(row[0], row[1])),
    ];

    private TermTopic TermOf(string head, string meaning)
    {
        var names = NamesIn(head);
        var measured = Metrics.Where(metric => names.Any(name =>
            metric.Name.Split('_').Contains(Plain(name), StringComparer.Ordinal) || metric.Title == name)).ToList();
        var more = measured.Count == 0 ? "" : "\nAs a metric: "
            + string.Join(", ", measured.Select(metric => $"`sigma explain {metric.Name}`")) + ".\n";
        return new TermTopic(names[0], meaning, $"# {head}\n\n{meaning}\n{more}")
        {
            Aliases = [.. names.Skip(1), .. Markdown.Codes(head)],
        };
    }

    /// <summary>The terms of a row: between commas, without what stands in parentheses.</summary>
    private static List<string> NamesIn(string head) =>
        [.. InParentheses().Replace(head, "").Split(',', StringSplitOptions.TrimEntries)];

    [GeneratedRegex(@"error\[S0*(?<number>\d{1,3})\]",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PastedCode();

    [GeneratedRegex(@"^S0*(?<number>\d{1,3})$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BareCode();

    [GeneratedRegex(@"^### `(?<name>[a-z0-9_]+)`.*?(?=^##|\z)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex MetricSection();

    [GeneratedRegex(@"\s*\([^)]*\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InParentheses();
}
