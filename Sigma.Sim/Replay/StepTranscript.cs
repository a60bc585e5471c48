// What every rank of a replayed step did, pass by pass and operation by operation, for those who write it down in a
// language of their own. Times are those of kernels alone: what a rank waited for follows from who meets whom.
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>One operation as it was played.</summary>
/// <param name="Planned">What it is.</param>
/// <param name="Kernels">How long its kernels took, jitter included and pauses not; zero for communication.</param>
/// <param name="Amount">Their work, as the routing made it.</param>
/// <param name="Size">What each member brings to a dispatch or combine, mean over the group; else zero.</param>
public readonly record struct PlayedOperation(
    PlannedOperation Planned, Duration Kernels, WorkAmount Amount, Bytes Size);

/// <summary>One pass of a rank.</summary>
/// <param name="Pass">Which one.</param>
/// <param name="Operations">In order; none where the chunk has nothing to do.</param>
public sealed record PlayedPass(Pass Pass, IReadOnlyList<PlayedOperation> Operations);

/// <summary>The passes of all ranks, kept as the durations of their kernels and told rank by rank.</summary>
public sealed class StepTranscript
{
    private readonly ReplaySet _set;
    private readonly KernelLog _log;
    private readonly Duration[] _updates;

    internal StepTranscript(ReplaySet set, KernelLog log, Duration[] updates) =>
        (_set, _log, _updates) = (set, log, updates);

    /// <summary>The rank's passes in its order; a folded rank does what the one does that was played for it.</summary>
    public IEnumerable<PlayedPass> PassesOf(int rank)
    {
        var index = IndexOf(rank);
        var at = _set.Cast.At(index);
        var passes = _set.PassesOf(index, at.Stage);
        for (var i = 0; i < passes.Length; i++)
        {
            var operations = _set.OperationsOf(at.Stage, passes[i], PipelineSchedule.GivesLast(passes, i));
            var kernels = _log.Of(index, passes[i]);
            var next = 0;
            yield return new PlayedPass(passes[i], [.. operations.Select(operation =>
            {
                var routed = operation.Kind is OperationKind.Experts or OperationKind.Dispatch or OperationKind.Combine
                    ? _set.ExpertLayerOf(at.Data, passes[i], operation.Layer) : null;
                return new PlayedOperation(
                    operation, operation.IsKernel ? kernels[next++] : Duration.Zero,
                    operation.Kind == OperationKind.Experts
                        ? operation.Factor * routed!.ExpertAmounts[at.Data % _set.Cast.Layout.Expert]
                        : operation.Amount,
                    operation.Kind switch
                    {
                        OperationKind.Dispatch => routed!.DispatchSize,
                        OperationKind.Combine => routed!.CombineSize,
                        _ => Bytes.Zero,
                    });
            })]);
        }
    }

    /// <summary>How long the rank's optimizer took.</summary>
    public Duration UpdateOf(int rank) => _updates[IndexOf(rank)];

    private int IndexOf(int rank) => _set.Cast.IndexOf(_set.Cast.Layout.Of(rank));
}

/// <summary>The durations of kernels by played rank and pass, in the order of the pass's operations.</summary>
internal sealed class KernelLog(int ranks)
{
    private readonly Dictionary<Pass, List<Duration>>[] _kernels =
        [.. Enumerable.Range(0, ranks).Select(_ => new Dictionary<Pass, List<Duration>>())];

    public void Note(int rank, Pass pass, Duration work)
    {
        if (!_kernels[rank].TryGetValue(pass, out var kernels)) _kernels[rank][pass] = kernels = [];
        kernels.Add(work);
    }

    public List<Duration> Of(int rank, Pass pass) => _kernels[rank].GetValueOrDefault(pass) ?? [];
}
