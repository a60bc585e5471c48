// Random campaigns in which faults meet recoveries, checkpoints, repairs and each other as often as they can. Each has
// a random part of all features: what hides behind a feature that is always on is found where it is off (swarm testing,
// Groce et al., ISSTA 2012).
using Sigma.Sim.Campaign;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Validation.Swarms;

/// <summary>Draws campaigns.</summary>
internal static class SwarmCampaigns
{
    /// <summary>The campaign of a number: a pure function of it and of the swarm's seed.</summary>
    public static CampaignSpec Of(ulong seed, int number)
    {
        var dice = new SwarmDice(seed, number);
        var cluster = Cluster(dice);
        var step = dice.Span(0.0003, 0.05);
        // Twenty years, after which such a run is given up, are no end where a day takes microseconds.
        var endsBySteps = !dice.IsCoarse && dice.Flip(0.25);
        var hours = dice.Wide(endsBySteps ? 100 : 24, 720);
        var faults = new SwarmFaults(dice, cluster, hours, endsBySteps ? 8 : 60, !endsBySteps).Draw(dice.Whole(0, 5));
        var spec = new CampaignSpec(
            endsBySteps ? null : dice.Hours(hours), endsBySteps ? dice.Hours(hours / 10) / step + 1 : null,
            cluster, step,
            dice.Flip(0.8) ? new StepShares(0.1, 0.05, 0.02) : new StepShares(0, 0, 0),
            dice.Flip(0.8) ? 1_000_000 : 0, dice.Flip(0.8) ? 1e3 * step.Seconds * cluster.Accelerators : 0,
            new FlopRate(10_000), faults, Lifecycle(dice, endsBySteps), Tiers(dice, endsBySteps), Recovery(dice),
            new Money(2));
        return dice.Flip(0.6) ? spec with { Conditions = Conditions(dice, cluster.Nodes) } : spec;
    }

    private static ClusterSpec Cluster(SwarmDice dice)
    {
        var nodes = dice.Flip(0.3) ? dice.Whole(1, 4) : dice.Whole(1, 40);
        return new ClusterSpec(
            nodes, new SpareSpec(Spares(), Spares()) { Hot = Spares(), Borrowed = Spares() }, dice.Whole(1, 8),
            new AcceleratorSpec(
                "any", new Dictionary<Precision, FlopRate> { [Precision.Bf16] = new FlopRate(10_000) },
                new Bytes(1L << 36), new Bandwidth(1_000_000_000), Fraction.One,
                new EfficiencyCurve([new EfficiencyPoint(new Flops(1e9), Fraction.One)], 1), new Duration(1)),
            new StorageSpec(new Bandwidth(1_000_000_000), new Bandwidth(1_000_000_000)))
        {
            Domains = dice.Flip(0.8)
                ? new DomainSpec(dice.Whole(1, 7), dice.Whole(1, 4), dice.Whole(1, 17), dice.Whole(1, 8))
                : DomainSpec.Common,
        };

        int Spares() => dice.Flip(0.5) ? dice.Whole(1, 4) : 0;
    }

    private static StepConditions Conditions(SwarmDice dice, int nodes)
    {
        var perGroup = dice.Whole(1, nodes);
        var groups = perGroup == 1 ? nodes * dice.Whole(1, 3) : (nodes + perGroup - 1) / perGroup;
        var work = groups > 1 ? (double)groups / (groups - 1) : 1e3;
        var slow = dice.Even(1, 2);
        return new StepConditions(
            [new(1, 1), new(1.5, slow), new(3, 1.5 * slow)], [new(1, 1), new(0.5, dice.Even(1, 2))], groups, perGroup,
            work * dice.Even(1, 1.1), 1 + (work - 1) * dice.Even(0.2, 1.2));
    }

    private static LifecycleSpec Lifecycle(SwarmDice dice, bool mustGoOn) => new(
        dice.LawOrZero(0.02, 1),
        new Dictionary<Remedy, RemedySpec>
        {
            [Remedy.Reset] = new(dice.LawOrZero(0.02, 0.5), new Fraction(dice.Even(0.3, 1))),
            [Remedy.Reboot] = new(dice.LawOrZero(0.1, 1), new Fraction(dice.Even(0.3, 1))),
            [Remedy.Replace] = new(dice.LawOrZero(0.5, 40), new Fraction(dice.Even(0.5, 1))),
        },
        new ValidationSpec(
            dice.LawOrZero(0.05, 2), dice.Flip(0.2) ? Fraction.Zero : dice.Share(1),
            dice.Flip(0.5) ? Fraction.Zero : dice.Share(0.5)),
        dice.Whole(1, 3), dice.LawOrZero(0.05, 2), dice.Flip(0.6) ? dice.Law(0.05, 20) : null)
    {
        ManualTriage = dice.LawOrZero(0.1, 8),
        Parts = dice.Flip(0.3) ? new PartsSpec(dice.Whole(1, 3), dice.LawOrZero(1, 60)) : null,
        Lemons = dice.Flip(0.3) ? new LemonSpec(dice.Share(0.6), dice.Wide(1, 10), dice.Flip(0.5)) : null,
        Retirement = dice.Flip(0.3)
            ? new RetirementSpec(
                dice.Whole(2, 4), dice.Span(10, 500), mustGoOn || dice.Flip(0.5) ? dice.LawOrZero(1, 80) : null)
            : null,
        MassAlarm = dice.Flip(0.3) ? new MassAlarmSpec(dice.Whole(2, 5), dice.Span(0.5, 100)) : null,
    };

    private static List<CheckpointTier> Tiers(SwarmDice dice, bool mustGoOn)
    {
        var tiers = new List<CheckpointTier>();
        for (var left = dice.Whole(mustGoOn ? 1 : 0, 4); left > 0; left--)
        {
            var target = mustGoOn && left == 1
                ? CheckpointTarget.Storage
                : dice.OneOf(CheckpointTarget.PeerMemory, CheckpointTarget.LocalDisk, CheckpointTarget.Storage);
            // Intervals that are multiples of each other fall due together.
            var every = dice.Flip(0.4) ? dice.Hours(dice.OneOf(0.5, 1, 2, 4)) : dice.Span(0.02, mustGoOn ? 2 : 10);
            var blocking = dice.Flip(0.3) ? Duration.Zero : every.Scaled(dice.Even(0, 0.2));
            tiers.Add(new CheckpointTier(
                target, every, blocking, every.Scaled(dice.Flip(0.2) ? 0 : dice.Even(0, mustGoOn ? 0.8 : 1.5)),
                dice.SpanOrZero(0.002, 1))
            {
                Survives = dice.OneOf(SurvivedDomain.Node, SurvivedDomain.Rack, SurvivedDomain.PowerZone),
                Keep = target == CheckpointTarget.Storage && dice.Flip(0.5) ? dice.Whole(1, 3) : null,
            });
        }

        return tiers;
    }

    private static RecoverySpec Recovery(SwarmDice dice)
    {
        var policy = dice.OneOf(Enum.GetValues<PolicyKind>());
        // At least a nanosecond of recovery: a job that is back in no time could fail for ever at one instant.
        var times = new RestartTimes(
            dice.Span(0.001, 0.5), dice.LawOrZero(0.005, 1), dice.SpanOrZero(0.005, 1), dice.SpanOrZero(0.001, 0.2),
            dice.SpanOrZero(0.005, 1), dice.SpanOrZero(0.001, 0.2))
        {
            ManualDecide = dice.LawOrZero(0.1, 6),
            HotSwap = dice.Span(0.001, 0.1),
            Reconfigure = dice.Span(0.001, 0.5),
            Rejoin = dice.SpanOrZero(0.001, 0.5),
            Preempt = dice.SpanOrZero(0.01, 1),
        };
        var tests = dice.Flip(0.3)
            ? new QuickValidationSpec(dice.Span(0.5, 50), dice.SpanOrZero(0.01, 0.5), dice.Share(1))
            : null;
        return new RecoverySpec(policy, times)
        {
            Proactive = new ProactiveSpec(dice.Flip(0.5), dice.Flip(0.5) ? dice.Even(1, 2) : null, tests),
            PromotesSpares = dice.Flip(0.5),
        };
    }
}
