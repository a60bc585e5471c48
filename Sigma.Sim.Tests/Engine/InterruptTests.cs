// Interrupts: they cancel any wait, lose nothing, and cannot be ignored by accident.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using static Sigma.Sim.Tests.Engine.Trace;

namespace Sigma.Sim.Tests.Engine;

[TestClass]
public sealed class InterruptTests
{
    private readonly Simulation _simulation = new();
    private readonly Trace _trace;
    private readonly Signal _signal;

    public InterruptTests()
    {
        _trace = new Trace(_simulation);
        _signal = _simulation.NewSignal("go");
    }

    [TestMethod]
    public void An_interrupt_ends_a_timeout_and_the_timeout_never_resumes()
    {
        var worker = _simulation.Start("worker", self => Work(self, Ns(10), Ns(20)));
        InterruptAt(4, worker, "fault");
        _simulation.Run();
        _trace.IsExactly("4 interrupted by fault", "24 done");
    }

    [TestMethod]
    public void After_the_timeout_the_interrupt_meets_the_next_wait()
    {
        var worker = _simulation.Start("worker", self => Work(self, Ns(10), Ns(20)));
        InterruptAt(11, worker, "fault");
        _simulation.Run();
        _trace.IsExactly("10 done", "11 interrupted by fault");
    }

    [TestMethod]
    public void At_the_instant_of_the_timeout_whichever_is_first_in_the_order_wins()
    {
        // The interrupter's timeout was planned first, so that it cancels a timeout of the same instant.
        var worker = _simulation.Start("worker", self => Work(self, Duration.Zero, Ns(10), Ns(20)));
        InterruptAt(10, worker, "fault");
        _simulation.Run();
        _trace.IsExactly("0 done", "10 interrupted by fault", "30 done");

        var other = new InterruptTests();
        var first = other._simulation.Start("worker", self => other.Work(self, Ns(10), Ns(20)));
        other.InterruptAt(10, first, "fault");
        other._simulation.Run();
        other._trace.IsExactly("10 done", "10 interrupted by fault");
    }

    [TestMethod]
    public void An_interrupt_goes_before_the_normal_events_of_its_instant()
    {
        var worker = _simulation.Start("worker", self => Work(self, Duration.Endless));
        InterruptAt(5, worker, "fault");
        _simulation.Start("bystander", self => Work(self, Ns(5)));
        _simulation.Run();
        _trace.IsExactly("5 interrupted by fault", "5 done");
    }

    [TestMethod]
    public void An_interrupt_ends_a_wait_for_a_signal_even_one_that_has_just_fired()
    {
        var waiting = _simulation.Start("waiting", self => Work(self, _signal));
        var other = _simulation.Start("other", self => Work(self, _signal));
        _simulation.Start("source", Source);
        _simulation.Run();
        _trace.IsExactly("1 interrupted by early", "2 interrupted by late");

        IEnumerator<Wait> Source(Process self)
        {
            yield return Ns(1);
            waiting.Interrupt("early");
            yield return Ns(1);
            _signal.Fire();
            other.Interrupt("late");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void An_interrupt_ends_a_wait_for_several_and_none_of_them_resumes(bool all)
    {
        Wait[] parts = [Ns(3), _signal, Ns(8)];
        var worker = _simulation.Start("worker", self =>
            Work(self, all ? _simulation.AllOf(parts) : _simulation.AnyOf(parts), Ns(20)));
        _signal.FireAfter(Ns(6));
        InterruptAt(2, worker, "fault");
        _simulation.Run();
        _trace.IsExactly("2 interrupted by fault", "22 done");
    }

    [TestMethod]
    public void Interrupts_queue_and_are_delivered_one_by_one()
    {
        var worker = _simulation.Start("worker", self => Work(self, Ns(10), Ns(10), Ns(10)));
        _simulation.Start("source", Source);
        _simulation.Run();
        _trace.IsExactly("5 interrupted by one", "5 interrupted by two", "15 done");

        IEnumerator<Wait> Source(Process self)
        {
            yield return Ns(5);
            worker.Interrupt("one");
            worker.Interrupt("two");
        }
    }

    [TestMethod]
    public void A_process_may_take_all_its_interrupts_at_once()
    {
        var worker = _simulation.Start("worker", Worker);
        _simulation.RunUntil(new Instant(5));
        worker.Interrupt("one");
        worker.Interrupt("two");
        _simulation.Run();
        _trace.IsExactly("5 one", "5 two", "12 done");

        IEnumerator<Wait> Worker(Process self)
        {
            yield return Duration.Endless;
            while (self.TakeInterrupt(out var cause)) _trace.Add($"{cause}");
            yield return Ns(7);
            _trace.Add("done");
        }
    }

    [TestMethod]
    public void An_interrupt_before_the_first_run_reaches_the_first_wait()
    {
        _simulation.Start("worker", self => Work(self, Ns(10), Ns(20))).Interrupt("fault");
        _simulation.Run();
        _trace.IsExactly("0 interrupted by fault", "20 done");
    }

    [TestMethod]
    public void An_interrupt_that_is_not_taken_stops_the_run()
    {
        var careless = _simulation.Start("careless", Careless);
        InterruptAt(5, careless, "fault 17");
        var error = Assert.ThrowsExactly<UnhandledInterruptException>(_simulation.Run);
        AreSame("careless", error.Process);
        Assert.AreEqual(new Instant(5), error.Time);
        Assert.AreEqual("fault 17", error.Cause);
        Says("'careless' was interrupted at 5 ns (fault 17)", error);

        IEnumerator<Wait> Careless(Process self)
        {
            yield return Ns(10);
            yield return Ns(10);
        }
    }

    [TestMethod]
    public void To_end_without_taking_an_interrupt_stops_the_run_too()
    {
        var careless = _simulation.Start("careless", Careless);
        InterruptAt(5, careless, null);
        Assert.ThrowsExactly<UnhandledInterruptException>(_simulation.Run);

        static IEnumerator<Wait> Careless(Process self)
        {
            yield return Ns(10);
        }
    }

    [TestMethod]
    public void The_dead_and_oneself_cannot_be_interrupted()
    {
        var dead = _simulation.Start("dead", self => Work(self, Ns(1)));
        _simulation.Run();
        Assert.ThrowsExactly<InvalidOperationException>(() => dead.Interrupt("fault"));
        _simulation.Start("self", Self);
        Assert.ThrowsExactly<ProcessFailedException>(_simulation.Run);

        static IEnumerator<Wait> Self(Process self)
        {
            self.Interrupt("fault");
            yield break;
        }
    }

    [TestMethod]
    public void A_killed_process_cleans_up_and_ends_and_is_never_resumed()
    {
        var victim = _simulation.Start("victim", Victim);
        _simulation.Start("mourner", Mourner);
        _simulation.RunUntil(new Instant(5));
        victim.Kill();
        victim.Kill();
        _simulation.Run();
        _trace.IsExactly("5 cleaned up", "5 mourned");
        Assert.IsFalse(victim.IsAlive);

        IEnumerator<Wait> Victim(Process self)
        {
            try
            {
                yield return Ns(10);
                _trace.Add("resumed");
            }
            finally
            {
                _trace.Add("cleaned up");
            }
        }

        IEnumerator<Wait> Mourner(Process self)
        {
            yield return victim;
            _trace.Add("mourned");
        }
    }

    [TestMethod]
    public void Millions_of_cancelled_timeouts_leave_no_litter()
    {
        var sleeper = _simulation.Start("sleeper", Sleeper);
        _simulation.Start("waker", Waker);
        _simulation.Run();
        Assert.AreEqual(new Instant(200_000), _simulation.Now);
        Assert.IsLessThan(1_000, _simulation.Calendar.Length);

        IEnumerator<Wait> Sleeper(Process self)
        {
            for (var i = 0; i < 200_000; i++)
            {
                yield return Duration.FromDays(1);
                Assert.IsTrue(self.TakeInterrupt(out _));
            }
        }

        IEnumerator<Wait> Waker(Process self)
        {
            for (var i = 0; i < 200_000; i++)
            {
                yield return Ns(1);
                Assert.IsLessThan(200, _simulation.Calendar.Length);
                sleeper.Interrupt(null);
            }
        }
    }

    private void InterruptAt(long time, Process victim, string? cause)
    {
        _simulation.Start("interrupter", Interrupter);

        IEnumerator<Wait> Interrupter(Process self)
        {
            yield return Ns(time);
            victim.Interrupt(cause);
        }
    }

    private IEnumerator<Wait> Work(Process self, params Wait[] waits)
    {
        foreach (var wait in waits)
        {
            yield return wait;
            _trace.Add(self.TakeInterrupt(out var cause) ? $"interrupted by {cause}" : "done");
        }
    }
}
