// The slow twin of the engine: one sorted list, eager removal, no tickets, no rings, no linked queues. It promises to
// be read, not to be fast.
namespace Sigma.Sim.Tests.Engine;

internal sealed partial class NaiveWorld : IWorld
{
    private readonly List<Planned> _plan = [];
    private readonly Step[][] _programs;
    private readonly Life?[] _lives = new Life?[RandomPrograms.Programs];
    private readonly News[] _signals = [.. Enumerable.Range(0, RandomPrograms.Signals).Select(_ => new News())];
    private readonly List<Leaf> _requests = [];
    private int _freeUnits;
    private long _insertions;

    internal NaiveWorld(Step[][] programs, int units)
    {
        _programs = programs;
        _freeUnits = units;
        for (var i = 0; i < RandomPrograms.StartedAtOnce; i++) Start(i);
    }

    internal List<string> Log { get; } = [];

    public long Now { get; private set; }

    internal void Run()
    {
        while (_plan.Count > 0)
        {
            var next = _plan.MinBy(planned => (planned.Time, planned.Priority, planned.Insertion))!;
            _plan.Remove(next);
            Now = next.Time;
            next.Happen();
        }
    }

    public bool HasFired(int signal) => _signals[signal].HasFired;

    public bool IsScheduled(int signal) => _signals[signal].Scheduled is not null;

    public bool IsStarted(int program) => _lives[program] is not null;

    public bool IsAlive(int program) => _lives[program]!.IsAlive;

    public int FiredIndex(int program) => _lives[program]!.FiredIndex;

    public bool TakeInterrupt(int program, out object? cause)
    {
        cause = _lives[program]!.Causes.FirstOrDefault();
        if (cause is null) return false;
        _lives[program]!.Causes.RemoveAt(0);
        return true;
    }

    public void Do(DeedKind kind, int target, long delay, string cause)
    {
        switch (kind)
        {
            case DeedKind.Fire:
                Fire(_signals[target]);
                break;
            case DeedKind.FireAfter:
                _signals[target].Scheduled = Plan(delay, 1, () => Fire(_signals[target]));
                break;
            case DeedKind.Rearm:
                Unschedule(_signals[target]);
                _signals[target].HasFired = false;
                break;
            case DeedKind.Interrupt:
                Interrupt(_lives[target]!, cause);
                break;
            case DeedKind.Kill:
                if (!_lives[target]!.IsAlive) break;
                Cancel(_lives[target]!);
                End(_lives[target]!);
                break;
            case DeedKind.Start:
                Start(target);
                break;
            case DeedKind.Release:
                Release();
                break;
        }
    }

    private void Start(int program)
    {
        var life = new Life { Body = RandomPrograms.Live(this, program, _programs[program], Log) };
        _lives[program] = life;
        life.Resumption = Plan(0, 1, () => Resume(life));
    }

    private void Resume(Life life)
    {
        life.Resumption = null;
        life.HasBegun = true;
        life.IsInterrupting = false;
        life.Wait = null;
        if (!life.Body.MoveNext())
        {
            End(life);
            return;
        }

        if (life.Causes.Count > 0)
        {
            PlanInterrupt(life);
            return;
        }

        if (life.Body.Current is Step.Delay plain)
        {
            life.Resumption = Plan(plain.Nanoseconds, (int)plain.Priority, () => Resume(life));
            return;
        }

        life.Wait = new Leaf(life, null, 0);
        Begin(life.Wait, life.Body.Current);
    }

    private void End(Life life)
    {
        life.IsAlive = false;
        Fire(life.Ended);
    }

    private void Interrupt(Life life, string cause)
    {
        life.Causes.Add(cause);
        if (!life.HasBegun || life.IsInterrupting) return;
        Cancel(life);
        PlanInterrupt(life);
    }

    private void PlanInterrupt(Life life)
    {
        life.IsInterrupting = true;
        life.Resumption = Plan(0, 0, () => Resume(life));
    }

    private void Cancel(Life life)
    {
        if (life.Resumption is not null) _plan.Remove(life.Resumption);
        life.Resumption = null;
        if (life.Wait is not null) Abandon(life.Wait);
        life.Wait = null;
    }

    private void Begin(Leaf leaf, Step step)
    {
        leaf.Step = step;
        switch (step)
        {
            case Step.Delay delay:
                leaf.Timer = Plan(delay.Nanoseconds, (int)delay.Priority, () => Grant(leaf));
                break;
            case Step.Await { Signal: var signal }:
                Listen(leaf, _signals[signal]);
                break;
            case Step.AwaitEnd { Program: var program }:
                Listen(leaf, _lives[program]!.Ended);
                break;
            case Step.Request { Priority: var priority }:
                if (_freeUnits > 0)
                {
                    _freeUnits--;
                    Grant(leaf);
                    break;
                }

                var ahead = _requests.Count(other => ((Step.Request)other.Step!).Priority <= priority);
                _requests.Insert(ahead, leaf);
                break;
            case Step.Several several:
                leaf.Missing = several.NeedsAll ? several.Parts.Length : 1;
                for (var i = 0; i < several.Parts.Length && leaf.Missing > 0; i++)
                {
                    var part = new Leaf(leaf.Life, leaf, i);
                    leaf.Parts.Add(part);
                    Begin(part, several.Parts[i]);
                }

                leaf.HasEntered = true;
                if (leaf.Missing == 0) Grant(leaf);
                break;
        }
    }

    private void Listen(Leaf leaf, News news)
    {
        if (news.HasFired) Grant(leaf);
        else news.Listeners.Add(leaf);
    }

    private void Grant(Leaf leaf)
    {
        leaf.IsGranted = true;
        if (leaf.Parent is not { } parent)
        {
            leaf.Life.Resumption = Plan(0, 1, () => Resume(leaf.Life));
            return;
        }

        if (--parent.Missing > 0) return;
        if (parent.Step is Step.Several { NeedsAll: false })
        {
            foreach (var other in parent.Parts.Where(part => part != leaf)) Abandon(other);
            if (parent.Parent is null) parent.Life.FiredIndex = leaf.Index;
        }

        if (parent.HasEntered) Grant(parent);
    }

    private void Abandon(Leaf leaf)
    {
        if (leaf.Timer is not null) _plan.Remove(leaf.Timer);
        foreach (var news in _signals) news.Listeners.Remove(leaf);
        foreach (var life in _lives) life?.Ended.Listeners.Remove(leaf);
        _requests.Remove(leaf);
        foreach (var part in leaf.Parts) Abandon(part);
        if (leaf is { IsGranted: true, Step: Step.Request }) Release();
    }

    private void Fire(News news)
    {
        Unschedule(news);
        news.HasFired = true;
        while (news.Listeners.Count > 0)
        {
            var first = news.Listeners[0];
            news.Listeners.RemoveAt(0);
            Grant(first);
        }
    }

    private void Unschedule(News news)
    {
        if (news.Scheduled is not null) _plan.Remove(news.Scheduled);
        news.Scheduled = null;
    }

    private void Release()
    {
        if (_requests.Count == 0)
        {
            _freeUnits++;
            return;
        }

        var first = _requests[0];
        _requests.RemoveAt(0);
        Grant(first);
    }

    private Planned Plan(long delay, int priority, Action happen)
    {
        var planned = new Planned(Now + delay, priority, _insertions++, happen);
        _plan.Add(planned);
        return planned;
    }
}
