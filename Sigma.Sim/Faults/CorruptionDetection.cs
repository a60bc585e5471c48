// How often and how soon a corruption is noticed: counted on a real step where that was measured, stated elsewhere.
namespace Sigma.Sim.Faults;

/// <summary>What a silent corruption comes to.</summary>
public enum CorruptionEffect
{
    /// <summary>No monitor raises an alarm, and no damage lasts.</summary>
    Harmless,

    /// <summary>A monitor raises an alarm.</summary>
    Noticed,

    /// <summary>No monitor raises an alarm within the horizon of the trials, but the damage lasts.</summary>
    Unnoticed,
}

/// <summary>What one strike comes to.</summary>
/// <param name="Effect">Harmless, noticed or unnoticed.</param>
/// <param name="AfterSteps">Steps from the corruption to the first alarm; 0 where there is none.</param>
public readonly record struct CorruptionOutcome(CorruptionEffect Effect, int AfterSteps);

/// <summary>How a corruption is noticed: a closed set.</summary>
public abstract record CorruptionDetection
{
    /// <summary>The share of strikes that raise an alarm.</summary>
    public abstract double NoticedShare { get; }

    /// <summary>
    /// The outcome of one strike from a uniform draw on (0, 1): noticed ones come first, so that two detections which
    /// notice as many corruptions notice the same ones.
    /// </summary>
    public abstract CorruptionOutcome Draw(double uniform);
}

/// <summary>A monitor that sees a stated share of corruptions after a stated number of steps; the rest last.</summary>
public sealed record StatedDetection(double Share, int AfterSteps) : CorruptionDetection
{
    public override double NoticedShare => Share;

    public override CorruptionOutcome Draw(double uniform) => uniform < Share
        ? new CorruptionOutcome(CorruptionEffect.Noticed, AfterSteps)
        : new CorruptionOutcome(CorruptionEffect.Unnoticed, 0);
}
