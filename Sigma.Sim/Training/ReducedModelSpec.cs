// The settings of the reduced model that really trains, and of its optimizer; what contradicts itself is said in plain
// sentences, so that a caller can point at the place in a scenario.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>
/// Sizes and constants of the reduced mixture-of-experts transformer; lengths in elements, batch in sequences.
/// </summary>
/// <remarks>
/// AuxLoss and ZLoss weigh the balance loss and the router's z loss, 0 for none; BiasRate is how far an expert's
/// balancing bias moves in a step, 0 for no bias; SharedExperts have the chosen ones' width and serve every token;
/// CapacityFactor is how many even shares of the choices an expert takes, null to drop none.
/// </remarks>
public sealed record ReducedModelSpec(
    int Layers, int Hidden, int Heads, int KvHeads, int HeadDim, int Experts, int TopK, int ExpertFfn, int Vocabulary,
    int Sequence, int Batch, double InitStd, double NormEps, double RopeTheta, double AuxLoss, double ZLoss,
    RouterKind Router, double BiasRate, int SharedExperts, double? CapacityFactor)
{
    /// <summary>2.5 M parameters, 96 experts of which a token uses 8, and 4,096 tokens a step.</summary>
    public static ReducedModelSpec Default { get; } = new(
        Layers: 4, Hidden: 64, Heads: 4, KvHeads: 2, HeadDim: 16, Experts: 96, TopK: 8, ExpertFfn: 32, Vocabulary: 256,
        Sequence: 256, Batch: 16, InitStd: 0.05, NormEps: 1e-6, RopeTheta: 10_000, AuxLoss: 0.01, ZLoss: 0.001,
        RouterKind.Softmax, BiasRate: 0, SharedExperts: 0, CapacityFactor: null);

    /// <summary>The words for a router, of scenarios and reference folders.</summary>
    public static IReadOnlyDictionary<string, RouterKind> Routers { get; } =
        new Dictionary<string, RouterKind>(StringComparer.Ordinal)
        {
            ["softmax"] = RouterKind.Softmax,
            ["sigmoid"] = RouterKind.Sigmoid,
        };

    /// <summary>Tokens of one step.</summary>
    public int Tokens => Batch * Sequence;

    /// <summary>What is wrong with the settings, one sentence each; empty when the model can be built.</summary>
    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        Positive(found, "layers", Layers);
        Positive(found, "hidden", Hidden);
        Positive(found, "heads", Heads);
        Positive(found, "kv_heads", KvHeads);
        Positive(found, "head_dim", HeadDim);
        Positive(found, "experts", Experts);
        Positive(found, "top_k", TopK);
        Positive(found, "expert_ffn", ExpertFfn);
        Positive(found, "vocabulary", Vocabulary);
        Positive(found, "sequence", Sequence);
        Positive(found, "batch", Batch);
        if (found.Count > 0) return found;
        if (Heads % KvHeads != 0)
            found.Add($"the {Heads} heads cannot share {KvHeads} KV heads evenly; it must be a whole multiple");
        if (HeadDim % 2 != 0) found.Add($"head_dim is {HeadDim}, but rotary positions turn pairs; it must be even");
        if (TopK > Experts) found.Add(
            $"a token cannot use {TopK} of {Experts} experts; top_k must be at most the number of experts");
        if (Experts > RoutingTrace.MostExperts)
            found.Add($"there are {Experts} experts; at most {RoutingTrace.MostExperts} fit a routing trace");
        if (SharedExperts < 0) found.Add($"shared_experts must be at least 0, found {SharedExperts}");
        if (CapacityFactor is { } factor && !(factor > 0 && double.IsFinite(factor)))
            found.Add(FormattableString.Invariant($"capacity_factor must be a number above 0, found {factor}"));
        if ((long)Batch * Sequence > 1 << 20)
            found.Add($"batch {Batch} x sequence {Sequence} is {(long)Batch * Sequence} tokens; at most {1 << 20} fit");
        if (found.Count == 0) Fits(found);
        Finite(found, "init_std", InitStd, above: 0);
        Finite(found, "norm_eps", NormEps, above: 0);
        Finite(found, "rope_theta", RopeTheta, above: 1);
        Finite(found, "aux_loss", AuxLoss, above: -double.Epsilon);
        Finite(found, "z_loss", ZLoss, above: -double.Epsilon);
        Finite(found, "bias_rate", BiasRate, above: -double.Epsilon);
        return found;
    }

    /// <summary>Those of <see cref="Violations"/>, and of the text when the model is to train on it.</summary>
    public IReadOnlyList<string> ViolationsOn(int textBytes)
    {
        var found = new List<string>(Violations());
        if (found.Count > 0) return found;
        if (Vocabulary < 256) found.Add(
            $"the text is made of bytes, so the vocabulary must be at least 256, found {Vocabulary}");
        if ((long)Tokens + 1 > textBytes)
            found.Add(
                $"batch {Batch} x sequence {Sequence} = {Tokens} tokens is longer than the text of {textBytes} bytes");
        return found;
    }

    // The settings may come from a file that nobody has checked: what cannot be allocated is said before it is tried.
    private void Fits(List<string> found)
    {
        const double most = 1 << 28;
        double hidden = Hidden, heads = Heads;
        var layer = (hidden * HeadDim * 2 * (heads + KvHeads)) + (hidden * Experts) + (
            3 * hidden * ((double)Experts + SharedExperts) * ExpertFfn);
        var parameters = (Layers * layer) + (2 * hidden * Vocabulary);
        if (parameters > most)
        {
            found.Add(FormattableString.Invariant(
                $"the model has {parameters:N0} parameters; at most {most:N0} are trained here"));
            return;
        }

        double[] widths =
        [
            Experts, Vocabulary, heads * HeadDim, (double)TopK * Hidden, (double)TopK * ExpertFfn,
            (double)SharedExperts * ExpertFfn,
        ];
        var activations = widths.Max() * Tokens;
        if (activations > most)
            found.Add(FormattableString.Invariant(
                $"a step of {Tokens} tokens needs {activations:N0} numbers for one activation; at most {most:N0} fit"));
    }

    internal static void Finite(List<string> found, string name, double value, double above)
    {
        if (!double.IsFinite(value) || value <= above)
            found.Add(FormattableString.Invariant(
                $"{name} must be a number {(above < 0 ? "of at least 0" : $"above {above}")}, found {value}"));
    }

    private static void Positive(List<string> found, string name, int value)
    {
        if (value < 1) found.Add($"{name} must be at least 1, found {value}");
    }
}

/// <summary>AdamW with linear warm-up from zero and clipping of the global gradient norm.</summary>
public sealed record OptimizerSpec(
    double LearningRate, int WarmupSteps, double Beta1, double Beta2, double AdamEps, double WeightDecay, double Clip)
{
    /// <summary>Falls below 2.9 nats a byte within 60 default steps.</summary>
    public static OptimizerSpec Default { get; } = new(
        LearningRate: 0.004, WarmupSteps: 10, Beta1: 0.9, Beta2: 0.95, AdamEps: 1e-8, WeightDecay: 0.1, Clip: 1.0);

    /// <summary>Learning rate of a step, the first being 1.</summary>
    public double RateAt(int step) => step < WarmupSteps ? LearningRate * step / WarmupSteps : LearningRate;

    /// <summary>What is wrong with the settings, one sentence each.</summary>
    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>();
        ReducedModelSpec.Finite(found, "learning_rate", LearningRate, above: 0);
        ReducedModelSpec.Finite(found, "adam_eps", AdamEps, above: 0);
        ReducedModelSpec.Finite(found, "weight_decay", WeightDecay, above: -double.Epsilon);
        ReducedModelSpec.Finite(found, "clip", Clip, above: 0);
        if (WarmupSteps < 0) found.Add($"warmup_steps must be at least 0, found {WarmupSteps}");
        Momentum(found, "beta1", Beta1);
        Momentum(found, "beta2", Beta2);
        return found;
    }

    private static void Momentum(List<string> found, string name, double value)
    {
        if (!(value is >= 0 and < 1))
            found.Add(FormattableString.Invariant($"{name} must be at least 0 and below 1, found {value}"));
    }
}
