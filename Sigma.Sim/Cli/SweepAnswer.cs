// What `sweep` and `merge` tell people and scripts.
using Sigma.Sim.Experiments.Sweeps;
using Sigma.Sim.Reporting;

namespace Sigma.Sim.Cli;

/// <summary>Speaks of a sweep.</summary>
internal static class SweepAnswer
{
    public static void Say(SweepResults results, SweepSummary summary, string folder, Screen screen)
    {
        var (head, metric) = (results.Head, summary.Metric);
        screen.Say(
            $"{head.Sweep}: {Wording.Plural(head.Points, "point")}, {head.Replications} replications each on the same "
            + $"dice; the best by {metric.Title}, {Wording.Better(metric)}");
        if (summary.Best.Count > 0) screen.Show(Tables.Of(SweepTables.Best(head, summary)));
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
}
