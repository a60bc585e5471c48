// A step of DeepSeek-V3 from one overlapped pair of passes that its authors profiled: the schedule and the exchange at
// the step's end make the rest.
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Scenarios;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Validation.Published;

/// <summary>
/// 19.9 s a step, from 180,000 accelerator-hours a trillion tokens; what is fitted are the links that gradients take.
/// </summary>
internal static class DeepSeekCase
{
    public const string Family = "DEEPSEEK";

    private const double HoursPerTrillionTokens = 180e3, StepBar = 0.05, BubbleBar = 0.15;

    public static IEnumerable<CaseResult> All(string scenarioFolder)
    {
        var folder = Path.Combine(scenarioFolder, "published");
        var scenario = Scenario.Load(Path.Combine(folder, "deepseek-v3.yaml"), []);
        var lengths = LengthsOf(Path.Combine(folder, "deepseek-v3-profile.csv"));
        var plan = StepPrediction.PlanOf(scenario);
        var (step, bubbles) = ScheduleTime.Of(plan.Shape, plan.MicroBatches, lengths);
        var hidden = scenario.Modelled.Parallelism.Overlap.DataParallel.Value;
        var end = Enumerable.Range(0, plan.Layout.Pipeline).Max(stage =>
            plan.GradientExchange(stage).Seconds * (1 - hidden) + plan.OptimizerSeconds(stage));
        var published = HoursPerTrillionTokens * 3600 / 1e12 * plan.TokensPerStep / scenario.Cluster.Accelerators;
        yield return new CaseResult(
            Family, "step from the profile's pair of passes [s]", step.Seconds + end, published,
            StepBar * published, "").RestingOn(scenario);
        var formula = PipelineSchedule.Bubble(
            plan.Shape, lengths.Forward.Seconds, (lengths.InputGradient + lengths.WeightGradient).Seconds,
            lengths.WeightGradient.Seconds, lengths.Pair.Seconds);
        yield return new CaseResult(
            Family, "bubble of the slowest stage [s]", bubbles.Max().Seconds, formula, BubbleBar * formula, "");
    }

    /// <summary>
    /// Side by side a pair takes the profile's span. Alone, a forward pass takes a third of the compute time and its
    /// dispatches and combines one after the other, since nothing hides them; a backward pass two thirds. Of its
    /// products half are weight gradients, which is a third of all grouped products.
    /// </summary>
    private static PassLengths LengthsOf(string path)
    {
        var us = PublishedTable.Load(path, ["quantity", "value"])
            .ToDictionary(row => row.Text("quantity"), row => row.Number("value"), StringComparer.Ordinal);
        var layers = us["layers_in_forward_chunk"];
        var compute = us["compute_streams_busy_union"];
        // Waiting for the other ranks' counts comes with every dispatch and combine, out and back.
        var notify = us["kernel_sum_ep_notify"] / 2;
        var forward = compute / 3 + layers * (us["ep_dispatch_fp8_mean_of_4"] + us["ep_combine_mean_of_8"]) + notify;
        var backward = 2 * compute / 3
            + layers * (us["ep_dispatch_backward_mean_of_4"] + us["ep_combine_mean_of_8"]) + notify;
        var weight = us["kernel_sum_grouped_gemm"] / 3;
        return new PassLengths(Of(forward), Of(backward - weight), Of(weight), Of(us["span_of_trace"]));

        static Duration Of(double microseconds) => Duration.FromSeconds(microseconds * 1e-6);
    }
}
