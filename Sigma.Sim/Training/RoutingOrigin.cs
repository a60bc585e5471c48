// What made a routing: text, seed, sizes and the course of the training. It travels with the routing, so that a report
// of a run that reuses one can still show the loss curve and say where the routing came from.
namespace Sigma.Sim.Training;

/// <summary>Sizes of the model that was trained; lengths in elements, batch in sequences.</summary>
public sealed record TrainedSizes(
    int Layers, int Hidden, int Heads, int KvHeads, int HeadDim, int ExpertFfn, int Vocabulary, int Sequence, int Batch,
    int Experts, int TopK)
{
    /// <summary>Choices that a trace holds at most; more are a mistake, and a trap for whoever reads them.</summary>
    public const long MostChoices = 1 << 26;

    // Traffic is counted per expert in blocks of tokens; these counts must fit the memory as well.
    private const long MostTokensTimesExperts = 1L << 33;
    private const int LargestSize = 1 << 24, MostLayers = 1024;

    /// <summary>Tokens of one step.</summary>
    public long Tokens => (long)Batch * Sequence;

    public static TrainedSizes Of(ReducedModelSpec model) => new(
        model.Layers, model.Hidden, model.Heads, model.KvHeads, model.HeadDim, model.ExpertFfn, model.Vocabulary,
        model.Sequence, model.Batch, model.Experts, model.TopK);

    /// <summary>What is wrong with the sizes of a trace of so many steps, one sentence each.</summary>
    public IReadOnlyList<string> Violations(int traceSteps)
    {
        var found = new List<string>();
        (string Name, int Value)[] sizes =
        [
            ("layers", Layers), ("hidden", Hidden), ("heads", Heads), ("kv_heads", KvHeads), ("head_dim", HeadDim),
            ("expert_ffn", ExpertFfn), ("vocabulary", Vocabulary), ("sequence", Sequence), ("batch", Batch),
            ("experts", Experts), ("top_k", TopK), ("trace_steps", traceSteps),
        ];
        foreach (var (name, value) in sizes)
            if (value is < 1 or > LargestSize) found.Add($"{name} must be from 1 to {LargestSize}, found {value}");
        // Every micro-batch is timed in every layer of the trace.
        if (Layers > MostLayers) found.Add($"there are {Layers} layers; at most {MostLayers} fit a routing trace");
        if (found.Count > 0) return found;
        if (Heads % KvHeads != 0) found.Add($"{Heads} heads cannot share {KvHeads} kv_heads evenly");
        if (TopK > Experts) found.Add($"a token cannot use {TopK} of {Experts} experts");
        if (Experts > RoutingTrace.MostExperts)
            found.Add($"there are {Experts} experts; at most {RoutingTrace.MostExperts} fit a routing trace");
        // In floating point, since the product of such sizes may exceed every integer.
        var tokens = (double)Layers * traceSteps * Tokens;
        if (tokens * TopK > MostChoices || tokens * Experts > MostTokensTimesExperts)
            found.Add(FormattableString.Invariant(
                $"{Layers} layers x {traceSteps} steps x {Tokens} tokens x {TopK} of {Experts} experts ")
                + $"are more choices than a routing trace holds (at most {MostChoices})");
        return found;
    }
}

/// <summary>One step of the training: losses before the update, gradient norm before clipping.</summary>
public sealed record TrainedStep(int Step, StepLosses Losses, double GradientNorm);

/// <summary>The training that a routing comes from.</summary>
/// <param name="Text">Version of the text.</param>
/// <param name="Precision">Of the arithmetic, in words.</param>
/// <param name="Seed">Of weights and text order.</param>
/// <param name="Model">Sizes of the model.</param>
/// <param name="LearningRate">After warm-up.</param>
/// <param name="FlopPerStep">Floating-point operations of one step.</param>
/// <param name="TraceSteps">How many of the last steps are in the routing.</param>
/// <param name="Steps">All steps from the first.</param>
public sealed record RoutingOrigin(
    string Text, string Precision, ulong Seed, TrainedSizes Model, double LearningRate, double FlopPerStep,
    int TraceSteps, IReadOnlyList<TrainedStep> Steps)
{
    /// <summary>As many steps as a scenario may ask for.</summary>
    public const int MostSteps = 100_000;

    /// <summary>Tokens of the routing.</summary>
    public int TracedTokens => (int)(TraceSteps * Model.Tokens);

    /// <summary>What is wrong, one sentence each; empty where a trace can be written and read.</summary>
    public IReadOnlyList<string> Violations()
    {
        var found = new List<string>(Model.Violations(TraceSteps));
        Word(found, "text", Text);
        Word(found, "precision", Precision);
        if (Steps.Count is < 1 or > MostSteps) found.Add($"steps must be from 1 to {MostSteps}, found {Steps.Count}");
        if (TraceSteps > Steps.Count) found.Add($"trace_steps {TraceSteps} is more than the {Steps.Count} steps");
        Bounded(found, "learning_rate", LearningRate);
        Bounded(found, "FLOP per step", FlopPerStep);
        if (LearningRate <= 0 || FlopPerStep < 0) found.Add("learning_rate and FLOP per step cannot be negative");
        foreach (var step in Steps)
        {
            Bounded(found, $"the loss of step {step.Step}", step.Losses.Total);
            Bounded(found, $"the cross-entropy of step {step.Step}", step.Losses.CrossEntropy);
            Bounded(found, $"the balance loss of step {step.Step}", step.Losses.Balance);
            Bounded(found, $"the z loss of step {step.Step}", step.Losses.Z);
            Bounded(found, $"the gradient norm of step {step.Step}", step.GradientNorm);
            if (step.GradientNorm < 0 || step.Losses.CrossEntropy < 0)
                found.Add($"step {step.Step} has a negative gradient norm or cross-entropy");
            if (found.Count > 0) break;
        }

        return found;
    }

    /// <summary>Words of a file are shown on a terminal, so they hold nothing that could steer it.</summary>
    private static void Word(List<string> found, string name, string value)
    {
        if (value.Length is < 1 or > 64 || value.Any(c => c is < ' ' or > '~'))
            found.Add($"{name} must be a word of 1 to 64 printable ASCII characters");
    }

    private static void Bounded(List<string> found, string name, double value)
    {
        if (!(Math.Abs(value) <= float.MaxValue))
            found.Add(FormattableString.Invariant($"{name} is no number that a training can reach: {value}"));
    }
}

/// <summary>A routing and the training that made it, whether here and now or in an earlier run.</summary>
public sealed record LearnedRouting(RoutingOrigin Origin, RoutingTrace Trace)
{
    /// <summary>How evenly each layer loads its experts.</summary>
    public IReadOnlyList<ExpertLoad> Load { get; } = ExpertLoad.OfAll(Trace);

    /// <summary>Choices of all layers that were dropped, as a share of all.</summary>
    public double DroppedShare => Load.Sum(layer => (double)layer.DroppedChoices) / Trace.Choices.Length;

    /// <summary>What a training has just learned.</summary>
    public static LearnedRouting Of(TrainingSpec spec, TrainingRecord record)
    {
        var steps = record.Steps.Select(step => new TrainedStep(step.Step, step.Losses, step.GradientNorm)).ToList();
        var origin = new RoutingOrigin(
            spec.Text.Version, spec.Precisions.Name, spec.Seed, TrainedSizes.Of(spec.Model),
            spec.Optimizer.LearningRate, record.FlopPerStep, spec.TraceSteps, steps);
        return new LearnedRouting(origin, record.Routing);
    }
}
