// What `compare` tells people and scripts.
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Reporting;

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
        screen.Show(Tables.Of(CompareTables.Ranking(comparison)));
        screen.Say(CompareWords.Verdict(comparison));
        foreach (var left in comparison.LeftOut) screen.Say($"{left.Label} is left out: its run would never end");
        screen.Say(CompareWords.Pairing(comparison));
        screen.Say("where the time goes instead, in points of all accelerator time (spares included):");
        screen.Show(Tables.Of(CompareTables.Buckets(comparison, BucketsShown)));
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
}
