// Products that read their operands in short formats, against the twin that rounds one element at a time.
using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class OperandFormatTests
{
    private static readonly OperandFormat[] _formats =
        [OperandFormat.Float32, OperandFormat.Bfloat16, OperandFormat.E4M3For(0.7f), OperandFormat.E5M2For(1f)];

    [TestMethod]
    [DataRow(448f, 1f)]
    [DataRow(448.00003f, 0.5f)]
    [DataRow(224f, 2f)]
    [DataRow(1f, 256f)]
    [DataRow(0.4375f, 1024f)]
    [DataRow(0.43750003f, 512f)]
    [DataRow(0f, 1f)]
    [DataRow(-1f, 1f)]
    [DataRow(float.NaN, 1f)]
    [DataRow(float.PositiveInfinity, 1f)]
    [DataRow(1e-45f, 8.507059E+37f)]
    [DataRow(float.MaxValue, 7.523164E-37f)]
    public void The_scale_of_E4M3_is_the_largest_power_of_two_that_fits(float largest, float scale) =>
        Assert.AreEqual(new OperandFormat(NumberFormat.E4M3, scale), OperandFormat.E4M3For(largest));

    [TestMethod]
    public void A_scale_and_its_inverse_are_normal_powers_of_two_that_no_larger_one_beats()
    {
        foreach (var largest in FormatProbes.Patterns(20_000).Select(MathF.Abs).Where(float.IsFinite).Append(1e-40f))
            foreach (var (format, limit) in new[] {
                (OperandFormat.E4M3For(largest), 448.0), (OperandFormat.E5M2For(largest), 57_344.0) })
            {
                var scale = format.Scale;
                Assert.IsTrue(float.IsNormal(scale) && float.IsNormal(1 / scale));
                Assert.AreEqual(0, BitConverter.SingleToInt32Bits(scale) & 0x7F_FFFF);
                Assert.IsTrue((double)largest * scale <= limit);
                Assert.IsTrue(2.0 * largest * scale > limit || scale == MathF.Pow(2, 126));
            }
    }

    [TestMethod]
    public void Operands_round_as_their_twin_and_the_default_leaves_every_bit()
    {
        Assert.AreEqual(OperandFormat.Float32, default);
        Assert.AreEqual(LinearFormat.Float32, default);
        var probes = FormatProbes.Patterns(20_000).Concat(Numbers.Some(999, 1)).ToArray();
        foreach (var format in _formats.Append(OperandFormat.E4M3For(1e30f)).Append(OperandFormat.E5M2For(1e-30f)))
        {
            var found = (float[])probes.Clone();
            format.Round(found);
            for (var i = 0; i < found.Length; i++)
                if (Bits(OperandFormatTwin.Round(probes[i], format)) != Bits(found[i]))
                    Assert.Fail($"{format}: {probes[i]:R} became {found[i]:R}");
        }

        Assert.ThrowsExactly<InvalidOperationException>(() => new OperandFormat((NumberFormat)4, 1).Round([1f]));
    }

    [TestMethod]
    public void A_product_equals_its_twin_bit_for_bit_in_every_format_and_form()
    {
        foreach (var size in new[] { 0, 1, 5, 12, 17, 23, 48, 70 })
            foreach (var left in _formats)
                foreach (var right in _formats)
                    for (var form = 0; form < 8; form++)
                        Agrees(size, left, right, form);
    }

    [TestMethod]
    public void A_product_of_short_operands_that_outgrows_every_block_equals_its_twin()
    {
        const int rows = 133, depth = 301, columns = 1100;
        var format = new LinearFormat(OperandFormat.Bfloat16, OperandFormat.E4M3For(1f), OperandFormat.E5M2For(1f));
        var (x, w) = (Numbers.Some(rows * depth, 4), Numbers.Some(columns * depth, 5));
        var (found, expected) = (new float[rows * columns], new float[rows * columns]);
        MatMul.Forward(x, w, rows, depth, columns, format, found);
        MatMulTwin.Multiply(
            new Strided(x, rows, depth).In(format.Activation),
            new Strided(w, columns, depth).In(format.Weight).Transposed, false, expected, columns);
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void Each_form_of_a_linear_layer_reads_the_operands_that_it_names()
    {
        const int rows = 5, ins = 19, outs = 33;
        var (x, w, dy) = (Numbers.Some(rows * ins, 1), Numbers.Some(outs * ins, 2), Numbers.Some(rows * outs, 3));
        var format = new LinearFormat(OperandFormat.Bfloat16, OperandFormat.E4M3For(1f), OperandFormat.E5M2For(1f));
        var (y, dx, dw) = (new float[dy.Length], new float[x.Length], new float[w.Length]);
        MatMul.Forward(x, w, rows, ins, outs, format, y);
        MatMul.BackwardInput(dy, w, rows, ins, outs, format, accumulate: false, dx);
        MatMul.BackwardWeight(dy, x, rows, ins, outs, 0, outs, format, accumulate: false, dw);

        format.Activation.Round(x);
        format.Weight.Round(w);
        format.Gradient.Round(dy);
        var (plainY, plainDx, plainDw) = (new float[dy.Length], new float[x.Length], new float[w.Length]);
        MatMul.Forward(x, w, rows, ins, outs, LinearFormat.Float32, plainY);
        MatMul.BackwardInput(dy, w, rows, ins, outs, LinearFormat.Float32, accumulate: false, plainDx);
        MatMul.BackwardWeight(dy, x, rows, ins, outs, 0, outs, LinearFormat.Float32, accumulate: false, plainDw);
        CollectionAssert.AreEqual(plainY, y);
        CollectionAssert.AreEqual(plainDx, dx);
        CollectionAssert.AreEqual(plainDw, dw);
    }

    private static void Agrees(int size, OperandFormat left, OperandFormat right, int form)
    {
        var (rows, columns, depth) = (size, (size * 29) % 71, (size * 43) % 71);
        var (turnLeft, turnRight, accumulate) = ((form & 1) != 0, (form & 2) != 0, (form & 4) != 0);
        var pitch = columns + 2;
        var (x, y) = (Numbers.Some((rows + 1) * (depth + 1), 1), Numbers.Some((columns + 1) * (depth + 1), 2));
        var a = turnLeft ? new Strided(x, depth, rows).In(left).Transposed : new Strided(x, rows, depth).In(left);
        var b = turnRight ? new Strided(y, columns, depth).In(right).Transposed
            : new Strided(y, depth, columns).In(right);
        var found = Numbers.Some(rows * pitch, 3);
        var expected = (float[])found.Clone();
        MatMul.Multiply(a, b, accumulate, found, pitch);
        MatMulTwin.Multiply(a, b, accumulate, expected, pitch);
        if (!expected.AsSpan().SequenceEqual(found)) Assert.Fail($"{rows} x {depth} x {columns}, {left}, {right}");
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
}
