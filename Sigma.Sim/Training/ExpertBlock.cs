// The expert half of a layer: pre-norm, router, the chosen experts, residual; and its two auxiliary losses. Keeps
// what its own backward needs.
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>x += experts(RMSNorm(x)) over [tokens, hidden], and its gradient.</summary>
internal sealed class ExpertBlock
{
    private readonly ReducedModelSpec _spec;
    private readonly TimedTeam _team;
    private readonly StepWorkspace _shared;
    private readonly RouterShape _routerShape;
    private readonly ExpertShape _shape;
    private readonly Parameter _norm, _router, _gate, _up, _down;
    private readonly float[] _inverse, _normed, _probabilities, _logSum, _gates, _ups, _balanceGradient;
    private readonly double[] _share, _mean;

    internal ExpertBlock(ReducedModelSpec spec, int layer, TimedTeam team, StepWorkspace shared)
    {
        (_spec, _team, _shared) = (spec, team, shared);
        _routerShape = new RouterShape(spec.Experts, spec.TopK);
        _shape = new ExpertShape(spec.Experts, spec.TopK, spec.Hidden, spec.ExpertFfn);
        var name = $"layers.{layer}.";
        _norm = new Parameter(name + "moe_norm", spec.Hidden);
        _router = new Parameter(name + "router", spec.Experts, spec.Hidden);
        _gate = new Parameter(name + "expert_gate", spec.Experts, spec.ExpertFfn, spec.Hidden);
        _up = new Parameter(name + "expert_up", spec.Experts, spec.ExpertFfn, spec.Hidden);
        _down = new Parameter(name + "expert_down", spec.Experts, spec.Hidden, spec.ExpertFfn);
        var (tokens, choices) = (spec.Tokens, spec.Tokens * spec.TopK);
        (Input, _normed, _inverse) =
            (new float[tokens * spec.Hidden], new float[tokens * spec.Hidden], new float[tokens]);
        (_probabilities, _logSum) = (new float[tokens * spec.Experts], new float[tokens]);
        (Index, Weight, Order) = (new ushort[choices], new float[choices], new ExpertOrder(tokens, _routerShape));
        (_gates, _ups) = (new float[choices * spec.ExpertFfn], new float[choices * spec.ExpertFfn]);
        (_share, _mean, _balanceGradient) =
            (new double[spec.Experts], new double[spec.Experts], new float[spec.Experts]);
    }

    /// <summary>x before the block, [tokens, hidden].</summary>
    internal float[] Input { get; }

    /// <summary>[tokens, top_k], the largest weight first.</summary>
    internal ushort[] Index { get; }

    /// <summary>[tokens, top_k], summing to one for each token.</summary>
    internal float[] Weight { get; }

    internal ExpertOrder Order { get; }

    internal double Balance { get; private set; }

    internal double Z { get; private set; }

    internal IEnumerable<Parameter> Parameters => [_norm, _router, _gate, _up, _down];

    private double RouterFlop => 2.0 * _spec.Tokens * _spec.Hidden * _spec.Experts;

    private double ExpertFlop => 6.0 * _spec.Tokens * _spec.TopK * _spec.Hidden * _spec.ExpertFfn;

    internal void Forward(float[] destination)
    {
        var (hidden, experts, topK) = (_spec.Hidden, _spec.Experts, _spec.TopK);
        _team.Rows("rms_norm", 4.0 * _spec.Tokens * hidden, _spec.Tokens, (row, rows) => RmsNorm.Forward(
            Input.Rows(row, rows, hidden), _norm.Value, rows, hidden, (float)_spec.NormEps,
            _normed.Rows(row, rows, hidden), _inverse.Rows(row, rows, 1)));
        _team.Rows("router", RouterFlop, _spec.Tokens, (row, rows) =>
        {
            var logits = _probabilities.Rows(row, rows, experts);
            MatMul.Forward(
                _normed.Rows(row, rows, hidden), _router.Value, rows, hidden, experts, LinearFormat.Float32, logits);
            Router.Forward(
                logits, rows, _routerShape, Index.AsSpan(row * topK, rows * topK), Weight.Rows(row, rows, topK),
                _logSum.Rows(row, rows, 1));
        });
        _team.Run("dispatch", _spec.Tokens * (double)experts, 2, task =>
        {
            if (task == 0) Order.Sort(Index);
            else Router.MeanProbability(_probabilities, _spec.Tokens, experts, _mean);
        });
        Weigh();
        _team.Run("experts", ExpertFlop, experts, expert => Experts.Forward(
            _normed, Weight, Order, expert, _gate.Expert(_gate.Value, expert), _up.Expert(_up.Value, expert),
            _down.Expert(_down.Value, expert), _shape, _gates, _ups, _shared.Sorted));
        _team.Rows("combine", (double)_spec.Tokens * topK * hidden, _spec.Tokens, (row, rows) =>
        {
            var y = destination.Rows(row, rows, hidden);
            Input.Rows(row, rows, hidden).CopyTo(y);
            Experts.Combine(_shared.Sorted, Order, row, rows, _shape, accumulate: true, y);
        });
    }

    /// <summary>Turns dx [tokens, hidden] of the block's output into that of its input, in place.</summary>
    internal void Backward(float[] dx)
    {
        var (hidden, experts, topK) = (_spec.Hidden, _spec.Experts, _spec.TopK);
        var (sorted, dweight, dlogits, dnormed) =
            (_shared.Sorted, _shared.WeightGradient, _shared.RouterGradient, _shared.Hidden);
        _team.Run("experts", 2 * ExpertFlop, experts, expert => Experts.Backward(
            dx, _normed, Weight, Order, expert, _gate.Expert(_gate.Value, expert), _up.Expert(_up.Value, expert),
            _down.Expert(_down.Value, expert), _shape, _gates, _ups, _gate.Expert(_gate.Gradient, expert),
            _up.Expert(_up.Gradient, expert), _down.Expert(_down.Gradient, expert), sorted, dweight));
        for (var e = 0; e < experts; e++)
            _balanceGradient[e] = (float)(_spec.AuxLoss / _spec.Layers * experts * _share[e] / _spec.Tokens);
        var z = (float)(_spec.ZLoss / _spec.Layers / _spec.Tokens);
        _team.Rows("router", RouterFlop, _spec.Tokens, (row, rows) =>
        {
            var gradient = dlogits.Rows(row, rows, experts);
            var place = dnormed.Rows(row, rows, hidden);
            Router.Backward(
                dweight.Rows(row, rows, topK), _probabilities.Rows(row, rows, experts),
                Index.AsSpan(row * topK, rows * topK),
                Weight.Rows(row, rows, topK), _logSum.Rows(row, rows, 1), _balanceGradient, z, rows, _routerShape,
                gradient);
            MatMul.BackwardInput(
                gradient, _router.Value, rows, hidden, experts, LinearFormat.Float32, accumulate: false, place);
        });
        _team.Weight("router", dlogits, _normed, _spec.Tokens, _router);
        _team.Rows("combine", (double)_spec.Tokens * topK * hidden, _spec.Tokens, (row, rows) =>
            Experts.Combine(sorted, Order, row, rows, _shape, accumulate: true, dnormed.Rows(row, rows, hidden)));
        _team.NormBackward(dnormed, Input, _inverse, _spec.Tokens, _norm, dx);
    }

    private void Weigh()
    {
        for (var e = 0; e < _spec.Experts; e++) _share[e] = Order.CountOf(e) / (double)Index.Length;
        Balance = Router.BalanceLoss(_share, _mean);
        Z = Router.ZLoss(_logSum);
    }
}
