// Shared experts: experts that every token visits beside its chosen ones (Dai et al. 2024, "DeepSeekMoE"); several are
// one wide expert.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>y = x + down(silu(gate(h)) up(h)) with h the normed x, all [tokens, ..], and its gradient.</summary>
internal sealed class SharedExperts
{
    private readonly Linear _gate, _up, _down;
    private readonly Operand _activation;
    private readonly Stage _activate, _backward;

    /// <summary>
    /// Reads the normed x as the chosen experts do, in a pass that has begun; backward adds to its gradient in the
    /// workspace.
    /// </summary>
    internal SharedExperts(StepParts parts, string name, float[] x, Operand normed, float[] y)
    {
        var (spec, team, shared) = (parts.Spec, parts.Team, parts.Shared);
        var (tokens, hidden, ffn) = (spec.Tokens, spec.Hidden, spec.SharedExperts * spec.ExpertFfn);
        Parameter Matrix(string of, int outs, int ins) => new(TensorClass.Experts, name + of, outs, ins);
        Parameter gate = Matrix("shared_gate", ffn, hidden), up = Matrix("shared_up", ffn, hidden);
        var down = Matrix("shared_down", hidden, ffn);
        Parameters = [gate, up, down];
        float[] gates = new float[tokens * ffn], ups = new float[tokens * ffn], activated = new float[tokens * ffn];
        float[] dgates = new float[tokens * ffn], dups = new float[tokens * ffn];
        float[] ones = new float[tokens], dones = new float[tokens];
        Array.Fill(ones, 1f);
        _activation = parts.Operand(MatrixKernel.Experts, OperandRole.Forward, activated);
        _gate = new Linear(
            parts, MatrixKernel.Experts, gate, normed, new LinearBuffers(gates, null, dgates, shared.Normed, true));
        _up = new Linear(
            parts, MatrixKernel.Experts, up, normed, new LinearBuffers(ups, null, dups, shared.Normed, true));
        _down = new Linear(
            parts, MatrixKernel.Experts, down, _activation, new LinearBuffers(y, x, shared.Residual, dups, false));
        _activate = team.Rows("swiglu", 6.0 * tokens * ffn, tokens, (row, rows) => SwiGlu.Forward(
            gates.Rows(row, rows, ffn), ups.Rows(row, rows, ffn), ones.AsSpan(row, rows), rows, ffn,
            activated.Rows(row, rows, ffn)));
        _backward = team.Rows("swiglu", 12.0 * tokens * ffn, tokens, (row, rows) => SwiGlu.Backward(
            dups.Rows(row, rows, ffn), gates.Rows(row, rows, ffn), ups.Rows(row, rows, ffn), ones.AsSpan(row, rows),
            rows, ffn, activated.Rows(row, rows, ffn), dgates.Rows(row, rows, ffn), dups.Rows(row, rows, ffn),
            dones.AsSpan(row, rows)));
    }

    internal IReadOnlyList<Parameter> Parameters { get; }

    internal void Forward()
    {
        _gate.Forward();
        _up.Forward();
        _activate.Run();
        _activation.Begin();
        _down.Forward();
    }

    internal void Backward()
    {
        _down.Backward();
        _backward.Run();
        _gate.Backward();
        _up.Backward();
    }
}
