// The plainest job for closed forms: equal nodes, a step of ten seconds, and all times zero but those that a case sets.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Validation;

/// <summary>Campaigns to start from.</summary>
internal static class ReferenceJob
{
    public static Constant AtOnce { get; } = new(Duration.Zero);

    /// <summary>A recovery that takes no time.</summary>
    public static RestartTimes NoTime { get; } = new(
        Duration.Zero, AtOnce, Duration.Zero, Duration.Zero, Duration.Zero, Duration.Zero);

    /// <summary>A job of so many nodes without faults or checkpoints.</summary>
    public static CampaignSpec On(int nodes, SpareSpec spares)
    {
        var accelerator = new AcceleratorSpec(
            "unit", new Dictionary<Precision, FlopRate> { [Precision.Bf16] = new(1e15) }, new Bytes(1),
            new Bandwidth(1), Fraction.One,
            new EfficiencyCurve([new EfficiencyPoint(new Flops(1), Fraction.One)], 1), Duration.Zero);
        var cluster = new ClusterSpec(nodes, spares, 8, accelerator, new StorageSpec(new(1), new(1)));
        return new CampaignSpec(
            Duration.FromDays(1), null, cluster, Duration.FromSeconds(10), new StepShares(0, 0, 0), 1, 1,
            new FlopRate(1e15), [], RepairedBy(AtOnce, 1), [], new RecoverySpec(PolicyKind.WarmSpare, NoTime),
            new Money(0));
    }

    /// <summary>A node that fails and is replaced.</summary>
    public static FaultSpec NodeFault(string name, Distribution law, Duration detection) => new(
        name, FaultScope.Node, new FailStop(new Constant(detection)), law, null,
        new Dictionary<Remedy, double> { [Remedy.Replace] = 1 });

    /// <summary>A repair that always helps, by one of so many crews.</summary>
    public static LifecycleSpec RepairedBy(Distribution repair, int crews)
    {
        var remedies = Enum.GetValues<Remedy>().ToDictionary(r => r, _ => new RemedySpec(repair, Fraction.One));
        return new LifecycleSpec(
            AtOnce, remedies, new ValidationSpec(AtOnce, Fraction.One, Fraction.Zero), crews, AtOnce, null);
    }
}
