// Every layer kernel at every size from nothing to 256 and at odd strides: values against the twin, gradients along a
// direction.
using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class MatrixSweepTests
{
    private const int Largest = 256;

    [TestMethod]
    public void A_product_equals_its_twin_bit_for_bit_at_every_size_and_odd_stride()
    {
        for (var size = 0; size <= Largest; size++)
            foreach (var (rows, depth, columns) in new[] { (size, 7, 19), (9, size, 17), (8, 5, size) })
                foreach (var (rowStep, columnStep) in new[] { (1, 1), (1, 3), (5, 1), (3, 5), (0, 1), (1, 0) })
                {
                    var a = Spread(rows, depth, rowStep, columnStep, 1);
                    var b = Spread(depth, columns, columnStep, rowStep, 2);
                    var pitch = columns + (size % 3);
                    var found = Numbers.Some(rows * pitch, 3);
                    var expected = (float[])found.Clone();
                    MatMul.Multiply(a, b, accumulate: size % 2 == 0, found, pitch);
                    MatMulTwin.Multiply(a, b, accumulate: size % 2 == 0, expected, pitch);
                    if (!expected.AsSpan().SequenceEqual(found))
                        Assert.Fail($"{rows} x {depth} x {columns}, steps {rowStep} and {columnStep}");
                }
    }

    [TestMethod]
    public void The_products_of_a_linear_layer_agree_with_double_at_every_size()
    {
        for (var size = 0; size <= Largest; size++)
            foreach (var (rows, ins, outs) in new[] { (size, 5, 7), (3, size, 18), (2, 9, size) })
            {
                var (x, w, dy) =
                    (Numbers.Some(rows * ins, 1), Numbers.Some(outs * ins, 2), Numbers.Some(rows * outs, 3));
                var (y, dx, dw) = (new float[rows * outs], new float[x.Length], new float[w.Length]);
                MatMul.Forward(x, w, rows, ins, outs, LinearFormat.Float32, y);
                MatMul.BackwardInput(dy, w, rows, ins, outs, LinearFormat.Float32, accumulate: false, dx);
                MatMul.BackwardWeight(dy, x, rows, ins, outs, 0, outs, LinearFormat.Float32, accumulate: false, dw);
                var (wideX, wideW) = (x.Wide(), w.Wide());
                double[] Product()
                {
                    var product = new double[rows * outs];
                    for (var i = 0; i < product.Length; i++)
                        for (var k = 0; k < ins; k++)
                            product[i] += wideX[(i / outs * ins) + k] * wideW[(i % outs * ins) + k];
                    return product;
                }

                var what = $"{rows} x {ins} x {outs}";
                Numbers.Close(Product(), y, 2e-6, $"y of {what}");
                Numbers.Slope(wideX, () => Numbers.Dot(Product(), dy), dx, 3e-6, $"dx of {what}");
                Numbers.Slope(wideW, () => Numbers.Dot(Product(), dy), dw, 3e-6, $"dw of {what}");
            }
    }

    [TestMethod]
    public void Attention_agrees_with_its_twin_at_every_length()
    {
        for (var sequence = 0; sequence <= Largest; sequence++)
            AttentionAgrees(new AttentionShape(sequence, 2, 2 - (sequence % 2), 3), gradients: sequence % 5 < 2);
    }

    [TestMethod]
    public void Attention_agrees_with_its_twin_at_every_width_of_a_head()
    {
        for (var dim = 1; dim <= Largest; dim++) AttentionAgrees(new AttentionShape(5, 2, 1, dim), gradients: true);
    }

    // A matrix whose elements lie a number of floats apart in each direction; a step of 0 repeats the same ones.
    private static Strided Spread(int rows, int columns, int rowStep, int columnStep, int seed)
    {
        var pitch = ((columns * Math.Max(1, columnStep)) + 2) * rowStep;
        return new Strided(
            Numbers.Some((rows * pitch) + (columns * columnStep) + 1, seed), rows, columns, pitch, columnStep);
    }

    private static void AttentionAgrees(AttentionShape shape, bool gradients)
    {
        var keys = shape.Sequence * shape.KvHeads * shape.HeadDim;
        var (q, k, v) =
            (Numbers.Some(shape.Sequence * shape.Heads * shape.HeadDim, 1), Numbers.Some(keys, 2),
                Numbers.Some(keys, 3));
        var (output, peak, total) =
            (new float[q.Length], new float[shape.Heads * shape.Sequence], new float[shape.Heads * shape.Sequence]);
        var (dout, dq, dk, dv) =
            (Numbers.Some(q.Length, 9), new float[q.Length], new float[k.Length], new float[v.Length]);
        for (var head = 0; head < shape.KvHeads; head++)
        {
            Attention.Forward(q, k, v, shape, head, default, output, peak, total);
            Attention.Backward(dout, q, k, v, output, peak, total, shape, head, default, dq, dk, dv);
        }

        var (wideQ, wideK, wideV) = (q.Wide(), k.Wide(), v.Wide());
        Numbers.Close(AttentionTwin.Forward(wideQ, wideK, wideV, shape), output, 3e-6, $"{shape}");
        if (!gradients) return;
        double Loss() => Numbers.Dot(AttentionTwin.Forward(wideQ, wideK, wideV, shape), dout);
        Numbers.Slope(wideQ, Loss, dq, 5e-6, $"dq of {shape}");
        Numbers.Slope(wideK, Loss, dk, 5e-6, $"dk of {shape}");
        Numbers.Slope(wideV, Loss, dv, 5e-6, $"dv of {shape}");
    }
}
