// How long the kernels of a layer take: max(FLOPs / (peak x efficiency), bytes / memory bandwidth) + launch, the
// roofline of Williams, Waterman and Patterson (2009) with an efficiency that depends on the kernel's work.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Workload;

/// <summary>Forward times in seconds on one rank, for one micro-batch; a backward pass does twice the work.</summary>
public sealed class OperationTimes
{
    private const double BytesPerElement = 2;
    private readonly ModelSpec _model;
    private readonly AcceleratorSpec _accelerator;
    private readonly double _peak;
    private readonly double _hbm;
    private readonly double _tokens;
    private readonly int _tensor;

    public OperationTimes(ModelSpec model, AcceleratorSpec accelerator, int tensor, int microBatch)
    {
        _model = model;
        _accelerator = accelerator;
        _peak = accelerator.PeakOf(model.Precision).PerSecond;
        _hbm = accelerator.SustainedHbm.BytesPerSecond;
        _tokens = (double)microBatch * model.Sequence;
        _tensor = tensor;
        Attention = AttentionForward();
        Head = Product(_tokens, model.Hidden, (double)model.Vocabulary / tensor)
            + Streaming(_tokens * model.Vocabulary / tensor * 6);
        Embedding = Streaming(2 * _tokens * model.Hidden * BytesPerElement);
        SharedExperts = model.Experts.Shared == 0 ? 0 : ExpertForward(_tokens * model.Experts.Shared);
    }

    /// <summary>Norm, projections, attention, residual, norm, router.</summary>
    public double Attention { get; }

    /// <summary>Final projection onto the vocabulary and its loss.</summary>
    public double Head { get; }

    public double Embedding { get; }

    public double SharedExperts { get; }

    /// <summary>One routed expert over its tokens, without the launch that a grouped product pays once.</summary>
    public double Expert(double tokens) => tokens <= 0 ? 0 : ExpertForward(tokens);

    /// <summary>The launch of one grouped product.</summary>
    public double Launch => _accelerator.Launch.Seconds;

    /// <summary>Time to stream an amount of data through memory, in seconds.</summary>
    public double Streaming(double bytes) => bytes / _hbm + Launch;

    private double AttentionForward()
    {
        var queries = (double)_model.Heads * _model.HeadDim / _tensor;
        var keysAndValues = 2.0 * _model.KvHeads * _model.HeadDim / _tensor;
        var scores = _tokens * _model.AttentionScoreFlopsPerToken(causal: true) / _tensor;
        // Two norms, rotary positions and two residuals read and write the stream about eight times.
        return Product(_tokens, _model.Hidden, queries + keysAndValues)
            + Roofline(scores, _tokens * (2 * queries + keysAndValues) * BytesPerElement)
            + Product(_tokens, queries, _model.Hidden)
            + (_model.Experts.Count > 1 ? Product(_tokens, _model.Hidden, _model.Experts.Count) : 0)
            + Streaming(8 * _tokens * _model.Hidden * BytesPerElement / _tensor);
    }

    private double ExpertForward(double tokens)
    {
        var inner = (double)_model.Experts.Ffn / _tensor;
        return Product(tokens, _model.Hidden, 2 * inner) + Product(tokens, inner, _model.Hidden)
            + 3 * tokens * inner * BytesPerElement / _hbm - 2 * Launch;
    }

    /// <summary>A matrix product [m, k] x [k, n].</summary>
    private double Product(double m, double k, double n) =>
        Roofline(2 * m * k * n, (m * k + k * n + m * n) * BytesPerElement);

    private double Roofline(double flop, double bytes) =>
        Math.Max(flop / (_peak * _accelerator.Matmul.At(flop)), bytes / _hbm) + Launch;
}
