// Messages that share NICs: a send between stages, a rank's part of an all-to-all or of a gradient exchange is a flow
// out of one rank's NIC and into another's, and flows on one NIC share it max-min fairly. Alone, each takes what the
// closed form of its collective says.
using Sigma.Sim.Engine;
using Sigma.Sim.Network;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>The NICs of all played ranks on the engine.</summary>
internal sealed class NicTraffic
{
    private readonly Simulation _simulation;
    private readonly Bandwidth _nic;
    private readonly FlowNetwork _flows;
    private readonly Signal _changed;
    private readonly Dictionary<int, Action> _whenDone = [];

    /// <param name="simulation">The engine.</param>
    /// <param name="nic">A rank's share of its node's NICs, per direction.</param>
    public NicTraffic(Simulation simulation, Bandwidth nic)
    {
        (_simulation, _nic) = (simulation, nic);
        _flows = new FlowNetwork(_ => nic);
        _changed = simulation.NewSignal("messages");
        simulation.Start("network", _ => Carry());
    }

    public Instant Now => _simulation.Now;

    /// <summary>Starts what takes <paramref name="alone"/> while nothing shares its NICs.</summary>
    /// <param name="from">The played rank that sends.</param>
    /// <param name="to">The one that receives.</param>
    /// <param name="alone">Its time without contention.</param>
    /// <param name="whenDone">Called when its last byte has passed.</param>
    public void Start(int from, int to, Duration alone, Action whenDone)
    {
        var now = _simulation.Now;
        Collect(now);
        // Rounded down, so that a message that shares with nobody takes no nanosecond more than it should.
        var bytes = (long)((Int128)alone.Nanoseconds * _nic.BytesPerSecond / 1_000_000_000);
        _whenDone[_flows.Start([2 * from, 2 * to + 1], new Bytes(Math.Max(1, bytes)), now)] = whenDone;
        if (!_changed.HasFired) _changed.Fire();
    }

    private IEnumerator<Wait> Carry()
    {
        while (true)
        {
            if (_changed.HasFired) _changed.Rearm();
            if (_flows.NextCompletion is not { } next) yield return _changed;
            else yield return _simulation.AnyOf(_changed, next - _simulation.Now);
            Collect(_simulation.Now);
        }
    }

    private void Collect(Instant now)
    {
        foreach (var ended in _flows.AdvanceTo(now))
        {
            _whenDone.Remove(ended, out var done);
            done!();
        }
    }
}
