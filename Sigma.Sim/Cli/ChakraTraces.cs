// `sigma replay --chakra DIR`: the replayed step as execution traces for other simulators.
using System.CommandLine;
using System.Text.Json;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Reporting.Chakra;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Cli;

/// <summary>The folder that the traces of a step go to, or none.</summary>
internal sealed class ChakraTraces
{
    private readonly string? _folder;
    private ChakraSummary? _written;

    private ChakraTraces(string? folder) => _folder = folder;

    public bool AreAsked => _folder is not null;

    public static Option<string?> Option() => new("--chakra")
    {
        Description = "write the step as MLCommons Chakra execution traces, SCENARIO.RANK.et for every rank "
            + "(at most 4,096), for ASTRA-sim and others",
        HelpName = "DIR",
    };

    public static ChakraTraces Of(string? folder, string? timeline)
    {
        if (folder is null) return new ChakraTraces(null);
        if (folder.Trim().Length == 0) throw new UsageException("--chakra takes the name of a folder");
        if (File.Exists(folder)) throw new UsageException($"--chakra takes a folder; `{folder}` is a file");
        if (timeline is { Length: > 0 } && Path.GetFullPath(timeline) == Path.GetFullPath(folder))
            throw new UsageException($"--timeline and --chakra both go to `{folder}`: one is a file, one a folder");
        return new ChakraTraces(folder);
    }

    /// <summary>Says before the work what would be in vain after it.</summary>
    public void Try(Scenario scenario)
    {
        if (_folder is null) return;
        if (TraceSize.Obstacle(StepPrediction.PlanOf(scenario)) is { } obstacle)
            throw new UsageException($"--chakra: {obstacle}");
        Reporting.OutputFolder.Begin(_folder).Dispose();
    }

    public void Write(
        StepPlan plan, StepTranscript? transcript, string name, Screen screen, CancellationToken interrupted)
    {
        if (_folder is null) return;
        _written = ChakraFiles.Write(plan, transcript!, name, _folder, SigmaProgram.Version, interrupted);
        screen.Say(
            $"Chakra traces: {Path.Combine(_folder, name)}.RANK.et, {UnitText.Count(_written.Ranks)} ranks, "
            + $"{UnitText.Count(_written.Nodes)} nodes");
    }

    public void Answer(Utf8JsonWriter json)
    {
        if (_written is null) return;
        json.WriteStartObject("chakra");
        json.WriteString("folder", _folder);
        json.WriteNumber("ranks", _written.Ranks);
        json.WriteNumber("nodes", _written.Nodes);
        json.WriteNumber("groups", _written.Groups);
        json.WriteEndObject();
    }
}
