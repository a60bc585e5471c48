// How fast the engine is on the machine at hand, so that a claim about its speed is a command and not a memory.
using System.Diagnostics;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Engine;

/// <summary>Times a crowd of processes that do nothing but wait, each for random spans of 1 to 1,024 us.</summary>
public static class EngineBench
{
    /// <summary>What one measurement found. Rates are wall-clock; bytes are those of the measuring thread.</summary>
    public sealed record Result(int Processes, long Timeouts, double Seconds, double BytesPerTimeout)
    {
        public double TimeoutsPerSecond => Timeouts / Seconds;
    }

    /// <summary>
    /// Measures about <paramref name="timeouts"/> timeouts of <paramref name="processes"/> processes after
    /// <paramref name="warmup"/> others, which give the compiler its profile; 10 million are enough for that.
    /// </summary>
    public static Result Measure(int processes, long timeouts, long warmup)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeouts);
        ArgumentOutOfRangeException.ThrowIfNegative(warmup);
        var simulation = new Simulation();
        for (var i = 0; i < processes; i++)
        {
            var seed = unchecked((ulong)(i + 1) * 0x9E3779B97F4A7C15UL);
            simulation.Start("sleeper", _ => Sleep(seed));
        }

        // Several runs rather than one: each new call may enter code that was compiled better meanwhile.
        const int Calls = 50;
        for (var call = 0; call < Calls; call++) RunFor(simulation, processes, warmup / Calls);
        var before = simulation.EventsProcessed;
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var begin = Stopwatch.GetTimestamp();
        RunFor(simulation, processes, timeouts);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        var count = simulation.EventsProcessed - before;
        return new Result(processes, count, seconds, (double)bytes / count);
    }

    private const int DelayBits = 20;

    private static void RunFor(Simulation simulation, int processes, long timeouts)
    {
        var mean = 1L << (DelayBits - 1);
        simulation.RunUntil(simulation.Now + new Duration(timeouts / processes * mean + mean));
    }

    private static IEnumerator<Wait> Sleep(ulong state)
    {
        while (true)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            yield return new Duration(1 + (long)(state >> (64 - DelayBits)));
        }
    }
}
