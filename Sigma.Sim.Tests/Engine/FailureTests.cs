// What a run says when it cannot go on.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using static Sigma.Sim.Tests.Engine.Trace;

namespace Sigma.Sim.Tests.Engine;

[TestClass]
public sealed class FailureTests
{
    private readonly Simulation _simulation = new();

    [TestMethod]
    public void Running_dry_says_what_was_awaited_and_who_still_waits()
    {
        var end = _simulation.NewSignal("job done");
        var step = _simulation.NewSignal("step 7");
        _simulation.Start("rank 3", _ => Await(step));
        _simulation.Start("rank 4", _ => Await(_simulation.AllOf(step, Ns(40))));
        _simulation.Start("watcher", _ => Await(Duration.Endless));
        var error = Assert.ThrowsExactly<RanDryException>(() => _simulation.RunUntil(end));
        Assert.AreEqual(new Instant(40), error.Time);
        Assert.HasCount(3, error.StillWaiting);
        AreSame(
            "Events ran out at 40 ns, before signal 'job done' fired. Still waiting: 'rank 3' on signal 'step 7'; "
            + "'rank 4' on all of (signal 'step 7', a timeout of 40 ns); 'watcher' on nothing but an interrupt.",
            error.Message);
    }

    [TestMethod]
    public void A_run_until_a_signal_stops_at_its_fire_and_goes_on_later()
    {
        var end = _simulation.NewSignal("end");
        end.FireAfter(Ns(5));
        var after = _simulation.Start("after", _ => Await(Ns(9)));
        _simulation.RunUntil(end);
        Assert.AreEqual(new Instant(5), _simulation.Now);
        _simulation.RunUntil(end);
        Assert.AreEqual(new Instant(5), _simulation.Now);
        _simulation.RunUntil(after.Ended);
        Assert.AreEqual(new Instant(9), _simulation.Now);
    }

    [TestMethod]
    public void A_process_that_throws_is_named_with_the_time()
    {
        _simulation.Start("faulty", Faulty);
        var error = Assert.ThrowsExactly<ProcessFailedException>(_simulation.Run);
        AreSame("faulty", error.Process);
        Assert.AreEqual(new Instant(3), error.Time);
        Assert.IsInstanceOfType<FormatException>(error.InnerException);
        Says("'faulty' failed at 3 ns: not a number", error);
        Assert.ThrowsExactly<InvalidOperationException>(_simulation.Run);

        static IEnumerator<Wait> Faulty(Process self)
        {
            yield return Ns(3);
            throw new FormatException("not a number");
        }
    }

    [TestMethod]
    public void A_negative_delay_is_an_error()
    {
        _simulation.Start("hasty", _ => Await(Ns(-1)));
        var error = Assert.ThrowsExactly<ProcessFailedException>(_simulation.Run);
        Assert.IsInstanceOfType<ArgumentOutOfRangeException>(error.InnerException);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _simulation.NewSignal("go").FireAfter(Ns(-1)));
    }

    [TestMethod]
    public void A_process_cannot_run_its_own_simulation()
    {
        _simulation.Start("recursive", Recursive);
        Assert.ThrowsExactly<ProcessFailedException>(_simulation.Run);

        IEnumerator<Wait> Recursive(Process self)
        {
            _simulation.Run();
            yield break;
        }
    }

    private static IEnumerator<Wait> Await(Wait wait)
    {
        yield return wait;
    }
}
