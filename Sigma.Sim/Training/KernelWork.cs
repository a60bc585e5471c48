// The timing decorator: every stage of a step is made once, runs on the team and leaves its work and wall time. Time is
// only reported; nothing that a step computes can read it.
using System.Diagnostics;
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>
/// Work of one kernel over a run: calls, floating-point operations (a multiply-add is two), wall time.
/// </summary>
public sealed record KernelWork(string Name, int Calls, double Flop, double ElapsedMs);

/// <summary>Makes stages and keeps the account of each kernel.</summary>
internal sealed class TimedTeam(WorkerTeam team)
{
    // Whole tiles of six and of eight rows, and about sixteen blocks, so that one of two threads that is disturbed
    // leaves its share to the other; the block does not depend on the number of threads.
    private const int Tiles = 24, LargestBlock = 192;

    private readonly List<KernelAccount> _accounts = [];

    /// <summary>The kernels that ran, in the order in which their first stage was made.</summary>
    internal IReadOnlyList<KernelWork> Account() =>
        _accounts.Where(account => account.Calls > 0).Select(account => account.Work()).ToList();

    internal void Clear() => _accounts.ForEach(account => account.Clear());

    /// <summary>A stage of so many tasks, each writing outputs of its own.</summary>
    internal Stage Tasks(string kernel, double flop, int tasks, Action<int> body)
    {
        var account = _accounts.Find(known => known.Name == kernel);
        if (account is null) _accounts.Add(account = new KernelAccount(kernel));
        return new Stage(team, account, flop, tasks, body);
    }

    /// <summary>A stage over token rows: first row and number of rows go to the body.</summary>
    internal Stage Rows(string kernel, double flop, int rows, Action<int, int> body)
    {
        var block = Math.Clamp(rows / 16 / Tiles * Tiles, Tiles, LargestBlock);
        return Tasks(kernel, flop, (rows + block - 1) / block, task =>
            body(task * block, Math.Min(block, rows - (task * block))));
    }
}

/// <summary>What one kernel's stages have cost since the account was cleared.</summary>
internal sealed class KernelAccount(string name)
{
    private double _flop;
    private long _ticks;

    internal string Name => name;

    internal int Calls { get; private set; }

    internal void Add(double flop, long ticks)
    {
        Calls++;
        _flop += flop;
        _ticks += ticks;
    }

    internal void Clear() => (Calls, _flop, _ticks) = (0, 0, 0);

    internal KernelWork Work() => new(name, Calls, _flop, _ticks * 1e3 / Stopwatch.Frequency);
}

/// <summary>One piece of a step: made once with its buffers, so that running it allocates nothing.</summary>
internal sealed class Stage(WorkerTeam team, KernelAccount account, double flop, int tasks, Action<int> body)
{
    internal void Run()
    {
        var started = Stopwatch.GetTimestamp();
        team.Run(tasks, body);
        account.Add(flop, Stopwatch.GetTimestamp() - started);
    }
}
