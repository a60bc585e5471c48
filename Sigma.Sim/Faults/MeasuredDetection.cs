// How monitors of a training answer to corrupted numbers: counted in trials on a real step, not assumed. A campaign
// draws the outcome of each strike from these counts.
namespace Sigma.Sim.Faults;

/// <summary>Trials in which one monitor raised an alarm; several may do so in one trial.</summary>
public sealed record MonitorAlarms(string Monitor, long Noticed);

/// <summary>Trials whose first alarm came so many steps after the corruption.</summary>
public sealed record AlarmDelay(int AfterSteps, long Trials);

/// <summary>Counts over trials, each of which corrupted a real step once and then watched it.</summary>
/// <param name="MadeBy">The command that measured.</param>
/// <param name="Step">What was corrupted, in words.</param>
/// <param name="HorizonSteps">Steps for which each trial was watched.</param>
/// <param name="Noticed">Trials with an alarm.</param>
/// <param name="Unnoticed">Trials without an alarm whose damage lasted.</param>
/// <param name="Harmless">Trials with neither.</param>
/// <param name="Monitors">By monitor.</param>
/// <param name="Delays">Of the noticed trials, soonest first; they sum to <paramref name="Noticed"/>.</param>
public sealed record MeasuredDetection(
    string MadeBy, string Step, int HorizonSteps, long Noticed, long Unnoticed, long Harmless,
    IReadOnlyList<MonitorAlarms> Monitors, IReadOnlyList<AlarmDelay> Delays)
    : CorruptionDetection
{
    public long Trials => Noticed + Unnoticed + Harmless;

    /// <summary>Noticed trials over all.</summary>
    public override double NoticedShare => (double)Noticed / Trials;

    /// <summary>The outcome of one trial, each as likely as any other.</summary>
    public override CorruptionOutcome Draw(double uniform)
    {
        var left = (long)(uniform * Trials);
        foreach (var delay in Delays)
        {
            if (left < delay.Trials) return new CorruptionOutcome(CorruptionEffect.Noticed, delay.AfterSteps);
            left -= delay.Trials;
        }

        return new CorruptionOutcome(left < Unnoticed ? CorruptionEffect.Unnoticed : CorruptionEffect.Harmless, 0);
    }
}
