// One operation of a measured training job, and what its kind means for the others: on which stream it runs, whom it
// waits for and which of the job's parts its time is counted to.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>What an operation does, in the order in which a rank's step runs through them.</summary>
public enum TracedKind
{
    ParametersAllGather,
    ForwardReceive,
    ForwardCompute,
    ForwardSend,
    BackwardReceive,
    BackwardCompute,
    BackwardSend,
    GarbageCollection,
    LayernormAllReduce,
    EmbeddingAllReduce,
    GradientsReduceScatter,
    GradientClip,
    Optimizer,
}

/// <summary>Which ranks must have come before an operation of theirs can begin.</summary>
public enum Meeting
{
    /// <summary>Nobody but the rank itself.</summary>
    Alone,

    /// <summary>A sender and a receiver on neighbouring stages of one replica.</summary>
    Neighbours,

    /// <summary>The same stage of every replica.</summary>
    Replicas,

    /// <summary>The first and the last stage of one replica, which share the embedding.</summary>
    EndStages,

    /// <summary>Every rank of the job.</summary>
    Everyone,
}

/// <summary>An operation as it was measured.</summary>
/// <param name="Replica">Which of the data-parallel pipelines.</param>
/// <param name="Stage">Place in the pipeline.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Step">Optimizer step that it belongs to.</param>
/// <param name="Sequence">Which of the rank's operations of this kind in this step, from zero.</param>
/// <param name="Began">When it began, on a clock that all ranks share.</param>
/// <param name="Lasted">How long it took, waiting for others included.</param>
/// <param name="Line">Where it stands in its file.</param>
public readonly record struct TracedOperation(
    int Replica, int Stage, TracedKind Kind, int Step, int Sequence, Instant Began, Duration Lasted, int Line)
{
    public Instant Ended => Began + Lasted;
}

/// <summary>The words of traces for the kinds of operations, and their rules.</summary>
public static class TracedKinds
{
    private const string Compute = "compute", Pipeline = "pp-comm", Data = "dp-comm";

    private static readonly (TracedKind Kind, string Name, string Stream, string Part, Meeting Meeting)[] All =
    [
        (TracedKind.ParametersAllGather, "params-all-gather", Data, "params-all-gather", Meeting.Replicas),
        (TracedKind.ForwardReceive, "forward-recv", Pipeline, "forward-pp-comm", Meeting.Neighbours),
        (TracedKind.ForwardCompute, "forward-compute", Compute, "forward-compute", Meeting.Alone),
        (TracedKind.ForwardSend, "forward-send", Pipeline, "forward-pp-comm", Meeting.Neighbours),
        (TracedKind.BackwardReceive, "backward-recv", Pipeline, "backward-pp-comm", Meeting.Neighbours),
        (TracedKind.BackwardCompute, "backward-compute", Compute, "backward-compute", Meeting.Alone),
        (TracedKind.BackwardSend, "backward-send", Pipeline, "backward-pp-comm", Meeting.Neighbours),
        (TracedKind.GarbageCollection, "gc", Compute, "gc", Meeting.Alone),
        (TracedKind.LayernormAllReduce, "layernorm-grads-all-reduce", Data, "layernorm-grads-all-reduce",
            Meeting.Alone),
        (TracedKind.EmbeddingAllReduce, "embedding-grads-all-reduce", Data, "embedding-grads-all-reduce",
            Meeting.EndStages),
        (TracedKind.GradientsReduceScatter, "grads-reduce-scatter", Data, "grads-reduce-scatter", Meeting.Replicas),
        (TracedKind.GradientClip, "optimizer-clip-main-grad", Data, "optimizer-clip-main-grad", Meeting.Everyone),
        (TracedKind.Optimizer, "optimizer", Compute, "optimizer", Meeting.Alone),
    ];

    public static int Count => All.Length;

    /// <summary>Every name that an operation of a trace may have.</summary>
    public static IEnumerable<string> Names => All.Select(row => row.Name);

    /// <summary>The parts by which a step's slowness is told, each once.</summary>
    public static IReadOnlyList<string> Parts { get; } =
        [.. All.Select(row => row.Part).Distinct(StringComparer.Ordinal)];

    /// <summary>The kind of a name, or null where no operation is called so.</summary>
    public static TracedKind? Named(string name)
    {
        foreach (var row in All)
        {
            if (row.Name == name) return row.Kind;
        }

        return null;
    }

    public static string NameOf(this TracedKind kind) => All[(int)kind].Name;

    public static string StreamOf(this TracedKind kind) => All[(int)kind].Stream;

    /// <summary>What the kind's time is counted to: both ends of a transfer are one part.</summary>
    public static string PartOf(this TracedKind kind) => All[(int)kind].Part;

    public static Meeting MeetingOf(this TracedKind kind) => All[(int)kind].Meeting;

    public static bool IsPass(this TracedKind kind) =>
        kind is TracedKind.ForwardCompute or TracedKind.BackwardCompute;

    /// <summary>Whether the time is spent on data that travel, rather than on kernels.</summary>
    public static bool IsCommunication(this TracedKind kind) => StreamOf(kind) != Compute;
}
