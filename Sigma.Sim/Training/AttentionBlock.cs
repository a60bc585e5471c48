// The attention half of a layer: pre-norm, grouped-query attention with normed and rotated heads, residual. Keeps
// what its own backward needs; the mathematics is that of the reference's README.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>y = x + attention(RMSNorm(x)) over [tokens, hidden], and its gradient.</summary>
internal sealed class AttentionBlock
{
    private readonly ReducedModelSpec _spec;
    private readonly AttentionShape _shape;
    private readonly NormLayer _norm;
    private readonly HeadNorm _queryNorm, _keyNorm;
    private readonly Linear _query, _key, _value, _output;
    private readonly Operand _normed, _mix;
    private readonly Stage _forward, _backward;
    private readonly float[] _v, _mixed, _peak, _total;

    /// <summary>Reads x and writes y, each [tokens, hidden].</summary>
    internal AttentionBlock(StepParts parts, int layer, float[] x, float[] y)
    {
        var (spec, shared) = (parts.Spec, parts.Shared);
        var (tokens, queries, keys) = (spec.Tokens, spec.Heads * spec.HeadDim, spec.KvHeads * spec.HeadDim);
        var name = $"layers.{layer}.";
        (_spec, _shape) = (spec, new AttentionShape(spec.Sequence, spec.Heads, spec.KvHeads, spec.HeadDim));
        (_v, _mixed) = (new float[tokens * keys], new float[tokens * queries]);
        (_peak, _total) = (new float[tokens * spec.Heads], new float[tokens * spec.Heads]);
        _norm = new NormLayer(parts, name + "attention_norm", x);
        _queryNorm = new HeadNorm(parts, name + "query_norm", spec.Heads, shared.Q);
        _keyNorm = new HeadNorm(parts, name + "key_norm", spec.KvHeads, shared.K);
        _normed = parts.Operand(MatrixKernel.AttentionProjections, OperandRole.Forward, _norm.Output);
        _mix = parts.Operand(MatrixKernel.AttentionOutput, OperandRole.Forward, _mixed);

        Parameter Matrix(string of, int outs, int ins) => new(TensorClass.Attention, name + of, outs, ins);
        Parameter query = Matrix("query", queries, spec.Hidden), key = Matrix("key", keys, spec.Hidden);
        Parameter value = Matrix("value", keys, spec.Hidden), output = Matrix("output", spec.Hidden, queries);
        Linear Projection(Parameter weight, float[] to, float[] gradient, bool add) => new(
            parts, MatrixKernel.AttentionProjections, weight, _normed,
            new LinearBuffers(to, null, gradient, shared.Normed, add));
        _query = Projection(query, _queryNorm.Input, shared.Q, add: false);
        _key = Projection(key, _keyNorm.Input, shared.K, add: true);
        _value = Projection(value, _v, shared.V, add: true);
        _output = new Linear(
            parts, MatrixKernel.AttentionOutput, output, _mix,
            new LinearBuffers(y, x, shared.Residual, shared.Mixed, AddToDx: false));
        Parameters = [_norm.Weight, query, key, value, _queryNorm.Weight, _keyNorm.Weight, output];

        var format = parts.Precisions[MatrixKernel.Attention] == StepPrecision.Fp32
            ? OperandFormat.Float32 : OperandFormat.Bfloat16;
        // Causal: half of the square, for scores and for the weighted sum.
        var flop = 2.0 * spec.Batch * spec.Heads * spec.Sequence * (spec.Sequence + 1.0) * spec.HeadDim;
        var tasks = spec.Batch * spec.KvHeads;
        var kernel = MatrixKernels.NameOf(MatrixKernel.Attention);
        _forward = parts.Team.Tasks(kernel, flop, tasks, task => Forward(task, format));
        _backward = parts.Team.Tasks(kernel, 2.5 * flop, tasks, task => Backward(task, shared, format));
    }

    internal IReadOnlyList<Parameter> Parameters { get; }

    internal void Forward()
    {
        _norm.Forward();
        _normed.Begin();
        _query.Forward();
        _key.Forward();
        _value.Forward();
        _queryNorm.Forward();
        _keyNorm.Forward();
        _forward.Run();
        _mix.Begin();
        _output.Forward();
    }

    /// <summary>Turns the workspace's residual gradient, that of y, into that of x.</summary>
    internal void Backward()
    {
        _output.Backward();
        _backward.Run();
        _queryNorm.Backward();
        _keyNorm.Backward();
        _query.Backward();
        _key.Backward();
        _value.Backward();
        _norm.Backward();
    }

    private void Forward(int task, OperandFormat format)
    {
        var (sequence, head) = (task / _spec.KvHeads, task % _spec.KvHeads);
        Attention.Forward(
            Queries(_queryNorm.Output, sequence), Keys(_keyNorm.Output, sequence), Keys(_v, sequence), _shape, head,
            format, Queries(_mixed, sequence), Heads(_peak, sequence), Heads(_total, sequence));
    }

    private void Backward(int task, StepWorkspace shared, OperandFormat format)
    {
        var (sequence, head) = (task / _spec.KvHeads, task % _spec.KvHeads);
        Attention.Backward(
            Queries(shared.Mixed, sequence), Queries(_queryNorm.Output, sequence), Keys(_keyNorm.Output, sequence),
            Keys(_v, sequence), Queries(_mixed, sequence), Heads(_peak, sequence), Heads(_total, sequence), _shape,
            head, format, Queries(shared.Q, sequence), Keys(shared.K, sequence), Keys(shared.V, sequence));
    }

    private Span<float> Queries(float[] values, int sequence) => OfSequence(values, sequence, _shape.QueryStride);

    private Span<float> Keys(float[] values, int sequence) => OfSequence(values, sequence, _shape.KeyStride);

    private Span<float> Heads(float[] values, int sequence) => OfSequence(values, sequence, _spec.Heads);

    private Span<float> OfSequence(float[] values, int sequence, int width) =>
        values.Rows(sequence * _spec.Sequence, _spec.Sequence, width);
}
