// The result of a point, and how it stands in a journal: numbers that read back to the same bits.
using System.Text.Json;
using Sigma.Sim.Campaign;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>What one point came to.</summary>
/// <param name="Point">Its number, from 0.</param>
/// <param name="Hash">Of its scenario.</param>
/// <param name="Values">Of the axes, empty where the base's stands.</param>
/// <param name="Runs">
/// By replication the metrics in the head's order, NaN where the point has none of it; no replication at all where its
/// run would never end.
/// </param>
public sealed record PointResult(
    int Point, string Hash, IReadOnlyList<string> Values, IReadOnlyList<IReadOnlyList<double>> Runs)
{
    public bool Ended => Runs.Count > 0;

    /// <summary>The metrics of a run in the order of a head.</summary>
    public static IReadOnlyList<double> MetricsOf(CampaignRun run, IReadOnlyList<string> names) =>
        [.. names.Select(name => run.Metrics.Has(name) ? run.Metrics[name] : double.NaN)];

    /// <summary>A metric over the replications, or null where the point has none of it.</summary>
    /// <param name="metric">Its place in the head.</param>
    public Estimate? EstimateOf(int metric) => Ended && !double.IsNaN(Runs[0][metric])
        ? Estimate.Of([.. Runs.Select(run => run[metric])])
        : null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("point", Point);
        json.WriteString("hash", Hash);
        json.WriteStartArray("values");
        foreach (var value in Values) json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (var run in Runs)
        {
            json.WriteStartArray();
            foreach (var value in run) Number(json, value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static PointResult Read(JsonElement json) => new(
        json.GetProperty("point").GetInt32(),
        json.GetProperty("hash").GetString()!,
        [.. json.GetProperty("values").EnumerateArray().Select(value => value.GetString()!)],
        [.. json.GetProperty("runs").EnumerateArray()
            .Select(run => (IReadOnlyList<double>)[.. run.EnumerateArray().Select(Number)])]);

    // JSON knows no infinity, which a cost without a single kept token is.
    private static void Number(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteNumberValue(value);
        else if (double.IsNaN(value)) json.WriteNullValue();
        else json.WriteStringValue(value > 0 ? "inf" : "-inf");
    }

    private static double Number(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String => json.GetString() == "inf" ? double.PositiveInfinity : double.NegativeInfinity,
        _ => json.GetDouble(),
    };
}
