// What is wrong with nodes in one sampled step: slow nodes are drawn, or given by who asks what they cost, and so are
// NICs that have lost some of their bandwidth.
using Sigma.Sim.Cluster;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Replay;

/// <summary>Slow nodes and slow NICs; a node of which nothing is said is sound.</summary>
public sealed class NodeHealth
{
    private readonly IReadOnlyDictionary<int, double> _factors;
    private readonly IReadOnlyDictionary<int, double> _nicShares;

    /// <param name="factors">Factors at least 1 on the time of every kernel, by node.</param>
    /// <param name="nicShares">Shares of their bandwidth, above 0 and at most 1, that a node's NICs have left.</param>
    public NodeHealth(IReadOnlyDictionary<int, double> factors, IReadOnlyDictionary<int, double> nicShares) =>
        (_factors, _nicShares) = (factors, nicShares);

    /// <summary>All nodes alike.</summary>
    public static NodeHealth Even { get; } = new(new Dictionary<int, double>(), new Dictionary<int, double>());

    /// <summary>One node whose kernels take so many times as long.</summary>
    public static NodeHealth Slow(int node, double factor) =>
        new(new Dictionary<int, double> { [node] = factor }, new Dictionary<int, double>());

    /// <summary>One node whose NICs have so much of their bandwidth left.</summary>
    public static NodeHealth Narrow(int node, double share) =>
        new(new Dictionary<int, double>(), new Dictionary<int, double> { [node] = share });

    /// <summary>With nodes that are unsound in every step: the worse of both counts.</summary>
    public NodeHealth And(IReadOnlyList<UnsoundNode> always)
    {
        if (always.Count == 0) return this;
        var (factors, shares) = (new Dictionary<int, double>(_factors), new Dictionary<int, double>(_nicShares));
        foreach (var node in always)
        {
            factors[node.Node] = Math.Max(node.Kernels, factors.GetValueOrDefault(node.Node, 1));
            shares[node.Node] = Math.Min(node.Nics.Value, shares.GetValueOrDefault(node.Node, 1));
        }

        return new NodeHealth(factors, shares);
    }

    /// <summary>True where any node differs from the others.</summary>
    public bool AnyUnsound => _factors.Count > 0 || _nicShares.Count > 0;

    /// <summary>True where a node differs from sound ones.</summary>
    public bool IsUnsound(int node) => FactorOf(node) > 1 || NicShareOf(node) < 1;

    public double NicShareOf(int node) => _nicShares.GetValueOrDefault(node, 1);

    /// <summary>The smallest share of any node's NICs, which a ring through all of them has.</summary>
    public double SmallestNicShare => _nicShares.Count == 0 ? 1 : _nicShares.Values.Min();

    public double FactorOf(int node) => _factors.GetValueOrDefault(node, 1);

    /// <summary>The chance that at least one node is slow.</summary>
    public static double ChanceOfAny(NoiseSpec noise, int nodes) =>
        noise.SlowNodes is { } slow ? 1 - Math.Pow(1 - slow.Share.Value, nodes) : 0;

    /// <summary>
    /// The slow nodes of a step that has some: drawn as always, and one of all nodes where none came up.
    /// </summary>
    public static NodeHealth SomeSlow(NoiseSpec noise, ulong seed, int sample, int nodes)
    {
        var drawn = Drawn(noise, seed, sample, nodes);
        if (drawn.AnyUnsound) return drawn;
        var dice = new StreamKey(seed, sample, "replay/one-slow-node", 0).Open();
        return Slow(dice.NextIndex(nodes), noise.SlowNodes!.Factor);
    }

    /// <summary>The slow nodes of a sampled step: each node draws from its own stream.</summary>
    public static NodeHealth Drawn(NoiseSpec noise, ulong seed, int sample, int nodes)
    {
        if (noise.SlowNodes is not { } slow) return Even;
        var factors = new Dictionary<int, double>();
        for (var node = 0; node < nodes; node++)
        {
            var dice = new StreamKey(seed, sample, "replay/slow-node", node).Open();
            if (dice.NextUniform() < slow.Share.Value) factors[node] = slow.Factor;
        }

        return new NodeHealth(factors, new Dictionary<int, double>());
    }
}
