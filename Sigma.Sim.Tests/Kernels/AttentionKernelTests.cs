using Sigma.Sim.Kernels;
using Sigma.Sim.Kernels.Reference;

namespace Sigma.Sim.Tests.Kernels;

[TestClass]
public sealed class AttentionKernelTests
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
                Attention.Backward(dout, q, k, v, output, peak, total, shape, head, OperandFormat.Float32, dq, dk, dv);
            var (wideQ, wideK, wideV) = (q.Wide(), k.Wide(), v.Wide());
            double Loss() => Numbers.Dot(AttentionTwin.Forward(wideQ, wideK, wideV, shape), dout);
            Numbers.Close(Numbers.Slopes(wideQ, Loss), dq, 5e-6, $"dq of {shape}");
            Numbers.Close(Numbers.Slopes(wideK, Loss), dk, 5e-6, $"dk of {shape}");
            Numbers.Close(Numbers.Slopes(wideV, Loss), dv, 5e-6, $"dv of {shape}");
        }
    }

    /// <summary>What a thread keeps beside its inputs and outputs: linear in the sequence, never its square.</summary>
    [TestMethod]
    public void Attention_over_4096_tokens_needs_memory_linear_in_tokens()
    {
        var (half, whole) = (ScratchOf(2048), ScratchOf(4096));
        Assert.IsTrue(whole < 2.5 * half, $"{half} bytes for 2,048 tokens, {whole} for 4,096");
        Assert.IsTrue(whole < 4096L * 4096 * sizeof(float) / 8, $"{whole} bytes");

        // A thread of its own has scratch of its own, all of which it allocates here.
        static long ScratchOf(int sequence)
        {
            var shape = new AttentionShape(sequence, 2, 1, 16);
            var (q, k, v) = Inputs(shape);
            var (dout, dq) = (Numbers.Some(q.Length, 4), new float[q.Length]);
            var (dk, dv) = (new float[k.Length], new float[v.Length]);
            var (output, peak, total) = (new float[q.Length], new float[2 * sequence], new float[2 * sequence]);
            var allocated = 0L;
            var thread = new Thread(() =>
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Attention.Forward(q, k, v, shape, 0, OperandFormat.Float32, output, peak, total);
                Attention.Backward(
                    dout, q, k, v, output, peak, total, shape, 0, OperandFormat.Float32, dq, dk, dv);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            });
            thread.Start();
            thread.Join();
            Assert.IsTrue(allocated > 0);
            return allocated;
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
        for (var head = 0; head < shape.KvHeads; head++)
            Attention.Forward(q, k, v, shape, head, OperandFormat.Float32, output, peak, total);
        return (output, peak, total);
    }
}
