using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class RoutingKernelTests
{
    [TestMethod]
    [DataRow(RouterKind.Softmax, false)]
    [DataRow(RouterKind.Softmax, true)]
    [DataRow(RouterKind.Sigmoid, false)]
    [DataRow(RouterKind.Sigmoid, true)]
    public void The_router_equals_its_twin_and_its_slopes(RouterKind kind, bool biased)
    {
        Router.Forward([], [], 0, new RouterShape(5, 2, kind), [], [], [], []);
        Router.Backward([], [], [], [], [], [], new float[5], 0f, 0, new RouterShape(5, 2, kind), []);
        for (var experts = 1; experts <= 256; experts++)
            RouterAgrees(new RouterShape(experts, Math.Min(experts, 1 + (experts % 8)), kind), biased);
    }

    [TestMethod]
    public void Of_equally_likely_experts_the_lower_ones_are_chosen_in_order()
    {
        foreach (var kind in Enum.GetValues<RouterKind>())
            for (var experts = 7; experts < 70; experts++)
            {
                var (logits, index) = (new float[experts], new ushort[4]);
                logits[6] = 1;
                Router.Forward(
                    logits, [], 1, new RouterShape(experts, 4, kind), new float[experts], index, new float[4],
                    new float[1]);
                CollectionAssert.AreEqual(new ushort[] { 6, 0, 1, 2 }, index);
            }
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void A_row_that_is_not_finite_never_looks_like_numbers(float broken)
    {
        foreach (var kind in Enum.GetValues<RouterKind>())
        {
            var shape = new RouterShape(11, 3, kind);
            var logits = Numbers.Some(22, 1);
            // Every payload of a NaN must stay one through the exponential.
            logits[4] = float.IsNaN(broken) ? BitConverter.UInt32BitsToSingle(0x7FC00001) : broken;
            if (float.IsNegativeInfinity(broken)) logits.AsSpan(0, 11).Fill(broken);
            var (index, weight, logSum) = (new ushort[6], new float[6], new float[2]);
            Router.Forward(logits, [], 2, shape, new float[22], index, weight, logSum);
            Assert.IsTrue(float.IsNaN(logSum[0]) && weight.AsSpan(0, 3).ToArray().All(float.IsNaN), $"{logSum[0]}");
            Assert.AreEqual(3, index.Take(3).Distinct().Count());
            Assert.AreEqual(1, weight.Skip(3).Sum(), 1e-6);
        }
    }

    [TestMethod]
    [DataRow(int.MaxValue)]
    [DataRow(1)]
    [DataRow(4)]
    public void Experts_equal_their_twin_and_its_slopes(int capacity)
    {
        ExpertsAgree(5, new ExpertShape(4, 2, 6, 5), capacity, Numbers.EverySlope);
        ExpertsAgree(23, new ExpertShape(3, 3, 9, 17), capacity, Numbers.EverySlope);
        ExpertsAgree(1, new ExpertShape(7, 1, 16, 8), capacity, Numbers.EverySlope);
    }

    [TestMethod]
    public void Experts_agree_with_their_twin_at_every_number_of_tokens_and_every_width()
    {
        for (var size = 0; size <= 256; size++)
        {
            ExpertsAgree(size, new ExpertShape(3, 2, 5, 3), int.MaxValue, Numbers.Slope);
            ExpertsAgree(size, new ExpertShape(3, 2, 5, 3), 20, Numbers.Slope);
            ExpertsAgree(2, new ExpertShape(2, 1, size, 4), int.MaxValue, Numbers.Slope);
            ExpertsAgree(2, new ExpertShape(2, 1, 4, size), int.MaxValue, Numbers.Slope);
        }
    }

    [TestMethod]
    public void An_expert_takes_its_even_share_times_the_factor_rounded_up()
    {
        var shape = new RouterShape(96, 8, RouterKind.Softmax);
        Assert.AreEqual(342, ExpertOrder.CapacityOf(1, 4096, shape));
        Assert.AreEqual(427, ExpertOrder.CapacityOf(1.25, 4096, shape));
        Assert.AreEqual(1, ExpertOrder.CapacityOf(1e-9, 4096, shape));
        foreach (var hundredths in Enumerable.Range(1, 200))
            Assert.AreEqual(
                hundredths,
                ExpertOrder.CapacityOf(hundredths / 100.0, 100, new RouterShape(8, 8, RouterKind.Softmax)));
    }

    private static void RouterAgrees(RouterShape shape, bool biased)
    {
        const int rows = 3;
        const double balanceFactor = 0.3, zFactor = 0.2;
        var experts = shape.Experts;
        var logits = Array.ConvertAll(Numbers.Some(rows * experts, experts), value => 3 * value);
        var bias = biased ? Numbers.Some(experts, 11) : [];
        var (index, weight, logSum) = (new ushort[rows * shape.TopK], new float[rows * shape.TopK], new float[rows]);
        var (scores, dlogits) = (new float[logits.Length], new float[logits.Length]);
        Router.Forward(logits, bias, rows, shape, scores, index, weight, logSum);
        var wide = logits.Wide();
        var expected = RouterTwin.Scores(wide, shape);
        Numbers.Close(expected, scores, 1e-6, $"scores of {shape}");
        Numbers.Close(RouterTwin.Weights(expected, index, shape), weight, 1e-6, $"weights of {shape}");
        for (var row = 0; row < rows; row++)
        {
            var line = expected[(row * experts)..((row + 1) * experts)];
            if (biased) line = line.Zip(bias, (score, move) => score + move).ToArray();
            CollectionAssert.AreEqual(
                RouterTwin.Choose(line, shape.TopK),
                Array.ConvertAll(index[(row * shape.TopK)..((row + 1) * shape.TopK)], e => (int)e));
        }

        var (share, dweight) = (Numbers.Some(experts, 5).Wide(), Numbers.Some(weight.Length, 6));
        var balance = Array.ConvertAll(share, s => (float)(balanceFactor * experts * s / rows));
        const float z = (float)(zFactor / rows);
        Router.Backward(dweight, logits, scores, index, weight, logSum, balance, z, rows, shape, dlogits);
        double Loss()
        {
            var q = RouterTwin.Scores(wide, shape);
            return Numbers.Dot(RouterTwin.Weights(q, index, shape), dweight)
                + (balanceFactor * RouterTwin.Balance(q, share)) + (zFactor * RouterTwin.Z(wide, experts));
        }

        if (experts <= 40) Numbers.EverySlope(wide, Loss, dlogits, 5e-6, $"dlogits of {shape}");
        else Numbers.Slope(wide, Loss, dlogits, 5e-6, $"dlogits of {shape}");
        var mean = new double[experts];
        Router.MeanProbability(scores, rows, shape, mean);
        Assert.AreEqual(1, mean.Sum(), 1e-6);
        Assert.AreEqual(RouterTwin.Balance(expected, share), Router.BalanceLoss(share, mean), 1e-6 * experts);
    }

    private static void ExpertsAgree(int tokens, ExpertShape shape, int capacity, SlopeCheck slope)
    {
        var (x, weight) = (Numbers.Some(tokens * shape.Hidden, 1), Numbers.Some(tokens * shape.TopK, 2));
        var index = new ushort[weight.Length];
        for (var i = 0; i < index.Length; i++)
            index[i] = (ushort)(((i / shape.TopK) + (i % shape.TopK)) % shape.Experts);
        var size = shape.Experts * shape.Ffn * shape.Hidden;
        var (gate, up, down) = (Numbers.Some(size, 3), Numbers.Some(size, 4), Numbers.Some(size, 5));
        var order = new ExpertOrder(tokens, new RouterShape(shape.Experts, shape.TopK, RouterKind.Softmax), capacity);
        order.Sort(index);
        Assert.AreEqual(order.Demand.Sum(demand => Math.Max(0, demand - capacity)), order.Dropped);
        var (gates, ups) = (new float[index.Length * shape.Ffn], new float[index.Length * shape.Ffn]);
        var (sorted, y, dy) = (new float[index.Length * shape.Hidden], new float[x.Length], Numbers.Some(x.Length, 6));
        var (dgate, dup, ddown) = (new float[size], new float[size], new float[size]);
        var (dweight, dx) = (new float[weight.Length], new float[x.Length]);
        for (var e = 0; e < shape.Experts; e++)
            Experts.Forward(
                x, weight, order, e, Of(gate, up, down, e, shape), shape, default, gates, ups, sorted, []);
        Experts.Combine(sorted, order, 0, tokens, shape, accumulate: false, y);
        for (var e = 0; e < shape.Experts; e++)
            Experts.Backward(
                dy, x, weight, order, e, Of(gate, up, down, e, shape), shape, default, gates, ups,
                Of(dgate, dup, ddown, e, shape), sorted, dweight, []);
        Experts.Combine(sorted, order, 0, tokens, shape, accumulate: false, dx);

        var (wx, ww, wg, wu, wd) = (x.Wide(), weight.Wide(), gate.Wide(), up.Wide(), down.Wide());
        double[] Twin() => ExpertsTwin.Forward(wx, ww, index, capacity, wg, wu, wd, shape);
        double Loss() => Numbers.Dot(Twin(), dy);
        var what = $"{tokens} tokens, {shape}, capacity {capacity}";
        Numbers.Close(Twin(), y, 3e-6, $"y of {what}");
        slope(wx, Loss, dx, 5e-6, $"dx of {what}");
        slope(ww, Loss, dweight, 5e-6, $"dweight of {what}");
        slope(wg, Loss, dgate, 5e-6, $"dgate of {what}");
        slope(wu, Loss, dup, 5e-6, $"dup of {what}");
        slope(wd, Loss, ddown, 5e-6, $"ddown of {what}");
    }

    private static ExpertMatrices Of(float[] gate, float[] up, float[] down, int expert, ExpertShape shape)
    {
        var size = shape.Ffn * shape.Hidden;
        return new ExpertMatrices(
            gate.AsSpan(expert * size, size), up.AsSpan(expert * size, size), down.AsSpan(expert * size, size));
    }
}

/// <summary>Holds a gradient to differences of a loss.</summary>
internal delegate void SlopeCheck(
    double[] x, Func<double> f, ReadOnlySpan<float> gradient, double tolerance, string what);
