using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class MatMulTests
{
    [TestMethod]
    public void A_product_equals_its_twin_bit_for_bit_at_any_size_and_stride()
    {
        for (var size = 0; size <= 70; size++)
        {
            var (rows, columns, depth) = (size, (size * 29) % 71, (size * 43) % 71);
            foreach (var (turnLeft, turnRight, accumulate) in
                new[] { (false, false, false), (true, false, true), (false, true, true), (true, true, false) })
            {
                var (leftPitch, rightPitch, pitch) =
                    ((turnLeft ? rows : depth) + 3, (turnRight ? depth : columns) + 1, columns + 2);
                var left = Numbers.Some((turnLeft ? depth : rows) * leftPitch, 1);
                var right = Numbers.Some((turnRight ? columns : depth) * rightPitch, 2);
                var found = Numbers.Some(rows * pitch, 3);
                var expected = (float[])found.Clone();
                var a = turnLeft ? new Strided(left, depth, rows, leftPitch, 1).Transposed
                    : new Strided(left, rows, depth, leftPitch, 1);
                var b = turnRight ? new Strided(right, columns, depth, rightPitch, 1).Transposed
                    : new Strided(right, depth, columns, rightPitch, 1);
                MatMul.Multiply(a, b, accumulate, found, pitch);
                MatMulTwin.Multiply(a, b, accumulate, expected, pitch);
                CollectionAssert.AreEqual(expected, found, $"{rows} x {depth} x {columns}");
            }
        }
    }

    [TestMethod]
    public void A_product_that_outgrows_every_block_equals_its_twin()
    {
        const int rows = 133, depth = 301, columns = 1100;
        var (x, w) = (Numbers.Some(rows * depth, 4), Numbers.Some(columns * depth, 5));
        var (found, expected) = (new float[rows * columns], new float[rows * columns]);
        MatMul.Forward(x, w, rows, depth, columns, LinearFormat.Float32, found);
        MatMulTwin.Multiply(new Strided(x, rows, depth), new Strided(w, columns, depth).Transposed, false, expected,
            columns);
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(29, 31, 47)]
    [DataRow(61, 256, 48)]
    [DataRow(133, 301, 1100)]
    public void A_product_with_a_packed_matrix_equals_its_twin(int rows, int depth, int columns)
    {
        var (x, w) = (Numbers.Some(rows * depth, 6), Numbers.Some(columns * depth, 7));
        var (found, expected) = (Numbers.Some(rows * columns, 8), Numbers.Some(rows * columns, 8));
        var left = new Strided(x, rows, depth);
        var right = new Strided(w, columns, depth).Transposed;
        var packed = new PackedMatrix(depth, columns);
        for (var part = 0; part < packed.Parts; part++) packed.Pack(right, part);
        foreach (var accumulate in new[] { false, true })
        {
            MatMul.Multiply(left, packed, accumulate, found, columns);
            MatMulTwin.Multiply(left, right, accumulate, expected, columns);
            CollectionAssert.AreEqual(expected, found);
        }
    }

    [TestMethod]
    public void The_backward_forms_are_the_slopes_of_the_forward_form()
    {
        const int rows = 7, ins = 19, outs = 33;
        var (x, w, dy) = (Numbers.Some(rows * ins, 1), Numbers.Some(outs * ins, 2), Numbers.Some(rows * outs, 3));
        var (wideX, wideW) = (x.Wide(), w.Wide());
        double Loss()
        {
            var sum = 0.0;
            for (var r = 0; r < rows; r++)
                for (var o = 0; o < outs; o++)
                    for (var i = 0; i < ins; i++)
                        sum += dy[(r * outs) + o] * wideX[(r * ins) + i] * wideW[(o * ins) + i];
            return sum;
        }

        var (dx, dw) = (new float[x.Length], new float[w.Length]);
        MatMul.BackwardInput(dy, w, rows, ins, outs, LinearFormat.Float32, accumulate: false, dx);
        MatMul.BackwardWeight(dy, x, rows, ins, outs, 0, 10, LinearFormat.Float32, accumulate: false, dw);
        MatMul.BackwardWeight(dy, x, rows, ins, outs, 10, outs - 10, LinearFormat.Float32, accumulate: false, dw);
        Numbers.Close(Numbers.Slopes(wideX, Loss), dx, 1e-6, "dx");
        Numbers.Close(Numbers.Slopes(wideW, Loss), dw, 1e-6, "dw");
    }

    [TestMethod]
    public void A_matrix_that_is_too_short_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new Strided(new float[5], 2, 3).Rows.ToString());
        Assert.ThrowsExactly<ArgumentException>(
            () => MatMul.Forward(new float[6], new float[6], 2, 3, 2, LinearFormat.Float32, new float[3]));
    }
}
