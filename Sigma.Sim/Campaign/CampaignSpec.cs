// The long run, as the conductor needs it: the step is a number by now, everything else is faults and recovery.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;
using Sigma.Sim.Replay;

namespace Sigma.Sim.Campaign;

/// <summary>A training job on a cluster that fails.</summary>
/// <param name="Horizon">Wall time at which the run ends, or null where steps decide.</param>
/// <param name="Steps">Kept steps at which the run ends, or null where the horizon decides.</param>
/// <param name="Cluster">Nodes and spares.</param>
/// <param name="StepTime">Healthy step.</param>
/// <param name="Shares">Where its time goes.</param>
/// <param name="TokensPerStep">Global batch in tokens; 0 where nobody knows.</param>
/// <param name="ModelFlopsPerStep">Causal attention counted half; 0 where nobody knows.</param>
/// <param name="Peak">Dense peak of the model's precision.</param>
/// <param name="Faults">Ways to fail.</param>
/// <param name="Lifecycle">The way of a failed node.</param>
/// <param name="Tiers">Checkpoints.</param>
/// <param name="Recovery">What the job does.</param>
/// <param name="AcceleratorHourPrice">Per accelerator of the cluster.</param>
public sealed record CampaignSpec(
    Duration? Horizon, long? Steps, ClusterSpec Cluster, Duration StepTime, StepShares Shares, long TokensPerStep,
    double ModelFlopsPerStep, FlopRate Peak, IReadOnlyList<FaultSpec> Faults, LifecycleSpec Lifecycle,
    IReadOnlyList<CheckpointTier> Tiers, RecoverySpec Recovery, Money AcceleratorHourPrice)
{
    /// <summary>What a step takes when something is wrong, and how the job is divided into replicas.</summary>
    public StepConditions Conditions { get; init; } = StepConditions.Proportional(Cluster.Nodes);

    /// <summary>The count of known mean that goes with each replication: first failures within the run's span.
    /// </summary>
    public FirstFailures FirstFailures => new(
        Faults, DomainTree.Of(Cluster), Lifecycle.Lemons,
        Horizon ?? StepTime * (Steps ?? throw new InvalidOperationException("A run ends by time or by steps.")));
}

/// <summary>Something that happened in a replication, for the story in events.csv.</summary>
/// <param name="At">When.</param>
/// <param name="What">One word such as <c>fault</c>, <c>detection</c>, <c>boot</c> or <c>resumed</c>.</param>
/// <param name="Node">The node it happened to, or -1 for the whole job.</param>
/// <param name="Detail">A sentence fragment for people.</param>
/// <param name="Lost">Work rolled back, or zero.</param>
public sealed record CampaignEvent(Instant At, string What, int Node, string Detail, Duration Lost);

/// <summary>The job's phases over time, for the timeline figure.</summary>
public readonly record struct PhaseSpan(Instant Begin, Instant End, JobPhase Phase);

/// <summary>What the job does at a moment; each phase is one bucket of the ledger.</summary>
public enum JobPhase
{
    Computing,
    Saving,
    Undetected,
    Restarting,
    Restoring,
    WaitingForNode,

    /// <summary>People look for what is wrong with the numbers.</summary>
    Investigating,

    /// <summary>Stands still for a quick validation.</summary>
    Testing,
}

/// <summary>What one fault cost over the whole run.</summary>
/// <param name="Fault">Its name.</param>
/// <param name="Interruptions">How often it stopped the job.</param>
/// <param name="LostHours">Accelerator-hours of rolled-back work.</param>
/// <param name="DownHours">Accelerator-hours in which the job stood still for it.</param>
/// <param name="OutOfServiceHours">Accelerator-hours of nodes in triage, repair and validation.</param>
/// <param name="Corruptions">What its strikes came to; all zero where it is no silent corruption.</param>
public sealed record FaultCost(
    string Fault, int Interruptions, double LostHours, double DownHours, double OutOfServiceHours,
    CorruptionCounts Corruptions)
{
    /// <summary>How often it struck, whether the job stopped or not.</summary>
    public int Strikes { get; init; }
}

/// <summary>One replication of a campaign; <paramref name="Wall"/> is the span that its ledger covers.</summary>
public sealed record CampaignRun(
    int Replication, Duration Wall, Ledger Ledger, RunMetrics Metrics, IReadOnlyList<FaultCost> Costs,
    IReadOnlyList<CampaignEvent> Events, IReadOnlyList<PhaseSpan> Phases, long EngineEvents)
{
    /// <summary>What the dice of this replication held of <see cref="CampaignSpec.FirstFailures"/>.</summary>
    public double FirstFailures { get; init; }
}
