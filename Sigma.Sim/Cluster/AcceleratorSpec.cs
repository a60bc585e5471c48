// One accelerator: its dense peak, its memory, and which share of the peak a kernel reaches as a function of its work.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Cluster;

/// <summary>The number format of matrix products.</summary>
public enum Precision
{
    Fp32,
    Bf16,
    Fp8,
}

/// <summary>An accelerator as a scenario's hardware file describes it.</summary>
/// <param name="Name">What the vendor calls it.</param>
/// <param name="Peaks">Dense peak by precision; a precision that is absent cannot be used.</param>
/// <param name="HbmCapacity">High-bandwidth memory of one accelerator.</param>
/// <param name="HbmBandwidth">Its peak bandwidth.</param>
/// <param name="HbmEfficiency">The share of that bandwidth that streaming kernels reach.</param>
/// <param name="Matmul">Share of peak by work of one kernel.</param>
/// <param name="Launch">Time before a kernel begins.</param>
public sealed record AcceleratorSpec(
    string Name,
    IReadOnlyDictionary<Precision, FlopRate> Peaks,
    Bytes HbmCapacity,
    Bandwidth HbmBandwidth,
    Fraction HbmEfficiency,
    EfficiencyCurve Matmul,
    Duration Launch)
{
    /// <summary>
    /// Share of the peak that a fused attention kernel reaches, or null where the table of products says.
    /// </summary>
    public Fraction? AttentionEfficiency { get; init; }

    /// <summary>
    /// Share of the memory bandwidth that softmax and dropout of written-out scores reach; null as others.
    /// </summary>
    public Fraction? SoftmaxEfficiency { get; init; }

    /// <summary>Stands where a step is stated, and nobody asks what an accelerator can do.</summary>
    public static AcceleratorSpec Unstated { get; } = new(
        "accelerator", new Dictionary<Precision, FlopRate>(), default, default, Fraction.One,
        new EfficiencyCurve([new EfficiencyPoint(new Flops(1), Fraction.One)], 1), Duration.Zero);

    /// <summary>The dense peak of a precision.</summary>
    public FlopRate PeakOf(Precision precision) => Peaks[precision];

    /// <summary>Bytes per second that a streaming kernel moves.</summary>
    public Bandwidth SustainedHbm => HbmBandwidth.Scaled(HbmEfficiency.Value);
}

/// <summary>One row of an efficiency table.</summary>
public readonly record struct EfficiencyPoint(Flops Work, Fraction OfPeak);

/// <summary>
/// Which share of the peak one matrix product reaches: linear in the logarithm of its work between the rows of a table,
/// constant beyond its ends, times one factor that a scenario may fit.
/// </summary>
public sealed class EfficiencyCurve
{
    private readonly double[] _logWork;
    private readonly double[] _share;

    /// <param name="points">At least one row, work rising strictly.</param>
    /// <param name="factor">Multiplies every row; above 0.</param>
    public EfficiencyCurve(IReadOnlyList<EfficiencyPoint> points, double factor)
    {
        if (points.Count == 0)
            throw new ArgumentException("An efficiency table needs at least one row.", nameof(points));
        _logWork = [.. points.Select(p => Math.Log(p.Work.Count))];
        _share = [.. points.Select(p => p.OfPeak.Value * factor)];
        Points = points;
        Factor = factor;
    }

    public IReadOnlyList<EfficiencyPoint> Points { get; }

    public double Factor { get; }

    /// <summary>The share of peak for one kernel of <paramref name="flop"/> floating-point operations.</summary>
    public double At(double flop)
    {
        var x = Math.Log(flop);
        if (x <= _logWork[0]) return _share[0];
        if (x >= _logWork[^1]) return _share[^1];
        var upper = 1;
        while (_logWork[upper] < x) upper++;
        var weight = (x - _logWork[upper - 1]) / (_logWork[upper] - _logWork[upper - 1]);
        return _share[upper - 1] + weight * (_share[upper] - _share[upper - 1]);
    }
}
