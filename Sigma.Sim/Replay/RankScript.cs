// What one rank does in a step, from its first pass to its last, and where its time goes.
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>The process of one played rank.</summary>
internal sealed class RankScript
{
    /// <summary>Ranks of a stage whose time is written down: enough to see a collective's members wait.</summary>
    private const int MostWatched = 8;

    private readonly ReplaySet _set;
    private readonly GroupScene _scene;
    private readonly int _index;
    private readonly RankCoordinates _at;
    private readonly RankNoise _noise;
    private readonly double _slowness;
    private readonly Pass[] _passes;
    private readonly bool _isWatched;
    private long _compute;
    private long _exposed;
    private long _bubble;
    private long _straggler;

    // Two passes side by side take turns at the compute units; allocated where a schedule has such pairs.
    private readonly Resource? _units;

    public RankScript(ReplaySet set, GroupScene scene, int index)
    {
        (_set, _scene, _index, _at) = (set, scene, index, set.Cast.At(index));
        (_noise, _slowness) = (set.Noise[index], set.Speeds[index]);
        _passes = set.PassesOf(index, _at.Stage);
        _isWatched = IsWatched(set.Cast, _at);
        if (_passes.Any(pass => pass.BesideNext)) _units = new Resource(scene.Simulation, "compute units", 1);
    }

    /// <summary>The first ranks of the first expert-parallel group, of every stage.</summary>
    public static bool IsWatched(Cast cast, RankCoordinates at) =>
        at.Tensor == 0 && at.Data < Math.Min(MostWatched, cast.Layout.Expert);

    private Instant Now => _scene.Simulation.Now;

    /// <summary>All passes.</summary>
    public IEnumerator<Wait> Passes()
    {
        for (var i = 0; i < _passes.Length; i++)
        {
            var pass = _passes[i];
            var next = pass.BesideNext ? _passes[i + 1] : (Pass?)null;
            var asked = Now;
            Mark(asked);
            for (var side = 0; side < (next is null ? 1 : 2); side++)
            {
                var place = PlaceOf(side == 0 ? pass : next!.Value);
                if (place < 0) continue;
                if (!_scene.Inputs.IsSent(place)) yield return _scene.Inputs.Await(_index - _scene.First, place);
                if (_scene.Inputs.ArrivalOf(place) > Now) yield return _scene.Inputs.ArrivalOf(place) - Now;
                if (Now > asked) MarkInput(side == 0 ? pass : next!.Value);
            }

            _bubble += (Now - asked).Nanoseconds;
            var began = Now;
            if (next is { } beside)
            {
                var (compute, pauses) = (_compute, _straggler);
                var other = _scene.Simulation.Start("rank beside", _ => Strand(beside, 1, IsLast(i + 1)));
                yield return _scene.Simulation.Start("rank", _ => Strand(pass, 0, IsLast(i)));
                if (other.IsAlive) yield return other;
                // Compute units work for one of the two at a time; when they do not, both communicate.
                _exposed += (Now - began).Nanoseconds - (_compute - compute) - (_straggler - pauses);
                Finish(beside, began);
                i++;
            }
            else
            {
                using var alone = Alone(pass, IsLast(i));
                while (alone.MoveNext()) yield return alone.Current;
            }

            Finish(pass, began);
            Mark(Now);
            var sent = SendOnward(pass);
            if (next is { } both) sent = Duration.Max(sent, SendOnward(both));
            if (_set.Plan.Parallelism.BlockingSends && sent > Duration.Zero)
            {
                yield return sent;
                _exposed += sent.Nanoseconds;
            }
        }

        _set.Times[_index] = new RankTimes(new(_compute), new(_exposed), new(_bubble), new(_straggler));
        _set.Arrived[_index] = Now;
    }

    /// <summary>A pass that no other runs beside.</summary>
    private IEnumerator<Wait> Alone(Pass pass, bool isLast)
    {
        // What the rank does by itself is waited for together: kernels, and exchanges that it stands for alone.
        var computing = Duration.Zero;
        foreach (var operation in _set.OperationsOf(_at.Stage, pass, isLast))
        {
            if (operation.IsKernel)
            {
                computing += Kernel(pass, operation, Now + computing);
                continue;
            }

            if (operation.Kind == OperationKind.Gradients)
            {
                // Whoever shares a NIC must know to the moment when a message begins.
                if (_scene.Nics is not null && computing > Duration.Zero)
                {
                    yield return computing;
                    computing = Duration.Zero;
                }

                _set.Gradients.Give(_at, pass.Chunk, operation.Layer, Now + computing, _index, _scene.Nics);
                continue;
            }

            var start = Now + computing;
            if (MeetingOf(operation, 0) is { } meeting)
            {
                // Who shares NICs must come when it comes; else it is enough to say when.
                if (_scene.Nics is not null && computing > Duration.Zero) yield return computing;
                computing = Duration.Zero;
                Mark(start);
                Meet(meeting, start, pass, operation);
                yield return meeting.Done;
                if (meeting.Started > start) Mark(meeting.Started, meeting.LastMember, Duration.Zero);
                _straggler += (meeting.Started - start).Nanoseconds;
                _exposed += (Now - meeting.Started).Nanoseconds;
                if (_isWatched) Show(operation, pass, start, Now - start, meeting);
            }
            else
            {
                computing += operation.Fixed;
                _exposed += operation.Fixed.Nanoseconds;
                if (_isWatched) Show(operation, pass, start, operation.Fixed);
            }
        }

        if (computing > Duration.Zero) yield return computing;
    }

    /// <summary>Notes where the rank stands, where the path is followed.</summary>
    private void Mark(Instant at, int cause = PathLog.Nobody, Duration travel = default) =>
        _set.Path?.Note(_index, new PathMark(at, _compute, _exposed, cause, travel));

    /// <summary>The rank has waited for the output of another stage.</summary>
    private void MarkInput(Pass pass)
    {
        if (_set.Path is null) return;
        if (_set.Plan.Shape.After(_at.Stage, pass.Chunk, !pass.IsForward) is not { } source) return;
        var sender = _at with { Stage = source.Stage };
        var travel = source.Stage == _at.Stage ? Duration.Zero : _set.SendTime(sender, _at.Stage);
        Mark(Now, _set.Cast.IndexOf(sender), travel);
    }

    /// <summary>One of two passes that run side by side.</summary>
    private IEnumerator<Wait> Strand(Pass pass, int strand, bool isLast)
    {
        foreach (var operation in _set.OperationsOf(_at.Stage, pass, isLast))
        {
            var asked = Now;
            if (operation.IsKernel)
            {
                yield return _units!.Request();
                yield return Kernel(pass, operation, Now);
                _units.Release();
            }
            else if (operation.Kind == OperationKind.Gradients)
            {
                _set.Gradients.Give(_at, pass.Chunk, operation.Layer, Now, _index, _scene.Nics);
            }
            else
            {
                var meeting = MeetingOf(operation, strand);
                if (meeting is not null)
                {
                    Meet(meeting, asked, pass, operation);
                    yield return meeting.Done;
                }
                else
                {
                    yield return operation.Fixed;
                }

                if (_isWatched) Show(operation, pass, asked, Now - asked, meeting);
            }
        }
    }

    private bool IsLast(int i) => PipelineSchedule.GivesLast(_passes, i);

    /// <summary>
    /// How long a kernel takes that begins at <paramref name="now"/>, with the pauses that strike it.
    /// </summary>
    private Duration Kernel(Pass pass, PlannedOperation operation, Instant now)
    {
        var seconds = operation.Kind == OperationKind.Compute
            ? operation.Seconds
            : _set.ExpertLayerOf(_at.Data, pass, operation.Layer).ExpertSeconds[_at.Data % _set.Cast.Layout.Expert]
                * operation.Factor;
        var work = _noise.Jittered(seconds * _slowness);
        var pause = _noise.Pause(now, work);
        _compute += work.Nanoseconds;
        _set.Kernels?.Note(_index, pass, work);
        _straggler += pause.Nanoseconds;
        if (_isWatched) Show(operation, pass, now, work + pause);
        return work + pause;
    }

    /// <summary>Who must be there for an exchange, or null where the rank stands for all of them.</summary>
    private Gathering? MeetingOf(PlannedOperation operation, int strand) => operation.Kind == OperationKind.Exchange
        ? _scene.Shards(_index, strand)
        : _scene.Experts(_index, _at, strand);

    /// <summary>
    /// Arrives at a collective; one that crosses nodes shares the NICs of its members where those are shared.
    /// </summary>
    private void Meet(Gathering meeting, Instant now, Pass pass, PlannedOperation operation)
    {
        var length = LengthOf(pass, operation);
        var crosses = operation.Kind != OperationKind.Exchange && _set.Plan.ExpertsCrossNodes;
        if (_scene.Nics is { } nics && crosses) meeting.ArriveAndSend(_index, now, length, nics);
        else meeting.Arrive(_index, now, length, Now);
    }

    private Duration LengthOf(Pass pass, PlannedOperation operation) => operation.Kind == OperationKind.Exchange
        ? operation.Fixed
        : _set.Exposed(_set.ExpertLayerOf(_at.Data, pass, operation.Layer), operation.Kind, _at);

    /// <summary>The place of a pass's input, or -1 where it has none that comes from elsewhere.</summary>
    private int PlaceOf(Pass pass)
    {
        if (pass.Kind == PassKind.WeightGradient || !_set.Plan.Shape.HasInput(_at.Stage, pass.Chunk, pass.IsForward))
            return -1;
        return _scene.Inputs.PlaceOf(_index - _scene.First, pass.IsForward, pass.Chunk, pass.MicroBatch);
    }

    /// <summary>Hands activations to the next part, or gradients back; returns how long they travel.</summary>
    private Duration SendOnward(Pass pass)
    {
        if (pass.Kind == PassKind.WeightGradient) return Duration.Zero;
        if (_set.Plan.Shape.After(_at.Stage, pass.Chunk, pass.IsForward) is not { } target) return Duration.Zero;
        var length = target.Stage == _at.Stage
            ? Duration.Zero : _set.SendTime(_at, target.Stage);
        var rank = _set.Cast.IndexOf(_at with { Stage = target.Stage }) - _scene.First;
        var place = _scene.Inputs.PlaceOf(rank, pass.IsForward, target.Chunk, pass.MicroBatch);
        if (_scene.Nics is { } nics && length > Duration.Zero
            && !_set.Plan.Communication.OnOneNode(_at.Stage, target.Stage))
        {
            var latency = Duration.Min(length, _set.Plan.Fabric.ScaleOut.Latency);
            nics.Start(_index, rank + _scene.First, length - latency,
                () => _scene.Inputs.Send(rank, place, Now + latency));
        }
        else
        {
            _scene.Inputs.Send(rank, place, Now + length);
        }

        return length;
    }

    private void Finish(Pass pass, Instant began)
    {
        if (!_isWatched) return;
        var (kind, name) = pass.Kind switch
        {
            PassKind.Forward => (SpanKind.Forward, "forward"),
            PassKind.Backward => (SpanKind.Backward, "backward"),
            PassKind.InputGradient => (SpanKind.Backward, "input gradient"),
            PassKind.WeightGradient => (SpanKind.WeightGradient, "weight gradient"),
            _ => throw new InvalidOperationException($"no pass is a {pass.Kind}"),
        };
        Show(kind, name, pass, began, Now - began);
    }

    private void Show(
        PlannedOperation operation, Pass pass, Instant begin, Duration length, Gathering? meeting = null) =>
        Show(
            operation.IsKernel ? SpanKind.Compute : SpanKind.Communication, operation.Name, pass, begin, length,
            meeting, operation.Layer);

    private void Show(
        SpanKind kind, string name, Pass pass, Instant begin, Duration length, Gathering? meeting = null,
        int layer = -1) => _set.Timeline.Add(new TimelineSpan(
            _set.Cast.Layout.RankOf(_at), kind, name, pass.MicroBatch, pass.Chunk, begin, length,
            meeting?.Meeting ?? 0, layer));
}
