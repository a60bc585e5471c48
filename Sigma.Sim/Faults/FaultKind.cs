// What a fault looks like to the job, and with it how anybody gets to know of it.
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>What a fault looks like to the job: a closed set.</summary>
public abstract record FaultKind
{
    /// <summary>The share of strikes that stop the job, if nothing is done before they strike.</summary>
    public double StoppingShare => this switch
    {
        FailStop or Hang or FalseAlarm => 1,
        SilentCorruption silent => silent.Detection.NoticedShare,
        // Whether a slow node is evicted is for a policy to say, and how long a link is down for its law.
        FailSlow or LinkFlap => 0,
        _ => throw new InvalidOperationException($"{GetType().Name} is no kind of fault."),
    };

    /// <summary>Mean time, in seconds, that a fault which stops the job keeps it waiting before anyone knows.</summary>
    public double MeanUndetectedSeconds => this switch
    {
        FailStop stop => stop.Latency.MeanSeconds,
        Hang hang => hang.Latency.MeanSeconds,
        // The job computes on until the alarm: what that costs is lost work.
        SilentCorruption or FailSlow or LinkFlap or FalseAlarm => 0,
        _ => throw new InvalidOperationException($"{GetType().Name} is no kind of fault."),
    };
}

/// <summary>The unit stops, and the job with it.</summary>
/// <param name="Latency">From the fault to the moment someone knows.</param>
public sealed record FailStop(Distribution Latency) : FaultKind;

/// <summary>The unit does not answer and reports nothing: all others spin, busy, and wait for it.</summary>
/// <param name="Latency">Until a progress monitor or the timeout of a collective ends the wait.</param>
public sealed record Hang(Distribution Latency) : FaultKind;

/// <summary>The unit works on, but slower, and the job with it.</summary>
/// <param name="Kernels">How many times as long the kernels of its node take, at least 1.</param>
/// <param name="Nics">The share of bandwidth that its node's NICs have left, above 0.</param>
/// <param name="Lasts">How long, or null where only a repair ends it.</param>
/// <param name="Latency">Until a monitor names the node.</param>
public sealed record FailSlow(double Kernels, Fraction Nics, Distribution? Lasts, Distribution Latency) : FaultKind;

/// <summary>The unit computes wrong numbers once, and goes on as if nothing had happened.</summary>
/// <param name="Detection">How often and how soon monitors of the training notice.</param>
public sealed record SilentCorruption(CorruptionDetection Detection) : FaultKind;

/// <summary>A link goes down and comes up again, several times.</summary>
/// <param name="Down">How long it is down each time; the collectives wait.</param>
/// <param name="Times">How often in one strike, at least 1.</param>
/// <param name="Apart">From one end to the next beginning.</param>
/// <param name="Survives">A link that is down for longer breaks the job's connections: it then is a fail-stop.</param>
/// <param name="AlarmAfter">Flaps after which a rule names the link; more than <paramref name="Times"/>: never.</param>
public sealed record LinkFlap(Distribution Down, int Times, Distribution Apart, Duration Survives, int AlarmAfter)
    : FaultKind;

/// <summary>Nothing is wrong, but a rule says so: the node is cordoned and the attempt of the job ends.</summary>
public sealed record FalseAlarm : FaultKind;
