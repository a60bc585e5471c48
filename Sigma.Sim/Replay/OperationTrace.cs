// A measured training job, operation by operation: sorted so that the order of lines in a file means nothing, and held
// against the layout, so that a replay can trust every rank to be there once.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>How the measured job was spread.</summary>
/// <param name="Name">What the job is called.</param>
/// <param name="Replicas">Pipelines side by side.</param>
/// <param name="Stages">Ranks of one pipeline.</param>
public sealed record TraceLayout(string Name, int Replicas, int Stages);

/// <summary>Operations that cannot be those of one job.</summary>
/// <param name="line">Where the fault stands, 0 where no single line is at fault.</param>
/// <param name="problem">What is wrong, in one sentence.</param>
public sealed class OperationTraceException(int line, string problem) : Exception(problem)
{
    /// <summary>The same with its file, as people look for it.</summary>
    public OperationTraceException In(string file) =>
        new(0, line > 0 ? $"{file}:{line}: {Message}" : $"{file}: {Message}");
}

/// <summary>The operations of some steps.</summary>
public sealed class OperationTrace
{
    private readonly Dictionary<(int Step, int Replica, int Stage, TracedKind Kind, int Sequence), int> _places = [];
    private readonly TracedOperation[] _operations;

    /// <summary>Throws <see cref="OperationTraceException"/> where they contradict each other or the layout.</summary>
    public OperationTrace(TraceLayout layout, IEnumerable<TracedOperation> operations)
    {
        Layout = layout;
        _operations =
        [
            .. operations.OrderBy(o => o.Step).ThenBy(o => o.Replica).ThenBy(o => o.Stage).ThenBy(o => o.Began)
                .ThenBy(o => o.Sequence).ThenBy(o => o.Kind).ThenBy(o => o.Line),
        ];
        for (var i = 0; i < _operations.Length; i++) Place(i);
        Ranks = [.. Slices()];
        Steps = [.. Ranks.Select(rank => _operations[rank.First].Step).Distinct()];
        RequireCompute();
        Order = new TraceOrder(this);
    }

    public TraceLayout Layout { get; }

    /// <summary>By step, replica, stage and time.</summary>
    public IReadOnlyList<TracedOperation> Operations => _operations;

    /// <summary>The measured steps, ascending.</summary>
    public IReadOnlyList<int> Steps { get; }

    /// <summary>Where the operations of each rank of each step stand among all.</summary>
    public IReadOnlyList<(int First, int Count)> Ranks { get; }

    /// <summary>Who waits for whom.</summary>
    internal TraceOrder Order { get; }

    /// <summary>Where an operation stands, or -1 where the trace has none such.</summary>
    public int Find(int step, int replica, int stage, TracedKind kind, int sequence) =>
        _places.GetValueOrDefault((step, replica, stage, kind, sequence), -1);

    /// <summary>What was measured of each step, from the first beginning to the last end.</summary>
    public IReadOnlyList<Duration> MeasuredSteps() =>
        [.. _operations.GroupBy(o => o.Step).Select(s => s.Max(o => o.Ended) - s.Min(o => o.Began))];

    /// <summary>An operation in words: <c>forward-send 3 of step 23 on stage 0 of replica 1</c>.</summary>
    public static string Describe(TracedOperation operation) =>
        $"{operation.Kind.NameOf()} {operation.Sequence} of step {operation.Step} on stage {operation.Stage} "
        + $"of replica {operation.Replica}";

    private void Place(int index)
    {
        var operation = _operations[index];
        RequireWithin(operation, "process", operation.Replica, Layout.Replicas, "replicas (dp_size)");
        RequireWithin(operation, "pp_rank", operation.Stage, Layout.Stages, "stages (pp_size)");
        var key = (operation.Step, operation.Replica, operation.Stage, operation.Kind, operation.Sequence);
        if (_places.TryAdd(key, index)) return;
        var first = _operations[_places[key]];
        throw new OperationTraceException(
            Math.Max(first.Line, operation.Line),
            $"{Describe(operation)} stands on line {Math.Min(first.Line, operation.Line)} already");
    }

    private static void RequireWithin(TracedOperation operation, string column, int value, int count, string ranks)
    {
        if (value >= 0 && value < count) return;
        throw new OperationTraceException(
            operation.Line, $"{column} {value} is none of the layout's {count} {ranks}, which count from 0");
    }

    private IEnumerable<(int First, int Count)> Slices()
    {
        for (int first = 0, next = 1; first < _operations.Length; first = next++)
        {
            while (next < _operations.Length && IsSameRank(_operations[first], _operations[next])) next++;
            yield return (first, next - first);
        }
    }

    private static bool IsSameRank(TracedOperation one, TracedOperation other) =>
        one.Step == other.Step && one.Replica == other.Replica && one.Stage == other.Stage;

    /// <summary>Every rank of the layout computes in every step: a rank that is missing would slow nobody.</summary>
    private void RequireCompute()
    {
        if (!_operations.Any(o => o.Kind.IsPass()))
        {
            throw new OperationTraceException(
                0, "there are no compute operations (`forward-compute`, `backward-compute`), so no step to replay");
        }

        var computing = Ranks.Where(rank => RankHas(rank, kind => kind.IsPass()))
            .Select(rank => _operations[rank.First])
            .Select(o => (o.Step, o.Replica, o.Stage)).ToHashSet();
        foreach (var step in Steps)
        {
            // The first rank that is missing ends the search, so a huge layout costs no more than the trace.
            for (var replica = 0; replica < Layout.Replicas; replica++)
            {
                for (var stage = 0; stage < Layout.Stages; stage++)
                {
                    if (computing.Contains((step, replica, stage))) continue;
                    throw new OperationTraceException(
                        0, $"stage {stage} of replica {replica} has no compute operations in step {step}; "
                        + $"the layout has {Layout.Replicas} replicas of {Layout.Stages} stages");
                }
            }
        }
    }

    private bool RankHas((int First, int Count) rank, Predicate<TracedKind> wanted)
    {
        for (var i = rank.First; i < rank.First + rank.Count; i++)
        {
            if (wanted(_operations[i].Kind)) return true;
        }

        return false;
    }
}
