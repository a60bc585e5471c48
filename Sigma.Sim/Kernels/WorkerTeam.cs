// A few threads that live as long as their owner and share out numbered tasks. Who does which task is left to chance:
// tasks write different outputs and never add to one another's, so results cannot tell.
namespace Sigma.Sim.Kernels;

/// <summary>Runs the tasks 0 .. n - 1 on a fixed number of threads, the caller being one of them.</summary>
public sealed class WorkerTeam : IDisposable
{
    private readonly Thread[] _workers;
    private readonly SemaphoreSlim _start = new(0);
    private Action<int> _body = _ => { };
    private int _tasks, _next, _running;
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
        Volatile.Write(ref _running, _workers.Length);
        _start.Release(_workers.Length);
        Drain();
        var spin = default(SpinWait);
        while (Volatile.Read(ref _running) > 0) spin.SpinOnce(sleep1Threshold: -1);
        if (_failure is not null) throw new InvalidOperationException("a kernel failed on a worker thread", _failure);
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _start.Release(Math.Max(1, _workers.Length));
        foreach (var worker in _workers) worker.Join();
        _start.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            _start.Wait();
            if (_closed) return;
            Drain();
            Interlocked.Decrement(ref _running);
        }
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
