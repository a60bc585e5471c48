// What can be explained: each has a name under which people meet it, a title, and a page.
using Sigma.Sim.Accounting;

namespace Sigma.Sim.Cli.Explain;

/// <summary>Something that `sigma explain` has a page of.</summary>
/// <param name="Name">As it stands in messages, files or the glossary.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Text">The page, in Markdown.</param>
internal abstract record Topic(string Name, string Title, string Text)
{
    /// <summary>Other names for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What kind of thing it is, as a word of `--json`.</summary>
    public abstract string Kind { get; }
}

/// <summary>The code of an error.</summary>
internal sealed record ErrorTopic(string Name, string Title, string Text) : Topic(Name, Title, Text)
{
    public override string Kind => "error";

    /// <summary>Each leads to this error and to no other.</summary>
    public IReadOnlyList<ErrorExample> Wrong => ExamplesOf("Wrong");

    /// <summary>Each is sound.</summary>
    public IReadOnlyList<ErrorExample> Right => ExamplesOf("Right");

    private IReadOnlyList<ErrorExample> ExamplesOf(string section) =>
        ErrorExample.In(Markdown.Below(Markdown.Parse(Text), section));
}

/// <summary>A metric of a run.</summary>
internal sealed record MetricTopic(MetricName Metric, string Text) : Topic(Metric.Name, Metric.Title, Text)
{
    public override string Kind => "metric";
}

/// <summary>A bucket of the ledger.</summary>
/// <param name="Bucket">Which.</param>
/// <param name="Key">Its key in ledger.csv.</param>
/// <param name="Title">When an accelerator is in it.</param>
/// <param name="Text">The page.</param>
internal sealed record BucketTopic(TimeBucket Bucket, string Key, string Title, string Text)
    : Topic(Bucket.ToString(), Title, Text)
{
    public override string Kind => "bucket";
}

/// <summary>A word of the field.</summary>
internal sealed record TermTopic(string Name, string Title, string Text) : Topic(Name, Title, Text)
{
    public override string Kind => "term";
}
