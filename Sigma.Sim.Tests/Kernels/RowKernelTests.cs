using System.Runtime.Intrinsics;
using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class RowKernelTests
{
    [TestMethod]
    public void Exp_and_log_are_within_a_few_units_of_the_last_place()
    {
        for (var x = -86.9f; x < 87.9f; x += 0.0137f)
        {
            var expected = Math.Exp(x);
            Assert.AreEqual(expected, Lanes.Exp(Vector256.Create(x)).GetElement(3), 2e-7 * expected);
            Assert.AreEqual(x, Lanes.Log(expected), 1e-14 * Math.Max(1, Math.Abs(x)));
        }

        Assert.AreEqual(1f, Lanes.Exp(Vector256<float>.Zero).GetElement(0));
    }

    [TestMethod]
    public void RmsNorm_equals_its_twin_and_its_slopes_at_any_width()
    {
        for (var width = 1; width <= 70; width++)
        {
            const int rows = 3;
            var (x, w, dy) = (Numbers.Some(rows * width, width), Numbers.Some(width, 2), Numbers.Some(rows * width, 3));
            var (y, inverse, dx, dw) = (new float[x.Length], new float[rows], new float[x.Length], new float[width]);
            RmsNorm.Forward(x, w, rows, width, 1e-5f, y, inverse);
            RmsNorm.BackwardInput(dy, x, w, inverse, rows, width, accumulate: false, dx);
            RmsNorm.BackwardWeight(dy, x, inverse, rows, width, dw);
            var (wideX, wideW) = (x.Wide(), w.Wide());
            Numbers.Close(RmsNormTwin.Forward(wideX, wideW, 1e-5f), y, 1e-6, $"y of width {width}");
            double Loss() => Numbers.Dot(RmsNormTwin.Forward(wideX, wideW, 1e-5f), dy);
            Numbers.Close(Numbers.Slopes(wideX, Loss), dx, 3e-6, $"dx of width {width}");
            Numbers.Close(Numbers.Slopes(wideW, Loss), dw, 3e-6, $"dw of width {width}");
        }
    }

    [TestMethod]
    public void Rope_equals_its_twin_and_its_gradient_turns_back()
    {
        for (var half = 0; half <= 128; half++)
        {
            const int tokens = 10, sequence = 5, heads = 2;
            var x = Numbers.Some(tokens * heads * 2 * half, half);
            var y = (float[])x.Clone();
            var rope = new Rope(sequence, 2 * half, 10_000);
            rope.Forward(y, 0, 3, heads);
            rope.Forward(y.AsSpan(3 * heads * 2 * half), 3, tokens - 3, heads);
            Numbers.Close(RopeTwin.Forward(x.Wide(), sequence, heads, 2 * half, 10_000), y, 1e-6,
                $"rope of {2 * half}");
            rope.Backward(y, 0, tokens, heads);
            Numbers.Close(x.Wide(), y, 1e-6, $"rope back of {2 * half}");
        }
    }

    [TestMethod]
    public void SwiGlu_equals_its_twin_and_its_slopes_at_any_width()
    {
        for (var width = 1; width <= 70; width++)
        {
            const int rows = 3;
            var (gate, up, weight, dy) =
                (Numbers.Some(rows * width, width), Numbers.Some(rows * width, 2), Numbers.Some(rows, 3),
                    Numbers.Some(rows * width, 4));
            var (y, again) = (new float[gate.Length], new float[gate.Length]);
            SwiGlu.Forward(gate, up, weight, rows, width, y);
            var (wideGate, wideUp, wideWeight) = (gate.Wide(), up.Wide(), weight.Wide());
            Numbers.Close(SwiGluTwin.Forward(wideGate, wideUp, wideWeight), y, 1e-6, $"y of width {width}");
            var (dgate, dup, dweight) = (new float[gate.Length], (float[])dy.Clone(), new float[rows]);
            SwiGlu.Backward(dup, gate, up, weight, rows, width, again, dgate, dup, dweight);
            double Loss() => Numbers.Dot(SwiGluTwin.Forward(wideGate, wideUp, wideWeight), dy);
            Numbers.Close(Numbers.Slopes(wideGate, Loss), dgate, 3e-6, $"dgate of width {width}");
            Numbers.Close(Numbers.Slopes(wideUp, Loss), dup, 3e-6, $"dup of width {width}");
            Numbers.Close(Numbers.Slopes(wideWeight, Loss), dweight, 3e-6, $"dweight of width {width}");
            CollectionAssert.AreEqual(y, again);
        }
    }

    [TestMethod]
    public void Cross_entropy_equals_its_twin_and_its_slopes_at_any_vocabulary()
    {
        for (var vocabulary = 1; vocabulary <= 70; vocabulary++)
        {
            const int rows = 3;
            var logits = Array.ConvertAll(Numbers.Some(rows * vocabulary, vocabulary), value => 5 * value);
            int[] targets = [0, vocabulary / 2, vocabulary - 1];
            var (losses, dlogits) = (new double[rows], new float[logits.Length]);
            CrossEntropy.ForwardBackward(logits, targets, rows, vocabulary, 0.25f, losses, dlogits);
            var wide = logits.Wide();
            var expected = CrossEntropyTwin.Forward(wide, targets, vocabulary);
            for (var row = 0; row < rows; row++) Assert.AreEqual(expected[row], losses[row], 1e-6);
            var slopes = Numbers.Slopes(wide, () => 0.25 * CrossEntropyTwin.Forward(wide, targets, vocabulary).Sum());
            Numbers.Close(slopes, dlogits, 3e-6, $"dlogits of {vocabulary}");
        }
    }

    [TestMethod]
    public void AdamW_equals_its_twin_at_any_length()
    {
        for (var length = 0; length <= 256; length++)
        {
            var (g, p, m, v) = (Numbers.Some(length, 1), Numbers.Some(length, 2), new float[length], new float[length]);
            var (wideP, wideM, wideV) = (p.Wide(), m.Wide(), v.Wide());
            for (var step = 1; step <= 3; step++)
            {
                var settings = new AdamWStep(
                    0.5f, 0.01f, 0.9f, 0.95f, (float)(1 / (1 - Math.Pow(0.9, step))),
                    (float)(1 / (1 - Math.Pow(0.95, step))), 1e-8f, 0.1f);
                AdamW.Update(g, settings, p, m, v);
                AdamWTwin.Update(g.Wide(), settings, wideP, wideM, wideV);
            }

            Numbers.Close(wideP, p, 1e-6, $"{length} parameters");
            Assert.AreEqual(g.Sum(x => (double)x * x), AdamW.SumOfSquares(g), 1e-9);
        }
    }
}
