// How long kernels take: max(FLOPs / (peak x efficiency), bytes / memory bandwidth) + launch, the roofline of Williams,
// Waterman and Patterson (2009) with an efficiency that depends on the kernel's work.
using Sigma.Sim.Cluster;

namespace Sigma.Sim.Workload;

/// <summary>Seconds of one operation in the three kinds of pass.</summary>
public readonly record struct PassSeconds(double Forward, double InputGradient, double WeightGradient)
{
    public double Backward => InputGradient + WeightGradient;

    /// <summary>The seconds of a pass.</summary>
    public double Of(PassKind kind) => kind switch
    {
        PassKind.Forward => Forward,
        PassKind.Backward => Backward,
        PassKind.InputGradient => InputGradient,
        PassKind.WeightGradient => WeightGradient,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static PassSeconds operator +(PassSeconds a, PassSeconds b) =>
        new(a.Forward + b.Forward, a.InputGradient + b.InputGradient, a.WeightGradient + b.WeightGradient);
}

/// <summary>The clock of one accelerator at one precision.</summary>
public sealed class KernelTimes(AcceleratorSpec accelerator, Precision precision)
{
    /// <summary>A fused attention kernel computes its scores again in the backward pass: 5 products for 2.</summary>
    internal const double AttentionBackward = 2.5;

    /// <summary>Norms, activations and residuals read what they read before and the gradient, and write one.</summary>
    internal const double StreamingBackward = 1.5;

    private readonly double _peak = accelerator.PeakOf(precision).PerSecond;
    private readonly double _corePeak = accelerator.PeakOf(
        precision == Precision.Fp8 && accelerator.Peaks.ContainsKey(Precision.Bf16) ? Precision.Bf16 : precision)
        .PerSecond;
    private readonly double _hbm = accelerator.SustainedHbm.BytesPerSecond;
    private readonly double _softmax = (accelerator.SoftmaxEfficiency is { } share
        ? accelerator.HbmBandwidth.Scaled(share.Value) : accelerator.SustainedHbm).BytesPerSecond;

    /// <summary>The launch of one kernel.</summary>
    public double Launch { get; } = accelerator.Launch.Seconds;

    /// <summary>Bytes per second that streaming kernels reach.</summary>
    public double StreamingRate => _hbm;

    /// <summary>The times of kernels that run one after the other.</summary>
    public PassSeconds Of(IReadOnlyList<Kernel> kernels)
    {
        double forward = 0, input = 0, weight = 0;
        foreach (var kernel in kernels)
        {
            var seconds = Forward(kernel);
            forward += seconds;
            switch (kernel.Kind)
            {
                case KernelKind.Matrix:
                    input += kernel.HasWeights ? seconds : 2 * seconds;
                    if (kernel.HasWeights) weight += seconds;
                    break;
                case KernelKind.Attention:
                    input += Work(kernel with { Flops = AttentionBackward * kernel.Flops, Bytes = 2 * kernel.Bytes })
                        + Launch;
                    break;
                case KernelKind.Streaming:
                case KernelKind.Softmax:
                    input += StreamingBackward * Work(kernel) + Launch;
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(kernels), kernel.Kind, null);
            }
        }

        return new PassSeconds(forward, input, weight);
    }

    /// <summary>One kernel forward, launch included.</summary>
    public double Forward(Kernel kernel) => Work(kernel) + Launch;

    /// <summary>One kernel without its launch.</summary>
    public double Work(Kernel kernel)
    {
        var memory = kernel.Bytes / _hbm;
        return kernel.Kind switch
        {
            KernelKind.Matrix => Math.Max(kernel.Flops / (_peak * accelerator.Matmul.At(kernel.Flops)), memory)
                + (precision == Precision.Fp8 ? kernel.CastBytes / _hbm : 0),
            KernelKind.Attention => Math.Max(kernel.Flops / (_corePeak * AttentionShare(kernel.Flops)), memory),
            KernelKind.Streaming => memory,
            KernelKind.Softmax => kernel.Bytes / _softmax,
            _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel.Kind, null),
        };
    }

    /// <summary>Time to stream an amount of data through memory, launch included.</summary>
    public double Streaming(double bytes) => bytes / _hbm + Launch;

    private double AttentionShare(double flops) =>
        accelerator.AttentionEfficiency is { } share ? share.Value : accelerator.Matmul.At(flops);
}
