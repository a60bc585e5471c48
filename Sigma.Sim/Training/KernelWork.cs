// The timing decorator: every stage of a step runs through it and leaves its name, work and wall time. Time is only
// reported; nothing that a step computes can read it.
using System.Diagnostics;
using Sigma.Sim.Kernels;

namespace Sigma.Sim.Training;

/// <summary>
/// Work of one kernel over a run: calls, floating-point operations (a multiply-add is two), wall time.
/// </summary>
public sealed record KernelWork(string Name, int Calls, double Flop, double ElapsedMs);

/// <summary>Runs stages on a team and keeps their account.</summary>
internal sealed class TimedTeam(WorkerTeam team)
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, (int Calls, double Flop, long Ticks)> _accounts = new(StringComparer.Ordinal);

    internal int Threads => team.Threads;

    /// <summary>The kernels in the order of their first call.</summary>
    internal IReadOnlyList<KernelWork> Account() => _names
        .Select(name => new KernelWork(
            name, _accounts[name].Calls, _accounts[name].Flop, _accounts[name].Ticks * 1e3 / Stopwatch.Frequency))
        .ToList();

    internal void Run(string name, double flop, int tasks, Action<int> body)
    {
        var started = Stopwatch.GetTimestamp();
        team.Run(tasks, body);
        var ticks = Stopwatch.GetTimestamp() - started;
        if (!_accounts.TryGetValue(name, out var account)) _names.Add(name);
        _accounts[name] = (account.Calls + 1, account.Flop + flop, account.Ticks + ticks);
    }

    internal void Clear()
    {
        _names.Clear();
        _accounts.Clear();
    }

    /// <summary>A stage over token rows, in blocks whose size does not depend on the number of threads.</summary>
    internal void Rows(string name, double flop, int rows, Action<int, int> body)
    {
        // 32 tiles of six rows.
        const int block = 192;
        Run(name, flop, (rows + block - 1) / block, task => body(task * block, Math.Min(block, rows - (task * block))));
    }
}
