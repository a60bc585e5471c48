// Plays one optimizer step on the engine: every rank is a process with noise of its own that works through its stage's
// passes; all-to-alls start when their last member arrives, activations travel, gradients are exchanged at the end.
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Plays the steps of a plan; each sample has routing windows and noise of its own.</summary>
public sealed class StepReplay(StepPlan plan, NoiseSpec declared, ulong seed)
{
    private readonly NoiseSpec _noise = declared.Remaining;

    /// <summary>How much is played; the answer is the same, to the nanosecond, wherever folding is allowed.</summary>
    public ReplayDetail Detail { get; init; } = ReplayDetail.Automatic;

    /// <summary>Follows the critical path, which takes some 100 bytes for every collective of every rank.</summary>
    public bool FollowsPath { get; init; }

    /// <summary>Keeps what every rank did, which takes some 50 bytes for every kernel of every played rank.</summary>
    public bool KeepsTranscript { get; init; }

    /// <summary>Plays one step.</summary>
    /// <param name="sample">Which step: samples differ in routing windows and noise, the same in every run.</param>
    public ReplayedStep Play(int sample) =>
        Play(sample, NodeHealth.Drawn(_noise, seed, sample, plan.Cluster.Nodes));

    /// <summary>Plays one step with the given unsound nodes in place of drawn ones.</summary>
    public ReplayedStep Play(int sample, NodeHealth drawn)
    {
        var health = drawn.And(plan.Cluster.Unsound);
        var cast = Cast.Of(plan, _noise, Detail, health);
        var step = Play(sample, health, cast, moves: plan.Parallelism.DynamicMicroBatches);
        if (step.MicroBatches.All(share => share == plan.MicroBatches)) return step;
        // Shares follow an estimate; a scheduler that finds the step longer for it takes the moved ones back.
        var even = Play(sample, health, cast, moves: false);
        return even.StepTime < step.StepTime ? even : step;
    }

    private ReplayedStep Play(int sample, NodeHealth health, Cast cast, bool moves)
    {
        var set = new ReplaySet(plan, _noise, seed, sample, cast, health, moves)
        {
            Path = FollowsPath ? new PathLog(cast.Size) : null,
            Kernels = KeepsTranscript ? new KernelLog(cast.Size) : null,
        };
        long events = 0;
        var together = plan.Parallelism.Contention ? set.Cast.Groups.Length : 1;
        for (var slot = 0; slot < set.Cast.Groups.Length; slot += together)
        {
            var scene = new GroupScene(plan, set.Cast, slot, together, set.MicroBatches.Max());
            for (var index = scene.First; index < scene.First + together * set.Cast.PerGroup; index++)
            {
                var script = new RankScript(set, scene, index);
                scene.Simulation.Start("rank", _ => script.Passes());
            }

            scene.Simulation.Run();
            events += scene.Simulation.EventsProcessed;
        }

        return Ended(set, events);
    }

    private ReplayedStep Ended(ReplaySet set, long events)
    {
        var (layout, times) = (plan.Layout, set.Times);
        var stages = Enumerable.Range(0, layout.Pipeline).ToArray();
        var arrived = new Instant[layout.Pipeline];
        for (var index = 0; index < times.Length; index++)
        {
            var stage = set.Cast.At(index).Stage;
            if (set.Arrived[index] > arrived[stage]) arrived[stage] = set.Arrived[index];
        }

        var exchanged = stages.Select(stage => set.Gradients.DoneAt(stage, arrived[stage])).ToArray();
        // The optimizer's kernels are as slow as the others of their node.
        var updates = Enumerable.Range(0, times.Length).Select(index =>
            Duration.OfWork(plan.OptimizerSeconds(set.Cast.At(index).Stage) * set.Speeds[index])).ToArray();
        var last = Enumerable.Range(0, times.Length)
            .MaxBy(i => (exchanged[set.Cast.At(i).Stage] + updates[i]).Nanoseconds);
        var slowest = set.Cast.At(last).Stage;
        var end = (exchanged[slowest] + updates[last]).Nanoseconds;
        for (var index = 0; index < times.Length; index++)
        {
            var stage = set.Cast.At(index).Stage;
            var finished = exchanged[stage] + updates[index];
            times[index] += new RankTimes(
                updates[index], exchanged[stage] - arrived[stage], new Duration(end) - finished.SinceStart,
                arrived[stage] - set.Arrived[index]);
            if (times[index].Total.Nanoseconds != end)
            {
                throw new InvalidOperationException(
                    $"Rank {index} accounts for {times[index].Total}, the step took {new Duration(end)}.");
            }

            ShowEnd(set, index, exchanged[stage], updates[index]);
        }

        var ranks = new RankTimes[layout.Ranks];
        for (var rank = 0; rank < ranks.Length; rank++) ranks[rank] = times[set.Cast.IndexOf(layout.Of(rank))];
        var path = set.Path?.Walk(
            Enumerable.Range(0, times.Length).Where(i => set.Cast.At(i).Stage == slowest)
                .MaxBy(i => set.Arrived[i].Nanoseconds),
            arrived[slowest], exchanged[slowest] - arrived[slowest], updates[last], set.Cast);
        var imbalance = set.ExpertLayers.Average(l => l.HottestOverMean);
        return new ReplayedStep(new Duration(end), ranks, events, imbalance, set.Timeline)
        {
            PlayedRanks = set.Cast.Size,
            CriticalPath = path,
            MicroBatches = set.MicroBatches,
            Transcript = set.Kernels is { } kernels ? new StepTranscript(set, kernels, updates) : null,
        };
    }

    private static void ShowEnd(ReplaySet set, int index, Instant exchanged, Duration update)
    {
        var at = set.Cast.At(index);
        if (!RankScript.IsWatched(set.Cast, at)) return;
        var rank = set.Cast.Layout.RankOf(at);
        // Stages exchange gradients among themselves: the number tells their meetings from those of groups.
        set.Timeline.Add(new TimelineSpan(
            rank, SpanKind.Communication, "gradient exchange", 0, 0, set.Arrived[index],
            exchanged - set.Arrived[index], -1 - at.Stage));
        set.Timeline.Add(new TimelineSpan(rank, SpanKind.Optimizer, "optimizer", 0, 0, exchanged, update));
    }
}
