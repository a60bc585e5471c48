// The kernels of a transformer layer on one rank, counted one by one: floating-point operations, bytes, launches. What
// they cost is KernelTimes' business.
namespace Sigma.Sim.Workload;

/// <summary>What limits a kernel.</summary>
public enum KernelKind
{
    /// <summary>A matrix product: its efficiency depends on its work.</summary>
    Matrix,

    /// <summary>The fused core of attention.</summary>
    Attention,

    /// <summary>Norms, activations, residuals: memory bandwidth.</summary>
    Streaming,

    /// <summary>Softmax and dropout of scores that are written out, whose kernels reach less of it.</summary>
    Softmax,
}

/// <summary>One kernel's work.</summary>
/// <param name="Kind">What limits it.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="Bytes">Bytes that it moves through memory.</param>
/// <param name="HasWeights">A product with a weight matrix, whose backward pass has another product for it.</param>
public readonly record struct Kernel(KernelKind Kind, double Flops, double Bytes, bool HasWeights)
{
    /// <summary>
    /// Bytes that are moved to round a product's input to fp8 first: 2 read and 1 written an element.
    /// </summary>
    public double CastBytes { get; init; }

    /// <summary>A matrix product [m, k] x [k, n] with 2-byte elements.</summary>
    public static Kernel Product(double m, double k, double n, bool hasWeights = true) =>
        new(KernelKind.Matrix, 2 * m * k * n, (m * k + k * n + m * n) * LayerKernels.ElementBytes, hasWeights)
        {
            CastBytes = 3 * m * k,
        };

    public static Kernel Streaming(double bytes) => new(KernelKind.Streaming, 0, bytes, false);
}

/// <summary>Up (with gate), activation, down.</summary>
public readonly record struct FeedForwardKernels(Kernel Up, Kernel Activation, Kernel Down)
{
    public Kernel[] All => [Up, Activation, Down];
}

/// <summary>Forward kernels of the parts of a model, for one micro-batch on one rank.</summary>
public sealed class LayerKernels(ModelSpec model, ParallelismSpec parallelism)
{
    public const double ElementBytes = 2;

    private readonly int _tensor = parallelism.Tensor;

    /// <summary>Tokens of a micro-batch that a rank sees: context parallelism cuts the sequence.</summary>
    public double Tokens { get; } =
        (double)parallelism.MicroBatch * model.Sequence / parallelism.Context;

    /// <summary>The part of each token's vector that norms and residuals touch on this rank.</summary>
    private double StreamWidth => model.Hidden / (parallelism.SequenceParallel ? (double)_tensor : 1);

    /// <summary>Norm, projections, core, output projection, residual.</summary>
    public IReadOnlyList<Kernel> Attention() => [Norm, .. Projections(), .. Core(), Output, Residual];

    /// <summary>What selective recomputation repeats.</summary>
    public IReadOnlyList<Kernel> Core()
    {
        var heads = (double)model.Heads / _tensor;
        var (scoreDim, valueDim) = (model.ScoreDim, model.ValueDim);
        var moved = Tokens * (heads * (scoreDim + 2.0 * valueDim) + KeyWidth) * ElementBytes;
        if (parallelism.AttentionKernel == AttentionKernel.Fused)
        {
            var flops = Tokens * model.AttentionScoreFlopsPerToken(causal: true) / _tensor;
            return [new Kernel(KernelKind.Attention, flops, moved, false)];
        }

        // Scores of every pair, hidden or not: softmax reads and writes them, dropout does and keeps a mask of bytes.
        var pairs = Tokens * model.Sequence * heads;
        return
        [
            new Kernel(KernelKind.Matrix, 2 * pairs * scoreDim, pairs * ElementBytes + moved / 2, false),
            new Kernel(KernelKind.Softmax, 0, 2 * pairs * ElementBytes, false),
            new Kernel(KernelKind.Softmax, 0, pairs * (2 * ElementBytes + 1), false),
            new Kernel(KernelKind.Matrix, 2 * pairs * valueDim, pairs * ElementBytes + moved / 2, false),
        ];
    }

    /// <summary>Norm, feed-forward network of a dense layer, residual.</summary>
    public IReadOnlyList<Kernel> Dense(int ffn) => [Norm, .. FeedForward(Tokens, ffn).All, Residual];

    /// <summary>Norm, router and residual of a layer with experts, and the shared experts.</summary>
    public IReadOnlyList<Kernel> AroundExperts()
    {
        Kernel[] router = model.Experts.Count > 1 ? [Kernel.Product(Tokens, model.Hidden, model.Experts.Count)] : [];
        return [Norm, .. router, .. Shared(), Residual];
    }

    /// <summary>One feed-forward network over some tokens: the work of an expert, or of a dense layer.</summary>
    public FeedForwardKernels FeedForward(double tokens, int ffn)
    {
        var inner = (double)ffn / _tensor;
        var wide = model.FeedForwardMatrices - 1;
        // The activation reads what the first product wrote and writes what the second reads.
        return new FeedForwardKernels(
            Kernel.Product(tokens, model.Hidden, wide * inner),
            Kernel.Streaming((wide + 1) * tokens * inner * ElementBytes),
            Kernel.Product(tokens, inner, model.Hidden));
    }

    /// <summary>Final norm, projection onto the vocabulary, and the loss in single precision.</summary>
    public IReadOnlyList<Kernel> Head()
    {
        var words = (double)model.Vocabulary / _tensor;
        return [Norm, Kernel.Product(Tokens, model.Hidden, words), Kernel.Streaming(Tokens * words * 6)];
    }

    public IReadOnlyList<Kernel> Embedding() => [Kernel.Streaming(2 * Tokens * model.Hidden * ElementBytes)];

    private Kernel Norm => Kernel.Streaming(2 * Tokens * StreamWidth * ElementBytes);

    /// <summary>Reads two, writes one; with dropout also a mask of bytes.</summary>
    private Kernel Residual => Kernel.Streaming(
        Tokens * StreamWidth * (3 * ElementBytes + (parallelism.AttentionKernel == AttentionKernel.Fused ? 0 : 1)));

    private Kernel Output =>
        Kernel.Product(Tokens, (double)model.Heads * model.ValueDim / _tensor, model.Hidden);

    /// <summary>Heads of keys and values on a rank; where there are fewer than ranks, each has a copy.</summary>
    private double KvHeadsHere => Math.Max(1, (double)model.KvHeads / _tensor);

    /// <summary>Width of what a rank's heads read of the keys; latent attention has a key for every head.</summary>
    private double KeyWidth => model.Latent is null
        ? KvHeadsHere * model.HeadDim
        : (double)model.Heads * model.ScoreDim / _tensor;

    private IEnumerable<Kernel> Projections()
    {
        var (tokens, hidden) = (Tokens, model.Hidden);
        if (model.Latent is not { } latent)
        {
            var width = ((double)model.Heads / _tensor + 2 * KvHeadsHere) * model.HeadDim;
            yield return Kernel.Product(tokens, hidden, width);
            // Norms and rotary positions of query and key; GPT has neither.
            if (!model.LearnedPositions) yield return Kernel.Streaming(2 * tokens * width * ElementBytes);
            // Products of single heads want them transposed, and their values back.
            if (parallelism.AttentionKernel == AttentionKernel.Materialized)
            {
                var values = (double)model.Heads * model.ValueDim / _tensor;
                yield return Kernel.Streaming(2 * tokens * (width + values) * ElementBytes);
            }

            yield break;
        }

        var heads = (double)model.Heads / _tensor;
        yield return Kernel.Product(tokens, hidden, latent.QueryRank + latent.KvRank + latent.RotaryDim);
        yield return Kernel.Streaming(2 * tokens * (latent.QueryRank + latent.KvRank) * ElementBytes);
        yield return Kernel.Product(tokens, latent.QueryRank, heads * model.ScoreDim);
        yield return Kernel.Product(tokens, latent.KvRank, heads * (model.HeadDim + latent.ValueDim));
        yield return Kernel.Streaming(2 * tokens * heads * model.ScoreDim * ElementBytes);
    }

    private IEnumerable<Kernel> Shared() => model.Experts.Shared == 0
        ? []
        : FeedForward(Tokens, model.Experts.Shared * model.Experts.Ffn).All;
}
