// Plays one optimizer step on the engine: every rank is a process with noise of its own that works through its stage's
// passes; all-to-alls start when their last member arrives, activations travel, gradients are exchanged at the end.
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>Plays the steps of a plan; each sample has routing windows and noise of its own.</summary>
public sealed class StepReplay(StepPlan plan, NoiseSpec noise, ulong seed)
{
    /// <summary>How much is played; the answer is the same, to the nanosecond, wherever folding is allowed.</summary>
    public ReplayDetail Detail { get; init; } = ReplayDetail.Automatic;

    /// <summary>Plays one step.</summary>
    /// <param name="sample">Which step: samples differ in routing windows and noise, the same in every run.</param>
    public ReplayedStep Play(int sample) =>
        Play(sample, NodeSpeeds.Drawn(noise, seed, sample, plan.Cluster.Nodes));

    /// <summary>Plays one step with the given slow nodes in place of drawn ones.</summary>
    public ReplayedStep Play(int sample, NodeSpeeds speeds)
    {
        var set = new ReplaySet(plan, noise, seed, sample, Cast.Of(plan, noise, Detail, speeds), speeds);
        for (var index = 0; index < set.Cast.Size; index++)
        {
            var script = new RankScript(set, index);
            set.Simulation.Start("rank", _ => script.Step());
        }

        set.Simulation.Run();
        return Ended(set);
    }

    private ReplayedStep Ended(ReplaySet set)
    {
        var end = set.Finished.Max(f => f.Nanoseconds);
        for (var index = 0; index < set.Times.Length; index++)
        {
            var left = new Duration(end) - set.Finished[index].SinceStart;
            set.Times[index] += new RankTimes(default, default, left, default);
            if (set.Times[index].Total.Nanoseconds != end)
            {
                throw new InvalidOperationException(
                    $"Rank {index} accounts for {set.Times[index].Total}, the step took {new Duration(end)}.");
            }
        }

        var layout = plan.Layout;
        var ranks = new RankTimes[layout.Ranks];
        for (var rank = 0; rank < ranks.Length; rank++) ranks[rank] = set.Times[set.Cast.IndexOf(layout.Of(rank))];
        var imbalance = set.ExpertLayers.Average(l => l.HottestOverMean);
        return new ReplayedStep(
            new Duration(end), ranks, set.Simulation.EventsProcessed, imbalance, set.Timeline)
        {
            PlayedRanks = set.Cast.Size,
            MicroBatches = set.MicroBatches,
        };
    }
}
