// What the job does after a fault. A policy sees an observation and returns a decision; it has no clock and no dice,
// so that it reads in a minute and can be tested by a table.
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
}

/// <summary>Times of the phases of a recovery.</summary>
/// <param name="TearDown">All processes end.</param>
/// <param name="Decide">Until the failed node is found and its fate decided; hours where people do it.</param>
/// <param name="Schedule">The scheduler places a whole job.</param>
/// <param name="Swap">One node of a placed job is exchanged.</param>
/// <param name="Initialize">Processes start and collectives are set up.</param>
/// <param name="FirstStep">What the first step takes longer than later ones.</param>
public sealed record RestartTimes(
    Duration TearDown, Distribution Decide, Duration Schedule, Duration Swap, Duration Initialize, Duration FirstStep);

/// <summary>How a scenario recovers.</summary>
public sealed record RecoverySpec(PolicyKind Policy, RestartTimes Times);

/// <summary>What a policy sees.</summary>
/// <param name="StandbyNodes">Validated nodes outside the job.</param>
public readonly record struct Observation(int StandbyNodes);

/// <summary>What a policy decides.</summary>
/// <param name="BeforeNode">Time before a node is asked for.</param>
/// <param name="TakesStandby">Whether a standby node steps in at once; else the job waits for a free node.</param>
/// <param name="AfterNode">Time from having a full set to reading the checkpoint.</param>
/// <param name="AfterRestore">Time from the state being back to steps at full speed.</param>
public readonly record struct Decision(
    Duration BeforeNode, bool TakesStandby, Duration AfterNode, Duration AfterRestore);

/// <summary>Observation in, decision out.</summary>
public interface IRecoveryPolicy
{
    public Decision Decide(Observation seen, RestartTimes times);
}

/// <summary>The policies by their names in a scenario.</summary>
public static class RecoveryPolicies
{
    public static IRecoveryPolicy Of(PolicyKind kind) => kind switch
    {
        PolicyKind.Restart => new RestartPolicy(),
        PolicyKind.WarmSpare => new WarmSparePolicy(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private sealed class RestartPolicy : IRecoveryPolicy
    {
        public Decision Decide(Observation seen, RestartTimes times) =>
            new(times.TearDown, seen.StandbyNodes > 0, times.Schedule + times.Initialize, times.FirstStep);
    }

    private sealed class WarmSparePolicy : IRecoveryPolicy
    {
        public Decision Decide(Observation seen, RestartTimes times) =>
            new(times.TearDown, seen.StandbyNodes > 0, times.Swap + times.Initialize, times.FirstStep);
    }
}
