// Observation in, decision out: a policy has no clock and no dice, so that it reads in a minute and can be tested by a
// table. Add a class here, give it a word in `RecoveryPolicies`, and every scenario can name it.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Recovery;

/// <summary>Why a policy is asked.</summary>
public enum Occasion
{
    /// <summary>The job stands still.</summary>
    Stopped,

    /// <summary>A monitor sees a fault coming, or a rule has named a flapping link.</summary>
    Warned,

    /// <summary>A node of the running job is known to be slow.</summary>
    SlowNode,

    /// <summary>A checkpoint is complete.</summary>
    Checkpoint,
}

/// <summary>What a policy sees.</summary>
/// <param name="Occasion">Why it is asked.</param>
public readonly record struct Observation(Occasion Occasion)
{
    /// <summary>Nodes that the job has to do without.</summary>
    public int Lost { get; init; }

    /// <summary>Spares inside the job.</summary>
    public int Hot { get; init; }

    /// <summary>Validated nodes outside the job.</summary>
    public int Warm { get; init; }

    /// <summary>Groups of replicas, each of which holds the whole model.</summary>
    public int Groups { get; init; }

    /// <summary>Groups that lack a node.</summary>
    public int GroupsHit { get; init; }

    /// <summary>How many times as long the step takes with the slow node.</summary>
    public double Slowdown { get; init; }

    /// <summary>Since the last quick validation, or the start.</summary>
    public Duration SinceValidation { get; init; }

    /// <summary>A whole group holds the state of every rank that was lost.</summary>
    public bool PeersHoldState => GroupsHit < Groups;
}

/// <summary>What is to be done.</summary>
public enum Move
{
    /// <summary>Nothing: the next policy of the chain is asked.</summary>
    Ignore,

    /// <summary>Save, then go on without this node, as after a stop.</summary>
    Drain,

    /// <summary>Stand still for a quick validation.</summary>
    Validate,

    /// <summary>Start again on a full set of nodes.</summary>
    Replace,

    /// <summary>Go on; groups that lack a node stand idle.</summary>
    GoOnWithoutGroups,

    /// <summary>Go on; only the lost nodes are missing.</summary>
    GoOnWithoutNodes,
}

/// <summary>What a policy decides.</summary>
/// <param name="Move">What is to be done.</param>
public readonly record struct Decision(Move Move)
{
    /// <summary>The state comes from peers: only the step that was cut off is lost.</summary>
    public bool KeepsState { get; init; }

    /// <summary>Time before a node is asked for.</summary>
    public Duration BeforeNodes { get; init; }

    /// <summary>Time from having all nodes to reading a checkpoint.</summary>
    public Duration AfterNodes { get; init; }

    /// <summary>Time from the state being back to steps at full speed.</summary>
    public Duration AfterRestore { get; init; }

    /// <summary>The scheduler places the whole job, so that the places of hot spares are filled again.</summary>
    public bool PlacesJob { get; init; }
}

/// <summary>Observation in, decision out.</summary>
public interface IRecoveryPolicy
{
    public Decision Decide(in Observation seen);
}

/// <summary>All stop; the scheduler starts the job again.</summary>
public sealed class RestartPolicy(RestartTimes times) : IRecoveryPolicy
{
    public Decision Decide(in Observation seen) => new(Move.Replace)
    {
        BeforeNodes = times.TearDown,
        AfterNodes = times.Schedule + times.Initialize,
        AfterRestore = times.FirstStep,
        PlacesJob = true,
    };
}

/// <summary>Only the failed node is exchanged.</summary>
public sealed class WarmSparePolicy(RestartTimes times) : IRecoveryPolicy
{
    public Decision Decide(in Observation seen) => new(Move.Replace)
    {
        BeforeNodes = times.TearDown,
        AfterNodes = times.Swap + times.Initialize,
        AfterRestore = times.FirstStep,
    };
}

/// <summary>A spare inside the job takes over; without one the scheduler places the job while others wait.</summary>
public sealed class HotSparePolicy(RestartTimes times) : IRecoveryPolicy
{
    private readonly RestartPolicy _withoutPeers = new(times);

    public Decision Decide(in Observation seen)
    {
        if (!seen.PeersHoldState) return _withoutPeers.Decide(seen);
        var isReady = seen.Hot >= seen.Lost;
        return new Decision(Move.Replace)
        {
            KeepsState = true,
            BeforeNodes = times.HotSwap,
            AfterNodes = isReady ? Duration.Zero : times.Schedule + times.Initialize,
            PlacesJob = !isReady,
        };
    }
}

/// <summary>The job goes on without the groups that lost a node, as long as most are whole.</summary>
public sealed class ElasticPolicy(RestartTimes times) : IRecoveryPolicy
{
    private readonly WarmSparePolicy _ofTooFew = new(times);

    public Decision Decide(in Observation seen) =>
        seen.Lost == 0 || 2 * seen.GroupsHit > seen.Groups || !seen.PeersHoldState
            ? _ofTooFew.Decide(seen)
            : new Decision(Move.GoOnWithoutGroups) { KeepsState = true, AfterNodes = times.Reconfigure };
}

/// <summary>Peers of the lost nodes take over their micro-batches, as long as most groups are whole.</summary>
public sealed class ReroutePolicy(RestartTimes times) : IRecoveryPolicy
{
    private readonly WarmSparePolicy _ofTooFew = new(times);

    public Decision Decide(in Observation seen) =>
        seen.Lost == 0 || 2 * seen.GroupsHit > seen.Groups || !seen.PeersHoldState
            ? _ofTooFew.Decide(seen)
            : new Decision(Move.GoOnWithoutNodes) { KeepsState = true, AfterNodes = times.Reconfigure };
}

/// <summary>A node that announces its fault leaves before it stops the job.</summary>
public sealed class DrainPolicy : IRecoveryPolicy
{
    public Decision Decide(in Observation seen) => new(seen.Occasion == Occasion.Warned ? Move.Drain : Move.Ignore);
}

/// <summary>A node that makes the step too slow leaves.</summary>
/// <param name="slowerThan">From this factor on.</param>
public sealed class StragglerEviction(double slowerThan) : IRecoveryPolicy
{
    public Decision Decide(in Observation seen) =>
        new(seen.Occasion == Occasion.SlowNode && seen.Slowdown >= slowerThan ? Move.Drain : Move.Ignore);
}

/// <summary>Stands still for tests, at the first checkpoint after an interval.</summary>
public sealed class QuickValidationPolicy(Duration every) : IRecoveryPolicy
{
    public Decision Decide(in Observation seen) =>
        new(seen.Occasion == Occasion.Checkpoint && seen.SinceValidation >= every ? Move.Validate : Move.Ignore);
}

/// <summary>Asks one after the other until one wants something.</summary>
public sealed class PolicyChain(params IReadOnlyList<IRecoveryPolicy> policies) : IRecoveryPolicy
{
    public Decision Decide(in Observation seen)
    {
        foreach (var policy in policies)
        {
            var decision = policy.Decide(seen);
            if (decision.Move != Move.Ignore) return decision;
        }

        return new Decision(Move.Ignore);
    }
}

/// <summary>The policies by their names in a scenario.</summary>
public static class RecoveryPolicies
{
    /// <summary>What brings a stopped job back.</summary>
    public static IRecoveryPolicy AfterStop(RecoverySpec spec) => spec.Policy switch
    {
        PolicyKind.Restart => new RestartPolicy(spec.Times),
        PolicyKind.WarmSpare => new WarmSparePolicy(spec.Times),
        PolicyKind.HotSpare => new HotSparePolicy(spec.Times),
        PolicyKind.Elastic => new ElasticPolicy(spec.Times),
        PolicyKind.Reroute => new ReroutePolicy(spec.Times),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Policy, null),
    };

    /// <summary>What is done while the job runs.</summary>
    public static IRecoveryPolicy WhileRunning(ProactiveSpec spec)
    {
        var policies = new List<IRecoveryPolicy>();
        if (spec.Drains) policies.Add(new DrainPolicy());
        if (spec.EvictsSlowerThan is { } factor) policies.Add(new StragglerEviction(factor));
        if (spec.QuickValidation is { } tests) policies.Add(new QuickValidationPolicy(tests.Every));
        return new PolicyChain(policies);
    }
}
