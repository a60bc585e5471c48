// What others report of the same run, for the reports to lay beside the answer: never used in a computation.
using Sigma.Sim.Accounting;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Scenarios;

/// <summary>A metric as a publication gives it.</summary>
/// <param name="Metric">Its key, one of <see cref="RunMetrics.Names"/>.</param>
/// <param name="Text">In the publication's own words: <c>21.08 %</c>, <c>under 10 min</c>.</param>
public sealed record PublishedMetric(string Metric, string Text);

/// <summary>Binds `published`.</summary>
internal static class PublishedReader
{
    private const string Metric = "metric", Value = "value";

    private static readonly Dictionary<string, string> Keys =
        RunMetrics.Names.ToDictionary(metric => metric.Name, metric => metric.Name, StringComparer.Ordinal);

    /// <summary>All of them in the order of the file, each metric once.</summary>
    public static IReadOnlyList<PublishedMetric> Read(MapReader top)
    {
        var figures = new List<PublishedMetric>();
        foreach (var item in top.Items("published"))
        {
            var findings = item.Log.Diagnostics.Count;
            var metric = item.Word(Metric, Keys, null);
            var text = item.Required(Value, Phrase);
            item.Close();
            if (item.Log.Diagnostics.Count > findings) continue;
            if (figures.Exists(figure => figure.Metric == metric))
                item.Reject(Metric, "S063", $"`{metric}` is published twice", "give each metric once");
            figures.Add(new PublishedMetric(metric, text));
        }

        return figures;
    }

    private static Parsed<string> Phrase(string text) =>
        text.Length is > 0 and <= 60 ? text : new Parsed<string>("", "expected 1 to 60 characters");
}
