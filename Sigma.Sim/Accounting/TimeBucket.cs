// Where an accelerator-nanosecond can go. The set is closed: every nanosecond of the horizon is in exactly one bucket.
namespace Sigma.Sim.Accounting;

/// <summary>The buckets of the ledger.</summary>
public enum TimeBucket
{
    /// <summary>Kernels of kept steps.</summary>
    Compute,

    /// <summary>Communication of kept steps that nothing hides.</summary>
    ExposedCommunication,

    /// <summary>Waiting for another stage in kept steps.</summary>
    PipelineBubble,

    /// <summary>Waiting for slower ranks, and pauses, in kept steps.</summary>
    StragglerWait,

    /// <summary>The part of a checkpoint that stops the job.</summary>
    CheckpointSave,

    /// <summary>A fault has struck and nobody knows yet.</summary>
    DetectionWait,

    /// <summary>Tearing down, deciding, scheduling, initializing, the slow first step.</summary>
    Restart,

    /// <summary>Reading a checkpoint back.</summary>
    Restore,

    /// <summary>Steps done and later rolled back, and the part of a step that a fault or the horizon cut off.</summary>
    LostWork,

    /// <summary>The job waits for a node to replace a failed one.</summary>
    SpareWait,

    /// <summary>Numerical trouble: waiting for a decision about it.</summary>
    NumericsIncident,

    /// <summary>In the job with nothing to do.</summary>
    Idle,

    /// <summary>Outside the job, ready for it or switched off.</summary>
    Standby,

    /// <summary>Cordoned; the cause is being looked for.</summary>
    Triage,

    /// <summary>A remedy is being tried or waited for.</summary>
    Repair,

    /// <summary>Acceptance tests.</summary>
    Validation,

    /// <summary>Out of service for good.</summary>
    Retired,
}

/// <summary>What each bucket means for the metrics.</summary>
public static class TimeBuckets
{
    public static IReadOnlyList<TimeBucket> All { get; } = Enum.GetValues<TimeBucket>();

    /// <summary>How many there are.</summary>
    public const int Count = (int)TimeBucket.Retired + 1;

    /// <summary>Time of kept steps.</summary>
    public static bool IsProductive(TimeBucket bucket) => bucket <= TimeBucket.StragglerWait;

    /// <summary>The device works, though perhaps in vain.</summary>
    public static bool IsBusy(TimeBucket bucket) => IsProductive(bucket) || bucket == TimeBucket.LostWork;

    /// <summary>The accelerator is allocated to the job.</summary>
    public static bool IsInJob(TimeBucket bucket) => bucket <= TimeBucket.Idle;

    /// <summary>
    /// The term of Google's goodput library (ml-goodput-measurement, BadputType) for a bucket of the job, so that a
    /// forecast can be laid over a measured run; null outside the job.
    /// </summary>
    public static string? GoodputTerm(TimeBucket bucket) => bucket switch
    {
        TimeBucket.Compute or TimeBucket.ExposedCommunication
            or TimeBucket.PipelineBubble or TimeBucket.StragglerWait => "PRODUCTIVE_TIME",
        TimeBucket.CheckpointSave => "UNPRODUCTIVE_CHECKPOINT_SAVE_TIME",
        TimeBucket.Restart => "PROGRAM_STARTUP",
        TimeBucket.Restore => "UNPRODUCTIVE_CHECKPOINT_RESTORE_TIME",
        TimeBucket.LostWork => "WASTED_PROGRESS_FROM_DISRUPTION",
        TimeBucket.DetectionWait or TimeBucket.SpareWait or TimeBucket.NumericsIncident or TimeBucket.Idle => "OTHER",
        TimeBucket.Standby or TimeBucket.Triage or TimeBucket.Repair
            or TimeBucket.Validation or TimeBucket.Retired => null,
        _ => throw new ArgumentOutOfRangeException(nameof(bucket), bucket, null),
    };
}
