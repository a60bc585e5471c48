// What `compare` tells people and scripts.
using System.Globalization;
using System.Text.Json;
using Sigma.Sim.Accounting;
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting;
using Spectre.Console;

namespace Sigma.Sim.Cli;

/// <summary>Speaks of a comparison.</summary>
internal static class CompareAnswer
{
    private const int BucketsShown = 6;

    /// <summary>The ranking, the verdict, and where the differences come from.</summary>
    public static void Say(Comparison comparison, Screen screen)
    {
        var contenders = comparison.Contenders;
        var (first, faults) = (contenders[0], comparison.IsPaired ? "the same faults" : "faults of their own");
        var scenario = first.Alternative.Scenario;
        screen.Say(
            $"{scenario.Name}: {contenders.Count} alternatives, seed {scenario.Seed}, "
            + $"{first.Set.Runs.Count} replications on {faults}; {comparison.Metric.Title}, "
            + Wording.Better(comparison.Metric));
        screen.Show(RankingOf(comparison));
        screen.Say(CompareWords.Verdict(comparison));
        foreach (var left in comparison.LeftOut) screen.Say($"{left.Label} is left out: its run would never end");
        screen.Say(CompareWords.Pairing(comparison));
        screen.Say("where the time goes instead, in points of all accelerator time (spares included):");
        screen.Show(BucketsOf(comparison));
    }

    public static void Write(Comparison comparison, string folder, IReadOnlyList<string> files, Screen screen) =>
        screen.Answer(json =>
        {
            json.WriteStartObject();
            json.WriteString("metric", comparison.Metric.Name);
            json.WriteBoolean("paired", comparison.IsPaired);
            json.WriteStartArray("alternatives");
            foreach (var contender in comparison.Contenders)
            {
                json.WriteStartObject();
                json.WriteString("label", contender.Alternative.Label);
                json.WriteNumber("rank", CompareWords.RankOf(comparison, contender));
                json.WriteStartObject("metrics");
                foreach (var metric in contender.Set.Names)
                    json.WriteEstimate(metric.Name, contender.Set.Metrics[metric.Name]);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("pairs");
            foreach (var pair in comparison.Pairs) Pair(comparison, pair, json);
            json.WriteEndArray();
            json.WriteStartArray("left_out");
            foreach (var left in comparison.LeftOut) json.WriteStringValue(left.Label);
            json.WriteEndArray();
            json.WriteString("verdict", CompareWords.Verdict(comparison));
            json.WriteOutputs(folder, files);
            json.WriteEndObject();
        });

    private static void Pair(Comparison comparison, ContenderPair pair, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("from", comparison.Contenders[pair.First].Alternative.Label);
        json.WriteString("to", comparison.Contenders[pair.Second].Alternative.Label);
        json.WriteEstimate("difference", pair.Difference.Difference);
        json.WriteFinite("p", pair.Difference.PValue);
        json.WriteFinite("p_holm", pair.Difference.Adjusted);
        json.WriteBoolean("significant", pair.Difference.IsSignificant);
        json.WriteFinite("pairing_gain", pair.Gain);
        json.WriteEndObject();
    }

    private static Table RankingOf(Comparison comparison)
    {
        var best = comparison.Ranking[0];
        var means = comparison.Contenders.Select(c => c.Set.Metrics[comparison.Metric.Name]).ToList();
        var measure = Measure.Of(comparison.Metric, means[best].Mean);
        var table = Tables.Plain(
            "alternative", "rank", measure.Head, $"to the best [{measure.ChangeUnit}]", "p (Holm)", "verdict");
        foreach (var (number, rank) in comparison.Ranking.Select((number, rank) => (number, rank)))
        {
            var difference = rank == 0 ? null : comparison.Between(best, number);
            table.AddTexts(
                comparison.Contenders[number].Alternative.Label,
                (rank + 1).ToString(CultureInfo.InvariantCulture),
                measure.Text(means[number]),
                difference is null ? "" : measure.Change(difference.Difference),
                difference is null ? "" : CompareWords.PText(difference.Adjusted),
                difference is null ? "best" : difference.IsSignificant ? "worse" : "no significant difference");
        }

        table.Columns[^1].Alignment = Justify.Left;
        return table;
    }

    /// <summary>Buckets in which some alternative differs most from the best, and all others as one.</summary>
    private static Table BucketsOf(Comparison comparison)
    {
        var best = comparison.Ranking[0];
        var others = comparison.Ranking.Skip(1).ToList();
        var rows = TimeBuckets.All
            .Select(bucket => (
                Bucket: bucket,
                Shares: others.Select(number => comparison.ShareDifference(best, number, bucket)).ToList()))
            .Where(row => row.Shares.Any(share => share.Mean != 0))
            .OrderByDescending(row => row.Shares.Max(share => Math.Abs(share.Mean)))
            .ToList();
        var table = Tables.Plain(
            ["bucket", .. others.Select(number => comparison.Contenders[number].Alternative.Label)]);
        foreach (var row in rows.Take(BucketsShown))
        {
            table.AddTexts([
                Wording.Of(row.Bucket),
                .. row.Shares.Select(share => CompareWords.Points(share)),
            ]);
        }

        if (rows.Count <= BucketsShown) return table;
        var rest = Enumerable.Range(0, others.Count)
            .Select(i => rows.Skip(BucketsShown).Sum(row => row.Shares[i].Mean) * 100);
        table.AddTexts([$"{rows.Count - BucketsShown} others", .. rest.Select(Wording.Signed)]);
        return table;
    }
}
