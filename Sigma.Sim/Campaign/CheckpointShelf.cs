// The copies of the training state that exist, tier by tier, and which of them a recovery may use.
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>A copy of the state after some work, with all that was wrong in it, usable from a moment on.</summary>
/// <param name="Work">After so much work.</param>
/// <param name="TakenAt">When the job went on.</param>
/// <param name="CompleteAt">When its background write ends.</param>
/// <param name="Tier">Where it lies.</param>
/// <param name="Latent">Corruptions that it holds.</param>
internal readonly record struct StateCopy(
    Duration Work, Instant TakenAt, Instant CompleteAt, CheckpointTier Tier, IReadOnlyList<LatentCorruption> Latent);

/// <summary>
/// Keeps the copies of every tier that a recovery may still need, and the times at which the next are due. Nodes have
/// room for the newest complete copy and the one being written; storage keeps as many as the tier says, of which only
/// those count that are not older than the newest complete copy without a latent corruption.
/// </summary>
/// <param name="tiers">Of the scenario.</param>
/// <param name="partnerOf">The place whose node holds the copy in peer memory of a place's state.</param>
internal sealed class CheckpointShelf(IReadOnlyList<CheckpointTier> tiers, Func<CheckpointTier, int, int> partnerOf)
{
    private readonly List<StateCopy>[] _copies = [.. tiers.Select(_ => new List<StateCopy>())];
    private readonly Duration[] _lastWork = new Duration[tiers.Count];
    private readonly bool _areAllStored = tiers.All(tier => tier.Target == CheckpointTarget.Storage);
    private readonly List<(int Place, Instant At)> _losses = [];

    /// <summary>Work at which the next checkpoint is due: the end of the first step after a tier's interval.</summary>
    /// <param name="step">Time of the sound step.</param>
    /// <param name="canStore">Whether storage takes a copy.</param>
    public (Duration Work, CheckpointTier Tier)? NextDue(Duration step, bool canStore)
    {
        (Duration Work, CheckpointTier Tier)? next = null;
        for (var i = 0; i < tiers.Count; i++)
        {
            if (!canStore && tiers[i].Target == CheckpointTarget.Storage) continue;
            var steps = (_lastWork[i] + tiers[i].Every + step - new Duration(1)) / step;
            var work = step * Math.Max(steps, _lastWork[i] / step + 1);
            if (next is null || work < next.Value.Work) next = (work, tiers[i]);
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
    public void Put(CheckpointTier tier, Duration work, Instant now, IReadOnlyList<LatentCorruption> latent) =>
        Add(new StateCopy(work, now, now + tier.Write, tier, latent), now);

    /// <summary>A copy was written while the job stood still for it.</summary>
    public void Save(CheckpointTier tier, Duration work, Instant now, IReadOnlyList<LatentCorruption> latent) =>
        Add(new StateCopy(work, now, now, tier, latent), now);

    private void Add(StateCopy taken, Instant now)
    {
        var tier = taken.Tier;
        var i = IndexOf(tier);
        _lastWork[i] = taken.Work;
        _copies[i].Add(taken);
        var usable = _copies[i].FindLastIndex(copy => copy.CompleteAt <= now && Outdates(copy));
        if (usable > 0) _copies[i].RemoveRange(0, usable);
        if (tier.Keep is { } keep) _copies[i].RemoveRange(0, Math.Max(0, _copies[i].Count - keep - 1));
        ForgetLosses();
    }

    /// <summary>The newest complete copy, or null where the run must begin anew; the faster read wins a tie.</summary>
    public StateCopy? Newest(Instant now)
    {
        StateCopy? best = null;
        foreach (var copies in _copies)
        {
            foreach (var copy in copies)
            {
                if (copy.CompleteAt > now) continue;
                if (best is { } so && copy.Work < so.Work) continue;
                if (best is { } tied && copy.Work == tied.Work && copy.Tier.Read >= tied.Tier.Read) continue;
                best = copy;
            }
        }

        return best;
    }

    /// <summary>
    /// The node of a place has left the job, and with it its disk and its memory. A copy in peer memory is gone once
    /// both a place's node and its partner have left since it was taken.
    /// </summary>
    public void Lose(int place, Instant at)
    {
        if (_areAllStored) return;
        _losses.Add((place, at));
        for (var i = 0; i < tiers.Count; i++) _copies[i].RemoveAll(IsGone);
    }

    /// <summary>
    /// The run goes back to <paramref name="work"/>: later copies are of a future that never came, and what was still
    /// being written when the fault struck is torn. A tier whose last copy is older stays due when it was. Of the same
    /// work there may be copies with corruptions that the state does not hold any more: they are of that future too.
    /// </summary>
    public void RollBack(Duration work, Instant struckAt, IReadOnlyList<LatentCorruption> held)
    {
        for (var i = 0; i < tiers.Count; i++)
        {
            _copies[i].RemoveAll(copy => copy.Work > work || copy.CompleteAt > struckAt
                || copy.Latent.Any(corruption => !held.Contains(corruption)));
            _lastWork[i] = Duration.Min(_lastWork[i], work);
        }
    }

    /// <summary>What was still being written when a node left is torn.</summary>
    public void Tear(Instant struckAt)
    {
        foreach (var copies in _copies) copies.RemoveAll(copy => copy.CompleteAt > struckAt);
    }

    /// <summary>The storage is out: what was still being written to it is torn.</summary>
    public void TearStored(Instant now)
    {
        foreach (var copies in _copies)
            copies.RemoveAll(copy => copy.CompleteAt > now && copy.Tier.Target == CheckpointTarget.Storage);
    }

    /// <summary>A corruption is known: no recovery may use a copy that holds it.</summary>
    public void Discard(LatentCorruption known)
    {
        foreach (var copies in _copies) copies.RemoveAll(copy => copy.Latent.Contains(known));
    }

    /// <summary>Whether no recovery can want an older copy of this tier once this one is complete.</summary>
    private static bool Outdates(StateCopy copy) =>
        copy.Tier.Target != CheckpointTarget.Storage || copy.Latent.Count == 0;

    private bool IsGone(StateCopy copy) => copy.Tier.Target switch
    {
        CheckpointTarget.Storage => false,
        CheckpointTarget.LocalDisk => _losses.Any(loss => loss.At >= copy.TakenAt),
        CheckpointTarget.PeerMemory => _losses.Any(loss => loss.At >= copy.TakenAt && _losses.Any(
            other => other.At >= copy.TakenAt && other.Place == partnerOf(copy.Tier, loss.Place))),
        _ => throw new InvalidOperationException($"no copy lies in {copy.Tier.Target}"),
    };

    private void ForgetLosses()
    {
        if (_losses.Count == 0) return;
        var oldest = _copies.SelectMany(copies => copies)
            .Where(copy => copy.Tier.Target != CheckpointTarget.Storage)
            .Select(copy => copy.TakenAt.Nanoseconds).DefaultIfEmpty(long.MaxValue).Min();
        _losses.RemoveAll(loss => loss.At.Nanoseconds < oldest);
    }

    private int IndexOf(CheckpointTier tier)
    {
        for (var i = 0; i < tiers.Count; i++)
        {
            if (ReferenceEquals(tiers[i], tier)) return i;
        }

        throw new ArgumentException("This tier is not on the shelf.", nameof(tier));
    }
}
