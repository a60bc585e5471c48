// Copies of the training state: how often, what stops the job, where they lie, and how long they take to write and
// read.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Recovery;

/// <summary>Where a copy lies.</summary>
public enum CheckpointTarget
{
    /// <summary>In the memory of a partner node outside the domain that the copy survives.</summary>
    PeerMemory,

    /// <summary>On each node's own disk: survives a restart, but goes away with its node.</summary>
    LocalDisk,

    /// <summary>On shared storage: survives the cluster, and cannot be read while the storage is out.</summary>
    Storage,
}

/// <summary>The largest domain whose loss a copy in peer memory survives.</summary>
public enum SurvivedDomain
{
    Node,
    Rack,
    PowerZone,
}

/// <summary>A tier as a scenario asks for it.</summary>
/// <param name="Target">Where its copies lie.</param>
/// <param name="Every">Computing time between two, or null for the interval that closed forms call best.</param>
/// <param name="Blocking">The part that stops the job.</param>
public sealed record CheckpointTierSpec(CheckpointTarget Target, Duration? Every, Duration Blocking)
{
    /// <summary>Of copies in peer memory.</summary>
    public SurvivedDomain Survives { get; init; } = SurvivedDomain.Node;

    /// <summary>Newest complete copies that are kept, or null for all.</summary>
    public int? Keep { get; init; }

    /// <summary>Background time of a copy, or null where it follows from the size of the state.</summary>
    public Duration? Write { get; init; }

    /// <summary>Time of a restore, or null where it follows from the size of the state.</summary>
    public Duration? Read { get; init; }
}

/// <summary>One tier of checkpoints.</summary>
/// <param name="Target">Where its copies lie.</param>
/// <param name="Every">Computing time between two.</param>
/// <param name="Blocking">The part that stops the job.</param>
/// <param name="Write">Background time until the copy is complete; a copy counts only then.</param>
/// <param name="Read">Time of a restore.</param>
public sealed record CheckpointTier(
    CheckpointTarget Target, Duration Every, Duration Blocking, Duration Write, Duration Read)
{
    /// <summary>Of copies in peer memory.</summary>
    public SurvivedDomain Survives { get; init; } = SurvivedDomain.Node;

    /// <summary>Newest complete copies that are kept, or null for all.</summary>
    public int? Keep { get; init; }
}

/// <summary>The intervals of Young and Daly: a checkpoint costs delta, the mean time to interruption is M.</summary>
public static class CheckpointInterval
{
    /// <summary>sqrt(2 delta M) (Young, CACM 17, 1974).</summary>
    public static Duration Young(Duration delta, Duration meanTimeToInterruption) =>
        Duration.FromSeconds(Math.Sqrt(2 * delta.Seconds * meanTimeToInterruption.Seconds));

    /// <summary>Daly's higher-order estimate (FGCS 22, 2006); M itself where delta is 2 M or more.</summary>
    public static Duration Daly(Duration delta, Duration meanTimeToInterruption)
    {
        var (d, m) = (delta.Seconds, meanTimeToInterruption.Seconds);
        if (d >= 2 * m) return meanTimeToInterruption;
        var ratio = d / (2 * m);
        return Duration.FromSeconds(Math.Sqrt(2 * d * m) * (1 + Math.Sqrt(ratio) / 3 + ratio / 9) - d);
    }
}
