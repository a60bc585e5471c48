// A replayed step as MLCommons Chakra execution traces (Sridharan et al., "Chakra: advancing performance benchmarking
// and co-design using standardized execution traces", 2023), which ASTRA-sim and other tools play on networks of their
// own. A file is a row of messages, each after its length as a varint: metadata once, then nodes.
using System.Globalization;
using Google.Protobuf;
using Sigma.Sim.Replay;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Reporting.Chakra;

/// <summary>What was written.</summary>
/// <param name="Ranks">A file each.</param>
/// <param name="Nodes">Of all files together.</param>
/// <param name="Groups">Groups of ranks that meet in collectives.</param>
public sealed record ChakraSummary(int Ranks, long Nodes, int Groups);

/// <summary>Writes the traces of a step.</summary>
public static class ChakraFiles
{
    /// <summary>The version of the published schema that the files follow.</summary>
    public const string SchemaVersion = "1.0.0";

    /// <summary>
    /// Writes NAME.RANK.et for every rank and NAME.groups.json, all of them or none; traces of that name that an
    /// earlier run left for ranks that are no more are taken away.
    /// </summary>
    /// <param name="plan">The step.</param>
    /// <param name="transcript">How it was played.</param>
    /// <param name="name">What files and metadata call it.</param>
    /// <param name="folder">Where.</param>
    /// <param name="version">The program's.</param>
    /// <param name="cancellation">Ends the writing between two ranks.</param>
    public static ChakraSummary Write(
        StepPlan plan, StepTranscript transcript, string name, string folder, string version,
        CancellationToken cancellation)
    {
        using var output = OutputFolder.Begin(folder);
        var (groups, collectives) = (new ProcessGroups(plan), new StepCollectives(plan));
        long nodes = 0;
        for (var rank = 0; rank < plan.Layout.Ranks; rank++)
        {
            cancellation.ThrowIfCancellationRequested();
            var trace = RankTrace.Of(plan, collectives, groups, transcript, rank);
            output.WriteBytes(FileOf(name, rank), to =>
            {
                Metadata(plan, name, rank, version).WriteDelimitedTo(to);
                foreach (var node in trace) node.WriteDelimitedTo(to);
            });
            nodes += trace.Count;
        }

        output.WriteJson($"{name}.groups.json", groups.Write);
        foreach (var old in Left(folder, name, plan.Layout.Ranks)) output.Withdraw(old);
        output.Publish();
        return new ChakraSummary(plan.Layout.Ranks, nodes, groups.Count);
    }

    private static string FileOf(string name, int rank) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}.{rank}.et");

    /// <summary>Who writes, and which place the rank has.</summary>
    private static GlobalMetadata Metadata(StepPlan plan, string name, int rank, string version)
    {
        var (layout, at) = (plan.Layout, plan.Layout.Of(rank));
        var metadata = new GlobalMetadata { Version = SchemaVersion };
        metadata.Attr.Add(new AttributeProto { Name = "scenario", StringVal = name });
        metadata.Attr.Add(new AttributeProto { Name = "sigma_version", StringVal = version });
        (string Name, int Value)[] places =
        [
            ("rank", rank), ("ranks", layout.Ranks), ("tp_rank", at.Tensor % layout.Tensor),
            ("cp_rank", at.Tensor / layout.Tensor), ("dp_rank", at.Data), ("ep_rank", at.Data % layout.Expert),
            ("pp_rank", at.Stage),
        ];
        foreach (var place in places)
            metadata.Attr.Add(new AttributeProto { Name = place.Name, Int64Val = place.Value });
        return metadata;
    }

    /// <summary>Traces in the folder that an earlier, larger layout has left.</summary>
    private static IEnumerable<string> Left(string folder, string name, int ranks)
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.et").Select(path => Path.GetFileName(path)))
        {
            var middle = file.Length > name.Length + 4 ? file[(name.Length + 1)..^3] : "";
            var isRank = int.TryParse(middle, NumberStyles.None, CultureInfo.InvariantCulture, out var rank);
            if (isRank && rank >= ranks && file == FileOf(name, rank)) yield return file;
        }
    }
}
