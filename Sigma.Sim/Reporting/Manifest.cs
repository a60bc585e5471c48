// manifest.json: what was asked, by whom it can be asked again, and where and how fast it ran. Only its last two
// members, `machine` and `durations_s`, may differ between two runs of the same scenario and seed.
using System.Runtime.InteropServices;
using System.Text.Json;
using Sigma.Sim.Scenarios;

namespace Sigma.Sim.Reporting;

/// <summary>Writes the manifest of a run.</summary>
internal static class Manifest
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    public static void Write(RunRecord record, double reportSeconds, Stream to)
    {
        using var json = new Utf8JsonWriter(to, Layout);
        var scenario = record.Outcome.Scenario;
        json.WriteStartObject();
        json.WriteString("scenario", scenario.Name);
        json.WriteString("about", scenario.About);
        json.WriteString("hash_sha256", scenario.Hash);
        if (scenario.Earlier is { } earlier)
        {
            json.WriteStartObject("earlier");
            json.WriteString("scenario", earlier.Name);
            json.WriteString("hash_sha256", earlier.Hash);
            json.WriteEndObject();
        }

        json.WriteNumber("seed", scenario.Seed);
        json.WriteNumber("replications", record.Outcome.Set.Runs.Count);
        json.WriteString("version", record.Version);
        json.WriteString("command", record.Command);
        Inputs(scenario, json);
        json.WriteStartObject("metrics");
        foreach (var metric in record.Outcome.Set.Names)
            Number(json, metric.Name, record.Outcome.Set.Metrics[metric.Name].Mean);
        json.WriteEndObject();
        Machine(json);
        json.WriteStartObject("durations_s");
        Number(json, "real_step", record.Outcome.Elapsed.RealStep);
        Number(json, "replay", record.Outcome.Elapsed.Replay);
        Number(json, "campaign", record.Outcome.Elapsed.Campaign);
        Number(json, "report", reportSeconds);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The manifest of a study of one scenario by one metric, and what it came to.</summary>
    public static void Write(
        OutputFolder output, Scenario scenario, string metric, string verdict, string version, string command) =>
        output.WriteJson("manifest.json", json =>
        {
            json.WriteString("scenario", scenario.Name);
            json.WriteString("hash_sha256", scenario.Hash);
            json.WriteString("version", version);
            json.WriteString("command", command);
            json.WriteString("metric", metric);
            json.WriteString("verdict", verdict);
            Inputs(scenario, json);
        });

    /// <summary>Every input with its value, origin and place, as an array.</summary>
    public static void Inputs(Scenario scenario, Utf8JsonWriter json)
    {
        json.WriteStartArray("inputs");
        foreach (var input in scenario.Inputs)
        {
            json.WriteStartObject();
            json.WriteString("path", input.Path);
            json.WriteString("value", input.Text);
            json.WriteString("origin", ResolvedInput.WordOf(input.Origin));
            json.WriteString("remark", input.Remark);
            json.WriteString("place", input.Place);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Machine(Utf8JsonWriter json)
    {
        json.WriteStartObject("machine");
        json.WriteString("os", RuntimeInformation.OSDescription);
        json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
        json.WriteNumber("cores", Environment.ProcessorCount);
        json.WriteString("dotnet", RuntimeInformation.FrameworkDescription);
        json.WriteEndObject();
    }

    /// <summary>JSON has no infinity: a cost without a single token is null.</summary>
    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
