// How many nodes are out of service at a time: what a number of spares has to cover.
using Sigma.Sim.Cluster;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>Nodes between cordoned and available, over time.</summary>
internal sealed class ServiceRecord(Simulation simulation, Fleet fleet)
{
    // Time, in ns, with 0, 1, 2, ... nodes out of service.
    private readonly List<long> _time = [0];
    private readonly bool[] _isOut = new bool[fleet.Nodes];
    private int _out;
    private Instant _since;

    /// <summary>A node has gone from one state to another.</summary>
    public void Moved(int node, NodeState from, NodeState to)
    {
        // A cold spare that is being booted was ready for nothing before either.
        var isOut = NodeStates.IsOutOfService(to) && (_isOut[node] || from != NodeState.Cold)
            && (_isOut[node] || !NodeStates.IsOutOfService(from));
        if (isOut == _isOut[node]) return;
        Close();
        _isOut[node] = isOut;
        _out += isOut ? 1 : -1;
        if (_out == _time.Count) _time.Add(0);
    }

    /// <summary>Brings the record up to now.</summary>
    public void Close()
    {
        _time[_out] += (simulation.Now - _since).Nanoseconds;
        _since = simulation.Now;
    }

    /// <summary>Nodes out of service on average.</summary>
    public double Mean => _time.Select((time, nodes) => (double)time * nodes).Sum() / Math.Max(1, _time.Sum());

    /// <summary>The least number of nodes that is not exceeded for a share of the time.</summary>
    public int Quantile(double share)
    {
        var (sum, all) = (0.0, (double)_time.Sum());
        for (var nodes = 0; nodes < _time.Count; nodes++)
        {
            sum += _time[nodes];
            if (sum >= share * all) return nodes;
        }

        return _time.Count - 1;
    }

    /// <summary>The share of node time in which nodes are not out of service.</summary>
    public double Availability => 1 - Mean / fleet.Nodes;
}
