// What follows from a scenario before anything is simulated: sizes, FLOPs, memory, and what closed forms expect of the
// run.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Experiments;

/// <summary>A derived value with its unit and the formula in words.</summary>
public sealed record DerivedValue(string Name, double Value, string Text, string From);

/// <summary>Computes them.</summary>
public static class DerivedValues
{
    /// <summary>All of them, in the order in which a planner reads them.</summary>
    public static IReadOnlyList<DerivedValue> Of(Scenario scenario)
    {
        var values = new List<DerivedValue>();
        var cluster = scenario.Cluster;
        Add("accelerators", cluster.Accelerators, UnitText.Count(cluster.Accelerators),
            $"{cluster.Nodes} nodes x {cluster.AcceleratorsPerNode}");
        switch (scenario.Step)
        {
            case ModelledStep step:
                AddSizes(cluster, step, Add);
                AddStep(cluster, step, Add);
                AddTrace(step, Add);
                AddMemory(cluster, step, Add);
                break;
            case StatedStep step:
                AddStated(scenario, step, Add);
                break;
            default:
                throw new InvalidOperationException($"nothing follows from a {scenario.Step.GetType().Name}");
        }

        ExpectedReliability.AddTo(scenario, Add);
        return values;

        void Add(string name, double value, string text, string from) =>
            values.Add(new DerivedValue(name, value, text, from));
    }

    private static void AddSizes(
        ClusterSpec cluster, ModelledStep step, Action<string, double, string, string> add)
    {
        var (model, dp) = (step.Model, step.DataParallelOn(cluster));
        var microBatches = MicroBatchesOf(cluster, step);
        add("data_parallel", dp, UnitText.Count(dp), "accelerators / (tp x pp)");
        add("micro_batches", microBatches, UnitText.Count(microBatches), "global_batch / (micro_batch x dp)");
        add("parameters", model.Parameters, UnitText.Prefixed(model.Parameters, ""), "counted matrix by matrix");
        add("active_parameters", model.ActiveParameters, UnitText.Prefixed(model.ActiveParameters, ""),
            "top-k experts and everything dense");
    }

    private static void AddStep(
        ClusterSpec cluster, ModelledStep step, Action<string, double, string, string> add)
    {
        var (model, parallelism) = (step.Model, step.Parallelism);
        var tokens = (double)parallelism.GlobalBatch * model.Sequence;
        add("tokens_per_step", tokens, UnitText.Prefixed(tokens, ""), "global_batch x sequence");
        var flop = tokens * model.FlopsPerToken(causal: true);
        add("model_flop_per_step", flop, UnitText.Prefixed(flop, "FLOP"),
            "6 per active weight and token, causal attention counted half");
        var peak = cluster.Accelerators * cluster.Accelerator.PeakOf(model.Precision).PerSecond;
        add("step_s_at_peak", flop / peak, UnitText.Of(Duration.FromSeconds(flop / peak)),
            "model FLOP / (accelerators x peak)");
        // With equal stages, a backward pass of two forward passes, and free communication.
        var (shape, rounds) = (parallelism.Shape, MicroBatchesOf(cluster, step) * parallelism.Shape.Chunks);
        if (parallelism.Schedule == ScheduleKind.DualPipe) rounds /= 2;
        var bubble = PipelineSchedule.Bubble(shape, forward: 1, backward: 2, weight: 1, pair: 3) / (3.0 * rounds);
        add("ideal_bubble", bubble, UnitText.Percent(bubble, 1), "the schedule's own, over the work of its passes");
    }

    /// <summary>A trace is understood without a run; a routing that is yet to be learned is not.</summary>
    private static void AddTrace(ModelledStep step, Action<string, double, string, string> add)
    {
        if (step.RealStep is not SavedRouting saved) return;
        var tokens = saved.Routing.Trace.Tokens;
        add("trace_tokens", tokens, UnitText.Count(tokens), saved.Story);
        add("trace_dropped", saved.Routing.DroppedShare, UnitText.Percent(saved.Routing.DroppedShare, 1),
            "choices of the trace whose expert had no room");
    }

    private static void AddMemory(
        ClusterSpec cluster, ModelledStep step, Action<string, double, string, string> add)
    {
        var parallelism = step.Parallelism;
        var layout = parallelism.LayoutOn(cluster);
        var largest = Enumerable.Range(0, layout.Pipeline)
            .Select(stage => MemoryPlan.Of(step.Model, parallelism, layout, stage)).MaxBy(m => m.Total.Count)!;
        add("memory_gib", largest.Total.Gibibytes, $"{UnitText.ThreeDigits(largest.Total.Gibibytes)} GiB",
            $"weights {largest.Weights}, gradients {largest.Gradients}, optimizer {largest.Optimizer}, "
            + $"activations {largest.Activations}, buffers {largest.Buffers}");
        var share = (double)largest.Total.Count / cluster.Accelerator.HbmCapacity.Count;
        add("memory_share", share, UnitText.Percent(share, 0),
            $"of the {cluster.Accelerator.HbmCapacity} of an accelerator, on the stage that needs most");
    }

    private static void AddStated(Scenario scenario, StatedStep step, Action<string, double, string, string> add)
    {
        add("step_s", step.Time.Seconds, UnitText.Of(step.Time), "stated");
        if (CampaignPlan.StepsUntil(scenario.End, step.Time, step.Tokens ?? 0) is { } steps)
        {
            add("steps", steps, UnitText.Count(steps),
                scenario.End is AfterTokens ? "tokens / tokens of a step" : "work / step");
            var work = step.Time * steps;
            add("work_days", work.Days, UnitText.Of(work), "steps x step: the run if nothing failed");
        }

        foreach (var (tier, i) in ExpectedRun.TiersOf(scenario).Select((tier, i) => (tier, i)))
        {
            add($"tier_{i}_write_s", tier.Write.Seconds, UnitText.Of(tier.Write), "a copy of it, in the background");
            add($"tier_{i}_read_s", tier.Read.Seconds, UnitText.Of(tier.Read), "a restore from it");
        }
    }

    private static int MicroBatchesOf(ClusterSpec cluster, ModelledStep step) =>
        step.Parallelism.GlobalBatch / (step.Parallelism.MicroBatch * step.DataParallelOn(cluster));
}
