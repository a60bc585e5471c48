// The storage that copies are written to and read from: while it is out nothing can be, and what was under way is torn.
using Sigma.Sim.Engine;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>Whether storage answers.</summary>
internal sealed class SharedStorage(CampaignWorld world)
{
    private readonly Signal _back = world.Simulation.NewSignal("storage is back");
    private int _down;

    public bool IsUp => _down == 0;

    /// <summary>How many have begun so far: what was under way when another one began is torn.</summary>
    public int Outages { get; private set; }

    /// <summary>Fires when storage answers again; whoever waits for it rearms it.</summary>
    public Signal Back => _back;

    /// <summary>The storage is out for a time; outages may overlap.</summary>
    public void Fail(FaultEvent fault, Duration outage)
    {
        _down++;
        Outages++;
        world.Shelf.TearStored(world.Now);
        world.Story.Tell("storage", -1, $"{world.NameOf(fault)}: out for {outage}");
        world.Job.Wake();
        world.Simulation.Start("storage outage", BackAfter(outage));
    }

    private IEnumerator<Wait> BackAfter(Duration outage)
    {
        yield return outage;
        if (--_down > 0) yield break;
        world.Story.Tell("storage", -1, "answers again");
        if (!_back.HasFired) _back.Fire();
        world.Job.Wake();
    }
}
