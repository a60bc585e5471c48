// A linear layer of the step, y = x w^T with its two gradients, in the formats of its precision.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>
/// Where a linear layer writes, and where its gradients come from and go: y [tokens, out], to which a residual of the
/// same shape may be added; dy [tokens, out]; dx [tokens, in], overwritten or added to.
/// </summary>
internal sealed record LinearBuffers(float[] Y, float[]? Residual, float[] Dy, float[] Dx, bool AddToDx);

/// <summary>Forward by rows of tokens, the weight's gradient by rows of the weight.</summary>
internal sealed class Linear
{
    // Rows of a weight's gradient that a task takes: four tiles.
    private const int WeightBlock = 24;

    private readonly Operand _x, _weight, _dy;
    private readonly Stage _pack, _forward, _input, _gradient;

    internal Linear(StepParts parts, MatrixKernel kernel, Parameter weight, Operand x, LinearBuffers buffers)
    {
        var (team, tokens) = (parts.Team, parts.Spec.Tokens);
        var (outs, ins) = (weight.Shape[0], weight.Shape[1]);
        var (name, flop) = (MatrixKernels.NameOf(kernel), 2.0 * tokens * outs * ins);
        _x = x;
        _weight = parts.Operand(kernel, OperandRole.Forward, weight.Value);
        _dy = parts.Operand(kernel, OperandRole.Gradient, buffers.Dy);
        var packed = new PackedMatrix(ins, outs);
        _pack = team.Tasks(name, 0, packed.Parts, part =>
            packed.Pack(new Strided(weight.Value, outs, ins).Transposed.In(_weight.Format), part));
        _forward = team.Rows(name, flop, tokens, (row, rows) =>
        {
            var y = buffers.Y.Rows(row, rows, outs);
            var inputs = new Strided(x.Values.Rows(row, rows, ins), rows, ins);
            MatMul.Multiply(inputs.In(_x.Format), packed, accumulate: false, y, outs);
            if (buffers.Residual is { } residual) Lanes.Add(residual.Rows(row, rows, outs), y);
        });
        _gradient = team.Tasks(name, flop, (outs + WeightBlock - 1) / WeightBlock, task =>
        {
            var (first, count) = (task * WeightBlock, Math.Min(WeightBlock, outs - (task * WeightBlock)));
            MatMul.BackwardWeight(
                buffers.Dy, x.Values, tokens, ins, outs, first, count, Format, accumulate: false, weight.Gradient);
        });
        _input = team.Rows(name, flop, tokens, (row, rows) => MatMul.BackwardInput(
            buffers.Dy.Rows(row, rows, outs), weight.Value, rows, ins, outs, Format, buffers.AddToDx,
            buffers.Dx.Rows(row, rows, ins)));
    }

    private LinearFormat Format => new(_x.Format, _weight.Format, _dy.Format);

    /// <summary>The operand x must have begun its pass: several layers may read it.</summary>
    internal void Forward()
    {
        _weight.Begin();
        _pack.Run();
        _forward.Run();
    }

    internal void Backward()
    {
        _dy.Begin();
        _gradient.Run();
        _input.Run();
    }
}
