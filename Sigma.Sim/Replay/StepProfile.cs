// What a campaign needs to know of a step: how long a healthy one takes, and where its time goes, over sampled steps.
using Sigma.Sim.Quantities;
using Sigma.Sim.Workload;

namespace Sigma.Sim.Replay;

/// <summary>The healthy step of a cluster.</summary>
/// <param name="StepTime">Mean over the samples, with synchronized pauses spread over the steps between them.</param>
/// <param name="Samples">The sampled steps in order.</param>
/// <param name="Shares">Where the mean step goes; the four shares sum to one.</param>
/// <param name="Figures">MFU and its relatives.</param>
public sealed record StepProfile(
    Duration StepTime, IReadOnlyList<ReplayedStep> Samples, StepShares Shares, StepFigures Figures)
{
    /// <summary>The samples with slow nodes, played beside the sound ones where there may be any.</summary>
    public IReadOnlyList<ReplayedStep> Slowed { get; init; } = [];

    /// <summary>The share of steps that have a slow node.</summary>
    public double ChanceOfSlowed { get; init; }

    /// <summary>Plays samples 0 .. n-1 on <paramref name="threads"/> threads, whose number changes nothing.</summary>
    public static StepProfile Of(
        StepPlan plan, NoiseSpec declared, ulong seed, int samples, int threads, CancellationToken cancellation)
    {
        var noise = declared.Remaining;
        var replay = new StepReplay(plan, noise, seed);
        var steps = new ReplayedStep[samples];
        var slowed = noise.SlowNodes is null ? [] : new ReplayedStep[samples];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, samples + slowed.Length, options, i =>
        {
            var sample = i % samples;
            if (i < samples) steps[sample] = replay.Play(sample, NodeHealth.Even);
            else slowed[sample] = replay.Play(sample, NodeHealth.SomeSlow(noise, seed, sample, plan.Cluster.Nodes));
        });
        var chance = NodeHealth.ChanceOfAny(noise, plan.Cluster.Nodes);
        var amortized = noise.Pauses
            .Where(p => p.Synchronized && p.EverySteps > 0)
            .Sum(p => p.Lasts.MeanSeconds / p.EverySteps);
        var played = Mean(s => s.StepTime.Nanoseconds);
        var mean = Duration.FromNanoseconds((long)Math.Round(played)) + Duration.FromSeconds(amortized);
        var shares = new StepShares(
            Part(r => r.ExposedCommunication),
            Part(r => r.PipelineBubble),
            Part(r => r.StragglerWait) + amortized * 1e9 / mean.Nanoseconds);
        return new StepProfile(mean, steps, shares, StepFigures.Of(plan, mean))
        {
            Slowed = slowed,
            ChanceOfSlowed = chance,
        };

        // Steps with a slow node count as often as there is one: drawing them would need hundreds of samples.
        double Mean(Func<ReplayedStep, double> of) => slowed.Length == 0
            ? steps.Average(of)
            : (1 - chance) * steps.Average(of) + chance * slowed.Average(of);

        double Part(Func<RankTimes, Duration> part) =>
            Mean(s => s.Ranks.Average(r => (double)part(r).Nanoseconds)) / mean.Nanoseconds;
    }

    /// <summary>Standard deviation of the sampled steps, in seconds; 0 for one sample.</summary>
    public double StepTimeDeviationSeconds
    {
        get
        {
            if (Samples.Count < 2) return 0;
            var mean = Samples.Average(s => s.StepTime.Seconds);
            return Math.Sqrt(Samples.Sum(s => Math.Pow(s.StepTime.Seconds - mean, 2)) / (Samples.Count - 1));
        }
    }
}

/// <summary>Shares of the mean step over all ranks; compute is the rest.</summary>
public readonly record struct StepShares(double ExposedCommunication, double PipelineBubble, double StragglerWait)
{
    public double Compute => 1 - ExposedCommunication - PipelineBubble - StragglerWait;
}

/// <summary>How well a step uses the machine.</summary>
/// <param name="Mfu">Model FLOPs / (time x accelerators x dense peak), causal attention counted half.</param>
/// <param name="MfuFullAttention">The same with the whole square of attention scores, as some papers count.</param>
/// <param name="Hfu">Hardware FLOPs: what recomputation repeats counts too.</param>
/// <param name="TokensPerSecond">Tokens of the global batch over the step time.</param>
public sealed record StepFigures(double Mfu, double MfuFullAttention, double Hfu, double TokensPerSecond)
{
    public static StepFigures Of(StepPlan plan, Duration step)
    {
        var peak = plan.Cluster.Accelerator.PeakOf(plan.Model.Precision).PerSecond;
        var capacity = step.Seconds * plan.Cluster.Accelerators * peak;
        var causal = plan.TokensPerStep * plan.Model.FlopsPerToken(causal: true);
        var full = plan.TokensPerStep * plan.Model.FlopsPerToken(causal: false);
        var hardware = plan.TokensPerStep * plan.Model.HardwareFlopsPerToken(plan.Parallelism.Recompute, causal: true);
        return new StepFigures(
            causal / capacity, full / capacity, hardware / capacity, plan.TokensPerStep / step.Seconds);
    }
}
