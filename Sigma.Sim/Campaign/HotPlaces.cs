// The places of spares inside the job: whoever is free may take one, at once or once its processes run.
using Sigma.Sim.Accounting;
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;

namespace Sigma.Sim.Campaign;

/// <summary>Keeps hot spares as many as the scenario says, as far as there are nodes.</summary>
internal sealed class HotPlaces(CampaignWorld world)
{
    private readonly Fleet _fleet = world.Fleet;
    private readonly int _places = world.Spec.Cluster.Spares.Hot;
    private int _promoting;

    /// <summary>Warm spares move into free places, once their processes run.</summary>
    public void Promote()
    {
        if (!world.Spec.Recovery.PromotesSpares) return;
        while (_fleet.CountOf(NodeState.Hot) + _promoting < _places && _fleet.CountOf(NodeState.Standby) > _promoting)
        {
            _promoting++;
            world.Simulation.Start("promotion", PromoteOne());
        }
    }

    /// <summary>Validated nodes take all places that are free.</summary>
    public void Fill()
    {
        while (_fleet.CountOf(NodeState.Hot) < _places && _fleet.FirstIn(NodeState.Standby) is { } node)
            world.Clock.Move(node, NodeState.Hot, Ledger.NoCause);
    }

    /// <summary>A node that came back takes a place if one is free.</summary>
    public void Offer(int node)
    {
        if (_fleet.CountOf(NodeState.Hot) < _places) world.Clock.Move(node, NodeState.Hot, Ledger.NoCause);
    }

    private IEnumerator<Wait> PromoteOne()
    {
        yield return world.Spec.Recovery.Times.Initialize;
        _promoting--;
        if (_fleet.FirstIn(NodeState.Standby) is { } node) Offer(node);
    }
}
