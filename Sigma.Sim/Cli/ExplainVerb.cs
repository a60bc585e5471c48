// `sigma explain`: one page on an error code, a metric, a bucket of the ledger or a word of the field.
using System.CommandLine;
using System.Text.Json;
using Sigma.Sim.Accounting;
using Sigma.Sim.Cli.Explain;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Cli;

/// <summary>The verb `explain`, and the line that leads to it.</summary>
internal static class ExplainVerb
{
    private const int MostCodes = 3;

    private static readonly Argument<string[]> Name = new("NAME")
    {
        Description =
            "an error code (S012), a metric (ettr), a bucket of ledger.csv or a word of the field; none lists all",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Command(SharedOptions shared)
    {
        var command = new Command("explain",
            "One page on an error code or a metric: what it means, why, what to do. Buckets of time and words of the\n"
            + "field have their page too; without a name, everything that has one is listed."
            + "\n\nExamples:\n  sigma explain S012\n  sigma explain ettr\n  sigma explain warm spare")
        {
            Name,
        };
        command.SetAction(parsed =>
        {
            var screen = shared.ScreenOf(parsed);
            var asked = string.Join(' ', parsed.GetValue(Name) ?? []);
            if (asked.Length == 0) List(new Handbook(), screen);
            else Show(new Handbook(), asked, screen);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The line below errors that says where more is to be read; empty where no code has a page.</summary>
    public static string HintOf(DiagnosticList findings)
    {
        var codes = findings.InSourceOrder().Take(DiagnosticList.MostShown).Select(finding => finding.Code)
            .Distinct(StringComparer.Ordinal).ToList();
        if (codes.Count == 0) return "";
        var others = string.Join(", ", codes.Skip(1).Take(MostCodes - 1).Select(code => $"`sigma explain {code}`"));
        return $"sigma: `sigma explain {codes[0]}` says more" + (others.Length > 0 ? $"; so do {others}" : "");
    }

    private static void Show(Handbook book, string asked, Screen screen)
    {
        var topics = book.Find(asked);
        if (topics.Count == 0)
        {
            var meant = book.Nearest(asked) is { } near ? $"did you mean `{near}`? " : "";
            throw new UsageException($"there is no page on `{Shown(asked)}`; {meant}`sigma explain` lists all");
        }

        screen.GivePage(string.Join('\n', topics.Select(topic => topic.Text)));
        screen.Answer(json =>
        {
            json.WriteStartObject();
            Write(json, topics[0]);
            json.WriteStartArray("also");
            foreach (var topic in topics.Skip(1))
            {
                json.WriteStartObject();
                Write(json, topic);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static string Shown(string asked) => asked.Length <= 60 ? asked : asked[..60] + "...";

    private static void List(Handbook book, Screen screen)
    {
        screen.GivePage(string.Concat(
            "# What can be explained\n\n`sigma explain NAME` prints a page on each of these.\n\n## Errors\n\n",
            string.Concat(book.Errors.Select(topic => $"- {topic.Name}: {topic.Title}\n")),
            "\n## Metrics, by their names in summary.csv\n\n",
            string.Concat(book.Metrics.Select(topic => $"- `{topic.Name}`: {topic.Title}\n")),
            "\n## Buckets of time, by their names in ledger.csv\n\n",
            string.Concat(book.Buckets.Select(topic => $"- `{topic.Key}`: {topic.Title}\n")),
            "\n## Words of the field\n\n",
            string.Join(", ", book.Terms.SelectMany(topic => topic.Aliases.Prepend(topic.Name))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)),
            "\n"));
        screen.Answer(json =>
        {
            json.WriteStartObject();
            WriteAll(json, "errors", book.Errors);
            WriteAll(json, "metrics", book.Metrics);
            WriteAll(json, "buckets", book.Buckets);
            WriteAll(json, "terms", book.Terms);
            json.WriteEndObject();
        });
    }

    private static void WriteAll(Utf8JsonWriter json, string key, IEnumerable<Topic> topics)
    {
        json.WriteStartArray(key);
        foreach (var topic in topics)
        {
            json.WriteStartObject();
            json.WriteString("name", topic.Name);
            json.WriteString("title", topic.Title);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Topic topic)
    {
        json.WriteString("name", topic.Name);
        json.WriteString("kind", topic.Kind);
        json.WriteString("title", topic.Title);
        json.WriteString("text", topic.Text);
        switch (topic)
        {
            case ErrorTopic error:
                WriteExamples(json, "wrong", error.Wrong);
                WriteExamples(json, "right", error.Right);
                break;
            case MetricTopic { Metric: var metric }:
                json.WriteString("unit", metric.Unit);
                if (metric.HigherIsBetter is { } higher) json.WriteBoolean("higher_is_better", higher);
                else json.WriteNull("higher_is_better");
                break;
            case BucketTopic bucket:
                json.WriteString("key", bucket.Key);
                json.WriteBoolean("productive", TimeBuckets.IsProductive(bucket.Bucket));
                json.WriteBoolean("busy", TimeBuckets.IsBusy(bucket.Bucket));
                json.WriteBoolean("in_job", TimeBuckets.IsInJob(bucket.Bucket));
                json.WriteString("goodput_term", TimeBuckets.GoodputTerm(bucket.Bucket));
                break;
            default:
                // A term has no more to it than its text.
                break;
        }
    }

    private static void WriteExamples(Utf8JsonWriter json, string key, IEnumerable<ErrorExample> examples)
    {
        json.WriteStartArray(key);
        foreach (var example in examples)
        {
            json.WriteStartObject();
            json.WriteString("kind", example.Kind.ToString().ToLowerInvariant());
            json.WriteString("text", example.Text);
            json.WriteStartObject("files");
            foreach (var (name, text) in example.Files) json.WriteString(name, text);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
