// How a scenario recovers: which policy, how long its phases take, and what is done before anything stops.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Recovery;

/// <summary>The policies of a scenario.</summary>
public enum PolicyKind
{
    /// <summary>All stop; the scheduler starts the job again on a full set of nodes.</summary>
    Restart,

    /// <summary>Only the failed node is exchanged, for a spare that is booted and validated.</summary>
    WarmSpare,

    /// <summary>A spare inside the job takes over, with the state of a data-parallel peer.</summary>
    HotSpare,

    /// <summary>The job goes on without the replicas that lost a node, until they are whole again.</summary>
    Elastic,

    /// <summary>Peers of the failed node in other replicas take over its micro-batches.</summary>
    Reroute,
}

/// <summary>Times of the phases of a recovery.</summary>
/// <param name="TearDown">All processes end.</param>
/// <param name="Decide">Until the failed node is found and its fate decided; hours where people do it.</param>
/// <param name="Schedule">The scheduler places a whole job.</param>
/// <param name="Swap">One node of a placed job is exchanged.</param>
/// <param name="Initialize">Processes start and collectives are set up.</param>
/// <param name="FirstStep">What the first step takes longer than later ones.</param>
public sealed record RestartTimes(
    Duration TearDown, Distribution Decide, Duration Schedule, Duration Swap, Duration Initialize, Duration FirstStep)
{
    /// <summary>Deciding about a signature that is not in the library.</summary>
    public Distribution ManualDecide { get; init; } = Decide;

    /// <summary>A spare inside the job takes a rank's place: connections and the state of a peer.</summary>
    public Duration HotSwap { get; init; } = Duration.FromSeconds(30);

    /// <summary>The survivors agree on going on without the lost nodes.</summary>
    public Duration Reconfigure { get; init; } = Duration.FromSeconds(30);

    /// <summary>The running job stands still while nodes come back into it.</summary>
    public Duration Rejoin { get; init; } = Duration.FromSeconds(30);

    /// <summary>A job of lower priority gives up one node.</summary>
    public Duration Preempt { get; init; } = Duration.FromMinutes(10);
}

/// <summary>Short tests of all nodes between two stretches of training.</summary>
/// <param name="Every">Wall time from one to the next; they come with a checkpoint.</param>
/// <param name="Lasts">How long the job stands still for them.</param>
/// <param name="Catches">The chance to find a node that is slow, or back with its fault.</param>
public sealed record QuickValidationSpec(Duration Every, Duration Lasts, Fraction Catches);

/// <summary>What is done before anything stops.</summary>
/// <param name="Drains">A node that announces its fault, or whose link flaps, leaves before it stops the job.</param>
/// <param name="EvictsSlowerThan">A node that slows the step by this factor leaves; null: none does.</param>
/// <param name="QuickValidation">Null where the job is never stopped for tests.</param>
public sealed record ProactiveSpec(bool Drains, double? EvictsSlowerThan, QuickValidationSpec? QuickValidation)
{
    public static ProactiveSpec None { get; } = new(false, null, null);
}

/// <summary>How a scenario recovers.</summary>
public sealed record RecoverySpec(PolicyKind Policy, RestartTimes Times)
{
    public ProactiveSpec Proactive { get; init; } = ProactiveSpec.None;

    /// <summary>
    /// Whether a warm spare becomes a hot one as soon as a place is free; else places are filled by nodes that come
    /// back, and when the scheduler places the whole job.
    /// </summary>
    public bool PromotesSpares { get; init; } = true;
}
