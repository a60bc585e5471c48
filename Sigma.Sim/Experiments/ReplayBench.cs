// How fast this machine replays steps: the scenario's own at full detail, one of eight times as many ranks, and 131,072
// ranks folded.
using System.Diagnostics;
using Sigma.Sim.Quantities;
using Sigma.Sim.Replay;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Training;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>One measured replay.</summary>
/// <param name="Ranks">Ranks of the step.</param>
/// <param name="PlayedRanks">Ranks that were played.</param>
/// <param name="Seconds">Median time of one step on one thread, its plan included.</param>
/// <param name="Heap">Memory that the runtime held after it.</param>
public sealed record ReplayTiming(int Ranks, int PlayedRanks, double Seconds, Bytes Heap)
{
    public bool IsFolded => PlayedRanks < Ranks;
}

/// <summary>Measures replays.</summary>
public static class ReplayBench
{
    private const int Times = 5, LargerTimes = 3, Larger = 8, FoldedRanks = 131_072;

    /// <summary>Measures the replays of a scenario that models its step, on the routing of its real step.</summary>
    public static IReadOnlyList<ReplayTiming> Measure(Scenario scenario, RoutingTrace trace)
    {
        var own = StepInputs.Of(scenario);
        var folded = Grown(own, Math.Max(1, FoldedRanks / scenario.Cluster.Accelerators));
        var balanced = folded.Parallelism with { Routing = RoutingMode.Balanced };
        return
        [
            Time(own, trace, ReplayDetail.Full, Times),
            Time(Grown(own, Larger), trace, ReplayDetail.Full, LargerTimes),
            Time(folded with { Parallelism = balanced, Noise = NoiseSpec.Silent }, null, ReplayDetail.Folded, Times),
        ];

        ReplayTiming Time(StepInputs inputs, RoutingTrace? routing, ReplayDetail detail, int times) =>
            ReplayBench.Time(inputs, scenario.Seed, routing, detail, times);
    }

    /// <summary>So many times the nodes with so many times the batch.</summary>
    private static StepInputs Grown(StepInputs inputs, int times) => inputs with
    {
        Cluster = inputs.Cluster with { Nodes = inputs.Cluster.Nodes * times },
        Parallelism = inputs.Parallelism with
        {
            GlobalBatch = inputs.Parallelism.GlobalBatch * times,
            Data = null,
        },
    };

    private static ReplayTiming Time(
        StepInputs inputs, ulong seed, RoutingTrace? trace, ReplayDetail detail, int times)
    {
        var seconds = new double[times];
        var (played, ranks, heap) = (0, 0, 0L);
        // The first one is compiled while it runs, and does not count.
        for (var i = -1; i < times; i++)
        {
            GC.Collect();
            var began = Stopwatch.GetTimestamp();
            var plan = new StepPlan(
                inputs.Model, inputs.Parallelism, inputs.Cluster, inputs.Fabric, trace, seed);
            var step = new StepReplay(plan, inputs.Noise, seed) { Detail = detail }.Play(0);
            if (i >= 0) seconds[i] = Stopwatch.GetElapsedTime(began).TotalSeconds;
            (played, ranks, heap) = (step.PlayedRanks, plan.Layout.Ranks, Math.Max(heap, GC.GetTotalMemory(false)));
        }

        Array.Sort(seconds);
        return new ReplayTiming(ranks, played, seconds[times / 2], new Bytes(heap));
    }
}
