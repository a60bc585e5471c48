// The copies of the training state that exist, tier by tier, and which of them a recovery may use.
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>A copy of the state after some work, with all that was wrong in it, usable from a moment on.</summary>
internal readonly record struct StateCopy(
    Duration Work, Instant CompleteAt, CheckpointTier Tier, IReadOnlyList<LatentCorruption> Latent);

/// <summary>
/// Keeps the copies of every tier that a recovery may still need, and the times at which the next are due. Peers have
/// memory for the newest complete copy and the one being written; storage keeps all, of which only those count that
/// are not older than the newest complete copy without a latent corruption.
/// </summary>
internal sealed class CheckpointShelf
{
    private readonly IReadOnlyList<CheckpointTier> _tiers;
    private readonly List<StateCopy>[] _copies;
    private readonly Duration[] _lastWork;

    public CheckpointShelf(IReadOnlyList<CheckpointTier> tiers)
    {
        _tiers = tiers;
        _copies = [.. tiers.Select(_ => new List<StateCopy>())];
        _lastWork = new Duration[tiers.Count];
    }

    /// <summary>Work at which the next checkpoint is due: the end of the first step after a tier's interval.</summary>
    public (Duration Work, CheckpointTier Tier)? NextDue(Duration step)
    {
        (Duration Work, CheckpointTier Tier)? next = null;
        for (var i = 0; i < _tiers.Count; i++)
        {
            var steps = (_lastWork[i] + _tiers[i].Every + step - new Duration(1)) / step;
            var work = step * Math.Max(steps, _lastWork[i] / step + 1);
            if (next is null || work < next.Value.Work) next = (work, _tiers[i]);
        }

        return next;
    }

    /// <summary>How long the tier's last copy is still being written: a new one must wait for it.</summary>
    public Duration WriteLeft(CheckpointTier tier, Instant now)
    {
        var copies = _copies[IndexOf(tier)];
        return copies.Count > 0 && copies[^1].CompleteAt > now ? copies[^1].CompleteAt - now : Duration.Zero;
    }

    /// <summary>A checkpoint was taken; its copy is complete after the tier's background write.</summary>
    public void Put(CheckpointTier tier, Duration work, Instant now, IReadOnlyList<LatentCorruption> latent)
    {
        var i = IndexOf(tier);
        _lastWork[i] = work;
        _copies[i].Add(new StateCopy(work, now + tier.Write, tier, latent));
        var usable = _copies[i].FindLastIndex(copy => copy.CompleteAt <= now && Outdates(copy));
        if (usable > 0) _copies[i].RemoveRange(0, usable);
    }

    /// <summary>The newest complete copy, or null where the run must begin anew; the faster read wins a tie.</summary>
    public StateCopy? Newest(Instant now)
    {
        StateCopy? best = null;
        foreach (var copy in _copies.SelectMany(copies => copies))
        {
            if (copy.CompleteAt > now) continue;
            if (best is { } so && copy.Work < so.Work) continue;
            if (best is { } tied && copy.Work == tied.Work && copy.Tier.Read >= tied.Tier.Read) continue;
            best = copy;
        }

        return best;
    }

    /// <summary>
    /// The run goes back to <paramref name="work"/>: later copies are of a future that never came, and what was still
    /// being written when the fault struck is torn. A tier whose last copy is older stays due when it was.
    /// </summary>
    public void RollBack(Duration work, Instant struckAt)
    {
        for (var i = 0; i < _tiers.Count; i++)
        {
            _copies[i].RemoveAll(copy => copy.Work > work || copy.CompleteAt > struckAt);
            _lastWork[i] = Duration.Min(_lastWork[i], work);
        }
    }

    /// <summary>A corruption is known: no recovery may use a copy that holds it.</summary>
    public void Discard(LatentCorruption known)
    {
        foreach (var copies in _copies) copies.RemoveAll(copy => copy.Latent.Contains(known));
    }

    /// <summary>Whether no recovery can want an older copy of this tier once this one is complete.</summary>
    private static bool Outdates(StateCopy copy) => copy.Tier.Target switch
    {
        CheckpointTarget.PeerMemory => true,
        CheckpointTarget.Storage => copy.Latent.Count == 0,
        _ => throw new InvalidOperationException($"no copy lies in {copy.Tier.Target}"),
    };

    private int IndexOf(CheckpointTier tier)
    {
        for (var i = 0; i < _tiers.Count; i++)
        {
            if (ReferenceEquals(_tiers[i], tier)) return i;
        }

        throw new ArgumentException("This tier is not on the shelf.", nameof(tier));
    }
}
