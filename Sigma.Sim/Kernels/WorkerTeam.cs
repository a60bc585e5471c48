// A few threads that live as long as their owner and share out numbered tasks. Who does which task is left to chance:
// tasks write different outputs and never add to one another's, so results cannot tell.
namespace Sigma.Sim.Kernels;

/// <summary>Runs the tasks 0 .. n - 1 on a fixed number of threads, the caller being one of them.</summary>
public sealed class WorkerTeam : IDisposable
{
    // A short wait before sleep: the next stage of a step mostly comes soon, and a sleeping thread must be woken.
    private const int Spins = 400;

    // In _gate: nobody may begin any more; the rest counts those who have begun and not ended.
    private const int Closed = 1 << 30;

    private readonly Thread[] _workers;
    private readonly Lock _door = new();
    private readonly SemaphoreSlim _start = new(0);
    private Action<int> _body = _ => { };
    private int _tasks, _next, _gate = Closed, _round, _asleep;
    private volatile bool _closed;
    private Exception? _failure;

    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        _workers = new Thread[threads - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = "kernel worker" };
            _workers[i].Start();
        }
    }

    public int Threads => _workers.Length + 1;

    /// <summary>Returns when every task is done; the first failure of a task is thrown here.</summary>
    public void Run(int tasks, Action<int> body)
    {
        if (_workers.Length == 0 || tasks < 2)
        {
            for (var task = 0; task < tasks; task++) body(task);
            return;
        }

        (_body, _tasks, _next, _failure) = (body, tasks, 0, null);
        Volatile.Write(ref _gate, 0);
        Call();
        Drain();
        // Whoever has not begun by now would find nothing to do: a thread without a core is not waited for.
        Interlocked.Or(ref _gate, Closed);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _gate) != Closed) spin.SpinOnce(sleep1Threshold: -1);
        if (_failure is not null) throw new InvalidOperationException("a kernel failed on a worker thread", _failure);
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        Call();
        foreach (var worker in _workers) worker.Join();
        _start.Dispose();
    }

    private void Call()
    {
        lock (_door)
        {
            _round++;
            if (_asleep > 0) _start.Release(_asleep);
            _asleep = 0;
        }
    }

    private void Work()
    {
        for (var seen = 0; !_closed;)
        {
            seen = Await(seen);
            if (!Enter()) continue;
            Drain();
            Interlocked.Decrement(ref _gate);
        }
    }

    // Returns the number of a round that is not the last one seen.
    private int Await(int seen)
    {
        for (var spin = 0; spin < Spins; spin++)
        {
            if (Volatile.Read(ref _round) is var round && round != seen) return round;
            Thread.SpinWait(1);
        }

        lock (_door)
        {
            if (_round != seen) return _round;
            _asleep++;
        }

        _start.Wait();
        return Volatile.Read(ref _round);
    }

    private bool Enter()
    {
        var gate = Volatile.Read(ref _gate);
        while ((gate & Closed) == 0)
        {
            var found = Interlocked.CompareExchange(ref _gate, gate + 1, gate);
            if (found == gate) return true;
            gate = found;
        }

        return false;
    }

    private void Drain()
    {
        try
        {
            while (Interlocked.Increment(ref _next) is var taken && taken <= _tasks) _body(taken - 1);
        }
        catch (Exception failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }
}
