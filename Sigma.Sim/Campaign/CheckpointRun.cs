// Checkpoints in a row that nothing can come between: they are taken in one event, so that a quiet campaign costs no
// more for being long. What counts is when the engine has its next event, since only events bring news; the copies, the
// times and the books are the same to the nanosecond as if each checkpoint were an event of its own.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>A row of checkpoints that were taken ahead.</summary>
/// <param name="Computing">Wall time of the computing between them.</param>
/// <param name="Saving">Wall time of their blocking parts.</param>
/// <param name="Work">What the job has done at the last of them.</param>
internal readonly record struct CheckpointRow(Duration Computing, Duration Saving, Duration Work);

/// <summary>Looks ahead as far as nothing else happens.</summary>
internal sealed class CheckpointRun(CampaignWorld world)
{
    private readonly CampaignSpec _spec = world.Spec;

    // Whoever reads the story wants to see each of them, and tests of all nodes come between them.
    private readonly bool _isAllowed = !world.Story.IsKept && world.Spec.Recovery.Proactive.QuickValidation is null;

    /// <summary>Takes all checkpoints before anything else can happen; null where there is none.</summary>
    public CheckpointRow? TakeAhead()
    {
        if (!_isAllowed || _spec.Tiers.Count == 0) return null;
        var (now, work, computed) = (world.Now, world.Clock.Work.Work, world.Computed);
        var limit = world.Simulation.NextAt;
        if (_spec.Horizon is { } horizon) limit = Instant.Min(limit, Instant.Start + horizon);
        var fault = world.Lives.NextAt ?? Duration.Endless;
        var alarm = world.Watch.NextAlarm?.AlarmAt ?? Duration.Endless;
        var end = _spec.Steps is { } steps ? _spec.StepTime * steps : Duration.Endless;
        while (world.Shelf.NextDue(_spec.StepTime, world.Storage.IsUp) is { } due)
        {
            var target = Duration.Max(due.Work, EndOfStep(work, _spec.StepTime));
            if (target >= end || target >= alarm) break;
            var span = SpanOf(target - work, world.Condition.Slowdown);
            if (fault - computed <= span) break;
            var taken = now + span + due.Tier.Blocking + world.Shelf.WriteLeft(due.Tier, now + span);
            if (taken >= limit) break;
            world.Shelf.Put(due.Tier, target, taken, world.Watch.Latent);
            (now, work, computed) = (taken, target, computed + span);
        }

        var computing = computed - world.Computed;
        if (computing.IsZero && now == world.Now) return null;
        return new CheckpointRow(computing, now - world.Now - computing, work);
    }

    /// <summary>Wall time of some work while the step takes so many times as long.</summary>
    public static Duration SpanOf(Duration work, double slowdown) =>
        slowdown == 1 ? work : Duration.OfWork(work.Seconds * slowdown);

    /// <summary>The first end of a step that has not passed.</summary>
    public static Duration EndOfStep(Duration work, Duration step) => (work + step - new Duration(1)) / step * step;
}
