// A run of the real reduced step: trains on the text and reports losses, gradient norms, work per kernel, expert load
// and the routing of the last step.
using System.Diagnostics;

namespace Sigma.Sim.Training;

/// <summary>
/// What to train, on what, for how long; results depend on all but <paramref name="Threads"/>. The routing of the last
/// <paramref name="TraceSteps"/> steps makes the trace.
/// </summary>
public sealed record TrainingSpec(
    ReducedModelSpec Model, OptimizerSpec Optimizer, KernelPrecisions Precisions, Corpus Text, ulong Seed, int Steps,
    int Threads, int TraceSteps)
{
    public IReadOnlyList<string> Violations()
    {
        var found = Model.ViolationsOn(Text.Length).Concat(Optimizer.Violations()).ToList();
        if (Steps < 1) found.Add($"steps must be at least 1, found {Steps}");
        if (TraceSteps < 1 || TraceSteps > Steps)
            found.Add($"trace_steps must be from 1 to the {Steps} steps, found {TraceSteps}");
        if (Threads < 1) found.Add($"threads must be at least 1, found {Threads}");
        return found;
    }
}

/// <summary>
/// One step: its losses before the update, the gradient norm before clipping, and wall time (reported only).
/// </summary>
public sealed record TrainingStep(int Step, StepLosses Losses, double GradientNorm, double ElapsedMs);

/// <summary>What a run leaves. Work covers the steps after the first, which also warms the program up.</summary>
public sealed record TrainingRecord(
    IReadOnlyList<TrainingStep> Steps, IReadOnlyList<KernelWork> Work, IReadOnlyList<ExpertLoad> Load,
    RoutingTrace Routing)
{
    /// <summary>Floating-point operations of one step.</summary>
    public double FlopPerStep => Work.Sum(kernel => kernel.Flop) / Math.Max(1, Steps.Count - 1);
}

/// <summary>Runs a <see cref="TrainingSpec"/>.</summary>
public static class TrainingRun
{
    /// <summary>Trains from fresh weights; <paramref name="afterStep"/> hears of every step as it ends.</summary>
    public static TrainingRecord Run(TrainingSpec spec, Action<TrainingStep> afterStep)
    {
        var violations = spec.Violations();
        if (violations.Count > 0) throw new ArgumentException(string.Join("; ", violations));
        using var model = new ReducedModel(spec.Model, spec.Optimizer, spec.Precisions, spec.Threads);
        model.Initialize(spec.Seed);
        var (tokens, targets) = (new int[spec.Model.Tokens], new int[spec.Model.Tokens]);
        var steps = new List<TrainingStep>(spec.Steps);
        var choices = new ushort[spec.Model.Layers * spec.TraceSteps * spec.Model.Tokens * spec.Model.TopK];
        for (var step = 1; step <= spec.Steps; step++)
        {
            if (step == 2) model.ClearWork();
            var started = Stopwatch.GetTimestamp();
            spec.Text.Fill(spec.Seed, step, spec.Model.Sequence, tokens, targets);
            if (step == 1) CrossStackCheck.Measure(model, tokens, targets);
            var losses = model.ForwardBackward(tokens, targets);
            TensorCheck.Losses(model, step, losses);
            KeepRouting(model, choices, spec.TraceSteps, step - 1 - (spec.Steps - spec.TraceSteps));
            var norm = model.Step();
            TensorCheck.Norm(model, step, norm);
            steps.Add(new TrainingStep(step, losses, norm, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
            afterStep(steps[^1]);
        }

        var tokensTraced = spec.TraceSteps * spec.Model.Tokens;
        var routing = new RoutingTrace(spec.Model.Layers, tokensTraced, spec.Model.Experts, spec.Model.TopK, choices);
        return new TrainingRecord(steps, model.Work, ExpertLoad.OfAll(routing), routing);
    }

    /// <summary>Appends a traced step's choices to those of the steps before it, [layers, tokens, top_k].</summary>
    private static void KeepRouting(ReducedModel model, ushort[] choices, int tracedSteps, int tracedStep)
    {
        if (tracedStep < 0) return;
        var size = model.Spec.Tokens * model.Spec.TopK;
        for (var layer = 0; layer < model.Spec.Layers; layer++)
            model.CopyRouting(layer, choices.AsSpan((layer * tracedSteps + tracedStep) * size, size));
    }
}
