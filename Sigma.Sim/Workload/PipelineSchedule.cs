// The order in which a pipeline stage works, as Megatron-LM schedules it (Narayanan et al., "Efficient large-scale
// language model training on GPU clusters using Megatron-LM", SC'21, section 2.2): 1F1B, plain and interleaved over
// model chunks.
namespace Sigma.Sim.Workload;

/// <summary>One pass of one micro-batch through one chunk of a stage's layers.</summary>
public readonly record struct Pass(bool IsForward, int MicroBatch, int Chunk);

/// <summary>Generates and measures schedules.</summary>
public static class PipelineSchedule
{
    /// <summary>The passes of a stage in order.</summary>
    /// <param name="stages">Pipeline stages p.</param>
    /// <param name="stage">This stage, 0 is first.</param>
    /// <param name="microBatches">Micro-batches m; a multiple of p where there is more than one chunk.</param>
    /// <param name="chunks">Model chunks per stage v.</param>
    public static Pass[] Of(int stages, int stage, int microBatches, int chunks)
    {
        if (chunks > 1 && microBatches % stages != 0)
        {
            throw new ArgumentException(
                $"Interleaving needs micro-batches ({microBatches}) in multiples of the stages ({stages}).");
        }

        var total = microBatches * chunks;
        var ahead = chunks == 1 ? stages - stage - 1 : (stages - stage - 1) * 2 + (chunks - 1) * stages;
        var warmUp = Math.Min(ahead, total);
        var passes = new List<Pass>(2 * total);
        for (var k = 0; k < warmUp; k++) passes.Add(At(k, true));
        for (var k = 0; k < total - warmUp; k++)
        {
            passes.Add(At(k + warmUp, true));
            passes.Add(At(k, false));
        }

        for (var k = total - warmUp; k < total; k++) passes.Add(At(k, false));
        return [.. passes];

        // Chunks take turns in groups of p micro-batches; backward passes walk the chunks from the last to the first.
        Pass At(int k, bool forward)
        {
            if (chunks == 1) return new Pass(forward, k, 0);
            var inGroup = k % (stages * chunks);
            var chunk = inGroup / stages;
            return new Pass(forward, k / (stages * chunks) * stages + k % stages, forward ? chunk : chunks - 1 - chunk);
        }
    }

    /// <summary>The most passes whose activations a stage holds at one time.</summary>
    public static int MostInFlight(IEnumerable<Pass> passes)
    {
        var (held, most) = (0, 0);
        foreach (var pass in passes)
        {
            held += pass.IsForward ? 1 : -1;
            most = Math.Max(most, held);
        }

        return most;
    }

    /// <summary>The closed form of the bubble as a share of the ideal time: (p - 1) / (v m).</summary>
    public static double IdealBubbleShare(int stages, int microBatches, int chunks) =>
        (stages - 1.0) / ((double)chunks * microBatches);
}
