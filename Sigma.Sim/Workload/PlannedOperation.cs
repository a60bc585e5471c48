// The operations of one pass through a model chunk, in order. A plan is data: the replay spends what stands here.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>What kind of resource an operation needs, and who must be there.</summary>
public enum OperationKind
{
    /// <summary>Kernels of one rank.</summary>
    Compute,

    /// <summary>The grouped product of a rank's experts: its time depends on the routing.</summary>
    Experts,

    /// <summary>Tokens to experts, over the expert-parallel group.</summary>
    Dispatch,

    /// <summary>Expert outputs back, over the expert-parallel group.</summary>
    Combine,

    /// <summary>
    /// An exchange of the ranks that work on one micro-batch together: tensor and context parallelism.
    /// </summary>
    Exchange,

    /// <summary>A layer's gradients are complete on this rank; their exchange goes on beside what follows.</summary>
    Gradients,
}

/// <summary>What an exchange of tensor and context ranks carries.</summary>
public enum ExchangeKind
{
    /// <summary>The operation is none.</summary>
    None,

    /// <summary>Partial sums of activations, over tensor-parallel ranks.</summary>
    Sum,

    /// <summary>Activations that sequence parallelism did not keep whole, for the gradients of two products.</summary>
    Sequence,

    /// <summary>Keys and values, over context-parallel ranks.</summary>
    KeysAndValues,

    /// <summary>Keys and values there, and their gradients back.</summary>
    KeyAndValueGradients,
}

/// <summary>One operation of a pass.</summary>
/// <param name="Kind">What it needs.</param>
/// <param name="Name">What timelines call it.</param>
/// <param name="Layer">The full model's layer, or -1.</param>
/// <param name="Seconds">Compute time; 0 where the routing or the network decides.</param>
/// <param name="Factor">How many forward times an expert product takes: 1 forward, 2 backward.</param>
/// <param name="Fixed">Duration of an exchange, else zero.</param>
public readonly record struct PlannedOperation(
    OperationKind Kind, string Name, int Layer, double Seconds, int Factor, Duration Fixed)
{
    /// <summary>True where the rank itself works, so that jitter and pauses can strike.</summary>
    public bool IsKernel => Kind is OperationKind.Compute or OperationKind.Experts;

    /// <summary>The work of its kernels; none where the routing decides, and while the host is waited for.</summary>
    public WorkAmount Amount { get; init; }

    /// <summary>What an exchange carries.</summary>
    public ExchangeKind Exchange { get; init; }
}

/// <summary>Builds the passes of a plan.</summary>
public sealed class PassOperations
{
    private readonly StepPlan _plan;
    private readonly PassKind _kind;
    private readonly List<PlannedOperation> _operations = [];

    private PassOperations(StepPlan plan, PassKind kind) => (_plan, _kind) = (plan, kind);

    /// <summary>What an operation takes when experts are balanced: enough to see whether the host is slower.</summary>
    private double Usual(PlannedOperation operation) => operation.Kind == OperationKind.Experts
        ? operation.Factor * _plan.Operations.BalancedExperts
        : operation.Seconds + operation.Fixed.Seconds;

    /// <summary>A chunk's operations in one kind of pass.</summary>
    /// <param name="plan">The step.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="kind">The pass.</param>
    /// <param name="adds">The chunk holds gradients of an earlier micro-batch to add to.</param>
    /// <param name="givesGradients">The step's last pass that adds to the chunk's gradients, layer by layer.</param>
    public static PlannedOperation[] Of(
        StepPlan plan, int stage, int chunk, PassKind kind, bool adds = false, bool givesGradients = false)
    {
        var pass = new PassOperations(plan, kind);
        var layers = plan.Parts.LayersOf(stage, chunk);
        var (first, end) = (layers.Start.Value, layers.End.Value);
        var (begins, ends) = (plan.Parts.HoldsEmbedding(stage, chunk), plan.Parts.HoldsHead(stage, chunk));
        if (kind == PassKind.Forward)
        {
            if (chunk == 0) pass.Compute("micro-batch", -1, plan.Cluster.Host.MicroBatch.Seconds, default);
            var from = pass._operations.Count;
            if (begins) pass.Embedding();
            for (var layer = first; layer < end; layer++) pass.Forward(layer, "");
            if (ends) pass.Add("head and loss", -1, plan.Operations.Head, plan.Operations.Amounts.Head);
            pass.NoFasterThanHost(plan.Cluster.Host.ForwardLayer.Seconds * (end - first), pass.Since(from));
            return [.. pass._operations];
        }

        pass.AllBackward(stage, chunk, adds, givesGradients);
        return [.. pass._operations];
    }

    private void AllBackward(int stage, int chunk, bool adds, bool givesGradients)
    {
        var layers = _plan.Parts.LayersOf(stage, chunk);
        var (first, end) = (layers.Start.Value, layers.End.Value);
        var (again, count) = (0.0, end - first);
        if (_plan.Parts.HoldsHead(stage, chunk))
        {
            Add("head", -1, _plan.Operations.Head, _plan.Operations.Amounts.Head);
            if (_kind != PassKind.WeightGradient) Sum(-1);
        }

        for (var layer = end - 1; layer >= first; layer--)
        {
            // Where the backward pass is split, its first half repeats the forward pass and keeps what the second
            // needs.
            var from = _operations.Count;
            if (_kind != PassKind.WeightGradient) Again(layer);
            again += Since(from);
            if (_kind == PassKind.WeightGradient) Weights(layer);
            else Backward(layer);
            if (givesGradients) _operations.Add(new(OperationKind.Gradients, "gradients", layer, 0, 1, default));
        }

        if (_plan.Parts.HoldsEmbedding(stage, chunk))
            Add("embedding", -1, _plan.Operations.Embedding, _plan.Operations.Amounts.Embedding);
        if (adds && _kind != PassKind.InputGradient)
        {
            var parameters = _plan.Parts.ParametersOf(stage, chunk, _plan.Layout);
            var moved = new WorkAmount(0, OperationTimes.AddingBytes(parameters));
            Compute("gradient sum", -1, _plan.Operations.Adding(parameters), moved);
        }

        var (host, backward) = (_plan.Cluster.Host, Since(0) - again);
        NoFasterThanHost(host.ForwardLayer.Seconds * count * LaunchesAgain, again);
        var half = _kind == PassKind.Backward ? 1 : 0.5;
        NoFasterThanHost(host.BackwardLayer.Seconds * count * half, backward);
    }

    /// <summary>Launches that recomputation repeats, over those of a forward pass.</summary>
    private double LaunchesAgain => _kind == PassKind.WeightGradient ? 0 : _plan.Parallelism.Recompute switch
    {
        Recompute.None => 0,
        // The core of attention is about a third of a layer's kernels.
        Recompute.Selective => 0.35,
        Recompute.Full => 1,
        _ => throw new InvalidOperationException($"no recomputation is {_plan.Parallelism.Recompute}"),
    };

    private double Since(int from) => _operations.Skip(from).Sum(Usual);

    /// <summary>Where the host launches kernels more slowly than they run, the accelerator waits for it.</summary>
    private void NoFasterThanHost(double host, double kernels) => Compute("host", -1, host - kernels, default);

    private void Embedding()
    {
        var operations = _plan.Operations;
        Compute("embedding", -1, operations.Embedding.Forward, operations.Amounts.Embedding.Forward);
        // Each tensor-parallel rank looks up its own words.
        Sum(-1);
    }

    private bool Exchanges => _plan.Layout.Expert > 1;

    private string Suffix => _kind switch
    {
        PassKind.Forward => "",
        PassKind.Backward => " backward",
        PassKind.InputGradient => " input gradient",
        PassKind.WeightGradient => " weight gradient",
        _ => throw new InvalidOperationException($"no pass is a {_kind}"),
    };

    private void Again(int layer)
    {
        if (_plan.Parallelism.Recompute == Recompute.Full) Forward(layer, " again");
        if (_plan.Parallelism.Recompute == Recompute.Selective)
        {
            var (times, amounts) = (_plan.Operations.AttentionCore, _plan.Operations.Amounts.AttentionCore);
            Compute("attention core again", layer, times.Forward, amounts.Forward);
        }
    }

    private void Forward(int layer, string suffix)
    {
        var (operations, amounts) = (_plan.Operations, _plan.Operations.Amounts);
        Share("context exchange", layer, _plan.Communication.ContextExchange, ExchangeKind.KeysAndValues);
        Compute("attention" + suffix, layer, operations.Attention.Forward, amounts.Attention.Forward);
        Sum(layer);
        if (!_plan.Model.HasExperts(layer))
        {
            Compute("dense" + suffix, layer, operations.Dense.Forward, amounts.Dense.Forward);
        }
        else
        {
            Compute("router" + suffix, layer, operations.AroundExperts.Forward, amounts.AroundExperts.Forward);
            if (Exchanges) ByRouting(OperationKind.Dispatch, "dispatch" + suffix, layer, 1);
            ByRouting(OperationKind.Experts, "experts" + suffix, layer, 1);
            if (Exchanges) ByRouting(OperationKind.Combine, "combine" + suffix, layer, 1);
        }

        Sum(layer);
    }

    private void Backward(int layer)
    {
        var (operations, amounts) = (_plan.Operations, _plan.Operations.Amounts);
        if (!_plan.Model.HasExperts(layer))
        {
            Add("dense", layer, operations.Dense, amounts.Dense);
        }
        else
        {
            // The backward of a combine sends gradients the way the dispatch sent tokens, and the other way round.
            if (Exchanges) ByRouting(OperationKind.Dispatch, "combine" + Suffix, layer, 1);
            ByRouting(OperationKind.Experts, "experts" + Suffix, layer, _kind == PassKind.Backward ? 2 : 1);
            if (Exchanges) ByRouting(OperationKind.Combine, "dispatch" + Suffix, layer, 1);
            Add("router", layer, operations.AroundExperts, amounts.AroundExperts);
        }

        Sum(layer);
        Add("attention", layer, operations.Attention, amounts.Attention);
        Sum(layer);
        // What sequence parallelism did not keep whole is gathered once more for the gradients of both products.
        if (_plan.Parallelism.SequenceParallel)
            Share("sequence gather", layer, _plan.Communication.TensorExchange, ExchangeKind.Sequence);
        // Keys, values and their gradients both travel.
        var both = 2 * _plan.Communication.ContextExchange;
        Share("context exchange", layer, both, ExchangeKind.KeyAndValueGradients);
    }

    /// <summary>Weight gradients need nobody else.</summary>
    private void Weights(int layer)
    {
        var (operations, amounts) = (_plan.Operations, _plan.Operations.Amounts);
        if (!_plan.Model.HasExperts(layer))
        {
            Add("dense", layer, operations.Dense, amounts.Dense);
        }
        else
        {
            ByRouting(OperationKind.Experts, "experts" + Suffix, layer, 1);
            Add("router", layer, operations.AroundExperts, amounts.AroundExperts);
        }

        Add("attention", layer, operations.Attention, amounts.Attention);
    }

    private void Add(string name, int layer, PassSeconds seconds, PassAmounts amounts) =>
        Compute(name + Suffix, layer, seconds.Of(_kind), amounts.Of(_kind));

    private void Compute(string name, int layer, double seconds, WorkAmount amount)
    {
        if (seconds <= 0) return;
        _operations.Add(new(OperationKind.Compute, name, layer, seconds, 1, default) { Amount = amount });
    }

    /// <summary>Tensor-parallel ranks add up what each has a part of.</summary>
    private void Sum(int layer) =>
        Share("tensor-parallel exchange", layer, _plan.Communication.TensorExchange, ExchangeKind.Sum);

    private void Share(string name, int layer, Duration length, ExchangeKind kind)
    {
        if (length <= Duration.Zero) return;
        _operations.Add(new(OperationKind.Exchange, name, layer, 0, 1, length) { Exchange = kind });
    }

    private void ByRouting(OperationKind kind, string name, int layer, int factor) =>
        _operations.Add(new(kind, name, layer, 0, factor, default));
}
