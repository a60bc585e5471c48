// What can go wrong in a run, said with process, time and cause, so that nobody needs a debugger to learn where.
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Engine;

/// <summary>A process threw; the inner exception is what it threw.</summary>
public sealed class ProcessFailedException(string process, Instant time, Exception inner)
    : Exception($"Process '{process}' failed at {time}: {inner.Message}", inner)
{
    public string Process => process;

    public Instant Time => time;
}

/// <summary>A process was interrupted and waited again, or ended, as if it had not been.</summary>
public sealed class UnhandledInterruptException(string process, Instant time, object? cause)
    : Exception($"Process '{process}' was interrupted at {time} ({cause ?? "no cause given"}) and did not take it: "
        + "call TakeInterrupt after every wait that can be interrupted.")
{
    public string Process => process;

    public Instant Time => time;

    public object? Cause => cause;
}

/// <summary>Events ran out before the awaited end: a quiet stop would pass for a result.</summary>
public sealed class RanDryException(string awaited, Instant time, IReadOnlyList<string> stillWaiting)
    : Exception($"Events ran out at {time}, before {awaited} fired. "
        + (stillWaiting.Count == 0 ? "No process is left." : $"Still waiting: {Excerpt(stillWaiting)}."))
{
    private const int Shown = 20;

    public string Awaited => awaited;

    public Instant Time => time;

    /// <summary>Every process that is left, and what it waits for.</summary>
    public IReadOnlyList<string> StillWaiting => stillWaiting;

    private static string Excerpt(IReadOnlyList<string> all) => string.Join("; ", all.Take(Shown))
        + (all.Count > Shown ? $"; and {all.Count - Shown} more" : "");
}
