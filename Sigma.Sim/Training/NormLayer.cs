// The norms of the step: one over the hidden width before each block and the head, one over each head of queries and
// keys, which turns them to their positions as well.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>y = RMSNorm(x) over [tokens, hidden].</summary>
internal sealed class NormLayer
{
    private readonly Stage _forward, _weight, _input;

    /// <summary>Backward takes dy from the workspace and adds to its residual gradient.</summary>
    internal NormLayer(StepParts parts, string name, float[] x)
    {
        var (spec, team, shared) = (parts.Spec, parts.Team, parts.Shared);
        var (tokens, width) = (spec.Tokens, spec.Hidden);
        var inverse = new float[tokens];
        Weight = new Parameter(TensorClass.Norm, name, width);
        Output = new float[tokens * width];
        _forward = team.Rows("rms_norm", 4.0 * tokens * width, tokens, (row, rows) => RmsNorm.Forward(
            x.Rows(row, rows, width), Weight.Value, rows, width, (float)spec.NormEps, Output.Rows(row, rows, width),
            inverse.Rows(row, rows, 1)));
        _weight = team.Tasks("rms_norm", 3.0 * tokens * width, 1, _ =>
            RmsNorm.BackwardWeight(shared.Normed, x, inverse, tokens, width, Weight.Gradient));
        _input = team.Rows("rms_norm", 8.0 * tokens * width, tokens, (row, rows) => RmsNorm.BackwardInput(
            shared.Normed.Rows(row, rows, width), x.Rows(row, rows, width), Weight.Value, inverse.Rows(row, rows, 1),
            rows, width, accumulate: true, shared.Residual.Rows(row, rows, width)));
    }

    internal Parameter Weight { get; }

    /// <summary>[tokens, hidden].</summary>
    internal float[] Output { get; }

    internal void Forward() => _forward.Run();

    internal void Backward()
    {
        _weight.Run();
        _input.Run();
    }
}

/// <summary>RMSNorm over head_dim, then rotary positions, on [tokens, heads, head_dim].</summary>
internal sealed class HeadNorm
{
    private readonly Stage _forward, _turn, _weight, _input;

    /// <summary>Backward turns <paramref name="gradient"/> of the output into that of the input, in place.</summary>
    internal HeadNorm(StepParts parts, string name, int heads, float[] gradient)
    {
        const string kernel = "head_norm_rope";
        var (spec, team, rope) = (parts.Spec, parts.Team, parts.Shared.Rope);
        var (tokens, dim, width) = (spec.Tokens, spec.HeadDim, heads * spec.HeadDim);
        var size = (double)tokens * width;
        var inverse = new float[tokens * heads];
        Weight = new Parameter(TensorClass.Norm, name, dim);
        (Input, Output) = (new float[tokens * width], new float[tokens * width]);
        _forward = team.Rows(kernel, 10 * size, tokens, (row, rows) =>
        {
            var y = Output.Rows(row, rows, width);
            RmsNorm.Forward(
                Input.Rows(row, rows, width), Weight.Value, rows * heads, dim, (float)spec.NormEps, y,
                inverse.Rows(row, rows, heads));
            rope.Forward(y, row, rows, heads);
        });
        _turn = team.Rows(kernel, 4 * size, tokens, (row, rows) =>
            rope.Backward(gradient.Rows(row, rows, width), row, rows, heads));
        _weight = team.Tasks(kernel, 3 * size, 1, _ =>
            RmsNorm.BackwardWeight(gradient, Input, inverse, tokens * heads, dim, Weight.Gradient));
        _input = team.Rows(kernel, 8 * size, tokens, (row, rows) =>
        {
            var dx = gradient.Rows(row, rows, width);
            RmsNorm.BackwardInput(
                dx, Input.Rows(row, rows, width), Weight.Value, inverse.Rows(row, rows, heads), rows * heads, dim,
                accumulate: false, dx);
        });
    }

    internal Parameter Weight { get; }

    /// <summary>[tokens, heads, head_dim]; whoever comes before writes here.</summary>
    internal float[] Input { get; }

    /// <summary>[tokens, heads, head_dim].</summary>
    internal float[] Output { get; }

    internal void Forward() => _forward.Run();

    internal void Backward()
    {
        _turn.Run();
        _weight.Run();
        _input.Run();
    }
}
