// Which silent corruptions the training state holds, and when a monitor will notice each. A copy of the state holds the
// corruptions that the state held, so whoever goes back to it gets them back, and is rid of all later ones.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Campaign;

/// <summary>Damage in the training state that no monitor has noticed yet.</summary>
/// <param name="Strike">The fault that did it.</param>
/// <param name="AfterSteps">Steps from the strike to the alarm.</param>
/// <param name="AlarmAt">Work of the job at which the alarm comes.</param>
internal sealed record LatentCorruption(FaultEvent Strike, int AfterSteps, Duration AlarmAt);

/// <summary>What the strikes of one fault came to; those that are none of the others were latent at the end.</summary>
/// <param name="Struck">All strikes.</param>
/// <param name="Harmless">Left no damage.</param>
/// <param name="Unnoticed">Left damage that no monitor would ever notice.</param>
/// <param name="Noticed">Raised an alarm, which stopped the job.</param>
/// <param name="Undone">Would have raised an alarm, but were rolled back with other work before.</param>
public sealed record CorruptionCounts(int Struck, int Harmless, int Unnoticed, int Noticed, int Undone)
{
    /// <summary>Still without an alarm when the run ended.</summary>
    public int Latent => Struck - Harmless - Unnoticed - Noticed - Undone;
}

/// <summary>Draws what strikes come to and keeps those that are still to be noticed.</summary>
internal sealed class CorruptionWatch(IReadOnlyList<FaultSpec> faults, Duration step, ulong seed, int replication)
{
    private readonly CorruptionCounts[] _counts =
        [.. faults.Select(_ => new CorruptionCounts(0, 0, 0, 0, 0))];

    /// <summary>What the state holds now, in the order of the strikes; the list itself never changes.</summary>
    public IReadOnlyList<LatentCorruption> Latent { get; private set; } = [];

    /// <summary>The corruption whose alarm comes next, or null; the older one wins a tie.</summary>
    public LatentCorruption? NextAlarm =>
        Latent.Count == 0 ? null : Latent.MinBy(corruption => corruption.AlarmAt.Nanoseconds);

    public CorruptionCounts CountsOf(int fault) => _counts[fault];

    /// <summary>A fault corrupts the state at this work of the job.</summary>
    public CorruptionOutcome Strike(FaultEvent strike, SilentCorruption kind, Duration work)
    {
        var purpose = $"fault/{faults[strike.Fault].Name}/corruption";
        var dice = new StreamKey(seed, replication, purpose, strike.Occurrence).Open();
        var outcome = kind.Detection.Draw(dice.NextUniform());
        var counts = _counts[strike.Fault] with { Struck = _counts[strike.Fault].Struck + 1 };
        _counts[strike.Fault] = outcome.Effect switch
        {
            CorruptionEffect.Harmless => counts with { Harmless = counts.Harmless + 1 },
            CorruptionEffect.Unnoticed => counts with { Unnoticed = counts.Unnoticed + 1 },
            CorruptionEffect.Noticed => counts,
            _ => throw new InvalidOperationException($"a corruption came to {outcome.Effect}"),
        };
        if (outcome.Effect == CorruptionEffect.Noticed)
            Latent = [.. Latent, new LatentCorruption(strike, outcome.AfterSteps, work + step * outcome.AfterSteps)];
        return outcome;
    }

    /// <summary>The alarm of a corruption: it is known now, whatever the state is rolled back to.</summary>
    public void Notice(LatentCorruption corruption)
    {
        Latent = [.. Latent.Where(other => other != corruption)];
        var counts = _counts[corruption.Strike.Fault];
        _counts[corruption.Strike.Fault] = counts with { Noticed = counts.Noticed + 1 };
    }

    /// <summary>The state becomes a copy that holds these; a state without history holds none.</summary>
    public void RollBack(IReadOnlyList<LatentCorruption> held)
    {
        if (held.FirstOrDefault(corruption => !Latent.Contains(corruption)) is { } known)
        {
            throw new InvalidOperationException(
                $"The state went back to a copy that holds the corruption of unit {known.Strike.Unit}, "
                + "which is known or gone.");
        }

        foreach (var undone in Latent.Where(corruption => !held.Contains(corruption)))
        {
            var counts = _counts[undone.Strike.Fault];
            _counts[undone.Strike.Fault] = counts with { Undone = counts.Undone + 1 };
        }

        Latent = held;
    }
}
