// The training state comes back after a stop: from peers, or from the newest copy that may be used.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Rolls a stopped job back and reads its state.</summary>
internal sealed class StateReturn(CampaignWorld world, JobWait wait)
{
    /// <summary>Reads a copy, once storage answers where it lies there.</summary>
    public IEnumerator<Wait> Restore(Process self, JobStop stop, StateCopy copy)
    {
        world.Clock.Enter(JobPhase.Restoring, stop.Cause);
        var isStored = copy.Tier.Target == CheckpointTarget.Storage;
        int outages;
        do
        {
            while (isStored && !world.Storage.IsUp)
            {
                wait.IsUnderWay = true;
                world.Storage.Back.Rearm();
                yield return world.Storage.Back;
                stop.WasCutShort = wait.EndPhase(self);
                if (stop.WasCutShort) yield break;
            }

            outages = world.Storage.Outages;
            world.Story.Tell("restore", -1, $"from {PlaceOf(copy.Tier.Target)}");
            wait.IsUnderWay = true;
            yield return copy.Tier.Read;
            stop.WasCutShort = wait.EndPhase(self);
        }
        while (!stop.WasCutShort && isStored && world.Storage.Outages > outages);
    }

    /// <summary>Back to the newest copy that survived, or to the start where there is none.</summary>
    public void RollBack(JobStop stop)
    {
        var copy = world.Shelf.Newest(stop.Since);
        var standing = copy?.Work ?? Duration.Zero;
        var lost = world.Clock.Work.Work - standing;
        world.Clock.RollBack(standing, stop.Cause);
        world.Shelf.RollBack(standing, stop.Since, copy?.Latent ?? []);
        world.Watch.RollBack(copy?.Latent ?? []);
        if (!stop.IsRolledBack || !lost.IsZero)
        {
            var target = copy is null ? "the start, since there is no older copy" : "the newest copy that may be used";
            world.Story.Tell("rollback", -1, $"to {target}; {lost} of work is lost", lost);
        }

        stop.IsRolledBack = true;
    }

    /// <summary>
    /// Peers have the state after the last whole step: only the step that was cut off is lost, and not even that where
    /// it was saved on purpose.
    /// </summary>
    public void KeepWholeSteps(JobStop stop)
    {
        var work = world.Clock.Work.Work;
        var whole = world.Spec.StepTime * (work / world.Spec.StepTime);
        var standing = Duration.Max(whole, world.Shelf.Newest(stop.Since)?.Work ?? Duration.Zero);
        world.Clock.RollBack(standing, stop.Cause);
        world.Shelf.Tear(stop.Since);
        if (standing < work)
            world.Story.Tell("state", -1, $"from peers; {work - standing} of work is lost", work - standing);
    }

    private static string PlaceOf(CheckpointTarget target) => target switch
    {
        CheckpointTarget.Storage => "storage",
        CheckpointTarget.PeerMemory => "peer memory",
        CheckpointTarget.LocalDisk => "local disks",
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
    };
}
