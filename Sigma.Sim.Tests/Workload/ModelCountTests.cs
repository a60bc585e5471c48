// Parameters and floating-point operations against formulas written by hand, and against models whose size is known.
using Sigma.Sim.Cluster;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Tests.Workload;

[TestClass]
public sealed class ModelCountTests
{
    // Multi-head attention, a dense SwiGLU layer of width 8/3 h and so 8 h^2: GPT's 12 h^2 a layer in other clothes.
    private static readonly ModelSpec Gpt = new(
        "gpt", 24, 3_072, 24, 24, 128, 51_200, 2_048, new ExpertSpec(1, 1, 8_192, 0), Precision.Bf16);

    private static readonly ModelSpec Qwen = new(
        "Qwen3-235B-A22B", 94, 4_096, 64, 4, 128, 151_936, 4_096, new ExpertSpec(128, 8, 1_536, 0), Precision.Bf16);

    [TestMethod]
    public void P5_a_dense_model_has_twelve_squares_a_layer()
    {
        double l = 24, h = 3_072, v = 51_200;
        var norms = l * (2 * h + 2 * 128) + h;
        Assert.AreEqual(12 * l * h * h + 2 * v * h + norms, Gpt.Parameters, 1);
        Assert.AreEqual(Gpt.Parameters, Gpt.ActiveParameters);
    }

    [TestMethod]
    public void P4_a_dense_model_takes_72_B_s_l_h_squared()
    {
        // 72 B s l h^2 (1 + s / 6 h + V / 12 l h): forward and backward, the whole square of attention, no
        // recomputation.
        double l = 24, h = 3_072, v = 51_200, s = 2_048;
        Assert.AreEqual(72 * l * h * h * (1 + s / (6 * h) + v / (12 * l * h)), Gpt.FlopsPerToken(causal: false), 1);
        Assert.AreEqual(72 * l * h * h * (1 + s / (12 * h) + v / (12 * l * h)), Gpt.FlopsPerToken(causal: true), 1);
    }

    [TestMethod]
    public void A_published_mixture_has_its_published_size()
    {
        Assert.AreEqual(235e9, Qwen.Parameters, 1e9);
        Assert.AreEqual(22e9, Qwen.ActiveParameters, 0.5e9);
        Assert.IsLessThan(6.2, Qwen.FlopsPerToken(causal: true) / Qwen.ActiveParameters - 0.6);
    }

    [TestMethod]
    public void Only_the_experts_that_a_token_meets_cost_it_work()
    {
        var more = Qwen with { Experts = Qwen.Experts with { Count = 256 } };
        // Twice the experts: the router is wider, nothing else.
        Assert.AreEqual(6.0 * 94 * 4_096 * 128, more.FlopsPerToken(true) - Qwen.FlopsPerToken(true), 1);
        Assert.AreEqual(94 * (128 * 3.0 * 4_096 * 1_536 + 128 * 4_096), more.Parameters - Qwen.Parameters, 1e3);
        var shared = Qwen with { Experts = Qwen.Experts with { TopK = 7, Shared = 1 } };
        Assert.AreEqual(Qwen.FlopsPerToken(true), shared.FlopsPerToken(true), 1);
    }

    [TestMethod]
    public void Memory_of_all_ranks_holds_every_parameter_once_per_replica()
    {
        var parallelism = new ParallelismSpec(
            2, 2, null, 4, ScheduleKind.OneForwardOneBackward, 1, 1, 64, null,
            new OverlapSpec(Fraction(0), Fraction(0)), Recompute.None, RoutingMode.Balanced);
        var layout = new ParallelLayout(2, 2, 4, 8, 8);
        double weights = 0, optimizer = 0, gradients = 0;
        for (var rank = 0; rank < layout.Ranks; rank++)
        {
            var memory = MemoryPlan.Of(Qwen, parallelism, layout, layout.Of(rank).Stage);
            weights += memory.Weights.Count;
            optimizer += memory.Optimizer.Count;
            gradients += memory.Gradients.Count;
        }

        // Dense matrices lie on all 8 replicas, experts on 2 groups of 4; ZeRO-1 keeps one optimizer state of each.
        var experts = 94 * 128 * Qwen.ParametersPerExpert;
        var dense = Qwen.Parameters - experts - Qwen.Hidden;
        Assert.AreEqual(2 * (8 * dense + 2 * experts), weights, 1e3);
        Assert.AreEqual(2 * weights, gradients, 1e3);
        Assert.AreEqual(12 * (dense + experts), optimizer, 1e3);
    }

    [TestMethod]
    public void Recomputation_trades_memory_and_the_first_stage_holds_most_activations()
    {
        var parallelism = new ParallelismSpec(
            1, 4, null, 8, ScheduleKind.OneForwardOneBackward, 1, 1, 256, null,
            new OverlapSpec(Fraction(0), Fraction(0)), Recompute.None, RoutingMode.Balanced);
        var layout = new ParallelLayout(1, 4, 8, 16, 8);
        var kept = MemoryPlan.Of(Gpt, parallelism, layout, 0).Activations;
        var again = MemoryPlan.Of(Gpt, parallelism with { Recompute = Recompute.Full }, layout, 0).Activations;
        Assert.IsLessThan(kept.Count / 4, again.Count);
        var second = MemoryPlan.Of(Gpt, parallelism, layout, 1).Activations;
        Assert.AreEqual(4.0 / 3, (double)kept.Count / second.Count, 1e-6);
    }

    private static Sigma.Sim.Quantities.Fraction Fraction(double value) => new(value);
}
