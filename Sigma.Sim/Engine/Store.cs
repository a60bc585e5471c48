// Things that are handed from process to process in order. An item is never lost: what an interrupted process was
// granted goes back to the front.
namespace Sigma.Sim.Engine;

/// <summary>A queue of items between processes, bounded or endless. Gets and puts are each served in order.</summary>
public sealed class Store<T>
{
    private readonly Simulation _simulation;
    private readonly LinkedList<T> _items = new();
    private WaiterQueue _getters;
    private WaiterQueue _putters;

    /// <summary>An endless store: a put never waits.</summary>
    public Store(Simulation simulation, string name)
        : this(simulation, name, int.MaxValue)
    {
    }

    public Store(Simulation simulation, string name, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _simulation = simulation;
        Name = name;
        Capacity = capacity;
        Level = new TimeWeighted(simulation, 0);
    }

    public string Name { get; }

    public int Capacity { get; }

    /// <summary>
    /// Items inside. It exceeds <see cref="Capacity"/> only where an interrupted process gave an item back.
    /// </summary>
    public TimeWeighted Level { get; }

    public int Count => _items.Count;

    /// <summary>The next item: yield this, then read <see cref="Getting{T}.Item"/>.</summary>
    public Getting<T> Get() => new(_simulation, this);

    /// <summary>Waits until there is room and puts the item in. Nothing is put unless this is yielded.</summary>
    public Putting<T> Put(T item) => new(_simulation, this, item);

    /// <summary>Puts the item in at once if there is room.</summary>
    public bool TryPut(T item)
    {
        if (_getters.TryTakeFirst(out var getter))
        {
            ((Getting<T>)getter.On!).Receive(item);
            getter.Grant();
            return true;
        }

        if (Count >= Capacity) return false;
        _items.AddLast(item);
        Level.Level = Count;
        return true;
    }

    internal bool TryTake(Getting<T> getting)
    {
        if (_items.First is not { } first) return false;
        _items.RemoveFirst();
        getting.Receive(first.Value);
        while (Count < Capacity && _putters.TryTakeFirst(out var putter))
        {
            var putting = (Putting<T>)putter.On!;
            _items.AddLast(putting.Item);
            putting.IsDone = true;
            putter.Grant();
        }

        Level.Level = Count;
        return true;
    }

    internal void TakeBack(T item)
    {
        if (_getters.First is not null)
        {
            TryPut(item);
            return;
        }

        _items.AddFirst(item);
        Level.Level = Count;
    }

    internal void QueueGetter(Waiter waiter) => _getters.Join(waiter);

    internal void QueuePutter(Waiter waiter) => _putters.Join(waiter);

    internal void DropGetter(Waiter waiter) => _getters.Remove(waiter);

    internal void DropPutter(Waiter waiter) => _putters.Remove(waiter);
}

/// <summary>A wait for an item of a store. May be yielded again for the next one.</summary>
public sealed class Getting<T> : Awaitable
{
    private readonly Store<T> _store;
    private T? _item;
    private bool _hasItem;

    internal Getting(Simulation simulation, Store<T> store)
        : base(simulation, store.Name) => _store = store;

    /// <summary>The item, once the wait is over; an error before.</summary>
    public T Item => _hasItem ? _item! : throw new InvalidOperationException($"{Describe()}: no item has come yet.");

    public static implicit operator Wait(Getting<T> getting) => new(getting, 0);

    internal void Receive(T item)
    {
        _item = item;
        _hasItem = true;
    }

    internal override string Describe() => $"an item of store '{Name}'";

    internal override bool Enter(Waiter waiter)
    {
        _hasItem = false;
        if (_store.TryTake(this)) return true;
        _store.QueueGetter(waiter);
        return false;
    }

    internal override void Leave(Waiter waiter) => _store.DropGetter(waiter);

    internal override void GiveBack(Waiter waiter)
    {
        _hasItem = false;
        _store.TakeBack(_item!);
    }
}

/// <summary>A wait for room in a store.</summary>
public sealed class Putting<T> : Awaitable
{
    private readonly Store<T> _store;

    internal Putting(Simulation simulation, Store<T> store, T item)
        : base(simulation, store.Name)
    {
        _store = store;
        Item = item;
    }

    public T Item { get; }

    /// <summary>Whether the item is in, which an interrupted process may want to know: it stays in.</summary>
    public bool IsDone { get; internal set; }

    public static implicit operator Wait(Putting<T> putting) => new(putting, 0);

    internal override string Describe() => $"room in store '{Name}'";

    internal override bool Enter(Waiter waiter)
    {
        IsDone = _store.TryPut(Item);
        if (!IsDone) _store.QueuePutter(waiter);
        return IsDone;
    }

    internal override void Leave(Waiter waiter) => _store.DropPutter(waiter);

    internal override void GiveBack(Waiter waiter)
    {
    }
}
