// A job that goes on without some of its nodes: groups of replicas that lack one stand idle, or peers do the work of
// the missing ones. Nodes that become free take the empty places, start their processes beside the running job, and the
// job stands still for a moment to take them in.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Campaign;

/// <summary>Brings a job that goes on without nodes back to full size.</summary>
internal sealed class Regrouping(CampaignWorld world)
{
    private Process? _filling;
    private Move _mode;

    /// <summary>The job goes on with what it has; what is missing is looked for meanwhile.</summary>
    /// <param name="mode">Without whole groups, or without nodes.</param>
    /// <param name="cause">On whose account groups stand idle.</param>
    public void GoOnWithout(Move mode, int cause)
    {
        _mode = mode;
        if (mode == Move.GoOnWithoutGroups)
        {
            // Also those whose places were filled while it was decided: the new nodes do not compute yet.
            foreach (var group in IncompleteGroups.ToList())
            {
                foreach (var node in world.Roster.NodesOf(group).ToList())
                    if (world.Fleet.StateOf(node) == NodeState.Active) world.Bench(node, cause);
            }
        }

        Refresh();
        world.Story.Tell("degraded", -1,
            $"goes on without {world.Spec.Cluster.Nodes - world.Fleet.CountOf(NodeState.Active)} nodes");
        Refill();
    }

    /// <summary>Empty places are filled beside the job, if they are not already.</summary>
    public void Refill()
    {
        if (_filling is not { IsAlive: true }) _filling = world.Simulation.Start("regrouping", Fill());
    }

    /// <summary>Groups that do not compute as a whole; where a node holds several groups, all of these.</summary>
    public int MissingGroups => world.Roster.GroupsPerNode
        * (world.Fleet.CountOf(NodeState.Benched) == 0 ? world.Roster.GroupsHit : IncompleteGroups.Count());

    private IEnumerable<int> IncompleteGroups => world.Fleet.AllIn(NodeState.Benched)
        .Select(node => world.Roster.GroupOf(world.Roster.PlaceOf(node)))
        .Concat(world.Roster.HitGroups).Distinct();

    /// <summary>Nodes are back in the running job.</summary>
    public void Rejoined(IReadOnlyList<int> nodes)
    {
        foreach (var node in nodes) world.Unbench(node);
        Refresh();
        world.Story.Tell("rejoined", -1, $"{nodes.Count} {(nodes.Count == 1 ? "node" : "nodes")}");
    }

    /// <summary>The job is started anew on a full set: nobody fills places beside it any more.</summary>
    public void GiveUp()
    {
        if (_filling is { IsAlive: true }) _filling.Kill();
    }

    /// <summary>All places are taken, and all nodes in them compute.</summary>
    public void AllBack()
    {
        if (world.Fleet.FirstIn(NodeState.Benched) is null && world.Condition.Missing == 1) return;
        while (world.Fleet.FirstIn(NodeState.Benched) is { } node) world.Unbench(node);
        Refresh();
    }

    private IEnumerator<Wait> Fill()
    {
        while (world.Roster.FirstEmpty is { } empty)
        {
            var group = world.Roster.GroupOf(empty);
            var taken = new List<int>();
            while (world.Roster.EmptyPlacesOf(group) > 0 && (_mode == Move.GoOnWithoutGroups || taken.Count == 0))
            {
                if (world.FreeNode is not { } node)
                {
                    world.Care.Available.Rearm();
                    yield return world.Care.Available;
                    continue;
                }

                world.Clock.Move(node, NodeState.Benched, Ledger.NoCause);
                world.Roster.Take(node, world.Roster.FirstEmptyOf(group));
                world.Story.Tell("standby", node, "takes a place and starts beside the job");
                taken.Add(node);
            }

            yield return world.Spec.Recovery.Times.Initialize;
            var nodes = _mode == Move.GoOnWithoutGroups ? world.Roster.NodesOf(group).ToList() : taken;
            // A node that was struck meanwhile has left its place empty again.
            if (_mode == Move.GoOnWithoutGroups && world.Roster.EmptyPlacesOf(group) > 0) continue;
            world.Job.Tell(new RejoinNotice(nodes, [.. nodes.Select(world.Roster.PlaceOf)]));
        }
    }

    private void Refresh()
    {
        if (_mode == Move.GoOnWithoutGroups) world.Condition.MissGroups(MissingGroups);
        else world.Condition.MissNodes(world.Fleet.CountOf(NodeState.Benched) + world.Roster.EmptyPlaces);
    }
}
