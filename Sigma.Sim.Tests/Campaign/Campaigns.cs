// Small campaigns for tests: one plain specification to start from, and random ones that reach odd corners.
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Tests.Campaign;

internal static class Campaigns
{
    public static readonly Duration Step = Duration.FromSeconds(7);

    /// <summary>Eight nodes for ten days, a storage checkpoint every half hour, warm spares; no faults yet.</summary>
    public static CampaignSpec Plain { get; } = new(
        Duration.FromDays(10), null, ClusterOf(8, 2, 0), Step, new StepShares(0.1, 0.05, 0.02), 1_000_000, 1e15,
        FlopRate.FromTeraflops(1), [], Lifecycle(Duration.FromHours(6), 2),
        [Tier(CheckpointTarget.Storage, Duration.FromMinutes(30), Duration.FromSeconds(4), Duration.FromMinutes(2))],
        new RecoverySpec(PolicyKind.WarmSpare, Times(1)), new Money(2));

    public static ClusterSpec ClusterOf(int nodes, int warm, int cold) => new(
        nodes, new SpareSpec(warm, cold), 8,
        new AcceleratorSpec(
            "test", new Dictionary<Precision, FlopRate> { [Precision.Bf16] = FlopRate.FromTeraflops(1) },
            new Bytes(1L << 36), new Bandwidth(1_000_000_000_000), Fraction.One,
            new EfficiencyCurve([new EfficiencyPoint(new Flops(1e9), Fraction.One)], 1), new Duration(1_000)),
        new StorageSpec(new Bandwidth(1_000_000_000), new Bandwidth(1_000_000_000)));

    public static FaultSpec Fault(string name, FaultScope scope, Distribution life) => new(
        name, scope, new FailStop(new Constant(Duration.FromSeconds(90))), life, null,
        new Dictionary<Remedy, double> { [Remedy.Reset] = 0.5, [Remedy.Reboot] = 0.3, [Remedy.Replace] = 0.2 });

    /// <summary>Of a hundred corruptions so many come to each end, the noticed ones after these steps.</summary>
    public static MeasuredDetection Detection(int noticed, int unnoticed, params int[] afterSteps) => new(
        "by hand", "a step", afterSteps.Max(), noticed * afterSteps.Length, unnoticed * afterSteps.Length,
        (100 - noticed - unnoticed) * afterSteps.Length,
        [new MonitorAlarms("any", noticed * afterSteps.Length)],
        [.. afterSteps.Select(steps => new AlarmDelay(steps, noticed))]);

    public static CheckpointTier Tier(CheckpointTarget target, Duration every, Duration blocking, Duration write) =>
        new(target, every, blocking, write, Duration.FromSeconds(50));

    /// <summary>Times of a recovery, all multiplied.</summary>
    public static RestartTimes Times(double factor) => new(
        Duration.FromSeconds(30).Scaled(factor), new Constant(Duration.FromMinutes(3).Scaled(factor)),
        Duration.FromMinutes(5).Scaled(factor), Duration.FromMinutes(1).Scaled(factor),
        Duration.FromMinutes(2).Scaled(factor), Duration.FromSeconds(20).Scaled(factor));

    public static LifecycleSpec Lifecycle(Duration replacement, int crews) => new(
        new Exponential(Duration.FromMinutes(20)),
        new Dictionary<Remedy, RemedySpec>
        {
            [Remedy.Reset] = new(new Constant(Duration.FromMinutes(5)), new Fraction(0.7)),
            [Remedy.Reboot] = new(new Constant(Duration.FromMinutes(20)), new Fraction(0.8)),
            [Remedy.Replace] = new(new Exponential(replacement), new Fraction(0.95)),
        },
        new ValidationSpec(new Constant(Duration.FromMinutes(15)), new Fraction(0.9), new Fraction(0.02)),
        crews, new Constant(Duration.FromMinutes(30)), new Exponential(Duration.FromHours(3)));

    /// <summary>The n-th random campaign with one or two faults that corrupt silently, often and for long.</summary>
    public static CampaignSpec RandomWithCorruption(int number)
    {
        var spec = Random(number);
        var dice = new StreamKey(77, 0, "test/corruption", number).Open();
        var silent = new List<FaultSpec>();
        for (var i = 1 + dice.NextIndex(2); i > 0; i--)
        {
            var hours = (3 + dice.NextIndex(60)) * spec.Cluster.Nodes;
            // Up to three hours of computing until the alarm: checkpoints and other faults come in between.
            var longest = (int)(Duration.FromHours(3) / spec.StepTime);
            var delays = Enumerable.Range(0, 5).Select(_ => dice.NextIndex(longest + 1)).Append(0).Distinct().Order();
            var noticed = 30 + dice.NextIndex(60);
            silent.Add(Fault($"silent {i}", FaultScope.Node, new Exponential(Duration.FromHours(hours))) with
            {
                Kind = new SilentCorruption(Detection(noticed, dice.NextIndex(100 - noticed), [.. delays])),
            });
        }

        return spec with { Faults = [.. spec.Faults, .. silent] };
    }

    /// <summary>The n-th random campaign: sizes, laws, tiers, policies and ends of all kinds.</summary>
    public static CampaignSpec Random(int number)
    {
        var dice = new StreamKey(77, 0, "test/campaign", number).Open();
        var nodes = 2 + dice.NextIndex(15);
        var bySteps = dice.NextIndex(3) == 0;
        var faults = new List<FaultSpec>();
        for (var i = dice.NextIndex(4); i > 0; i--)
        {
            // Some unit of the job fails so every 10 to 150 hours.
            var scope = (FaultScope)dice.NextIndex(2);
            var mean = Duration.FromHours((10 + dice.NextIndex(140)) * nodes * (scope == FaultScope.Node ? 1 : 8));
            Distribution life = dice.NextIndex(3) switch
            {
                0 => new Exponential(mean),
                1 => new Weibull(0.5 + 1.5 * dice.NextUniform(), mean),
                _ => new LogNormal(mean, 0.3 + dice.NextUniform()),
            };
            var fault = Fault($"fault {i}", scope, life);
            if (dice.NextIndex(3) == 0) fault = fault with { EarlyLife = new EarlyLife(4, Duration.FromHours(30)) };
            faults.Add(fault);
        }

        // A run that must reach a number of steps needs a checkpoint that is ever complete.
        var tiers = new List<CheckpointTier>();
        for (var i = bySteps ? 1 + dice.NextIndex(2) : dice.NextIndex(3); i > 0; i--)
        {
            var target = i == 1 ? CheckpointTarget.Storage : CheckpointTarget.PeerMemory;
            var every = Duration.FromSeconds(60 + dice.NextIndex(9_000));
            var write = every.Scaled((bySteps ? 0.9 : 1.5) * dice.NextUniform());
            tiers.Add(Tier(target, every, Duration.FromSeconds(dice.NextIndex(3) * 6), write));
        }

        var hours = 20 + dice.NextIndex(600);
        var step = Duration.FromSeconds(0.5 + dice.NextIndex(60_000) / 1000.0);
        return Plain with
        {
            Horizon = bySteps ? null : Duration.FromHours(hours),
            Steps = bySteps ? Duration.FromHours(hours * 0.2) / step + 1 : null,
            Cluster = ClusterOf(nodes, dice.NextIndex(4), dice.NextIndex(4)),
            StepTime = step,
            Faults = faults,
            Tiers = tiers,
            Lifecycle = Lifecycle(Duration.FromHours(1 + dice.NextIndex(24)), 1 + dice.NextIndex(3)),
            Recovery = new RecoverySpec((PolicyKind)dice.NextIndex(2), Times(0.2 + 2 * dice.NextUniform())),
        };
    }
}
