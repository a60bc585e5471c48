// Reads how a measured job was spread over ranks, from the small file that lies beside its operations.
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds the layout of a measured job.</summary>
public static class TraceLayoutReader
{
    private const long MostRanks = 1_000_000;

    /// <summary>Reads a layout; throws <see cref="ScenarioException"/> with every finding.</summary>
    public static TraceLayout Load(string path)
    {
        var findings = new DiagnosticList();
        var file = SourceFile.Load(path, path, SourceKind.Layout, null, findings);
        var map = file is null ? null : YamlTree.Parse(file, findings);
        var layout = map is null ? null : Bind(new MapReader(map, "", new InputLog(findings, "")));
        return findings.Any || layout is null ? throw new ScenarioException(findings) : layout;
    }

    private static TraceLayout Bind(MapReader file)
    {
        var name = file.Required("trial_name", Words.Sentence);
        file.Optional("run_id", UnitParser.Count, "0");
        var replicas = file.Required("dp_size", Ranks);
        var stages = file.Required("pp_size", Ranks);
        var tensor = file.Optional("tp_size", Ranks, "1");
        var sequence = file.Optional("dsp_size", Ranks, "1");
        var chunks = file.Optional("vpp_size", Ranks, "1");
        var world = file.Absent("world_size", Words.PositiveCount);
        file.Close();
        if (chunks > 1)
        {
            file.Reject(
                "vpp_size", "S060", $"stages of {chunks} chunks cannot be replayed",
                "operations do not say which chunk they belong to; measure a job with `vpp_size: 1`");
        }

        var product = (Int128)replicas * stages * tensor * sequence;
        if (!file.Log.Diagnostics.Any && world is { } given && given != product)
        {
            file.Reject(
                "world_size", "S060",
                $"dp_size {replicas} x pp_size {stages} x tp_size {tensor} x dsp_size {sequence} = {product} ranks, "
                + $"but `world_size` is {given}", null);
        }

        return new TraceLayout(name ?? "", (int)replicas, (int)stages);
    }

    private static Parsed<long> Ranks(string text) => Words.CountWithin(1, MostRanks)(text);
}
