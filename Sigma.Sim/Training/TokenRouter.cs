// The router of a layer: logits, the experts of each token, the order of the tokens by expert, both auxiliary losses,
// and the bias that balances without a loss (Wang et al. 2024: up when an expert has less than its share, else down).
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>Which tokens go to which experts, from the normed x [tokens, hidden].</summary>
internal sealed class TokenRouter
{
    private readonly ReducedModelSpec _spec;
    private readonly RouterShape _shape;
    private readonly Operand _normed;
    private readonly Linear _linear;
    private readonly Stage _route, _sort, _backward;
    private readonly float[] _logits, _scores, _logSum, _bias, _balanceGradient;
    private readonly double[] _share, _mean;

    /// <summary>Backward takes dweight from the workspace and overwrites its gradient of the normed x.</summary>
    internal TokenRouter(StepParts parts, string name, float[] normed)
    {
        var (spec, team, shared) = (parts.Spec, parts.Team, parts.Shared);
        var (tokens, experts, topK) = (spec.Tokens, spec.Experts, spec.TopK);
        (_spec, _shape) = (spec, new RouterShape(experts, topK, spec.Router));
        Weight = new Parameter(TensorClass.Router, name, experts, spec.Hidden);
        (_logits, _scores, _logSum) = (new float[tokens * experts], new float[tokens * experts], new float[tokens]);
        (_bias, _balanceGradient) = (new float[spec.BiasRate > 0 ? experts : 0], new float[experts]);
        (_share, _mean) = (new double[experts], new double[experts]);
        (Index, Weights) = (new ushort[tokens * topK], new float[tokens * topK]);
        Order = new ExpertOrder(
            tokens, _shape,
            spec.CapacityFactor is { } factor ? ExpertOrder.CapacityOf(factor, tokens, _shape) : int.MaxValue);
        _normed = parts.Operand(MatrixKernel.Router, OperandRole.Forward, normed);
        _linear = new Linear(
            parts, MatrixKernel.Router, Weight, _normed,
            new LinearBuffers(_logits, null, shared.RouterGradient, shared.Normed, AddToDx: false));
        _route = team.Rows("routing", 8.0 * tokens * experts, tokens, (row, rows) => Router.Forward(
            _logits.Rows(row, rows, experts), _bias, rows, _shape, _scores.Rows(row, rows, experts),
            Index.AsSpan(row * topK, rows * topK), Weights.Rows(row, rows, topK), _logSum.Rows(row, rows, 1)));
        _sort = team.Tasks("dispatch", tokens * (double)experts, 2, task =>
        {
            if (task == 0) Order.Sort(Index);
            else Router.MeanProbability(_scores, tokens, _shape, _mean);
        });
        var z = (float)(spec.ZLoss / spec.Layers / tokens);
        _backward = team.Rows("routing", 8.0 * tokens * experts, tokens, (row, rows) => Router.Backward(
            shared.WeightGradient.Rows(row, rows, topK), _logits.Rows(row, rows, experts),
            _scores.Rows(row, rows, experts), Index.AsSpan(row * topK, rows * topK), Weights.Rows(row, rows, topK),
            _logSum.Rows(row, rows, 1), _balanceGradient, z, rows, _shape,
            shared.RouterGradient.Rows(row, rows, experts)));
    }

    internal Parameter Weight { get; }

    /// <summary>[tokens, top_k], the largest score first.</summary>
    internal ushort[] Index { get; }

    /// <summary>[tokens, top_k], summing to one for each token.</summary>
    internal float[] Weights { get; }

    internal ExpertOrder Order { get; }

    /// <summary>What the balancing bias adds to each expert's score; empty without one.</summary>
    internal ReadOnlySpan<float> Bias => _bias;

    internal double Balance { get; private set; }

    internal double Z { get; private set; }

    internal void Forward()
    {
        _normed.Begin();
        _linear.Forward();
        _route.Run();
        _sort.Run();
        for (var e = 0; e < _spec.Experts; e++) _share[e] = Order.Demand[e] / (double)Index.Length;
        Balance = Router.BalanceLoss(_share, _mean);
        Z = Router.ZLoss(_logSum);
    }

    internal void Backward()
    {
        for (var e = 0; e < _spec.Experts; e++)
            _balanceGradient[e] =
                (float)(_spec.AuxLoss / _spec.Layers * _spec.Experts * _share[e] / _spec.Tokens);
        _backward.Run();
        _linear.Backward();
    }

    /// <summary>Moves the bias by the loads of the last pass, once per optimizer step.</summary>
    internal void MoveBias()
    {
        var rate = (float)_spec.BiasRate;
        for (var e = 0; e < _bias.Length; e++) _bias[e] += rate * Math.Sign(1.0 / _spec.Experts - _share[e]);
    }

    internal void SetBias(float[] bias) => bias.CopyTo(_bias, 0);
}
