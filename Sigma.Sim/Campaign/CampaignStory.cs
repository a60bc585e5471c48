// The story of one replication. The others keep none: a sweep has thousands of them and nobody reads their events.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>Collects events if someone wants to read them.</summary>
internal sealed class CampaignStory(Simulation simulation, bool isKept)
{
    private readonly List<CampaignEvent> _events = [];

    public IReadOnlyList<CampaignEvent> Events => _events;

    public void Tell(string what, int node, string detail) => Tell(what, node, detail, Duration.Zero);

    public void Tell(string what, int node, string detail, Duration lost)
    {
        if (isKept) _events.Add(new CampaignEvent(simulation.Now, what, node, detail, lost));
    }
}
