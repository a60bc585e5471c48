// Who waits for whom in a measured job: the order of each stream, the ties between streams and the meetings of ranks,
// after the what-if analysis of Lin et al. (arXiv 2505.05713). It does not depend on how long anything takes.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>The operations of a trace in an order in which all that one waits for comes before it.</summary>
internal sealed class TraceOrder
{
    private readonly OperationTrace _trace;
    private readonly List<int>[] _waitsFor;

    // Operations that begin together, as one: a transfer's two ends, a collective's members.
    private readonly int[] _meetingOf;
    private readonly List<int[]> _meetings = [];
    private readonly int[] _order;

    /// <summary>Throws <see cref="OperationTraceException"/> where a partner is missing or all wait in a circle.
    /// </summary>
    public TraceOrder(OperationTrace trace)
    {
        _trace = trace;
        var count = trace.Operations.Count;
        _waitsFor = new List<int>[count];
        _meetingOf = new int[count];
        Array.Fill(_meetingOf, -1);
        for (var i = 0; i < count; i++) _waitsFor[i] = new List<int>(2);
        for (var i = 0; i < count; i++) Meet(i);
        foreach (var rank in trace.Ranks) Chain(rank);
        _order = Sorted();
    }

    /// <summary>
    /// How long each operation itself took: what was measured less the wait for the last of those that it meets.
    /// </summary>
    public Duration[] OwnDurations()
    {
        var own = new Duration[_waitsFor.Length];
        foreach (var meeting in _meetings)
        {
            var began = meeting.Max(i => _trace.Operations[i].Began);
            foreach (var i in meeting)
                own[i] = Duration.Max(Duration.Zero, _trace.Operations[i].Ended - began);
        }

        return own;
    }

    /// <summary>The length of each step if every operation lasts as given and begins as soon as it can.</summary>
    public Duration[] StepTimes(Duration[] durations)
    {
        var ends = new long[durations.Length];
        foreach (var number in _order)
        {
            var meeting = _meetings[number];
            long begin = 0;
            foreach (var i in meeting)
            {
                foreach (var before in _waitsFor[i]) begin = Math.Max(begin, ends[before]);
            }

            foreach (var i in meeting) ends[i] = begin + durations[i].Nanoseconds;
        }

        var place = _trace.Steps.Select((step, i) => (step, i)).ToDictionary(pair => pair.step, pair => pair.i);
        var steps = new Duration[place.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            var step = place[_trace.Operations[i].Step];
            steps[step] = Duration.Max(steps[step], new Duration(ends[i]));
        }

        return steps;
    }

    private void Meet(int index)
    {
        if (_meetingOf[index] >= 0) return;
        var operation = _trace.Operations[index];
        var members = new List<int>();
        foreach (var (replica, stage, kind) in Partners(operation))
        {
            var found = _trace.Find(operation.Step, replica, stage, kind, operation.Sequence);
            if (found < 0)
            {
                throw new OperationTraceException(
                    operation.Line, $"{OperationTrace.Describe(operation)} has no partner: there is no "
                    + $"{kind.NameOf()} {operation.Sequence} on stage {stage} of replica {replica}");
            }

            members.Add(found);
            _meetingOf[found] = _meetings.Count;
        }

        _meetings.Add([.. members]);
    }

    /// <summary>Every place that takes part in the operation, its own among them.</summary>
    private IEnumerable<(int Replica, int Stage, TracedKind Kind)> Partners(TracedOperation operation)
    {
        var (layout, kind, stage, replica) = (_trace.Layout, operation.Kind, operation.Stage, operation.Replica);
        switch (kind.MeetingOf())
        {
            case Meeting.Alone:
                return [(replica, stage, kind)];
            case Meeting.Neighbours:
                var (peer, other) = PeerOf(kind);
                if (stage + peer >= 0 && stage + peer < layout.Stages)
                    return [(replica, stage, kind), (replica, stage + peer, other)];
                throw Unfit(operation, $"there is no stage {stage + peer}");
            case Meeting.Replicas:
                return Enumerable.Range(0, layout.Replicas).Select(r => (r, stage, kind));
            case Meeting.EndStages:
                if (stage != 0 && stage != layout.Stages - 1)
                    throw Unfit(operation, "only the first and the last stage hold the embedding");
                return new[] { 0, layout.Stages - 1 }.Distinct().Select(s => (replica, s, kind));
            case Meeting.Everyone:
                return Enumerable.Range(0, layout.Replicas * layout.Stages)
                    .Select(i => (i / layout.Stages, i % layout.Stages, kind));
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), kind, null);
        }
    }

    private static (int Towards, TracedKind Kind) PeerOf(TracedKind kind) => kind switch
    {
        TracedKind.ForwardSend => (1, TracedKind.ForwardReceive),
        TracedKind.ForwardReceive => (-1, TracedKind.ForwardSend),
        TracedKind.BackwardSend => (-1, TracedKind.BackwardReceive),
        TracedKind.BackwardReceive => (1, TracedKind.BackwardSend),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static OperationTraceException Unfit(TracedOperation operation, string reason) =>
        new(operation.Line, $"{OperationTrace.Describe(operation)} cannot be: {reason}");

    /// <summary>The ties within one rank and step.</summary>
    private void Chain((int First, int Count) rank)
    {
        var all = Enumerable.Range(rank.First, rank.Count).ToList();
        var passes = Of(kind => kind.IsPass());
        var gathers = Of(kind => kind == TracedKind.ParametersAllGather);
        // What follows the last pass: nothing of it runs beside another, so one chain keeps its order.
        var closing = Of(kind => kind >= TracedKind.GarbageCollection)
            .OrderBy(i => _trace.Operations[i].Began).ThenBy(i => _trace.Operations[i].Kind)
            .ThenBy(i => _trace.Operations[i].Sequence);
        InOrder([.. passes, .. closing]);
        InOrder(gathers);
        if (gathers.Count > 0)
        {
            var first = passes.FirstOrDefault(i => _trace.Operations[i].Kind == TracedKind.ForwardCompute, passes[0]);
            _waitsFor[first].Add(gathers[^1]);
        }

        foreach (var kind in Enum.GetValues<TracedKind>().Where(k => k.MeetingOf() == Meeting.Neighbours))
            InOrder(Of(k => k == kind));
        foreach (var i in Of(k => k.MeetingOf() == Meeting.Neighbours)) TieToPass(i);
        foreach (var i in passes) RequireInput(_trace.Operations[i]);

        List<int> Of(Predicate<TracedKind> wanted) => [.. all.Where(i => wanted(_trace.Operations[i].Kind))];
    }

    private void InOrder(List<int> stream)
    {
        for (var i = 1; i < stream.Count; i++) _waitsFor[stream[i]].Add(stream[i - 1]);
    }

    /// <summary>A send follows its pass; a receive precedes its pass, posted after the one before that.</summary>
    private void TieToPass(int index)
    {
        var operation = _trace.Operations[index];
        var isForward = operation.Kind is TracedKind.ForwardSend or TracedKind.ForwardReceive;
        var pass = PassOf(operation, isForward, operation.Sequence);
        if (pass < 0) throw Unfit(operation, "its rank has no pass of that number");
        if (operation.Kind is TracedKind.ForwardSend or TracedKind.BackwardSend)
        {
            _waitsFor[index].Add(pass);
            return;
        }

        _waitsFor[pass].Add(index);
        var before = PassOf(operation, isForward, operation.Sequence - 1);
        if (before >= 0) _waitsFor[index].Add(before);
    }

    private int PassOf(TracedOperation operation, bool isForward, int sequence) => _trace.Find(
        operation.Step, operation.Replica, operation.Stage,
        isForward ? TracedKind.ForwardCompute : TracedKind.BackwardCompute, sequence);

    private void RequireInput(TracedOperation pass)
    {
        var isForward = pass.Kind == TracedKind.ForwardCompute;
        if (pass.Stage == (isForward ? 0 : _trace.Layout.Stages - 1)) return;
        var input = isForward ? TracedKind.ForwardReceive : TracedKind.BackwardReceive;
        if (_trace.Find(pass.Step, pass.Replica, pass.Stage, input, pass.Sequence) >= 0) return;
        throw new OperationTraceException(
            pass.Line, $"{OperationTrace.Describe(pass)} has no {input.NameOf()} that brings its input");
    }

    private int[] Sorted()
    {
        var open = new int[_meetings.Count];
        var followers = new List<int>[_meetings.Count];
        for (var m = 0; m < followers.Length; m++) followers[m] = [];
        for (var i = 0; i < _waitsFor.Length; i++)
        {
            foreach (var before in _waitsFor[i])
            {
                followers[_meetingOf[before]].Add(_meetingOf[i]);
                open[_meetingOf[i]]++;
            }
        }

        var order = new List<int>(open.Length);
        for (var m = 0; m < open.Length; m++)
        {
            if (open[m] == 0) order.Add(m);
        }

        for (var next = 0; next < order.Count; next++)
        {
            foreach (var follower in followers[order[next]])
            {
                if (--open[follower] == 0) order.Add(follower);
            }
        }

        if (order.Count == open.Length) return [.. order];
        var stuck = _trace.Operations[_meetings[Array.FindIndex(open, count => count > 0)][0]];
        throw new OperationTraceException(
            stuck.Line, $"operations wait for each other in a circle, {OperationTrace.Describe(stuck)} among them");
    }
}
