// What others tell the job while it does something else.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>News for the job: a closed set.</summary>
internal abstract record JobNotice;

/// <summary>A fault stops the job, or prolongs a stop.</summary>
/// <param name="Fault">What struck.</param>
/// <param name="Nodes">The nodes of the job that it took.</param>
/// <param name="Latency">Until someone knows.</param>
internal sealed record StopNotice(FaultEvent Fault, IReadOnlyList<int> Nodes, Duration Latency) : JobNotice
{
    /// <summary>How long the nodes are down with their domain; null where they are broken themselves.</summary>
    public Duration? Outage { get; init; }

    /// <summary>Nothing is wrong with the nodes.</summary>
    public bool IsFalseAlarm { get; init; }
}

/// <summary>A node is to leave the job before it stops it.</summary>
/// <param name="Fault">Why.</param>
/// <param name="Node">Which.</param>
internal sealed record DrainNotice(FaultEvent Fault, int Node) : JobNotice;

/// <summary>A link is down for a while and all wait for it.</summary>
/// <param name="Fault">Why.</param>
/// <param name="Node">Whose link.</param>
/// <param name="Until">When it is back; the job's connections survive it.</param>
internal sealed record StallNotice(FaultEvent Fault, int Node, Instant Until) : JobNotice;

/// <summary>Nodes are ready to come back into the running job.</summary>
/// <param name="Nodes">Which.</param>
/// <param name="Places">Their places: a node that has left its place since then is not meant.</param>
internal sealed record RejoinNotice(IReadOnlyList<int> Nodes, IReadOnlyList<int> Places) : JobNotice;
