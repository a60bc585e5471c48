// The attention half of a layer: pre-norm, grouped-query attention with normed and rotated heads, residual. Keeps
// what its own backward needs; the mathematics is that of the reference's README.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>x += attention(RMSNorm(x)) over [tokens, hidden], and its gradient.</summary>
internal sealed class AttentionBlock
{
    private readonly ReducedModelSpec _spec;
    private readonly TimedTeam _team;
    private readonly StepWorkspace _shared;
    private readonly AttentionShape _shape;
    private readonly Parameter _norm, _query, _key, _value, _queryNorm, _keyNorm, _output;
    private readonly float[] _inverse, _normed, _queryPlain, _keyPlain, _queryInverse, _keyInverse;
    private readonly float[] _q, _k, _v, _mixed, _peak, _total;

    internal AttentionBlock(ReducedModelSpec spec, int layer, TimedTeam team, StepWorkspace shared)
    {
        (_spec, _team, _shared) = (spec, team, shared);
        _shape = new AttentionShape(spec.Sequence, spec.Heads, spec.KvHeads, spec.HeadDim);
        var (queries, keys) = (spec.Heads * spec.HeadDim, spec.KvHeads * spec.HeadDim);
        var name = $"layers.{layer}.";
        _norm = new Parameter(name + "attention_norm", spec.Hidden);
        _query = new Parameter(name + "query", queries, spec.Hidden);
        _key = new Parameter(name + "key", keys, spec.Hidden);
        _value = new Parameter(name + "value", keys, spec.Hidden);
        _queryNorm = new Parameter(name + "query_norm", spec.HeadDim);
        _keyNorm = new Parameter(name + "key_norm", spec.HeadDim);
        _output = new Parameter(name + "output", spec.Hidden, queries);
        var tokens = spec.Tokens;
        Input = new float[tokens * spec.Hidden];
        (_inverse, _normed) = (new float[tokens], new float[tokens * spec.Hidden]);
        (_queryPlain, _q, _mixed) =
            (new float[tokens * queries], new float[tokens * queries], new float[tokens * queries]);
        (_keyPlain, _k, _v) = (new float[tokens * keys], new float[tokens * keys], new float[tokens * keys]);
        (_queryInverse, _keyInverse) = (new float[tokens * spec.Heads], new float[tokens * spec.KvHeads]);
        (_peak, _total) = (new float[tokens * spec.Heads], new float[tokens * spec.Heads]);
    }

    /// <summary>x before the block, [tokens, hidden]; whoever comes before writes here.</summary>
    internal float[] Input { get; }

    internal IEnumerable<Parameter> Parameters => [_norm, _query, _key, _value, _queryNorm, _keyNorm, _output];

    private int Queries => _shape.Heads * _shape.HeadDim;

    private int Keys => _shape.KvHeads * _shape.HeadDim;

    private double ProjectionFlop => 2.0 * _spec.Tokens * _spec.Hidden * (Queries + (2 * Keys));

    // Causal: half of the square, for scores and for the weighted sum.
    private double CoreFlop =>
        2.0 * _spec.Batch * _spec.Heads * _spec.Sequence * (_spec.Sequence + 1.0) * _spec.HeadDim;

    internal void Forward(float[] destination)
    {
        var (hidden, dim, eps) = (_spec.Hidden, _spec.HeadDim, (float)_spec.NormEps);
        _team.Rows("rms_norm", 4.0 * _spec.Tokens * hidden, _spec.Tokens, (row, rows) => RmsNorm.Forward(
            Input.Rows(row, rows, hidden), _norm.Value, rows, hidden, eps, _normed.Rows(row, rows, hidden),
            _inverse.Rows(row, rows, 1)));
        _team.Rows("attention_projections", ProjectionFlop, _spec.Tokens, (row, rows) =>
        {
            var x = _normed.Rows(row, rows, hidden);
            MatMul.Forward(
                x, _query.Value, rows, hidden, Queries, LinearFormat.Float32, _queryPlain.Rows(row, rows, Queries));
            MatMul.Forward(
                x, _key.Value, rows, hidden, Keys, LinearFormat.Float32, _keyPlain.Rows(row, rows, Keys));
            MatMul.Forward(x, _value.Value, rows, hidden, Keys, LinearFormat.Float32, _v.Rows(row, rows, Keys));
        });
        _team.Rows("head_norm_rope", 10.0 * _spec.Tokens * (Queries + Keys), _spec.Tokens, (row, rows) =>
        {
            var q = _q.Rows(row, rows, Queries);
            var k = _k.Rows(row, rows, Keys);
            RmsNorm.Forward(
                _queryPlain.Rows(row, rows, Queries), _queryNorm.Value, rows * _spec.Heads, dim, eps, q,
                _queryInverse.Rows(row, rows, _spec.Heads));
            RmsNorm.Forward(
                _keyPlain.Rows(row, rows, Keys), _keyNorm.Value, rows * _spec.KvHeads, dim, eps, k,
                _keyInverse.Rows(row, rows, _spec.KvHeads));
            _shared.Rope.Forward(q, row, rows, _spec.Heads);
            _shared.Rope.Forward(k, row, rows, _spec.KvHeads);
        });
        _team.Run("attention", CoreFlop, _spec.Batch * _spec.KvHeads, task =>
        {
            var (sequence, head) = (task / _spec.KvHeads, task % _spec.KvHeads);
            Attention.Forward(
                OfSequence(_q, sequence, Queries), OfSequence(_k, sequence, Keys), OfSequence(_v, sequence, Keys),
                _shape, head,
                OfSequence(_mixed, sequence, Queries), OfSequence(_peak, sequence, _spec.Heads),
                OfSequence(_total, sequence, _spec.Heads));
        });
        _team.Rows("attention_output", 2.0 * _spec.Tokens * hidden * Queries, _spec.Tokens, (row, rows) =>
        {
            var y = destination.Rows(row, rows, hidden);
            MatMul.Forward(
                _mixed.Rows(row, rows, Queries), _output.Value, rows, Queries, hidden, LinearFormat.Float32, y);
            Lanes.Add(Input.Rows(row, rows, hidden), y);
        });
    }

    /// <summary>Turns dx [tokens, hidden] of the block's output into that of its input, in place.</summary>
    internal void Backward(float[] dx)
    {
        var (hidden, dim) = (_spec.Hidden, _spec.HeadDim);
        var (dmixed, dq, dk, dv) = (_shared.Mixed, _shared.Q, _shared.K, _shared.V);
        _team.Rows("attention_output", 2.0 * _spec.Tokens * hidden * Queries, _spec.Tokens, (row, rows) =>
            MatMul.BackwardInput(
            dx.Rows(row, rows, hidden), _output.Value, rows, Queries, hidden, LinearFormat.Float32,
                accumulate: false, dmixed.Rows(row, rows, Queries)));
        _team.Weight("attention_output", dx, _mixed, _spec.Tokens, _output);
        _team.Run("attention", 2.5 * CoreFlop, _spec.Batch * _spec.KvHeads, task =>
        {
            var (sequence, head) = (task / _spec.KvHeads, task % _spec.KvHeads);
            Attention.Backward(
                OfSequence(dmixed, sequence, Queries), OfSequence(_q, sequence, Queries),
                OfSequence(_k, sequence, Keys),
                OfSequence(_v, sequence, Keys), OfSequence(_mixed, sequence, Queries),
                OfSequence(_peak, sequence, _spec.Heads),
                OfSequence(_total, sequence, _spec.Heads), _shape, head,
                OfSequence(dq, sequence, Queries), OfSequence(dk, sequence, Keys), OfSequence(dv, sequence, Keys));
        });
        _team.Rows("head_norm_rope", 4.0 * _spec.Tokens * (Queries + Keys), _spec.Tokens, (row, rows) =>
        {
            _shared.Rope.Backward(dq.Rows(row, rows, Queries), row, rows, _spec.Heads);
            _shared.Rope.Backward(dk.Rows(row, rows, Keys), row, rows, _spec.KvHeads);
        });
        _team.Run("head_norm_rope", 3.0 * _spec.Tokens * (Queries + Keys), 2, task =>
        {
            if (task == 0) RmsNorm.BackwardWeight(
                dq, _queryPlain, _queryInverse, _spec.Tokens * _spec.Heads, dim, _queryNorm.Gradient);
            else RmsNorm.BackwardWeight(
                dk, _keyPlain, _keyInverse, _spec.Tokens * _spec.KvHeads, dim, _keyNorm.Gradient);
        });
        _team.Rows("head_norm_rope", 8.0 * _spec.Tokens * (Queries + Keys), _spec.Tokens, (row, rows) =>
        {
            var q = dq.Rows(row, rows, Queries);
            var k = dk.Rows(row, rows, Keys);
            RmsNorm.BackwardInput(
                q, _queryPlain.Rows(row, rows, Queries), _queryNorm.Value, _queryInverse.Rows(row, rows, _spec.Heads),
                rows * _spec.Heads, dim, accumulate: false, q);
            RmsNorm.BackwardInput(
                k, _keyPlain.Rows(row, rows, Keys), _keyNorm.Value, _keyInverse.Rows(row, rows, _spec.KvHeads),
                rows * _spec.KvHeads, dim, accumulate: false, k);
        });
        _team.Weight("attention_projections", dq, _normed, _spec.Tokens, _query);
        _team.Weight("attention_projections", dk, _normed, _spec.Tokens, _key);
        _team.Weight("attention_projections", dv, _normed, _spec.Tokens, _value);
        var dnormed = _shared.Hidden;
        _team.Rows("attention_projections", ProjectionFlop, _spec.Tokens, (row, rows) =>
        {
            var place = dnormed.Rows(row, rows, hidden);
            MatMul.BackwardInput(
                dq.Rows(row, rows, Queries), _query.Value, rows, hidden, Queries, LinearFormat.Float32,
                accumulate: false, place);
            MatMul.BackwardInput(
                dk.Rows(row, rows, Keys), _key.Value, rows, hidden, Keys, LinearFormat.Float32, accumulate: true,
                place);
            MatMul.BackwardInput(
                dv.Rows(row, rows, Keys), _value.Value, rows, hidden, Keys, LinearFormat.Float32, accumulate: true,
                place);
        });
        _team.NormBackward(dnormed, Input, _inverse, _spec.Tokens, _norm, dx);
    }

    private Span<float> OfSequence(float[] values, int sequence, int width) =>
        values.Rows(sequence * _spec.Sequence, _spec.Sequence, width);
}
