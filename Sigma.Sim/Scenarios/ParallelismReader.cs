// Reads how the model is spread over the cluster.
using System.Globalization;
using Sigma.Sim.Cluster;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Scenarios;

/// <summary>Binds `parallelism`.</summary>
internal static class ParallelismReader
{
    /// <summary>More parts than any layout has stages times chunks.</summary>
    private const int MostParts = 16_384 * 64;

    private static readonly Dictionary<string, ScheduleKind> Schedules = new[]
    {
        ScheduleKind.GPipe, ScheduleKind.OneForwardOneBackward, ScheduleKind.Interleaved, ScheduleKind.ZeroBubbleH1,
        ScheduleKind.DualPipe,
    }.ToDictionary(PipelineSchedule.Word, StringComparer.Ordinal);

    private static readonly Dictionary<string, AllToAllAlgorithm?> Algorithms = new(StringComparer.Ordinal)
    {
        ["auto"] = null,
        ["direct"] = AllToAllAlgorithm.Direct,
        ["hierarchical"] = AllToAllAlgorithm.Hierarchical,
    };

    private static readonly Dictionary<string, AllReduceAlgorithm?> AllReduces = new(StringComparer.Ordinal)
    {
        ["auto"] = null,
        ["ring"] = AllReduceAlgorithm.Ring,
        ["double-binary-tree"] = AllReduceAlgorithm.DoubleBinaryTree,
        ["halving-doubling"] = AllReduceAlgorithm.HalvingDoubling,
        ["hierarchical"] = AllReduceAlgorithm.Hierarchical,
    };

    private static readonly Dictionary<string, Recompute> Recomputes = new(StringComparer.Ordinal)
    {
        ["none"] = Recompute.None,
        ["selective"] = Recompute.Selective,
        ["full"] = Recompute.Full,
    };

    private static readonly Dictionary<string, RoutingMode> Routings = new(StringComparer.Ordinal)
    {
        ["real"] = RoutingMode.Real,
        ["balanced"] = RoutingMode.Balanced,
    };

    private static readonly Dictionary<string, ZeroStage> ZeroStages = new(StringComparer.Ordinal)
    {
        ["0"] = ZeroStage.None,
        ["1"] = ZeroStage.Optimizer,
        ["2"] = ZeroStage.Gradients,
    };

    private static readonly Dictionary<string, AttentionKernel> AttentionKernels = new(StringComparer.Ordinal)
    {
        ["fused"] = AttentionKernel.Fused,
        ["materialized"] = AttentionKernel.Materialized,
    };

    private static readonly Dictionary<string, int> GradientWidths = new(StringComparer.Ordinal)
    {
        ["fp32"] = 4,
        ["bf16"] = 2,
    };

    private static readonly Dictionary<string, RankOrder> Orders = new(StringComparer.Ordinal)
    {
        ["tp-dp-pp"] = RankOrder.TensorDataPipeline,
        ["tp-pp-dp"] = RankOrder.TensorPipelineData,
    };

    private static readonly Dictionary<string, bool> Contentions = new(StringComparer.Ordinal)
    {
        ["none"] = false,
        ["simulated"] = true,
    };

    private static readonly Dictionary<string, bool> MicroBatchSchedules = new(StringComparer.Ordinal)
    {
        ["static"] = false,
        ["dynamic"] = true,
    };

    public static ParallelismSpec Read(MapReader layout)
    {
        int Size(string key) => (int)layout.Optional(key, Words.CountWithin(1, 16_384), "1");
        var (tensor, pipeline, expert) = (Size("tp"), Size("pp"), Size("ep"));
        var context = Size("cp");
        var data = (int?)layout.Absent("dp", Words.CountWithin(1, 131_072));
        var schedule = layout.Word("schedule", Schedules, "1f1b");
        var chunks = (int)layout.Optional("virtual_stages", Words.CountWithin(1, 64), "1");
        var microBatch = (int)layout.Optional("micro_batch", Words.CountWithin(1, 1024), "1");
        var globalBatch = (int)layout.Required("global_batch", Words.CountWithin(1, 10_000_000));
        var spec = new ParallelismSpec(
            tensor, pipeline, data, expert, schedule, chunks, microBatch, globalBatch,
            layout.Word("all_to_all", Algorithms, "auto"), Overlap(layout.Sub("overlap")),
            layout.Word("recompute", Recomputes, "none"), layout.Word("routing", Routings, "real"))
        {
            Context = context,
            SequenceParallel = layout.Word("sequence_parallel", Words.YesNo, "false"),
            Zero = layout.Word("zero", ZeroStages, "1"),
            AttentionKernel = layout.Word("attention", AttentionKernels, "fused"),
            GradientBytes = layout.Word("gradients", GradientWidths, "fp32"),
            AllReduce = layout.Word("all_reduce", AllReduces, "auto"),
            Order = layout.Word("order", Orders, "tp-dp-pp"),
            BlockingSends = layout.Word("blocking_sends", Words.YesNo, "false"),
            Contention = layout.Word("contention", Contentions, "none"),
            DynamicMicroBatches = layout.Word("micro_batch_schedule", MicroBatchSchedules, "static"),
            LayersPerPart = layout.Has("layers_per_part") ? layout.Required("layers_per_part", Counts) : null,
        };
        layout.Close();
        return spec;
    }

    private static OverlapSpec Overlap(MapReader overlap)
    {
        var data = overlap.Optional("dp", LawWords.ValueOr("simulated", UnitParser.Fraction), "0");
        var spec = new OverlapSpec(data ?? Fraction.Zero, overlap.Optional("ep", UnitParser.Fraction, "0"))
        {
            TensorParallel = overlap.Optional("tp", UnitParser.Fraction, "0"),
            SimulatesData = data is null,
        };
        overlap.Close();
        return spec;
    }

    /// <summary>Whole numbers with blanks between, such as `7 8 8 7`; `8 x 14` stands for fourteen eights.</summary>
    private static Parsed<IReadOnlyList<int>> Counts(string text)
    {
        var counts = new List<int>();
        var words = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "x" && counts.Count > 0 && i + 1 < words.Length
                && Number(words[i + 1], 4096) is > 0 and var times)
            {
                if (counts.Count + times > MostParts)
                    return new Parsed<IReadOnlyList<int>>([], $"expected at most {UnitText.Count(MostParts)} parts");
                counts.AddRange(Enumerable.Repeat(counts[^1], times - 1));
                i++;
            }
            else if (Number(words[i], 1024) is { } count)
            {
                counts.Add(count);
            }
            else
            {
                return new Parsed<IReadOnlyList<int>>(
                    [], $"expected layers by part such as `7 8 x 14 7`, found `{text}`");
            }
        }

        return counts.Count > 0
            ? new Parsed<IReadOnlyList<int>>(counts, null)
            : new Parsed<IReadOnlyList<int>>([], "expected layers by part such as `7 8 x 14 7`");
    }

    private static int? Number(string word, int most) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= most ? number : null;
}
