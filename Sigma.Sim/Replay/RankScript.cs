// What one rank does in a step, from its first pass to its optimizer, and where its time goes.
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

    public RankScript(ReplaySet set, int index)
    {
        (_set, _index, _at) = (set, index, set.Cast.At(index));
        (_noise, _slowness) = (set.Noise[index], set.Speeds[index]);
        _passes = set.PassesOf(index, _at.Stage);
        _isWatched = _at.Tensor == 0 && _at.Data < Math.Min(MostWatched, set.Cast.Layout.Expert);
        if (_passes.Any(pass => pass.BesideNext)) _units = new Resource(set.Simulation, "compute units", 1);
    }

    private Instant Now => _set.Simulation.Now;

    /// <summary>All passes, then gradients and the optimizer.</summary>
    public IEnumerator<Wait> Step()
    {
        for (var i = 0; i < _passes.Length; i++)
        {
            var pass = _passes[i];
            var next = pass.BesideNext ? _passes[i + 1] : (Pass?)null;
            var asked = Now;
            for (var side = 0; side < (next is null ? 1 : 2); side++)
            {
                var place = PlaceOf(side == 0 ? pass : next!.Value);
                if (place < 0) continue;
                if (!_set.Inputs.IsSent(place)) yield return _set.Inputs.Await(_index, place);
                if (_set.Inputs.ArrivalOf(place) > Now) yield return _set.Inputs.ArrivalOf(place) - Now;
            }

            _bubble += (Now - asked).Nanoseconds;
            var began = Now;
            if (next is { } beside)
            {
                var (compute, pauses) = (_compute, _straggler);
                var other = _set.Simulation.Start("rank beside", _ => Strand(beside, 1, IsLast(i + 1)));
                yield return _set.Simulation.Start("rank", _ => Strand(pass, 0, IsLast(i)));
                if (other.IsAlive) yield return other;
                // Compute units work for one of the two at a time; when they do not, both communicate.
                _exposed += (Now - began).Nanoseconds - (_compute - compute) - (_straggler - pauses);
                Finish(beside, began);
                i++;
            }
            else
            {
                foreach (var operation in _set.OperationsOf(_at.Stage, pass, IsLast(i)))
                {
                    var start = Now;
                    if (operation.IsKernel)
                    {
                        var (work, pause) = Kernel(pass, operation, start);
                        yield return work + pause;
                        if (_isWatched) Show(operation, pass, start, work + pause);
                    }
                    else if (operation.Kind == OperationKind.Gradients)
                    {
                        _set.Meetings.GiveGradients(_at, pass.Chunk, operation.Layer);
                    }
                    else if (MeetingOf(operation, 0) is { } meeting)
                    {
                        meeting.Arrive(start, LengthOf(pass, operation));
                        yield return meeting.Done;
                        _straggler += (meeting.Started - start).Nanoseconds;
                        _exposed += (Now - meeting.Started).Nanoseconds;
                        if (_isWatched) Show(operation, pass, start, Now - start, meeting);
                    }
                    else
                    {
                        yield return operation.Fixed;
                        _exposed += operation.Fixed.Nanoseconds;
                        if (_isWatched) Show(operation, pass, start, operation.Fixed);
                    }
                }
            }

            Finish(pass, began);
            var sent = SendOnward(pass);
            if (next is { } both) sent = Duration.Max(sent, SendOnward(both));
            if (_set.Plan.Parallelism.BlockingSends && sent > Duration.Zero)
            {
                yield return sent;
                _exposed += sent.Nanoseconds;
            }
        }

        // Gradients are complete when the stage's last rank is; what the backward passes do not hide follows.
        var arrived = Now;
        var gradients = _set.Meetings.EndOf(_at.Stage);
        gradients.Arrive(arrived, _set.Exchanges[_at.Stage] + _set.Meetings.GradientsLeft(_at.Stage, arrived));
        yield return gradients.Done;
        _straggler += (gradients.Started - arrived).Nanoseconds;
        _exposed += (Now - gradients.Started).Nanoseconds;
        var update = _set.Updates[_at.Stage];
        if (_isWatched)
        {
            Show(SpanKind.Communication, "gradient exchange", default, arrived, Now - arrived, gradients);
            Show(SpanKind.Optimizer, "optimizer", default, Now, update);
        }

        yield return update;
        _compute += update.Nanoseconds;
        _set.Times[_index] = new RankTimes(new(_compute), new(_exposed), new(_bubble), new(_straggler));
        _set.Finished[_index] = Now;
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
                var start = Now;
                var (work, pause) = Kernel(pass, operation, start);
                yield return work + pause;
                _units.Release();
                if (_isWatched) Show(operation, pass, start, work + pause);
            }
            else if (operation.Kind == OperationKind.Gradients)
            {
                _set.Meetings.GiveGradients(_at, pass.Chunk, operation.Layer);
            }
            else
            {
                var meeting = MeetingOf(operation, strand);
                if (meeting is not null)
                {
                    meeting.Arrive(asked, LengthOf(pass, operation));
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

    /// <summary>True for the last pass that adds to its chunk's gradients.</summary>
    private bool IsLast(int i)
    {
        if (!_passes[i].GivesWeightGradient) return false;
        for (var later = i + 1; later < _passes.Length; later++)
        {
            if (_passes[later].GivesWeightGradient && _passes[later].Chunk == _passes[i].Chunk) return false;
        }

        return true;
    }

    private (Duration Work, Duration Pause) Kernel(Pass pass, PlannedOperation operation, Instant now)
    {
        var seconds = operation.Kind == OperationKind.Compute
            ? operation.Seconds
            : _set.ExpertLayerOf(_at.Data, pass, operation.Layer).ExpertSeconds[_at.Data % _set.Cast.Layout.Expert]
                * operation.Factor;
        var work = _noise.Jittered(seconds * _slowness);
        var pause = _noise.Pause(now, work);
        _compute += work.Nanoseconds;
        _straggler += pause.Nanoseconds;
        return (work, pause);
    }

    /// <summary>Who must be there for an exchange, or null where the rank stands for all of them.</summary>
    private Gathering? MeetingOf(PlannedOperation operation, int strand) => operation.Kind == OperationKind.Exchange
        ? _set.Meetings.Shards(_index, strand)
        : _set.Meetings.Experts(_index, _at, strand);

    private Duration LengthOf(Pass pass, PlannedOperation operation) => operation.Kind == OperationKind.Exchange
        ? operation.Fixed
        : _set.Exposed(_set.ExpertLayerOf(_at.Data, pass, operation.Layer), operation.Kind);

    /// <summary>The place of a pass's input, or -1 where it has none that comes from elsewhere.</summary>
    private int PlaceOf(Pass pass)
    {
        if (pass.Kind == PassKind.WeightGradient || !_set.Plan.Shape.HasInput(_at.Stage, pass.Chunk, pass.IsForward))
            return -1;
        return _set.Inputs.PlaceOf(_index, pass.IsForward, pass.Chunk, pass.MicroBatch);
    }

    /// <summary>Hands activations to the next part, or gradients back; returns how long they travel.</summary>
    private Duration SendOnward(Pass pass)
    {
        if (pass.Kind == PassKind.WeightGradient) return Duration.Zero;
        if (_set.Plan.Shape.After(_at.Stage, pass.Chunk, pass.IsForward) is not { } target) return Duration.Zero;
        var length = target.Stage == _at.Stage
            ? Duration.Zero : _set.Plan.Communication.Send(_at.Stage, target.Stage);
        var rank = _set.Cast.IndexOf(_at with { Stage = target.Stage });
        var place = _set.Inputs.PlaceOf(rank, pass.IsForward, target.Chunk, pass.MicroBatch);
        _set.Inputs.Send(rank, place, Now + length);
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
