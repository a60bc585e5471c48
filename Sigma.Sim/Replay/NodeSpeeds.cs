// How fast each node computes in one sampled step: slow nodes are drawn, or given by who asks what they cost.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Replay;

/// <summary>A factor on the time of every kernel, by node; 1 where nothing is said.</summary>
public sealed class NodeSpeeds
{
    private readonly IReadOnlyDictionary<int, double> _factors;

    /// <param name="factors">Factors at least 1 by node.</param>
    public NodeSpeeds(IReadOnlyDictionary<int, double> factors) => _factors = factors;

    /// <summary>All nodes alike.</summary>
    public static NodeSpeeds Even { get; } = new(new Dictionary<int, double>());

    public bool AnySlow => _factors.Count > 0;

    public double FactorOf(int node) => _factors.GetValueOrDefault(node, 1);

    /// <summary>The chance that at least one node is slow.</summary>
    public static double ChanceOfAny(NoiseSpec noise, int nodes) =>
        noise.SlowNodes is { } slow ? 1 - Math.Pow(1 - slow.Share.Value, nodes) : 0;

    /// <summary>One slow node, any of them: a second one hardly lengthens a step that waits for the first.</summary>
    public static NodeSpeeds OneSlow(NoiseSpec noise, ulong seed, int sample, int nodes)
    {
        var dice = new StreamKey(seed, sample, "replay/one-slow-node", 0).Open();
        return new NodeSpeeds(new Dictionary<int, double> { [dice.NextIndex(nodes)] = noise.SlowNodes!.Factor });
    }

    /// <summary>The slow nodes of a sampled step: each node draws from its own stream.</summary>
    public static NodeSpeeds Drawn(NoiseSpec noise, ulong seed, int sample, int nodes)
    {
        if (noise.SlowNodes is not { } slow) return Even;
        var factors = new Dictionary<int, double>();
        for (var node = 0; node < nodes; node++)
        {
            var dice = new StreamKey(seed, sample, "replay/slow-node", node).Open();
            if (dice.NextUniform() < slow.Share.Value) factors[node] = slow.Factor;
        }

        return new NodeSpeeds(factors);
    }
}
