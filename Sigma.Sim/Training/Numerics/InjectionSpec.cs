// Settings of an injection experiment, and what a trial of it found.
namespace Sigma.Sim.Training.Numerics;

/// <summary>A training in which bits are flipped.</summary>
/// <param name="Training">Model, text, seed and precision; every trial runs on one thread.</param>
/// <param name="Trials">Flips, each in a training of its own.</param>
/// <param name="Warmup">Steps before the first flip.</param>
/// <param name="FlipSteps">Steps after them, one of which is hit.</param>
/// <param name="Horizon">Steps that a trial is followed, the hit one among them.</param>
public sealed record InjectionSpec(TrainingSpec Training, int Trials, int Warmup, int FlipSteps, int Horizon)
{
    /// <summary>At most as many trials as a night affords.</summary>
    public const int MostTrials = 1_000_000;

    /// <summary>Steps of the clean training.</summary>
    public int Steps => Warmup + FlipSteps + Horizon - 1;

    /// <summary>
    /// A model small enough for thousands of trials, deep enough for a profile over depth: 4 layers, hidden 32, 16
    /// experts top-2, 256 tokens a step.
    /// </summary>
    public static InjectionSpec Default(int trials, ulong seed, KernelPrecisions precisions, int threads)
    {
        var model = ReducedModelSpec.Default with
        {
            Hidden = 32,
            Heads = 2,
            KvHeads = 1,
            Experts = 16,
            TopK = 2,
            Sequence = 64,
            Batch = 4,
        };
        // At the default rate so small a batch has spikes of its own; at this one 3 alarms in 3,060 steps of 60 seeds.
        var optimizer = OptimizerSpec.Default with { LearningRate = 0.001 };
        const int warmup = 20, flips = 20, horizon = 20;
        var training = new TrainingSpec(
            model, optimizer, precisions, Corpus.Version1, seed, warmup + flips + horizon - 1, threads, TraceSteps: 1);
        return new InjectionSpec(training, trials, warmup, flips, horizon);
    }
}

/// <summary>What became of a flip.</summary>
public enum InjectionOutcome
{
    /// <summary>Some monitor raised an alarm that the clean training did not.</summary>
    Noticed,

    /// <summary>No alarm, but the damage lasted to the horizon.</summary>
    Unnoticed,

    /// <summary>Neither alarm nor lasting damage.</summary>
    Harmless,
}

/// <summary>One flip and what it did.</summary>
/// <param name="Corruption">Where the bit was.</param>
/// <param name="NoticedAfter">Steps to each monitor's first alarm, 0 for the hit step; null for none.</param>
/// <param name="Damage">
/// Mean loss of the last steps above that of the clean training, nats; not finite where the loss is not.
/// </param>
public sealed record InjectionTrial(Corruption Corruption, IReadOnlyList<int?> NoticedAfter, double Damage)
{
    /// <summary>Last steps over which damage is a mean.</summary>
    public const int DamageSteps = 5;

    /// <summary>A difference up to here, in nats, is what a flip of the lowest bit makes as well.</summary>
    public const double HarmlessNats = 0.01;

    /// <summary>Steps to the first alarm of any monitor.</summary>
    public int? FirstNotice => NoticedAfter.Min();

    public InjectionOutcome Outcome => FirstNotice is not null ? InjectionOutcome.Noticed
        : Damage <= HarmlessNats ? InjectionOutcome.Harmless
        : InjectionOutcome.Unnoticed;
}
