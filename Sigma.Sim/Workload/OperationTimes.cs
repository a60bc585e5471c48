// How long the operations of a pass take on one rank: a layer's attention, its dense or expert network, head,
// embedding.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Workload;

/// <summary>Seconds for one micro-batch on one rank.</summary>
public sealed class OperationTimes
{
    private readonly LayerKernels _kernels;
    private readonly KernelTimes _times;
    private readonly ModelSpec _model;

    public OperationTimes(ModelSpec model, AcceleratorSpec accelerator, ParallelismSpec parallelism)
    {
        _model = model;
        _kernels = new LayerKernels(model, parallelism);
        _times = new KernelTimes(accelerator, model.Precision);
        Amounts = new OperationAmounts(model, _kernels);
        Attention = _times.Of(_kernels.Attention());
        AttentionCore = _times.Of(_kernels.Core());
        Dense = model.DenseLayers > 0 ? _times.Of(_kernels.Dense(model.DenseFfn)) : default;
        AroundExperts = _times.Of(_kernels.AroundExperts());
        Head = _times.Of(_kernels.Head());
        Embedding = _times.Of(_kernels.Embedding());
        var (experts, ep) = (model.Experts, parallelism.Expert);
        BalancedExperts = ExpertLaunches
            + experts.Count / ep * Expert(_kernels.Tokens * ep * experts.TopK / experts.Count);
    }

    /// <summary>The same operations as work.</summary>
    public OperationAmounts Amounts { get; }

    /// <summary>Norm, projections, attention, residual.</summary>
    public PassSeconds Attention { get; }

    /// <summary>Scores, softmax and weighted values alone.</summary>
    public PassSeconds AttentionCore { get; }

    /// <summary>The feed-forward network of a dense layer with its norm and residual.</summary>
    public PassSeconds Dense { get; }

    /// <summary>What a layer with experts does besides them: norm, router, shared experts, residual.</summary>
    public PassSeconds AroundExperts { get; }

    /// <summary>Final projection onto the vocabulary and its loss.</summary>
    public PassSeconds Head { get; }

    public PassSeconds Embedding { get; }

    /// <summary>
    /// One routed expert forward over its tokens, without the launches that a grouped product pays once; each of its
    /// two
    /// gradients takes as long.
    /// </summary>
    public double Expert(double tokens)
    {
        if (tokens <= 0) return 0;
        var kernels = _kernels.FeedForward(tokens, _model.Experts.Ffn);
        return _times.Work(kernels.Up) + _times.Work(kernels.Activation) + _times.Work(kernels.Down);
    }

    /// <summary>All experts of a rank over their even shares, forward.</summary>
    public double BalancedExperts { get; }

    /// <summary>
    /// To add a micro-batch's gradients of so many parameters to those before: the product that makes them reads and
    /// writes 4 bytes instead of writing 2.
    /// </summary>
    public double Adding(double parameters) => AddingBytes(parameters) / _times.StreamingRate;

    /// <summary>What that moves through memory besides.</summary>
    public static double AddingBytes(double parameters) => 6 * parameters;

    /// <summary>The launches of the grouped products of a rank's experts.</summary>
    public double ExpertLaunches => 2 * _times.Launch;

    /// <summary>Time to stream an amount of data through memory, in seconds.</summary>
    public double Streaming(double bytes) => _times.Streaming(bytes);
}
