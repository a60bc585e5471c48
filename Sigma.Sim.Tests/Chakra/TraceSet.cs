// The traces of small steps, written by the program and read back by the published schema's numbers.
using System.Text.Json;
using Sigma.Sim.Replay;
using Sigma.Sim.Reporting.Chakra;
using Sigma.Sim.Tests.Cli;
using Sigma.Sim.Tests.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Chakra;

/// <summary>A step, how it was played, and what was written of it.</summary>
internal sealed record TraceSet(
    StepPlan Plan, ReplayedStep Step, ChakraSummary Summary, IReadOnlyList<TraceReader> Ranks,
    IReadOnlyDictionary<string, int[]> Groups)
{
    private const ulong Seed = 17;

    public static TraceSet Of(SmallStep step, ReplayDetail detail = ReplayDetail.Automatic)
    {
        var plan = step.Plan();
        var replay = new StepReplay(plan, step.Noise, Seed) { KeepsTranscript = true, Detail = detail };
        return Of(plan, replay.Play(0));
    }

    public static TraceSet Of(StepPlan plan, ReplayedStep played)
    {
        using var scratch = new ScratchFolder();
        var folder = scratch.At("traces");
        var summary = ChakraFiles.Write(plan, played.Transcript!, "test", folder, "1.2.3", CancellationToken.None);
        return new TraceSet(plan, played, summary, Read(folder, "test", plan.Layout.Ranks), GroupsIn(folder, "test"));
    }

    public static IReadOnlyList<TraceReader> Read(string folder, string name, int ranks) =>
        [.. Enumerable.Range(0, ranks).Select(
            rank => TraceReader.Read(File.ReadAllBytes(Path.Combine(folder, $"{name}.{rank}.et"))))];

    public static IReadOnlyDictionary<string, int[]> GroupsIn(string folder, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, $"{name}.groups.json")));
        return document.RootElement.EnumerateObject().ToDictionary(
            group => group.Name, group => group.Value.EnumerateArray().Select(rank => rank.GetInt32()).ToArray(),
            StringComparer.Ordinal);
    }

    /// <summary>What makes a message one: its ends and its tag.</summary>
    public static (int From, int To, int Tag) KeyOf(TraceNode node) =>
        (node.Int32("comm_src"), node.Int32("comm_dst"), node.Int32("comm_tag"));

    /// <summary>Every node with its rank.</summary>
    public IEnumerable<(int Rank, TraceNode Node)> Nodes =>
        Ranks.SelectMany((trace, rank) => trace.Nodes.Select(node => (rank, node)));
}
