// A stopped job gets the nodes that it lacks: those that are free, else those that jobs of lower priority give up, else
// those that come back from repair.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Fills the empty places of a job that stands still.</summary>
internal sealed class NodeGathering(CampaignWorld world, JobWait wait, Regrouping regrouping)
{
    private bool _isBorrowing;

    /// <summary>A new attempt begins: nobody has been asked for nodes yet.</summary>
    public bool Begin()
    {
        _isBorrowing = false;
        return LacksNodes();
    }

    /// <summary>Whether nodes are missing, or are being asked for.</summary>
    private bool LacksNodes() =>
        world.Fleet.CountOf(NodeState.Hot) + world.Fleet.CountOf(NodeState.Standby) < world.Roster.EmptyPlaces
        || (_isBorrowing && MustBorrow());

    /// <summary>Waits until there are enough nodes; a fault may end that before.</summary>
    public IEnumerator<Wait> WaitFor(Process self, JobStop stop, Decision decision)
    {
        var isTold = false;
        while (LacksNodes())
        {
            // A job that starts anew waits for a full set; one that lives on in its peers takes whoever comes.
            if (decision.KeepsState) TakeFreeNodes();
            world.Clock.Enter(JobPhase.WaitingForNode, stop.Cause);
            if (!isTold) world.Story.Tell("waiting", -1, "no node is free");
            isTold = true;
            wait.IsUnderWay = true;
            if (world.Fleet.FirstIn(NodeState.Borrowed) is not null)
            {
                _isBorrowing = decision.PlacesJob;
                yield return world.Spec.Recovery.Times.Preempt;
                if (!wait.EndPhase(self)) Preempt();
                else stop.WasCutShort = true;
            }
            else
            {
                _isBorrowing = false;
                world.Care.Available.Rearm();
                yield return world.Care.Available;
                stop.WasCutShort |= wait.EndPhase(self);
            }

            if (stop.WasCutShort) yield break;
        }
    }

    /// <summary>All places are taken, those of hot spares too where the scheduler places the job.</summary>
    public void Take(Decision decision)
    {
        _isBorrowing = false;
        // Only now: an attempt that is cut short may end in a job that goes on, and still has its places filled.
        regrouping.GiveUp();
        TakeFreeNodes();
        regrouping.AllBack();
        if (!decision.PlacesJob) return;
        world.Counts.Placements++;
        world.HotPlaces.Fill();
    }

    private void TakeFreeNodes()
    {
        while (world.Roster.FirstEmpty is { } place && world.FreeNode is { } node) world.TakeIntoJob(node, place);
    }

    /// <summary>Once jobs of lower priority are asked for nodes, the places of hot spares are filled as well.</summary>
    private bool MustBorrow() =>
        world.Fleet.CountOf(NodeState.Borrowed) > 0
        && world.Fleet.CountOf(NodeState.Hot) + world.Fleet.CountOf(NodeState.Standby)
            < world.Roster.EmptyPlaces + world.Spec.Cluster.Spares.Hot;

    private void Preempt()
    {
        if (world.Fleet.FirstIn(NodeState.Borrowed) is not { } node) return;
        world.Counts.Preemptions++;
        world.Clock.Move(node, NodeState.Standby, Ledger.NoCause);
        world.Story.Tell("preemption", node, "a job of lower priority gives it up");
        world.Care.Tell();
    }
}
