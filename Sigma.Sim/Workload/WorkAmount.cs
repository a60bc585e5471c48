// What kernels do, whatever the machine: floating-point operations and bytes through memory, in the three kinds of
// pass. How long that takes is KernelTimes' business, whose rules for backward passes these are.
namespace Sigma.Sim.Workload;

/// <summary>An amount of work.</summary>
/// <param name="Flops">Floating-point operations of products and attention; streaming kernels count none.</param>
/// <param name="Bytes">Bytes through memory.</param>
public readonly record struct WorkAmount(double Flops, double Bytes)
{
    public static WorkAmount operator +(WorkAmount a, WorkAmount b) => new(a.Flops + b.Flops, a.Bytes + b.Bytes);

    public static WorkAmount operator *(double times, WorkAmount amount) =>
        new(times * amount.Flops, times * amount.Bytes);

    /// <summary>One kernel forward.</summary>
    public static WorkAmount Of(Kernel kernel) => new(kernel.Flops, kernel.Bytes);

    /// <summary>Kernels forward, all together.</summary>
    public static WorkAmount Of(IEnumerable<Kernel> kernels) =>
        kernels.Aggregate(default(WorkAmount), (sum, kernel) => sum + Of(kernel));
}

/// <summary>The work of one operation in the three kinds of pass.</summary>
public readonly record struct PassAmounts(WorkAmount Forward, WorkAmount InputGradient, WorkAmount WeightGradient)
{
    /// <summary>The work of a pass.</summary>
    public WorkAmount Of(PassKind kind) => kind switch
    {
        PassKind.Forward => Forward,
        PassKind.Backward => InputGradient + WeightGradient,
        PassKind.InputGradient => InputGradient,
        PassKind.WeightGradient => WeightGradient,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The work of kernels that run one after the other.</summary>
    public static PassAmounts Of(IReadOnlyList<Kernel> kernels)
    {
        WorkAmount input = default, weight = default;
        foreach (var kernel in kernels)
        {
            var forward = WorkAmount.Of(kernel);
            switch (kernel.Kind)
            {
                case KernelKind.Matrix:
                    input += kernel.HasWeights ? forward : 2 * forward;
                    if (kernel.HasWeights) weight += forward;
                    break;
                case KernelKind.Attention:
                    input += new WorkAmount(KernelTimes.AttentionBackward * kernel.Flops, 2 * kernel.Bytes);
                    break;
                case KernelKind.Streaming:
                case KernelKind.Softmax:
                    input += KernelTimes.StreamingBackward * forward;
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(kernels), kernel.Kind, null);
            }
        }

        return new PassAmounts(WorkAmount.Of(kernels), input, weight);
    }
}

/// <summary>The work of the operations of a pass for one micro-batch on one rank.</summary>
public sealed class OperationAmounts
{
    private readonly LayerKernels _kernels;
    private readonly ModelSpec _model;

    public OperationAmounts(ModelSpec model, LayerKernels kernels)
    {
        (_model, _kernels) = (model, kernels);
        Attention = PassAmounts.Of(kernels.Attention());
        AttentionCore = PassAmounts.Of(kernels.Core());
        Dense = model.DenseLayers > 0 ? PassAmounts.Of(kernels.Dense(model.DenseFfn)) : default;
        AroundExperts = PassAmounts.Of(kernels.AroundExperts());
        Head = PassAmounts.Of(kernels.Head());
        Embedding = PassAmounts.Of(kernels.Embedding());
    }

    /// <summary>Norm, projections, attention, residual.</summary>
    public PassAmounts Attention { get; }

    /// <summary>Scores, softmax and weighted values alone.</summary>
    public PassAmounts AttentionCore { get; }

    /// <summary>The feed-forward network of a dense layer with its norm and residual.</summary>
    public PassAmounts Dense { get; }

    /// <summary>What a layer with experts does besides them: norm, router, shared experts, residual.</summary>
    public PassAmounts AroundExperts { get; }

    /// <summary>Final projection onto the vocabulary and its loss.</summary>
    public PassAmounts Head { get; }

    public PassAmounts Embedding { get; }

    /// <summary>Some experts over their tokens, forward; each of both gradients is as much.</summary>
    /// <param name="tokens">Tokens of all of them together.</param>
    /// <param name="experts">How many of them have any: each reads its weights once.</param>
    public WorkAmount Experts(double tokens, int experts)
    {
        // The work of an expert is a straight line over its tokens: weights, and so much for every token.
        var (none, one) = (Expert(0), Expert(1));
        return experts * none + tokens * new WorkAmount(one.Flops - none.Flops, one.Bytes - none.Bytes);
    }

    private WorkAmount Expert(double tokens) => WorkAmount.Of(_kernels.FeedForward(tokens, _model.Experts.Ffn).All);
}
