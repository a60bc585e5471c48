// What every result of a sweep belongs to. Two results with the same head come from the same points, program and dice,
// and may be put together; any difference is a reason not to.
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sigma.Sim.Accounting;
using Sigma.Sim.Scenarios.Sweeps;

namespace Sigma.Sim.Experiments.Sweeps;

/// <summary>The head of a journal.</summary>
/// <param name="Sweep">Its name.</param>
/// <param name="Version">Of the program, with what tells two builds of one version apart.</param>
/// <param name="Hash">Of every point's scenario, in order.</param>
/// <param name="Points">Of the whole sweep.</param>
/// <param name="Replications">Of each point.</param>
/// <param name="Paths">Columns of the axes.</param>
/// <param name="Metrics">Columns of the metrics.</param>
public sealed record SweepHead(
    string Sweep, string Version, string Hash, int Points, int Replications, IReadOnlyList<string> Paths,
    IReadOnlyList<string> Metrics)
{
    private const int Format = 2;

    /// <summary>What was typed, without the part and the folder; no reason to keep results apart.</summary>
    public string Command { get; init; } = "";

    /// <summary>The head of a plan whose points have these scenarios.</summary>
    public static SweepHead Of(
        SweepPlan plan, IReadOnlyList<string> hashes, int replications, string version, string command)
    {
        var all = Encoding.UTF8.GetBytes(string.Join('\n', hashes));
        return new SweepHead(
            plan.Name, version, Convert.ToHexStringLower(SHA256.HashData(all)), hashes.Count, replications, plan.Paths,
            [.. RunMetrics.Names.Select(metric => metric.Name)])
        {
            Command = command,
        };
    }

    /// <summary>Why results under another head cannot go with these, or null where they can.</summary>
    public string? DifferenceTo(SweepHead other) =>
        Sweep != other.Sweep ? $"they are of the sweep `{Sweep}`, not `{other.Sweep}`"
        : Version != other.Version ? $"they were made by version {Version}, this is {other.Version}"
        : Replications != other.Replications
            ? $"they have {Replications} replications a point, now it would be {other.Replications}"
        : Points != other.Points ? $"they are of {Points:#,0} points, the plan now has {other.Points:#,0}"
        : Hash != other.Hash || !Paths.SequenceEqual(other.Paths, StringComparer.Ordinal)
            ? "the plan or its base has changed since"
        : !Metrics.SequenceEqual(other.Metrics, StringComparer.Ordinal) ? "their metrics are others" : null;

    /// <summary>One object without a line break.</summary>
    public void Write(Utf8JsonWriter json, Shard shard)
    {
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("sweep", Sweep);
        json.WriteString("version", Version);
        json.WriteString("hash", Hash);
        json.WriteString("command", Command);
        json.WriteNumber("points", Points);
        json.WriteNumber("replications", Replications);
        json.WriteNumber("shard", shard.Part);
        json.WriteNumber("shards", shard.Of);
        Texts("paths", Paths);
        Texts("metrics", Metrics);
        json.WriteEndObject();

        void Texts(string name, IReadOnlyList<string> texts)
        {
            json.WriteStartArray(name);
            foreach (var text in texts) json.WriteStringValue(text);
            json.WriteEndArray();
        }
    }

    /// <summary>The head in an object and the shard it is of, or null where the object is of no known format.</summary>
    public static (SweepHead Head, Shard Shard)? Read(JsonElement json)
    {
        if (!json.TryGetProperty("format", out var format) || format.GetInt32() != Format) return null;
        var head = new SweepHead(
            json.GetProperty("sweep").GetString()!, json.GetProperty("version").GetString()!,
            json.GetProperty("hash").GetString()!, json.GetProperty("points").GetInt32(),
            json.GetProperty("replications").GetInt32(), Texts("paths"), Texts("metrics"))
        {
            Command = json.GetProperty("command").GetString()!,
        };
        return (head, new Shard(json.GetProperty("shard").GetInt32(), json.GetProperty("shards").GetInt32()));

        IReadOnlyList<string> Texts(string name) =>
            [.. json.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
    }
}
