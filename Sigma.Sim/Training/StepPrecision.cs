// The number formats of a training step. Whatever the precision, sums are fp32 and the optimizer keeps fp32 master
// weights; a precision says in which format the matrix products read their operands.
namespace Sigma.Sim.Training;

/// <summary>
/// fp32; bf16 (operands rounded to nearest even); fp8 (E4M3 weights and activations, E5M2 gradients, a scale per tensor
/// from the largest magnitudes of earlier steps).
/// </summary>
public enum StepPrecision
{
    Fp32,
    Bf16,
    Fp8,
}

/// <summary>The kernels of a step that multiply matrices, in the order of a forward pass.</summary>
public enum MatrixKernel
{
    AttentionProjections,
    Attention,
    AttentionOutput,
    Router,
    Experts,
    Head,
}

/// <summary>Matrix kernels in words.</summary>
public static class MatrixKernels
{
    /// <summary>The name under which a matrix kernel's work is reported.</summary>
    public static string NameOf(MatrixKernel kernel) => kernel switch
    {
        MatrixKernel.AttentionProjections => "attention_projections",
        MatrixKernel.Attention => "attention",
        MatrixKernel.AttentionOutput => "attention_output",
        MatrixKernel.Router => "router",
        MatrixKernel.Experts => "experts",
        MatrixKernel.Head => "head",
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, null),
    };
}

/// <summary>
/// The precision of each matrix kernel. The core of attention knows no fp8 (its weights and their gradients have no
/// tensor-wide scale), so it never goes below bf16.
/// </summary>
public sealed class KernelPrecisions
{
    private readonly StepPrecision[] _of;

    private KernelPrecisions(string name, Func<MatrixKernel, StepPrecision> of)
    {
        Name = name;
        _of = [.. Enum.GetValues<MatrixKernel>().Select(kernel => Lowest(kernel, of(kernel)))];
    }

    /// <summary>`fp32`, `bf16`, `fp8`, or what `Only` made of them.</summary>
    public string Name { get; }

    public StepPrecision this[MatrixKernel kernel] => _of[(int)kernel];

    /// <summary>Whether any kernel works in a precision.</summary>
    public bool Uses(StepPrecision precision) => Array.IndexOf(_of, precision) >= 0;

    /// <summary>
    /// The customary recipe: the router stays in fp32, and head and core of attention never go below bf16.
    /// </summary>
    public static KernelPrecisions Of(StepPrecision precision) => new(NameOf(precision), kernel => kernel switch
    {
        MatrixKernel.Router => StepPrecision.Fp32,
        MatrixKernel.Head => precision == StepPrecision.Fp8 ? StepPrecision.Bf16 : precision,
        MatrixKernel.AttentionProjections or MatrixKernel.Attention or MatrixKernel.AttentionOutput
            or MatrixKernel.Experts => precision,
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, null),
    });

    /// <summary>One kernel in a precision, all others in fp32.</summary>
    public static KernelPrecisions Only(MatrixKernel kernel, StepPrecision precision) => new(
        $"{NameOf(precision)} only in {MatrixKernels.NameOf(kernel)}",
        other => other == kernel ? precision : StepPrecision.Fp32);

    /// <summary>The words for a precision, of scenarios, of the command line and of reference folders.</summary>
    public static IReadOnlyDictionary<string, StepPrecision> Words { get; } =
        new Dictionary<string, StepPrecision>(StringComparer.Ordinal)
        {
            ["fp32"] = StepPrecision.Fp32,
            ["bf16"] = StepPrecision.Bf16,
            ["fp8"] = StepPrecision.Fp8,
        };

    /// <summary>The word for a precision.</summary>
    public static string NameOf(StepPrecision precision) => Words.First(word => word.Value == precision).Key;

    private static StepPrecision Lowest(MatrixKernel kernel, StepPrecision wanted) =>
        kernel == MatrixKernel.Attention && wanted == StepPrecision.Fp8 ? StepPrecision.Bf16 : wanted;
}
