// What a replication counts, besides the time that it books.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>Counters of one replication.</summary>
internal sealed class EventCounts(int faults)
{
    private readonly int[] _interruptions = new int[faults];
    private readonly int[] _strikes = new int[faults];

    /// <summary>Times that the job was placed as a whole, the first included.</summary>
    public int Placements { get; set; } = 1;

    /// <summary>Nodes that jobs of lower priority gave up.</summary>
    public int Preemptions { get; set; }

    /// <summary>Stops that were planned: a node left before it failed.</summary>
    public int Drains { get; set; }

    /// <summary>How often the job came back from an interruption.</summary>
    public int Recoveries { get; set; }

    /// <summary>Over all of these, from the stop to the end of the first new step.</summary>
    public Duration TimeToRecover { get; set; }

    /// <summary>Nodes that went from cordoned to available.</summary>
    public int Recycled { get; set; }

    /// <summary>Over all of these: thousands of nodes for years, which no 64 bits hold.</summary>
    public Int128 RecycleNanoseconds { get; set; }

    public int Retired { get; set; }

    public int Interruptions => _interruptions.Sum();

    public int Strikes => _strikes.Sum();

    public int InterruptionsBy(int fault) => _interruptions[fault];

    public int StrikesBy(int fault) => _strikes[fault];

    public void Interrupted(int fault) => _interruptions[fault]++;

    public void Struck(int fault) => _strikes[fault]++;
}
