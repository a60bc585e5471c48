// One stop of the job, from the moment at which it stops computing to its first new step: what struck, who is to blame,
// and what has to be undone. Further faults may join it before it is over.
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Campaign;

/// <summary>What is known about a stop.</summary>
/// <param name="fault">What stopped the job.</param>
/// <param name="since">When.</param>
/// <param name="strikes">The job's, empty between two stops.</param>
internal sealed class JobStop(FaultEvent fault, Instant since, Queue<StopNotice> strikes)
{
    /// <summary>What stopped the job, or prolonged the stop, last: it pays for the time.</summary>
    public FaultEvent Fault { get; set; } = fault;

    /// <summary>When the job stopped.</summary>
    public Instant Since { get; } = since;

    /// <summary>Stops whose nodes have not been looked at yet.</summary>
    public Queue<StopNotice> Strikes { get; } = strikes;

    /// <summary>The node behind it leaves before it has failed.</summary>
    public bool IsPlanned { get; init; }

    /// <summary>The numbers are wrong, not a machine.</summary>
    public bool IsAlarm { get; init; }

    /// <summary>Its signature is not in the library: people decide.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>Whether the job already lost what it had to lose.</summary>
    public bool IsRolledBack { get; set; }

    /// <summary>The attempt to recover was ended by another fault.</summary>
    public bool WasCutShort { get; set; }

    public int Cause => Fault.Fault + 1;

    /// <summary>Until all that has struck so far is known.</summary>
    public Duration LongestLatency
    {
        get
        {
            var longest = Duration.Zero;
            foreach (var strike in Strikes) longest = Duration.Max(longest, strike.Latency);
            return longest;
        }
    }
}
