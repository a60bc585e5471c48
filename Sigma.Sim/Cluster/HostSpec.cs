// What the hosts of a node cost: kernels are launched one by one, and where they are short the accelerator waits.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Cluster;

/// <summary>Times of a host and its training framework; all zero for one that is never waited for.</summary>
/// <param name="ForwardLayer">To launch the forward kernels of one layer: a floor under their time.</param>
/// <param name="BackwardLayer">To launch the backward kernels of one layer.</param>
/// <param name="MicroBatch">To prepare a micro-batch on a stage, while the accelerator waits.</param>
/// <param name="Collective">To set one collective going.</param>
public sealed record HostSpec(Duration ForwardLayer, Duration BackwardLayer, Duration MicroBatch, Duration Collective)
{
    public static HostSpec Instant { get; } = new(Duration.Zero, Duration.Zero, Duration.Zero, Duration.Zero);
}
