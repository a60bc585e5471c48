// Random ways to fail: every kind in every scope in which it means anything, on both clocks, each with some of the
// things that a fault can have.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Validation.Swarms;

/// <summary>Draws the faults of one campaign.</summary>
/// <param name="dice">Of the campaign.</param>
/// <param name="cluster">What can fail.</param>
/// <param name="hours">How long the campaign is about to last.</param>
/// <param name="mostStrikes">Of one fault in that time, about.</param>
/// <param name="wearsOut">Whether faults may become ever more frequent: in 20 years they would fill the memory.</param>
internal sealed class SwarmFaults(
    SwarmDice dice, ClusterSpec cluster, double hours, double mostStrikes, bool wearsOut)
{
    /// <summary>A fault that wears out and is never renewed may strike much more often than it was meant to.</summary>
    private const double MostExpected = 400;

    private static readonly FaultScope[] InNode =
        [FaultScope.Accelerator, FaultScope.Node, FaultScope.Nic, FaultScope.Link];

    private static readonly FaultScope[] WithNodes =
        [.. InNode, FaultScope.Rack, FaultScope.LeafSwitch, FaultScope.PowerZone];

    private readonly DomainTree _tree = DomainTree.Of(cluster);

    /// <summary>So many faults.</summary>
    public IReadOnlyList<FaultSpec> Draw(int count) => [.. Enumerable.Range(1, count).Select(Fault)];

    private FaultSpec Fault(int number)
    {
        var (kind, scope) = KindAndScope();
        var units = _tree.UnitsOf(scope);
        var mean = dice.Hours(hours * units / dice.Wide(0.5, mostStrikes));
        Distribution life = dice.Whole(0, 2) switch
        {
            0 => new Exponential(mean),
            1 => new Weibull(dice.Even(0.5, wearsOut ? 2.5 : 1), mean),
            _ => new LogNormal(mean, dice.Even(0.2, 1.2)),
        };
        var early = dice.Flip(0.3) ? new EarlyLife(dice.Even(1, 8), dice.Span(hours / 50, hours)) : null;
        var reset = dice.Even(0, 1);
        var reboot = dice.Even(0, 1 - reset);
        var fault = new FaultSpec($"fault {number}", scope, kind, life, early, new Dictionary<Remedy, double>
        {
            [Remedy.Reset] = reset,
            [Remedy.Reboot] = reboot,
            [Remedy.Replace] = 1 - reset - reboot,
        })
        {
            Ages = dice.Flip(0.5) ? AgeClock.Calendar : AgeClock.Operation,
            Growth = dice.Flip(0.25) ? new ReliabilityGrowth(dice.Even(0.1, 1), dice.Span(hours / 30, hours)) : null,
            Precursor = dice.Flip(0.3) ? new Precursor(dice.Share(1), dice.Law(0.01, 10)) : null,
            Diagnosis = dice.Flip(0.3) ? new DiagnosisErrors(dice.Share(0.5), dice.Share(0.5)) : DiagnosisErrors.None,
            Unknown = dice.Flip(0.3) ? new UnknownModes(dice.Whole(1, 5), dice.Whole(1, 3)) : null,
            Outage = dice.Law(0.05, 20),
        };
        return fault.ExpectedFailures(dice.Hours(hours)) * units > MostExpected
            ? fault with { TimeToFailure = new Exponential(mean), EarlyLife = null }
            : fault;
    }

    private (FaultKind Kind, FaultScope Scope) KindAndScope() => dice.Whole(0, 8) switch
    {
        0 or 1 => (new FailStop(dice.LawOrZero(0.005, 0.5)), dice.OneOf<FaultScope>([.. WithNodes, FaultScope.Job])),
        2 => (new FailStop(dice.LawOrZero(0.005, 0.5)), FaultScope.Storage),
        3 => (new Hang(dice.LawOrZero(0.02, 1)), dice.OneOf<FaultScope>([.. WithNodes, FaultScope.Job])),
        4 => (new FailSlow(
            dice.Flip(0.7) ? dice.Even(1, 3) : 1, new Fraction(dice.Flip(0.5) ? 1 : dice.Even(0.2, 1)),
            dice.Flip(0.6) ? dice.Law(0.05, 20) : null, dice.LawOrZero(0.02, 3)), dice.OneOf(WithNodes)),
        5 or 6 => (new SilentCorruption(Detection()),
            dice.OneOf(FaultScope.Accelerator, FaultScope.Node, FaultScope.Job)),
        7 => (new LinkFlap(dice.Law(0.001, 0.2), dice.Whole(1, 6), dice.Law(0.005, 1), dice.SpanOrZero(0.005, 0.5),
            dice.Whole(1, 8)), dice.OneOf(FaultScope.Nic, FaultScope.Link)),
        _ => (new FalseAlarm(), dice.OneOf(WithNodes)),
    };

    private CorruptionDetection Detection()
    {
        var steps = dice.OneOf(0, 1, 10, 100, 1000);
        if (dice.Flip(0.5)) return new StatedDetection(dice.Even(0, 1), steps);
        var (soon, late) = (dice.Whole(0, 50), dice.Whole(0, 50));
        return new MeasuredDetection(
            "swarm", "a step", steps + 1, soon + late, dice.Whole(0, 50), dice.Whole(1, 50), [],
            [new AlarmDelay(0, soon), new AlarmDelay(steps + 1, late)]);
    }
}
