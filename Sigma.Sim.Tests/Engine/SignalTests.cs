// Signals: who is resumed, when, in which order, and how often.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using static Sigma.Sim.Tests.Engine.Trace;

namespace Sigma.Sim.Tests.Engine;

[TestClass]
public sealed class SignalTests
{
    private readonly Simulation _simulation = new();
    private readonly Trace _trace;
    private readonly Signal _signal;

    public SignalTests()
    {
        _trace = new Trace(_simulation);
        _signal = _simulation.NewSignal("go");
    }

    [TestMethod]
    public void Waiters_resume_in_the_order_in_which_they_came()
    {
        foreach (var delay in new long[] { 3, 1, 2 }) _simulation.Start($"{delay}", self => AwaitAfter(self, delay));
        _signal.FireAfter(Ns(10));
        _simulation.Run();
        _trace.IsExactly("10 1", "10 2", "10 3");
    }

    [TestMethod]
    public void A_fired_signal_is_gone_through_at_once()
    {
        _signal.Fire();
        _simulation.Start("late", self => AwaitAfter(self, 5));
        _simulation.Run();
        _trace.IsExactly("5 late");
    }

    [TestMethod]
    public void Firing_twice_is_an_error_unless_rearmed()
    {
        _signal.Fire();
        Assert.ThrowsExactly<InvalidOperationException>(_signal.Fire);
        Assert.ThrowsExactly<InvalidOperationException>(() => _signal.FireAfter(Ns(1)));
        _signal.Rearm();
        Assert.IsFalse(_signal.HasFired);
        _signal.Fire();
        Assert.IsTrue(_signal.HasFired);
    }

    [TestMethod]
    public void Rearming_after_a_fire_lets_its_waiters_go_and_holds_the_next()
    {
        _simulation.Start("early", self => AwaitAfter(self, 0));
        _simulation.Start("late", self => AwaitAfter(self, 5));
        _simulation.Start("source", Source);
        _simulation.Run();
        _trace.IsExactly("3 early", "9 late");

        IEnumerator<Wait> Source(Process self)
        {
            yield return Ns(3);
            _signal.Fire();
            _signal.Rearm();
            yield return Ns(6);
            _signal.Fire();
        }
    }

    [TestMethod]
    public void Rearming_cancels_a_scheduled_fire_and_keeps_the_waiters()
    {
        _simulation.Start("waiter", self => AwaitAfter(self, 0));
        _signal.FireAfter(Ns(5));
        Assert.IsTrue(_signal.IsScheduled);
        Assert.ThrowsExactly<InvalidOperationException>(() => _signal.FireAfter(Ns(6)));
        _simulation.RunUntil(new Instant(2));
        _signal.Rearm();
        Assert.IsFalse(_signal.IsScheduled);
        _signal.FireAfter(Ns(10));
        _simulation.Run();
        _trace.IsExactly("12 waiter");
    }

    [TestMethod]
    public void A_fire_now_takes_the_place_of_a_scheduled_one()
    {
        _simulation.Start("waiter", self => AwaitAfter(self, 0));
        _signal.FireAfter(Ns(5));
        _simulation.RunUntil(new Instant(2));
        _signal.Fire();
        _simulation.Run();
        _trace.IsExactly("2 waiter");
    }

    [TestMethod]
    public void The_end_of_a_process_is_a_signal()
    {
        var child = _simulation.Start("child", self => AwaitAfter(self, 4));
        _simulation.Start("parent", Parent);
        _signal.FireAfter(Ns(6));
        _simulation.Run();
        _trace.IsExactly("6 child", "6 parent", "6 parent again");
        Assert.IsFalse(child.IsAlive);
        Assert.IsTrue(child.Ended.HasFired);

        IEnumerator<Wait> Parent(Process self)
        {
            yield return child;
            _trace.Add("parent");
            yield return child;
            _trace.Add("parent again");
        }
    }

    [TestMethod]
    public void Any_of_tells_which_came_first_and_cancels_the_rest()
    {
        _simulation.Start("racer", Racer);
        _signal.FireAfter(Ns(5));
        _simulation.Run();
        _trace.IsExactly("5 won by 1", "10 won by 0", "10 won by 1");
        Assert.AreEqual(new Instant(10), _simulation.Now, "no cancelled timeout moves the clock");

        IEnumerator<Wait> Racer(Process self)
        {
            yield return _simulation.AnyOf(Ns(6), _signal, Ns(5_000));
            _trace.Add($"won by {self.FiredIndex}");
            _signal.Rearm();
            yield return _simulation.AnyOf(Ns(5), _signal);
            _trace.Add($"won by {self.FiredIndex}");
            _signal.Fire();
            yield return _simulation.AnyOf(Duration.Zero, _signal);
            _trace.Add($"won by {self.FiredIndex}");
        }
    }

    [TestMethod]
    public void All_of_waits_for_the_last_and_all_of_nothing_for_nothing()
    {
        var other = _simulation.Start("other", self => AwaitAfter(self, 1));
        _simulation.Start("gatherer", Gatherer);
        _signal.FireAfter(Ns(3));
        _simulation.Run();
        _trace.IsExactly("3 other", "8 all", "8 nothing", "10 nested 0");

        IEnumerator<Wait> Gatherer(Process self)
        {
            yield return _simulation.AllOf(Ns(8), _signal, other);
            _trace.Add("all");
            yield return _simulation.AllOf();
            _trace.Add("nothing");
            yield return _simulation.AnyOf(_simulation.AllOf(Ns(1), Ns(2)), Ns(3));
            _trace.Add($"nested {self.FiredIndex}");
        }
    }

    [TestMethod]
    public void Any_of_nothing_and_what_belongs_elsewhere_are_errors()
    {
        Assert.ThrowsExactly<ArgumentException>(() => _simulation.AnyOf());
        Assert.ThrowsExactly<ArgumentException>(() => new Simulation().RunUntil(_signal));
        var elsewhere = new Simulation();
        elsewhere.Start("stranger", self => AwaitAfter(self, 0));
        var error = Assert.ThrowsExactly<ProcessFailedException>(elsewhere.Run);
        Says("signal 'go' belongs to another simulation", error);
    }

    private IEnumerator<Wait> AwaitAfter(Process self, long delay)
    {
        yield return Ns(delay);
        yield return _signal;
        _trace.Add(self.Name);
    }
}
