// Cross-stack validation (proactive numerical validation of SIGMA): our own forward, backward and optimizer steps
// from a reference's weights and tokens, compared tensor by tensor with what another implementation computed.
namespace Sigma.Sim.Training;

/// <summary>
/// One tensor against its reference: largest difference over the reference's largest element, and cosine similarity. An
/// integer tensor has relative 0 and cosine 1 when equal, otherwise relative 1 and the share of equal elements as
/// cosine. Length is our norm over the reference's: a cosine is blind to a forgotten factor.
/// </summary>
public sealed record TensorComparison(string Name, double Relative, double Cosine, double Length)
{
    /// <summary>A cosine below this is abnormal.</summary>
    public const double LowestCosine = 0.99;

    /// <summary>A length that differs by more than this is abnormal as well.</summary>
    public const double LengthTolerance = 0.05;

    public bool IsAbnormal => !(Cosine >= LowestCosine && Math.Abs(Length - 1) <= LengthTolerance);
}

/// <summary>One optimizer step against its reference.</summary>
public sealed record LossComparison(
    int Step, StepLosses Found, StepLosses Expected, double FoundNorm, double ExpectedNorm)
{
    /// <summary>Losses that differ by more than this share of the expected one are abnormal.</summary>
    public const double LossTolerance = 0.01;

    /// <summary>What of the step is abnormal, in words.</summary>
    public IEnumerable<string> Abnormal
    {
        get
        {
            (double Found, double Expected)[] losses =
            [
                (Found.Total, Expected.Total), (Found.CrossEntropy, Expected.CrossEntropy),
                (Found.Balance, Expected.Balance), (Found.Z, Expected.Z),
            ];
            if (!losses.All(loss => Near(loss.Found, loss.Expected, LossTolerance)))
                yield return $"losses of step {Step}";
            if (!Near(FoundNorm, ExpectedNorm, TensorComparison.LengthTolerance))
                yield return $"gradient norm of step {Step}";
        }
    }

    /// <summary>Largest absolute difference of the four losses.</summary>
    public double Difference => new[]
    {
        Math.Abs(Found.Total - Expected.Total), Math.Abs(Found.CrossEntropy - Expected.CrossEntropy),
        Math.Abs(Found.Balance - Expected.Balance), Math.Abs(Found.Z - Expected.Z),
    }.Max();

    // A loss of nearly nothing may be off by nearly nothing.
    private static bool Near(double found, double expected, double tolerance) =>
        Math.Abs(found - expected) <= tolerance * Math.Max(Math.Abs(expected), 1e-3);
}

/// <summary>The verdict over a whole reference.</summary>
public sealed record CrossStackReport(
    string Precision, IReadOnlyList<TensorComparison> Tensors, IReadOnlyList<LossComparison> Losses)
{
    public TensorComparison Worst =>
        Tensors.MaxBy(tensor => double.IsNaN(tensor.Relative) ? double.MaxValue : tensor.Relative)!;

    public double LowestCosine => Tensors.Min(tensor => tensor.Cosine);

    public double WorstLossDifference => Losses.Max(loss => loss.Difference);

    public bool RoutingEqual => Tensors.Where(tensor => tensor.Name.EndsWith("routing_index", StringComparison.Ordinal))
        .All(tensor => tensor.Relative == 0);

    /// <summary>Names of abnormal tensors, then what is abnormal in losses and gradient norms.</summary>
    public IReadOnlyList<string> Abnormal =>
    [
        .. Tensors.Where(tensor => tensor.IsAbnormal).Select(tensor => tensor.Name),
        .. Losses.SelectMany(loss => loss.Abnormal),
    ];
}

/// <summary>Replays a reference folder.</summary>
public static class CrossStackCheck
{
    /// <summary>In a precision of our own, or in the one that the reference names.</summary>
    public static CrossStackReport Run(
        string folder, StepPrecision? precision, int threads, CancellationToken cancellation)
    {
        var reference = ReferenceFolder.Open(folder);
        var spec = reference.Model;
        var precisions = KernelPrecisions.Of(precision ?? reference.Precision);
        using var model = new ReducedModel(spec, reference.Optimizer, precisions, threads);
        foreach (var parameter in model.Parameters)
            reference.Floats($"param/{parameter.Name}", [.. parameter.Shape]).CopyTo(parameter.Value, 0);
        var tokens = Vocabulary(reference, "tokens");
        var targets = Vocabulary(reference, "targets");

        Measure(model, tokens, targets);
        var tensors = new List<TensorComparison>();
        var losses = new List<LossComparison>();
        for (var step = 0; step < reference.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var found = model.ForwardBackward(tokens, targets);
            if (step == 0) CompareFirst(model, reference, tensors);
            TensorCheck.Losses(model, step + 1, found);
            var norm = model.Step();
            TensorCheck.Norm(model, step + 1, norm);
            losses.Add(new LossComparison(
                step + 1, found, reference.LossesOf(step), norm, reference.GradientNormOf(step)));
            if (step + 1 is 1 or 10)
                ComparePerParameter(model, reference, $"after_{step + 1}/", parameter => parameter.Value, tensors);
        }

        return new CrossStackReport(precisions.Name, tensors, losses);
    }

    /// <summary>
    /// A pass that changes nothing but what fp8 knows of the largest magnitudes, so that the first step is fp8 too.
    /// </summary>
    internal static void Measure(ReducedModel model, int[] tokens, int[] targets)
    {
        if (model.Precisions.Uses(StepPrecision.Fp8)) model.ForwardBackward(tokens, targets);
    }

    private static int[] Vocabulary(ReferenceFolder reference, string name)
    {
        var values = reference.Integers(name, reference.Model.Batch, reference.Model.Sequence);
        foreach (var value in values)
            if (value < 0 || value >= reference.Model.Vocabulary)
                throw new ReferenceFormatException(
                    $"tensor {name} holds {value}, outside the vocabulary of {reference.Model.Vocabulary}");
        return values;
    }

    private static void CompareFirst(
        ReducedModel model, ReferenceFolder reference, List<TensorComparison> tensors)
    {
        var spec = model.Spec;
        for (var layer = 0; layer < spec.Layers; layer++)
        {
            var name = $"forward/layers.{layer}.";
            tensors.Add(CompareIndex(
                name + "routing_index", model.RoutingIndex(layer),
                reference.Integers(name + "routing_index", spec.Tokens, spec.TopK)));
            tensors.Add(Compare(
                name + "routing_weight", model.RoutingWeight(layer),
                reference.Floats(name + "routing_weight", spec.Tokens, spec.TopK)));
            tensors.Add(Compare(
                name + "hidden", model.HiddenAfter(layer),
                reference.Floats(name + "hidden", spec.Batch, spec.Sequence, spec.Hidden)));
        }

        tensors.Add(Compare(
            "forward/logits", model.Logits,
            reference.Floats("forward/logits", spec.Batch, spec.Sequence, spec.Vocabulary)));
        ComparePerParameter(model, reference, "grad/", parameter => parameter.Gradient, tensors);
    }

    private static void ComparePerParameter(
        ReducedModel model, ReferenceFolder reference, string prefix, Func<Parameter, float[]> part,
        List<TensorComparison> tensors)
    {
        foreach (var parameter in model.Parameters)
        {
            var name = prefix + parameter.Name;
            tensors.Add(Compare(name, part(parameter), reference.Floats(name, [.. parameter.Shape])));
        }
    }

    private static TensorComparison CompareIndex(string name, ReadOnlySpan<ushort> found, int[] expected)
    {
        var equal = 0;
        for (var i = 0; i < expected.Length; i++)
            if (found[i] == expected[i]) equal++;
        return new TensorComparison(name, equal == expected.Length ? 0 : 1, (double)equal / expected.Length, 1);
    }

    private static TensorComparison Compare(string name, ReadOnlySpan<float> found, float[] expected)
    {
        var similarity = new Similarity();
        similarity.Add(found, expected);
        return new TensorComparison(name, similarity.Relative, similarity.Cosine, similarity.Length);
    }
}
