// What a fault looks like to the job, and with it how anybody gets to know of it.
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Faults;

/// <summary>What a fault looks like to the job: a closed set.</summary>
public abstract record FaultKind
{
    /// <summary>The share of strikes that stop the job.</summary>
    public double StoppingShare => this switch
    {
        FailStop => 1,
        SilentCorruption silent => silent.Detection.NoticedShare,
        _ => throw new InvalidOperationException($"{GetType().Name} is no kind of fault."),
    };

    /// <summary>Mean time, in seconds, that a fault which stops the job keeps it waiting before anyone knows.</summary>
    public double MeanUndetectedSeconds => this switch
    {
        FailStop stop => stop.Latency.MeanSeconds,
        // The job computes on until the alarm: what that costs is lost work.
        SilentCorruption => 0,
        _ => throw new InvalidOperationException($"{GetType().Name} is no kind of fault."),
    };
}

/// <summary>The unit stops, and the job with it.</summary>
/// <param name="Latency">From the fault to the moment someone knows.</param>
public sealed record FailStop(Distribution Latency) : FaultKind;

/// <summary>The unit computes wrong numbers once, and goes on as if nothing had happened.</summary>
/// <param name="Detection">How often and how soon monitors of the training notice.</param>
public sealed record SilentCorruption(MeasuredDetection Detection) : FaultKind;
