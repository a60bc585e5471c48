// A collective on the engine: it starts when its last member arrives and ends for all of them together.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>The meeting point of a group's collectives, one after the other, allocated once.</summary>
internal sealed class Gathering
{
    private readonly int _members;
    private int _arrived;

    public Gathering(Simulation simulation, string name, int members)
    {
        _members = members;
        Done = simulation.NewSignal(name);
    }

    /// <summary>What members wait for after arriving.</summary>
    public Signal Done { get; }

    /// <summary>When the last member came.</summary>
    public Instant Started { get; private set; }

    /// <summary>A member arrives; the last one sets the collective going.</summary>
    public void Arrive(Instant now, Duration collective)
    {
        if (_arrived == 0 && Done.HasFired) Done.Rearm();
        if (++_arrived < _members) return;
        _arrived = 0;
        Started = now;
        Done.FireAfter(collective);
    }
}
