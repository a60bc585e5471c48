// Plays one optimizer step on the engine: every rank is a process with noise of its own that works through its stage's
// passes; all-to-alls start when their last member arrives, activations travel, gradients are exchanged at the end.
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Plays the steps of a plan; each sample has routing windows and noise of its own.</summary>
public sealed class StepReplay(StepPlan plan, NoiseSpec noise, ulong seed)
{
    /// <summary>Plays one step.</summary>
    /// <param name="sample">Which step: samples differ in routing windows and noise, the same in every run.</param>
    public ReplayedStep Play(int sample)
    {
        var stage = new Stage(plan, noise, seed, sample);
        return stage.Play();
    }

    /// <summary>The set on which one step is played.</summary>
    private sealed class Stage
    {
        private readonly StepPlan _plan;
        private readonly Simulation _simulation = new();
        private readonly ExpertLayer[] _expertLayers;
        private readonly RankNoise[] _noise;
        private readonly Pass[][] _passes;
        private readonly PlannedOperation[][] _operations;
        private readonly Gathering[] _expertGroups;
        private readonly Gathering[] _stageEnds;
        private readonly Signal?[] _inputs;
        private readonly RankTimes[] _times;
        private readonly Instant[] _finished;
        private readonly List<TimelineSpan> _timeline = [];
        private readonly double _hiddenShare;

        // By stage: what is exposed of the gradient exchange, and the optimizer's time.
        private readonly Duration[] _exchanges;
        private readonly Duration[] _updates;

        public Stage(StepPlan plan, NoiseSpec noise, ulong seed, int sample)
        {
            _plan = plan;
            var layout = plan.Layout;
            _expertLayers = plan.ExpertLayers(sample);
            _passes = [.. Enumerable.Range(0, layout.Pipeline)
                .Select(s => PipelineSchedule.Of(
                    layout.Pipeline, s, plan.MicroBatches, plan.Parallelism.VirtualStages))];
            _operations = [.. Enumerable.Range(0, layout.Pipeline * plan.Parallelism.VirtualStages * 2)
                .Select(i => PassOperations.Of(plan, i / 2 % layout.Pipeline, i / 2 / layout.Pipeline, i % 2 == 0))];
            var kernels = Enumerable.Range(0, layout.Pipeline)
                .Select(s => _passes[s].Sum(p => OperationsOf(s, p).Count(o => o.IsKernel))).ToArray();
            _noise = RankNoise.Of(
                noise, seed, sample, layout.Ranks, layout.AcceleratorsPerNode, rank => kernels[layout.Of(rank).Stage]);
            var hidden = plan.Parallelism.Overlap.DataParallel.Value;
            var stages = Enumerable.Range(0, layout.Pipeline).ToArray();
            _exchanges = [.. stages.Select(s => plan.GradientExchange(s).Scaled(1 - hidden))];
            _updates = [.. stages.Select(s => Duration.OfWork(plan.OptimizerSeconds(s)))];
            _expertGroups = [.. Enumerable.Range(0, layout.Pipeline * layout.ExpertGroups * layout.Tensor)
                .Select(i => new Gathering(_simulation, $"expert group {i}", layout.Expert))];
            _stageEnds = [.. Enumerable.Range(0, layout.Pipeline)
                .Select(i => new Gathering(_simulation, $"gradients of stage {i}", layout.Data * layout.Tensor))];
            _inputs = new Signal?[layout.Ranks * _passes[0].Length];
            _times = new RankTimes[layout.Ranks];
            _finished = new Instant[layout.Ranks];
            _hiddenShare = plan.Parallelism.Overlap.ExpertParallel.Value;
        }

        public ReplayedStep Play()
        {
            for (var rank = 0; rank < _plan.Layout.Ranks; rank++)
            {
                var number = rank;
                _simulation.Start("rank", _ => Rank(number));
            }

            _simulation.Run();
            var end = _finished.Max(f => f.Nanoseconds);
            for (var rank = 0; rank < _times.Length; rank++)
            {
                var left = new Duration(end) - _finished[rank].SinceStart;
                _times[rank] += new RankTimes(default, default, left, default);
                if (_times[rank].Total.Nanoseconds != end)
                {
                    throw new InvalidOperationException(
                        $"Rank {rank} accounts for {_times[rank].Total}, the step took {new Duration(end)}.");
                }
            }

            var imbalance = _expertLayers.Average(l => l.HottestOverMean);
            return new ReplayedStep(new Duration(end), _times, _simulation.EventsProcessed, imbalance, _timeline);
        }

        private IEnumerator<Wait> Rank(int rank)
        {
            var at = _plan.Layout.Of(rank);
            var noise = _noise[rank];
            var group = ExpertGroupOf(at);
            var watched = at is { Data: 0, Tensor: 0 };
            long compute = 0, exposed = 0, bubble = 0, straggler = 0;
            foreach (var pass in _passes[at.Stage])
            {
                var asked = _simulation.Now;
                if (HasInput(at.Stage, pass))
                {
                    yield return Input(rank, pass);
                    bubble += (_simulation.Now - asked).Nanoseconds;
                }

                var passBegan = _simulation.Now;
                foreach (var operation in OperationsOf(at.Stage, pass))
                {
                    var began = _simulation.Now;
                    if (operation.IsKernel)
                    {
                        var work = noise.Jittered(SecondsOf(at, pass, operation));
                        var pause = noise.Pause(began, work);
                        yield return work + pause;
                        compute += work.Nanoseconds;
                        straggler += pause.Nanoseconds;
                        if (watched) Show(rank, SpanKind.Compute, operation.Name, pass, began, work + pause);
                    }
                    else if (operation.Kind == OperationKind.TensorParallel)
                    {
                        yield return operation.Fixed;
                        exposed += operation.Fixed.Nanoseconds;
                        if (watched) Show(rank, SpanKind.Communication, operation.Name, pass, began, operation.Fixed);
                    }
                    else
                    {
                        group.Arrive(began, Exposed(ExpertLayerOf(at.Data, pass, operation), operation.Kind));
                        yield return group.Done;
                        straggler += (group.Started - began).Nanoseconds;
                        exposed += (_simulation.Now - group.Started).Nanoseconds;
                        var length = _simulation.Now - began;
                        if (watched) Show(rank, SpanKind.Communication, operation.Name, pass, began, length);
                    }
                }

                if (watched) ShowPass(rank, pass, passBegan);
                SendOnward(at, pass);
            }

            // Gradients are complete when the stage's last rank is; what the backward passes do not hide follows.
            var arrived = _simulation.Now;
            var gradients = _stageEnds[at.Stage];
            gradients.Arrive(arrived, _exchanges[at.Stage]);
            yield return gradients.Done;
            straggler += (gradients.Started - arrived).Nanoseconds;
            exposed += (_simulation.Now - gradients.Started).Nanoseconds;
            var update = _updates[at.Stage];
            if (watched)
            {
                Show(rank, SpanKind.Communication, "gradient exchange", default, arrived, _simulation.Now - arrived);
                Show(rank, SpanKind.Optimizer, "optimizer", default, _simulation.Now, update);
            }

            yield return update;
            compute += update.Nanoseconds;
            _times[rank] = new RankTimes(new(compute), new(exposed), new(bubble), new(straggler));
            _finished[rank] = _simulation.Now;
        }

        private Gathering ExpertGroupOf(RankCoordinates at)
        {
            var group = at.Stage * _plan.Layout.ExpertGroups + at.Data / _plan.Layout.Expert;
            return _expertGroups[group * _plan.Layout.Tensor + at.Tensor];
        }

        private double SecondsOf(RankCoordinates at, Pass pass, PlannedOperation operation)
        {
            if (operation.Kind == OperationKind.Compute) return operation.Seconds;
            var forward = ExpertLayerOf(at.Data, pass, operation).ExpertSeconds[at.Data % _plan.Layout.Expert];
            return forward * operation.Factor;
        }

        private Duration Exposed(ExpertLayer layer, OperationKind kind)
        {
            var whole = kind == OperationKind.Dispatch ? layer.Dispatch : layer.Combine;
            return _hiddenShare > 0 ? whole.Scaled(1 - _hiddenShare) : whole;
        }

        private ExpertLayer ExpertLayerOf(int data, Pass pass, PlannedOperation operation)
        {
            var group = data / _plan.Layout.Expert;
            var layer = _plan.TraceLayerOf(operation.Layer);
            return _expertLayers[(group * _plan.MicroBatches + pass.MicroBatch) * _plan.TraceLayers + layer];
        }

        private PlannedOperation[] OperationsOf(int stage, Pass pass) =>
            _operations[(pass.Chunk * _plan.Layout.Pipeline + stage) * 2 + (pass.IsForward ? 0 : 1)];

        private bool HasInput(int stage, Pass pass) => pass.IsForward
            ? stage > 0 || pass.Chunk > 0
            : stage < _plan.Layout.Pipeline - 1 || pass.Chunk < _plan.Parallelism.VirtualStages - 1;

        /// <summary>Hands activations to the next virtual stage, or gradients back; the link is free then.</summary>
        private void SendOnward(RankCoordinates at, Pass pass)
        {
            var layout = _plan.Layout;
            var virtualStage = pass.Chunk * layout.Pipeline + at.Stage + (pass.IsForward ? 1 : -1);
            if (virtualStage < 0 || virtualStage >= layout.Pipeline * _plan.Parallelism.VirtualStages) return;
            var stage = virtualStage % layout.Pipeline;
            var target = layout.RankOf(new(at.Tensor, at.Data, stage));
            var input = Input(target, pass with { Chunk = virtualStage / layout.Pipeline });
            if (stage == at.Stage) input.Fire();
            else input.FireAfter(_plan.SendActivations);
        }

        private Signal Input(int rank, Pass pass)
        {
            var chunks = _plan.Parallelism.VirtualStages;
            var index = ((pass.IsForward ? 0 : 1) * chunks + pass.Chunk) * _plan.MicroBatches + pass.MicroBatch;
            return _inputs[rank * _passes[0].Length + index] ??= _simulation.NewSignal("activations");
        }

        private void ShowPass(int rank, Pass pass, Instant began)
        {
            var (kind, name) = pass.IsForward ? (SpanKind.Forward, "forward") : (SpanKind.Backward, "backward");
            Show(rank, kind, name, pass, began, _simulation.Now - began);
        }

        private void Show(int rank, SpanKind kind, string name, Pass pass, Instant begin, Duration length) =>
            _timeline.Add(new TimelineSpan(rank, kind, name, pass.MicroBatch, pass.Chunk, begin, length));
    }
}
