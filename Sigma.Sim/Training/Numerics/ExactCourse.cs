// The training in fp32 that calibration holds others against: losses, gradients and routing of every step, and the
// weights before and after.
namespace Sigma.Sim.Training.Numerics;

/// <summary>All that a comparison needs of a training in fp32.</summary>
internal sealed class ExactCourse
{
    private readonly TrainingSpec _spec;
    private readonly List<double> _losses = [];
    private readonly List<float[][]> _gradients = [];
    private readonly List<ushort[][]> _routing = [];
    private float[][] _before = [], _after = [];

    private readonly CancellationToken _cancellation;

    private ExactCourse(TrainingSpec spec, CancellationToken cancellation) =>
        (_spec, _cancellation) = (spec, cancellation);

    internal static ExactCourse Of(TrainingSpec spec, CancellationToken cancellation)
    {
        var exact = new ExactCourse(spec, cancellation);
        exact._before = exact.Train(KernelPrecisions.Of(StepPrecision.Fp32), (model, _, losses) =>
        {
            exact._losses.Add(losses.Total);
            exact._gradients.Add([.. model.Parameters.Select(tensor => (float[])tensor.Gradient.Clone())]);
            exact._routing.Add(
                [.. Enumerable.Range(0, spec.Model.Layers).Select(layer => model.RoutingIndex(layer).ToArray())]);
        }, out exact._after);
        return exact;
    }

    /// <summary>The same training in other precisions.</summary>
    internal PrecisionCourse Beside(KernelPrecisions precisions)
    {
        var steps = new List<PrecisionStep>();
        Train(precisions, (model, step, losses) => steps.Add(Compare(model, step, losses)), out var after);
        var moved = new Similarity();
        for (var tensor = 0; tensor < after.Length; tensor++)
            for (var i = 0; i < after[tensor].Length; i++)
                moved.Add(
                    (double)after[tensor][i] - _before[tensor][i], (double)_after[tensor][i] - _before[tensor][i]);
        return new PrecisionCourse(precisions, steps, moved.Error);
    }

    private PrecisionStep Compare(ReducedModel model, int step, StepLosses losses)
    {
        var classes = Enum.GetValues<TensorClass>();
        var (all, perClass) = (new Similarity(), classes.Select(_ => new Similarity()).ToArray());
        for (var tensor = 0; tensor < model.Parameters.Count; tensor++)
        {
            var (found, expected) = (model.Parameters[tensor], _gradients[step - 1][tensor]);
            all.Add(found.Gradient, expected);
            perClass[(int)found.Class].Add(found.Gradient, expected);
        }

        return new PrecisionStep(
            step, losses.Total - _losses[step - 1], all.Error, [.. perClass.Select(one => one.Cosine)],
            RoutingChanged(model, step));
    }

    // A choice is the same wherever in the token's list it stands: neighbours of equal weight change places at once.
    private double RoutingChanged(ReducedModel model, int step)
    {
        var (topK, changed, all) = (model.Spec.TopK, 0L, 0L);
        for (var layer = 0; layer < model.Spec.Layers; layer++)
        {
            var found = model.RoutingIndex(layer);
            var expected = _routing[step - 1][layer].AsSpan();
            for (var first = 0; first < found.Length; first += topK)
                foreach (var expert in found.Slice(first, topK))
                    if (!expected.Slice(first, topK).Contains(expert)) changed++;
            all += found.Length;
        }

        return (double)changed / all;
    }

    /// <summary>Trains and returns the weights before the first step.</summary>
    private float[][] Train(
        KernelPrecisions precisions, Action<ReducedModel, int, StepLosses> see, out float[][] after)
    {
        using var model = new ReducedModel(_spec.Model, _spec.Optimizer, precisions, _spec.Threads);
        model.Initialize(_spec.Seed);
        float[][] Weights() => [.. model.Parameters.Select(tensor => (float[])tensor.Value.Clone())];
        var before = Weights();
        var (tokens, targets) = (new int[_spec.Model.Tokens], new int[_spec.Model.Tokens]);
        for (var step = 1; step <= _spec.Steps; step++)
        {
            _cancellation.ThrowIfCancellationRequested();
            _spec.Text.Fill(_spec.Seed, step, _spec.Model.Sequence, tokens, targets);
            if (step == 1) CrossStackCheck.Measure(model, tokens, targets);
            var losses = model.ForwardBackward(tokens, targets);
            TensorCheck.Losses(model, step, losses);
            see(model, step, losses);
            TensorCheck.Norm(model, step, model.Step());
        }

        after = Weights();
        return before;
    }
}
