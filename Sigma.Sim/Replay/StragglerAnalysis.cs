// What stragglers cost a measured job: the replay with every operation at the typical length of its kind is the job
// without them, and keeping one group's own durations in it shows what that group costs (arXiv 2505.05713).
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>One step, measured and replayed.</summary>
public readonly record struct StragglerStep(int Step, Duration Measured, Duration Replayed);

/// <summary>What a measure would bring.</summary>
/// <param name="Stage">Which stage is made typical, or null for every stage.</param>
/// <param name="Replica">Which replica is made typical, or null for every replica.</param>
/// <param name="Step">Mean step time then.</param>
/// <param name="Explains">The share of the time lost to stragglers that it wins back.</param>
public sealed record Mitigation(int? Stage, int? Replica, Duration Step, double Explains);

/// <summary>Step times of a measured job, and who makes them long.</summary>
/// <param name="Steps">Step by step.</param>
/// <param name="Measured">Mean step as measured.</param>
/// <param name="Replayed">Mean step as replayed with the durations that were measured.</param>
/// <param name="Ideal">The step with every operation at the typical length of its kind.</param>
/// <param name="ByStage">Slowdown if only this stage keeps its own durations.</param>
/// <param name="ByReplica">Slowdown if only this replica keeps its own durations.</param>
/// <param name="ByPart">Slowdown if only operations of this part keep their own durations.</param>
/// <param name="BalanceStage">The slowest stage made typical.</param>
/// <param name="EvictReplica">The slowest replica made typical.</param>
/// <param name="EvictRank">The rank whose stage and replica are slowest made typical.</param>
public sealed record StragglerReport(
    IReadOnlyList<StragglerStep> Steps, Duration Measured, Duration Replayed, Duration Ideal,
    IReadOnlyList<double> ByStage, IReadOnlyList<double> ByReplica,
    IReadOnlyList<(string Part, double Slowdown)> ByPart,
    Mitigation BalanceStage, Mitigation EvictReplica, Mitigation EvictRank)
{
    /// <summary>How many times as long as the ideal step the replayed one is.</summary>
    public double Slowdown => Replayed.Over(Ideal);

    /// <summary>How far the replay is from the measurement, as a share of it.</summary>
    public double ReplayError => (Replayed - Measured).Over(Measured);
}

/// <summary>Replays a measured job with its own durations and with typical ones.</summary>
public sealed class StragglerAnalysis
{
    private readonly OperationTrace _trace;
    private readonly TraceOrder _order;
    private readonly Duration[] _own;
    private readonly Duration[] _typical;
    private readonly Duration _replayed;
    private readonly Duration _ideal;

    private StragglerAnalysis(OperationTrace trace)
    {
        _trace = trace;
        _order = trace.Order;
        _own = _order.OwnDurations();
        _typical = Typical(trace.Operations, _own);
        _replayed = Mean(_order.StepTimes(_own));
        _ideal = Mean(_order.StepTimes(_typical));
        if (_ideal.IsZero) throw new OperationTraceException(0, "no operation takes any time, so no step has a length");
    }

    /// <summary>Throws <see cref="OperationTraceException"/> where the operations cannot be those of one job.</summary>
    public static StragglerReport Of(OperationTrace trace) => new StragglerAnalysis(trace).Report();

    /// <summary>The mean step if the chosen operations took the typical time and all others their own.</summary>
    internal static Duration WithoutStragglers(OperationTrace trace, Predicate<TracedOperation> chosen)
    {
        var analysis = new StragglerAnalysis(trace);
        return analysis.Play(operation => !chosen(operation));
    }

    private StragglerReport Report()
    {
        var (stages, replicas) = (_trace.Layout.Stages, _trace.Layout.Replicas);
        double[] byStage = [.. Enumerable.Range(0, stages).Select(s => Slowdown(o => o.Stage == s))];
        double[] byReplica = [.. Enumerable.Range(0, replicas).Select(r => Slowdown(o => o.Replica == r))];
        var byPart = TracedKinds.Parts.Where(part => _trace.Operations.Any(o => o.Kind.PartOf() == part))
            .Select(part => (part, Slowdown(o => o.Kind.PartOf() == part))).ToList();
        var replayed = _order.StepTimes(_own);
        var measured = _trace.MeasuredSteps();
        var steps = _trace.Steps.Select((step, i) => new StragglerStep(step, measured[i], replayed[i])).ToList();
        var (stage, replica) = (Worst(byStage), Worst(byReplica));
        return new StragglerReport(
            steps, Mean(measured), _replayed, _ideal, byStage, byReplica, byPart,
            Mitigate(stage, null), Mitigate(null, replica), Mitigate(stage, replica));
    }

    private double Slowdown(Predicate<TracedOperation> keeps) => Play(keeps).Over(_ideal);

    private Mitigation Mitigate(int? stage, int? replica)
    {
        var step = Play(o => (stage ?? o.Stage) != o.Stage || (replica ?? o.Replica) != o.Replica);
        var lost = _replayed - _ideal;
        return new Mitigation(stage, replica, step, lost.IsZero ? 0 : (_replayed - step).Over(lost));
    }

    private Duration Play(Predicate<TracedOperation> keeps)
    {
        var durations = new Duration[_own.Length];
        for (var i = 0; i < durations.Length; i++)
            durations[i] = keeps(_trace.Operations[i]) ? _own[i] : _typical[i];
        return Mean(_order.StepTimes(durations));
    }

    /// <summary>
    /// The mean of each kind of kernels over ranks and steps, since their work is the same in sum; the median of each
    /// kind of communication, since a few stuck transfers would move a mean.
    /// </summary>
    private static Duration[] Typical(IReadOnlyList<TracedOperation> operations, Duration[] own)
    {
        var byKind = new List<long>[TracedKinds.Count];
        for (var kind = 0; kind < byKind.Length; kind++) byKind[kind] = [];
        for (var i = 0; i < own.Length; i++) byKind[(int)operations[i].Kind].Add(own[i].Nanoseconds);
        var typical = byKind.Select((times, kind) =>
            times.Count == 0 ? 0 : ((TracedKind)kind).IsCommunication() ? Median(times) : times.Average()).ToArray();
        return [.. operations.Select(o => Rounded(typical[(int)o.Kind]))];
    }

    private static double Median(List<long> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2.0;
    }

    private static int Worst(double[] slowdowns) => Array.IndexOf(slowdowns, slowdowns.Max());

    private static Duration Mean(IReadOnlyList<Duration> times) => Rounded(times.Average(t => (double)t.Nanoseconds));

    private static Duration Rounded(double nanoseconds) =>
        new((long)Math.Round(nanoseconds, MidpointRounding.AwayFromZero));
}
