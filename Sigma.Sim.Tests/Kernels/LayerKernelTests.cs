using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class LayerKernelTests
{
    [TestMethod]
    public void Attention_equals_its_twin_at_any_length()
    {
        for (var sequence = 1; sequence <= 70; sequence++)
        {
            var shape = new AttentionShape(sequence, 4, 2, (sequence % 5 * 4) + 2);
            var (q, k, v) = Inputs(shape);
            var (output, _, _) = Forward(q, k, v, shape);
            Numbers.Close(AttentionTwin.Forward(q.Wide(), k.Wide(), v.Wide(), shape), output, 2e-6, $"{shape}");
        }
    }

    [TestMethod]
    public void Attention_gradients_are_the_slopes_of_the_twin()
    {
        foreach (var shape in new[] { new AttentionShape(1, 2, 1, 4), new AttentionShape(13, 4, 2, 6),
            new AttentionShape(53, 2, 1, 2) })
        {
            var (q, k, v) = Inputs(shape);
            var (output, peak, total) = Forward(q, k, v, shape);
            var dout = Numbers.Some(q.Length, 9);
            var (dq, dk, dv) = (new float[q.Length], new float[k.Length], new float[v.Length]);
            for (var head = 0; head < shape.KvHeads; head++)
                Attention.Backward(dout, q, k, v, output, peak, total, shape, head, dq, dk, dv);
            var (wideQ, wideK, wideV) = (q.Wide(), k.Wide(), v.Wide());
            double Loss() => Numbers.Dot(AttentionTwin.Forward(wideQ, wideK, wideV, shape), dout);
            Numbers.Close(Numbers.Slopes(wideQ, Loss), dq, 5e-6, $"dq of {shape}");
            Numbers.Close(Numbers.Slopes(wideK, Loss), dk, 5e-6, $"dk of {shape}");
            Numbers.Close(Numbers.Slopes(wideV, Loss), dv, 5e-6, $"dv of {shape}");
        }
    }

    [TestMethod]
    public void The_router_equals_its_twin_and_its_slopes()
    {
        for (var experts = 1; experts <= 70; experts++)
        {
            const int rows = 3;
            const double balanceFactor = 0.3, zFactor = 0.2;
            var shape = new RouterShape(experts, Math.Min(experts, 1 + (experts % 8)));
            var logits = Array.ConvertAll(Numbers.Some(rows * experts, experts), value => 3 * value);
            var (index, weight, logSum) =
                (new ushort[rows * shape.TopK], new float[rows * shape.TopK], new float[rows]);
            var p = (float[])logits.Clone();
            Router.Forward(p, rows, shape, index, weight, logSum);
            var wide = logits.Wide();
            var expected = RouterTwin.Probabilities(wide, experts);
            Numbers.Close(expected, p, 1e-6, "probabilities");
            Numbers.Close(RouterTwin.Weights(expected, index, shape), weight, 1e-6, "weights");
            for (var row = 0; row < rows; row++)
                CollectionAssert.AreEqual(
                    RouterTwin.Choose(expected[(row * experts)..((row + 1) * experts)], shape.TopK),
                    Array.ConvertAll(index[(row * shape.TopK)..((row + 1) * shape.TopK)], e => (int)e));

            var share = Numbers.Some(experts, 5).Wide();
            var dweight = Numbers.Some(weight.Length, 6);
            var balance = Array.ConvertAll(share, s => (float)(balanceFactor * experts * s / rows));
            var dlogits = new float[logits.Length];
            Router.Backward(dweight, p, index, weight, logSum, balance, (float)(zFactor / rows), rows, shape, dlogits);
            double Loss()
            {
                var q = RouterTwin.Probabilities(wide, experts);
                return Numbers.Dot(RouterTwin.Weights(q, index, shape), dweight)
                    + (balanceFactor * RouterTwin.Balance(q, share)) + (zFactor * RouterTwin.Z(wide, experts));
            }

            Numbers.Close(Numbers.Slopes(wide, Loss), dlogits, 5e-6, $"dlogits of {experts} experts");
        }
    }

    [TestMethod]
    public void Of_equally_likely_experts_the_lower_ones_are_chosen_in_order()
    {
        var (logits, index, weight, logSum) = (new float[9], new ushort[4], new float[4], new float[1]);
        logits[6] = 1;
        Router.Forward(logits, 1, new RouterShape(9, 4), index, weight, logSum);
        CollectionAssert.AreEqual(new ushort[] { 6, 0, 1, 2 }, index);
    }

    [TestMethod]
    public void Experts_equal_their_twin_and_its_slopes()
    {
        foreach (var (tokens, shape) in new[] { (5, new ExpertShape(4, 2, 6, 5)), (23, new ExpertShape(3, 3, 9, 17)),
            (1, new ExpertShape(7, 1, 16, 8)) })
        {
            var x = Numbers.Some(tokens * shape.Hidden, 1);
            var weight = Numbers.Some(tokens * shape.TopK, 2);
            var index = new ushort[weight.Length];
            for (var i = 0; i < index.Length; i++)
                index[i] = (ushort)(((i / shape.TopK) + (i % shape.TopK)) % shape.Experts);
            var size = shape.Ffn * shape.Hidden;
            var (gate, up, down) =
                (Numbers.Some(shape.Experts * size, 3), Numbers.Some(shape.Experts * size, 4),
                    Numbers.Some(shape.Experts * size, 5));
            var order = new ExpertOrder(tokens, new RouterShape(shape.Experts, shape.TopK));
            order.Sort(index);
            var (gates, ups) = (new float[index.Length * shape.Ffn], new float[index.Length * shape.Ffn]);
            var (sorted, y, dy) =
                (new float[index.Length * shape.Hidden], new float[x.Length], Numbers.Some(x.Length, 6));
            var (dgate, dup, ddown, dweight, dx) =
                (new float[gate.Length], new float[up.Length], new float[down.Length], new float[weight.Length],
                    new float[x.Length]);
            Span<float> Of(float[] values, int expert) => values.AsSpan(expert * size, size);
            for (var e = 0; e < shape.Experts; e++)
                Experts.Forward(x, weight, order, e, Of(gate, e), Of(up, e), Of(down, e), shape, gates, ups, sorted);
            Experts.Combine(sorted, order, 0, tokens, shape, accumulate: false, y);
            for (var e = 0; e < shape.Experts; e++)
                Experts.Backward(
                    dy, x, weight, order, e, Of(gate, e), Of(up, e), Of(down, e), shape, gates, ups, Of(dgate, e),
                    Of(dup, e),
                    Of(ddown, e), sorted, dweight);
            Experts.Combine(sorted, order, 0, tokens, shape, accumulate: false, dx);

            var (wx, ww, wg, wu, wd) = (x.Wide(), weight.Wide(), gate.Wide(), up.Wide(), down.Wide());
            double[] Twin() => ExpertsTwin.Forward(wx, ww, index, wg, wu, wd, shape);
            double Loss() => Numbers.Dot(Twin(), dy);
            Numbers.Close(Twin(), y, 2e-6, "y");
            Numbers.Close(Numbers.Slopes(wx, Loss), dx, 5e-6, "dx");
            Numbers.Close(Numbers.Slopes(ww, Loss), dweight, 5e-6, "dweight");
            Numbers.Close(Numbers.Slopes(wg, Loss), dgate, 5e-6, "dgate");
            Numbers.Close(Numbers.Slopes(wu, Loss), dup, 5e-6, "dup");
            Numbers.Close(Numbers.Slopes(wd, Loss), ddown, 5e-6, "ddown");
        }
    }

    private static (float[] Q, float[] K, float[] V) Inputs(AttentionShape shape)
    {
        var (queries, keys) =
            (shape.Sequence * shape.Heads * shape.HeadDim, shape.Sequence * shape.KvHeads * shape.HeadDim);
        return (Numbers.Some(queries, 1), Numbers.Some(keys, 2), Numbers.Some(keys, 3));
    }

    private static (float[] Output, float[] Peak, float[] Total) Forward(
        float[] q, float[] k, float[] v, AttentionShape shape)
    {
        var (output, peak, total) =
            (new float[q.Length], new float[shape.Heads * shape.Sequence], new float[shape.Heads * shape.Sequence]);
        for (var head = 0; head < shape.KvHeads; head++) Attention.Forward(q, k, v, shape, head, output, peak, total);
        return (output, peak, total);
    }
}
