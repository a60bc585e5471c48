// Every row kernel at every width from nothing to 256, so that no count of whole vectors or of floats left over is
// missed: values against the twin, gradients along a direction, and the aliasing that the kernels allow.
using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class RowSweepTests
{
    private const int Widest = 256, Rows = 2;

    [TestMethod]
    public void Lanes_agree_with_double_at_every_length()
    {
        for (var length = 0; length <= Widest; length++)
        {
            var (x, y) = (Numbers.Some(length, length), Numbers.Some(length, length + 1));
            var (wide, other) = (x.Wide(), y.Wide());
            var what = $"length {length}";
            Assert.AreEqual(Numbers.Dot(wide, y), Lanes.Dot(x, y), 2e-7 * (length + 1), what);
            Assert.AreEqual(Numbers.Dot(wide, x), AdamW.SumOfSquares(x), 1e-12 * (length + 1), what);
            if (length > 0) Assert.AreEqual(x.Max(), Lanes.Largest(x), what);
            Row(row => Lanes.Add(y, row), i => wide[i] + other[i]);
            Row(row => Lanes.Scale(row, 0.3f), i => wide[i] * 0.3f);
            Row(row => Lanes.Divide(row, 0.7f), i => wide[i] / 0.7f);
            var sum = 0f;
            Row(row => sum = Lanes.ExpInPlace(row, 3f, 0.5f), i => Math.Exp((3 * wide[i]) - 0.5));
            Assert.AreEqual(wide.Sum(value => Math.Exp((3 * value) - 0.5)), sum, 1e-6 * (sum + 1), what);

            void Row(Action<float[]> change, Func<int, double> expected)
            {
                var row = (float[])x.Clone();
                change(row);
                Numbers.Close(Enumerable.Range(0, length).Select(expected).ToArray(), row, 1e-6, what);
            }
        }
    }

    [TestMethod]
    public void The_largest_is_found_at_every_place()
    {
        for (var length = 1; length <= 40; length++)
            for (var place = 0; place < length; place++)
            {
                var row = new float[length];
                Array.Fill(row, -3f);
                row[place] = -2f;
                Assert.AreEqual(-2f, Lanes.Largest(row), $"{place} of {length}");
            }
    }

    [TestMethod]
    public void RmsNorm_agrees_with_its_twin_at_every_width()
    {
        for (var width = 0; width <= Widest; width++)
        {
            var (x, w, dy) = (Numbers.Some(Rows * width, width), Numbers.Some(width, 2), Numbers.Some(Rows * width, 3));
            var (y, inverse, dx, dw) = (new float[x.Length], new float[Rows], new float[x.Length], new float[width]);
            RmsNorm.Forward(x, w, Rows, width, 1e-5f, y, inverse);
            RmsNorm.BackwardInput(dy, x, w, inverse, Rows, width, accumulate: false, dx);
            RmsNorm.BackwardWeight(dy, x, inverse, Rows, width, dw);
            var (wideX, wideW) = (x.Wide(), w.Wide());
            Numbers.Close(RmsNormTwin.Forward(wideX, wideW, 1e-5f), y, 1e-6, $"y of width {width}");
            double Loss() => Numbers.Dot(RmsNormTwin.Forward(wideX, wideW, 1e-5f), dy);
            Numbers.Slope(wideX, Loss, dx, 3e-6, $"dx of width {width}");
            Numbers.Slope(wideW, Loss, dw, 3e-6, $"dw of width {width}");

            var (more, replaced) = (Numbers.Some(dx.Length, 4), (float[])dy.Clone());
            var expected = more.Zip(dx, (before, added) => before + added).ToArray();
            RmsNorm.BackwardInput(dy, x, w, inverse, Rows, width, accumulate: true, more);
            RmsNorm.BackwardInput(replaced, x, w, inverse, Rows, width, accumulate: false, replaced);
            CollectionAssert.AreEqual(expected, more, $"accumulated dx of width {width}");
            CollectionAssert.AreEqual(dx, replaced, $"dx in the place of dy, width {width}");
        }
    }

    [TestMethod]
    public void SwiGlu_agrees_with_its_twin_at_every_width()
    {
        for (var width = 0; width <= Widest; width++)
        {
            var (gate, up) = (Numbers.Some(Rows * width, width), Numbers.Some(Rows * width, 2));
            var (weight, dy) = (Numbers.Some(Rows, 3), Numbers.Some(Rows * width, 4));
            var (y, again) = (new float[gate.Length], new float[gate.Length]);
            SwiGlu.Forward(gate, up, weight, Rows, width, y);
            var (wideGate, wideUp, wideWeight) = (gate.Wide(), up.Wide(), weight.Wide());
            Numbers.Close(SwiGluTwin.Forward(wideGate, wideUp, wideWeight), y, 1e-6, $"y of width {width}");
            var (dgate, dup, dweight) = (new float[gate.Length], new float[gate.Length], new float[Rows]);
            SwiGlu.Backward(dy, gate, up, weight, Rows, width, again, dgate, dup, dweight);
            CollectionAssert.AreEqual(y, again, $"y once more, width {width}");
            double Loss() => Numbers.Dot(SwiGluTwin.Forward(wideGate, wideUp, wideWeight), dy);
            Numbers.Slope(wideGate, Loss, dgate, 3e-6, $"dgate of width {width}");
            Numbers.Slope(wideUp, Loss, dup, 3e-6, $"dup of width {width}");
            Numbers.Slope(wideWeight, Loss, dweight, 3e-6, $"dweight of width {width}");
        }
    }

    [TestMethod]
    public void Cross_entropy_agrees_with_its_twin_at_every_vocabulary_also_in_place()
    {
        CrossEntropy.ForwardBackward([], [], 0, 5, 1f, [], []);
        CrossEntropy.ForwardBackward([], [], 0, 0, 1f, [], []);
        for (var vocabulary = 1; vocabulary <= Widest; vocabulary++)
        {
            var logits = Array.ConvertAll(Numbers.Some(Rows * vocabulary, vocabulary), value => 5 * value);
            int[] targets = [vocabulary / 3, vocabulary - 1];
            var (losses, dlogits, place) = (new double[Rows], new float[logits.Length], (float[])logits.Clone());
            CrossEntropy.ForwardBackward(logits, targets, Rows, vocabulary, 0.25f, losses, dlogits);
            CrossEntropy.ForwardBackward(place, targets, Rows, vocabulary, 0.25f, losses, place);
            CollectionAssert.AreEqual(dlogits, place, $"in place, {vocabulary}");
            var wide = logits.Wide();
            var expected = CrossEntropyTwin.Forward(wide, targets, vocabulary);
            for (var row = 0; row < Rows; row++) Assert.AreEqual(expected[row], losses[row], 1e-6);
            double Loss() => 0.25 * CrossEntropyTwin.Forward(wide, targets, vocabulary).Sum();
            Numbers.Slope(wide, Loss, dlogits, 3e-6, $"dlogits of {vocabulary}");
        }
    }
}
