// Where a node can be in its life, and from where it can go where.
namespace Sigma.Sim.Cluster;

/// <summary>Where a node is in its life.</summary>
public enum NodeState
{
    /// <summary>Runs the job.</summary>
    Active,

    /// <summary>In the job, but its replica lacks a node, or it waits to join the running job.</summary>
    Benched,

    /// <summary>A spare inside the job, with its processes running.</summary>
    Hot,

    /// <summary>Booted, validated, waiting for work.</summary>
    Standby,

    /// <summary>Lent to jobs of lower priority.</summary>
    Borrowed,

    /// <summary>Switched off; it must boot before it can be validated.</summary>
    Cold,

    /// <summary>Cordoned; someone or something finds out what is wrong.</summary>
    Triage,

    /// <summary>A remedy is being tried, or waits for a crew, a part or the end of an outage.</summary>
    Repair,

    /// <summary>Runs the acceptance tests.</summary>
    Validating,

    /// <summary>Taken out of service for good, or until a new node stands in its place.</summary>
    Retired,
}

/// <summary>The lifecycle of the platform.</summary>
public static class NodeStates
{
    private static readonly NodeState[] Broken = [NodeState.Triage, NodeState.Repair];

    private static readonly Dictionary<NodeState, NodeState[]> Next = new()
    {
        [NodeState.Active] = [NodeState.Benched, .. Broken],
        [NodeState.Benched] = [NodeState.Active, .. Broken],
        [NodeState.Hot] = [NodeState.Active, NodeState.Benched, .. Broken],
        [NodeState.Standby] = [NodeState.Active, NodeState.Benched, NodeState.Hot, .. Broken],
        [NodeState.Borrowed] = [NodeState.Standby, .. Broken],
        [NodeState.Cold] = [NodeState.Validating],
        [NodeState.Triage] = [NodeState.Repair, NodeState.Validating, NodeState.Retired],
        [NodeState.Repair] = [NodeState.Validating, NodeState.Retired],
        [NodeState.Validating] = [NodeState.Standby, NodeState.Repair],
        [NodeState.Retired] = [NodeState.Validating],
    };

    public static IReadOnlyList<NodeState> All { get; } = Enum.GetValues<NodeState>();

    /// <summary>How many there are.</summary>
    public const int Count = (int)NodeState.Retired + 1;

    /// <summary>Whether the lifecycle knows the step.</summary>
    public static bool Allows(NodeState from, NodeState to) => Array.IndexOf(Next[from], to) >= 0;

    /// <summary>The accelerators of such a node are allocated to the job.</summary>
    public static bool IsInJob(NodeState state) => state is NodeState.Active or NodeState.Benched or NodeState.Hot;

    /// <summary>On the way from cordoned to available, or given up.</summary>
    public static bool IsOutOfService(NodeState state) => state >= NodeState.Triage;
}
