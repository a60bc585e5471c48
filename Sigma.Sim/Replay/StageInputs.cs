// Activations and gradients on their way between stages: who sends writes down when they will be there, and who waits
// is woken, so that a send that nobody waits for costs no event.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Replay;

/// <summary>One place per rank, direction, chunk and micro-batch.</summary>
internal sealed class StageInputs
{
    private const long Unsent = -1;
    private const int Nothing = -1;

    private readonly int _chunks;
    private readonly int _microBatches;
    private readonly long[] _arrivals;
    private readonly Signal[] _sent;
    private readonly int[] _awaited;

    public StageInputs(Simulation simulation, int ranks, int chunks, int microBatches)
    {
        (_chunks, _microBatches) = (chunks, microBatches);
        _arrivals = new long[ranks * 2 * chunks * microBatches];
        Array.Fill(_arrivals, Unsent);
        _sent = new Signal[ranks];
        for (var rank = 0; rank < ranks; rank++) _sent[rank] = simulation.NewSignal("activations");
        _awaited = new int[ranks];
        Array.Fill(_awaited, Nothing);
    }

    /// <summary>The place of an input.</summary>
    public int PlaceOf(int rank, bool forward, int chunk, int microBatch) =>
        ((rank * 2 + (forward ? 0 : 1)) * _chunks + chunk) * _microBatches + microBatch;

    /// <summary>True once it is known when the input arrives.</summary>
    public bool IsSent(int place) => _arrivals[place] != Unsent;

    /// <summary>When a sent input arrives.</summary>
    public Instant ArrivalOf(int place) => new(_arrivals[place]);

    /// <summary>What a rank waits for until an input is sent.</summary>
    public Signal Await(int rank, int place)
    {
        _awaited[rank] = place;
        if (_sent[rank].HasFired) _sent[rank].Rearm();
        return _sent[rank];
    }

    /// <summary>Sends an input that arrives at <paramref name="arrival"/>.</summary>
    public void Send(int rank, int place, Instant arrival)
    {
        _arrivals[place] = arrival.Nanoseconds;
        if (_awaited[rank] != place) return;
        _awaited[rank] = Nothing;
        _sent[rank].Fire();
    }
}
