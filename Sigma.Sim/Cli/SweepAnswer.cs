// What `sweep` and `merge` tell people and scripts.
using System.Globalization;
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>Speaks of a sweep.</summary>
internal static class SweepAnswer
{
    private const int MostColumns = 4;

    public static void Say(SweepResults results, SweepSummary summary, string folder, Screen screen)
    {
        var (head, metric) = (results.Head, summary.Metric);
        screen.Say(
            $"{head.Sweep}: {Wording.Plural(head.Points, "point")}, {head.Replications} replications each on the same "
            + $"dice; the best by {metric.Title}, {Wording.Better(metric)}");
        if (summary.Best.Count > 0) screen.Show(BestOf(head, summary));
        if (summary.Endless > 0) screen.Say($"{Wording.Plural(summary.Endless, "point")} would never end");
        screen.Say(SweepWords.Verdict(head, summary));
        screen.Say("");
        screen.Say($"tables and figures: {folder}");
    }

    public static void Write(
        SweepResults results, SweepSummary summary, string folder, IReadOnlyList<string> files, Screen screen) =>
        screen.Answer(json =>
        {
            var head = results.Head;
            json.WriteStartObject();
            json.WriteString("sweep", head.Sweep);
            json.WriteString("metric", summary.Metric.Name);
            json.WriteNumber("points", head.Points);
            json.WriteNumber("replications", head.Replications);
            json.WriteNumber("endless", summary.Endless);
            json.WriteStartArray("best");
            foreach (var ranked in summary.Best)
            {
                json.WriteStartObject();
                json.WriteNumber("point", ranked.Mean.Point);
                json.WriteStartObject("values");
                foreach (var (path, value) in head.Paths.Zip(ranked.Mean.Values)) json.WriteString(path, value);
                json.WriteEndObject();
                json.WriteEstimate(summary.Metric.Name, ranked.Mean.Estimate!);
                if (ranked.Difference is { } difference)
                {
                    json.WriteEstimate("to_best", difference.Difference);
                    json.WriteBoolean("significant", difference.IsSignificant);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("verdict", SweepWords.Verdict(head, summary));
            json.WriteOutputs(folder, files);
            json.WriteEndObject();
        });

    /// <summary>A part alone has no answer yet, only how far it is.</summary>
    public static void WriteShard(Shard shard, SweepResults results, Screen screen) => screen.Answer(json =>
    {
        json.WriteStartObject();
        json.WriteString("sweep", results.Head.Sweep);
        json.WriteNumber("shard", shard.Part);
        json.WriteNumber("shards", shard.Of);
        json.WriteNumber("points", results.Head.Points);
        json.WriteNumber("finished", results.Finished);
        json.WriteEndObject();
    });

    private static Table BestOf(SweepHead head, SweepSummary summary)
    {
        var measure = Measure.Of(summary.Metric, summary.Best[0].Mean.Estimate!.Mean);
        // Many axes, of which a point sets a few, are one column of what it sets.
        var isWide = head.Paths.Count > MostColumns;
        IReadOnlyList<string> heads = isWide ? ["point"] : SweepWords.ShortPaths(head.Paths);
        var table = Tables.Plain(
            ["rank", .. heads, measure.Head, $"to the best [{measure.ChangeUnit}]", "verdict"]);
        if (isWide) table.Columns[1].Alignment = Justify.Left;
        foreach (var (ranked, rank) in summary.Best.Select((ranked, rank) => (ranked, rank)))
        {
            table.AddTexts(
            [
                (rank + 1).ToString(CultureInfo.InvariantCulture),
                .. isWide ? [SweepWords.Named(head, ranked.Mean)] : ranked.Mean.Values.ToArray(),
                measure.Text(ranked.Mean.Estimate!),
                ranked.Difference is { } change ? measure.Change(change.Difference) : "",
                ranked.Difference is not { } difference ? "best"
                    : difference.IsSignificant ? "worse" : "no significant difference",
            ]);
        }

        table.Columns[^1].Alignment = Justify.Left;
        return table;
    }
}
