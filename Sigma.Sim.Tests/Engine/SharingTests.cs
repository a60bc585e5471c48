// Resources, stores and containers: who is served, in which order, and that an interrupt loses nothing.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using static Sigma.Sim.Tests.Engine.Trace;

namespace Sigma.Sim.Tests.Engine;

[TestClass]
public sealed class SharingTests
{
    private readonly Simulation _simulation = new();
    private readonly Trace _trace;

    public SharingTests() => _trace = new Trace(_simulation);

    [TestMethod]
    public void A_resource_serves_first_come_first_served()
    {
        var crews = new Resource(_simulation, "crews", 2);
        string[] names = ["a", "b", "c", "d"];
        foreach (var name in names) _simulation.Start(name, self => Use(self, crews, crews.Request()));
        _simulation.Run();
        _trace.IsExactly("0 a has it", "0 b has it", "10 c has it", "10 d has it");
        Assert.AreEqual(0.0, crews.InUse.Level);
        Assert.AreEqual(2.0, crews.InUse.Mean);
        Assert.AreEqual(2.0, crews.QueueLength.Max);
        Assert.AreEqual(1.0, crews.QueueLength.Mean);
        Assert.AreEqual(4, crews.WaitingSeconds.Count);
        Assert.AreEqual(5e-9, crews.WaitingSeconds.Mean, 1e-20);
    }

    [TestMethod]
    public void A_smaller_priority_is_served_earlier_and_equal_ones_in_order()
    {
        var crew = new Resource(_simulation, "crew", 1);
        foreach (var (name, priority) in new[] { ("a", 5), ("b", 5), ("c", -1), ("d", 5), ("e", 0) })
        {
            _simulation.Start(name, self => Use(self, crew, crew.RequestWithPriority(priority)));
        }

        _simulation.Run();
        _trace.IsExactly("0 a has it", "10 c has it", "20 e has it", "30 b has it", "40 d has it");
    }

    [TestMethod]
    public void Who_gives_up_leaves_the_queue()
    {
        var crew = new Resource(_simulation, "crew", 1);
        _simulation.Start("holder", self => Use(self, crew, crew.Request()));
        _simulation.Start("impatient", Impatient);
        _simulation.Start("next", self => Use(self, crew, crew.Request()));
        _simulation.Run();
        _trace.IsExactly("0 holder has it", "3 gave up", "10 next has it");
        Assert.AreEqual(0.0, crew.InUse.Level);

        IEnumerator<Wait> Impatient(Process self)
        {
            yield return _simulation.AnyOf(crew.Request(), Ns(3));
            _trace.Add(self.FiredIndex == 1 ? "gave up" : "has it");
        }
    }

    [TestMethod]
    public void A_unit_granted_to_an_interrupted_process_goes_to_the_next()
    {
        var crew = new Resource(_simulation, "crew", 1);
        Assert.IsTrue(crew.TryRequest());
        Assert.IsFalse(crew.TryRequest());
        var unlucky = _simulation.Start("unlucky", Unlucky);
        _simulation.Start("next", self => Use(self, crew, crew.Request()));
        _simulation.RunUntil(new Instant(5));
        crew.Release();
        unlucky.Interrupt("fault");
        _simulation.Run();
        _trace.IsExactly("5 interrupted", "5 next has it");
        Assert.AreEqual(0.0, crew.InUse.Level);
        Assert.ThrowsExactly<InvalidOperationException>(crew.Release);

        IEnumerator<Wait> Unlucky(Process self)
        {
            yield return crew.Request();
            Assert.IsTrue(self.TakeInterrupt(out _));
            _trace.Add("interrupted");
        }
    }

    [TestMethod]
    public void All_of_two_resources_gives_back_the_one_it_had()
    {
        var first = new Resource(_simulation, "first", 1);
        var second = new Resource(_simulation, "second", 1);
        Assert.IsTrue(second.TryRequest());
        _simulation.Start("greedy", Greedy);
        _simulation.Start("modest", self => Use(self, first, first.Request()));
        _simulation.Run();
        _trace.IsExactly("4 modest has it", "4 gave up");
        Assert.AreEqual(0.0, first.InUse.Level);
        Assert.AreEqual(0.0, second.QueueLength.Level);

        IEnumerator<Wait> Greedy(Process self)
        {
            // The second request for the first resource is queued behind the unit that the same wait holds.
            var both = _simulation.AllOf(first.Request(), second.Request());
            yield return _simulation.AnyOf(both, first.Request(), Ns(4));
            _trace.Add(self.FiredIndex == 2 ? "gave up" : "has both");
        }
    }

    [TestMethod]
    public void A_store_hands_items_on_in_order()
    {
        var store = new Store<int>(_simulation, "parts", 2);
        _simulation.Start("producer", Producer);
        _simulation.Start("consumer", Consumer);
        _simulation.Run();
        _trace.IsExactly(
            "0 put 1", "0 put 2", "10 put 3", "10 got 1", "20 put 4", "20 got 2", "30 got 3", "40 got 4");
        Assert.AreEqual(0, store.Count);

        IEnumerator<Wait> Producer(Process self)
        {
            for (var item = 1; item <= 4; item++)
            {
                var putting = store.Put(item);
                yield return putting;
                Assert.IsTrue(putting.IsDone);
                _trace.Add($"put {item}");
            }
        }

        IEnumerator<Wait> Consumer(Process self)
        {
            var getting = store.Get();
            Assert.ThrowsExactly<InvalidOperationException>(() => getting.Item);
            for (var i = 0; i < 4; i++)
            {
                yield return Ns(10);
                yield return getting;
                _trace.Add($"got {getting.Item}");
            }
        }
    }

    [TestMethod]
    public void An_item_granted_to_an_interrupted_process_goes_back_to_the_front()
    {
        var store = new Store<string>(_simulation, "spares");
        var unlucky = _simulation.Start("unlucky", self => Take(self, store));
        _simulation.RunUntil(new Instant(5));
        Assert.IsTrue(store.TryPut("first"));
        Assert.IsTrue(store.TryPut("second"));
        unlucky.Interrupt("fault");
        _simulation.Start("next", self => Take(self, store));
        _simulation.Start("last", self => Take(self, store));
        _simulation.Run();
        _trace.IsExactly("5 unlucky was interrupted", "5 next got first", "5 last got second");
    }

    [TestMethod]
    public void An_interrupted_getter_leaves_the_queue()
    {
        var store = new Store<string>(_simulation, "spares");
        var unlucky = _simulation.Start("unlucky", self => Take(self, store));
        _simulation.Start("next", self => Take(self, store));
        _simulation.RunUntil(new Instant(5));
        unlucky.Interrupt("fault");
        Assert.IsTrue(store.TryPut("only"));
        _simulation.Run();
        _trace.IsExactly("5 unlucky was interrupted", "5 next got only");
    }

    [TestMethod]
    public void A_container_serves_each_side_in_order_and_never_overflows()
    {
        var tank = new Container(_simulation, "tank", 10, 4);
        Start("large get", 0, tank.Get(8));
        Start("small get", 1, tank.Get(1));
        Start("put", 2, tank.Put(5));
        Start("drop", 3, tank.Put(1));
        Start("large put", 4, tank.Put(10));
        Start("last get", 5, tank.Get(1));
        _simulation.Run();
        _trace.IsExactly("2 large get", "2 small get", "2 put", "3 drop", "5 large put", "5 last get");
        Assert.AreEqual(10.0, tank.Level.Level);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tank.Get(11));

        void Start(string name, long delay, Wait wait) => _simulation.Start(name, self => After(self, delay, wait));
    }

    [TestMethod]
    public void Monitors_match_sums_by_hand()
    {
        var level = new TimeWeighted(_simulation, 3);
        _simulation.RunUntil(new Instant(10));
        level.Level = 5;
        _simulation.RunUntil(new Instant(40));
        Assert.AreEqual(4.5, level.Mean);
        Assert.AreEqual(180e-9, level.Integral, 1e-20);
        Assert.AreEqual(5.0, level.Max);
        level.Level = 1;
        level.Reset();
        Assert.AreEqual(1.0, level.Mean);
        Assert.AreEqual(1.0, level.Max);

        var tally = new Tally();
        Assert.IsTrue(double.IsNaN(tally.Mean));
        foreach (var value in new double[] { 2, 4, 4, 4, 5, 5, 7, 9 }) tally.Add(value);
        Assert.AreEqual(5.0, tally.Mean, 1e-12);
        Assert.AreEqual(Math.Sqrt(32.0 / 7), tally.StandardDeviation, 1e-12);
        Assert.AreEqual(2.0, tally.Min);
        Assert.AreEqual(9.0, tally.Max);
    }

    private IEnumerator<Wait> Use(Process self, Resource resource, Wait request)
    {
        yield return request;
        _trace.Add($"{self.Name} has it");
        yield return Ns(10);
        resource.Release();
    }

    private IEnumerator<Wait> Take(Process self, Store<string> store)
    {
        var getting = store.Get();
        yield return getting;
        _trace.Add($"{self.Name} {(self.TakeInterrupt(out _) ? "was interrupted" : $"got {getting.Item}")}");
    }

    private IEnumerator<Wait> After(Process self, long delay, Wait wait)
    {
        yield return Ns(delay);
        yield return wait;
        _trace.Add(self.Name);
    }
}
