// How much the ranks of a step send each other, in bytes: what CommunicationTimes turns into time, and what traces of
// the step say.
using Sigma.Sim.Cluster;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Workload;

/// <summary>Bytes of one message or one collective's buffer.</summary>
public sealed class MessageSizes
{
    private const double ElementBytes = LayerKernels.ElementBytes;

    private readonly ParallelismSpec _parallelism;
    private readonly double _activations;
    private readonly double _keysAndValues;

    public MessageSizes(ModelSpec model, ParallelismSpec parallelism, ParallelLayout layout)
    {
        _parallelism = parallelism;
        _activations = (double)parallelism.MicroBatch * model.Sequence * model.Hidden * ElementBytes / layout.Context;
        _keysAndValues = (double)parallelism.MicroBatch * model.Sequence * ElementBytes / parallelism.Tensor
            * (model.Latent is { } latent
                ? latent.KvRank + latent.RotaryDim
                : 2.0 * model.KvHeads * model.HeadDim);
    }

    /// <summary>Activations of a micro-batch, which the tensor-parallel ranks of a stage have together.</summary>
    public Bytes Activations => Bytes.Of(_activations);

    /// <summary>The part of them that one tensor-parallel rank sends to the next stage.</summary>
    public Bytes ActivationsOfRank => Bytes.Of(_activations / _parallelism.Tensor);

    /// <summary>Keys and values of a layer over the whole sequence, on one tensor-parallel rank.</summary>
    public Bytes KeysAndValues => Bytes.Of(_keysAndValues);

    /// <summary>The part of them that one context-parallel rank has made.</summary>
    public Bytes KeysAndValuesOfRank => Bytes.Of(_keysAndValues / _parallelism.Context);

    /// <summary>Gradients of so many parameters on the wire.</summary>
    public Bytes Gradients(double parameters) => Bytes.Of(parameters * _parallelism.GradientBytes);

    /// <summary>So many parameters in bf16.</summary>
    public Bytes Parameters(double parameters) => Bytes.Of(parameters * ElementBytes);
}
