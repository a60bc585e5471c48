// The total order (time, priority, insertion), and where a run begins and ends.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using static Sigma.Sim.Tests.Engine.Trace;

namespace Sigma.Sim.Tests.Engine;

[TestClass]
public sealed class OrderTests
{
    private readonly Simulation _simulation = new();
    private readonly Trace _trace;

    public OrderTests() => _trace = new Trace(_simulation);

    [TestMethod]
    public void Processes_resume_in_order_of_time()
    {
        foreach (var delay in new long[] { 30, 10, 20 }) _simulation.Start($"{delay}", self => Once(self, Ns(delay)));
        _simulation.Run();
        _trace.IsExactly("10 10", "20 20", "30 30");
        Assert.AreEqual(6, _simulation.EventsProcessed);
    }

    [TestMethod]
    public void Of_one_instant_the_first_inserted_goes_first()
    {
        for (var i = 0; i < 300; i++) _simulation.Start($"{i}", self => Once(self, Ns(7)));
        _simulation.Run();
        _trace.IsExactly([.. Enumerable.Range(0, 300).Select(i => $"7 {i}")]);
    }

    [TestMethod]
    public void Priority_goes_before_insertion_and_after_time()
    {
        Start("late", EventPriority.Late, 5);
        Start("normal", EventPriority.Normal, 5);
        Start("urgent", EventPriority.Urgent, 5);
        Start("earlier", EventPriority.Late, 4);
        _simulation.Run();
        _trace.IsExactly("4 earlier", "5 urgent", "5 normal", "5 late");

        void Start(string name, EventPriority priority, long delay) =>
            _simulation.Start(name, self => Once(self, _simulation.Timeout(Ns(delay), priority)));
    }

    [TestMethod]
    public void A_timeout_of_zero_goes_after_what_was_already_planned_for_this_instant()
    {
        _simulation.Start("first", First);
        _simulation.Start("second", self => Once(self, Ns(5)));
        _simulation.Run();
        _trace.IsExactly("5 first", "5 second", "5 first again");

        IEnumerator<Wait> First(Process self)
        {
            yield return Ns(5);
            _trace.Add("first");
            yield return Duration.Zero;
            _trace.Add("first again");
        }
    }

    [TestMethod]
    public void A_late_timeout_of_zero_sees_the_instants_final_state()
    {
        _simulation.Start("observer", self => Once(self, _simulation.Timeout(Duration.Zero, EventPriority.Late)));
        _simulation.Start("worker", self => Once(self, Duration.Zero));
        _simulation.Run();
        _trace.IsExactly("0 worker", "0 observer");
    }

    [TestMethod]
    public void A_process_first_runs_through_the_calendar()
    {
        _simulation.Start("parent", Parent);
        _simulation.Run();
        _trace.IsExactly("0 parent goes on", "0 child");

        IEnumerator<Wait> Parent(Process self)
        {
            _simulation.Start("child", child => Once(child, Duration.Zero));
            _trace.Add("parent goes on");
            yield break;
        }
    }

    [TestMethod]
    public void Running_until_an_instant_stops_strictly_before_it_and_goes_on_later()
    {
        foreach (var delay in new long[] { 9, 10, 11 }) _simulation.Start($"{delay}", self => Once(self, Ns(delay)));
        _simulation.RunUntil(new Instant(10));
        Assert.AreEqual(new Instant(10), _simulation.Now);
        _trace.IsExactly("9 9");
        _simulation.RunUntil(new Instant(20));
        _trace.IsExactly("9 9", "10 10", "11 11");
        Assert.AreEqual(new Instant(20), _simulation.Now);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _simulation.RunUntil(new Instant(19)));
    }

    [TestMethod]
    public void What_is_started_between_runs_goes_before_what_comes_later()
    {
        _simulation.Start("far", self => Once(self, Ns(100)));
        _simulation.RunUntil(new Instant(50));
        _simulation.Start("near", self => Once(self, Ns(10)));
        _simulation.Run();
        _trace.IsExactly("60 near", "100 far");
    }

    [TestMethod]
    public void An_endless_timeout_is_no_event()
    {
        _simulation.Start("patient", self => Once(self, Duration.Endless));
        _simulation.Start("brief", self => Once(self, Ns(3)));
        _simulation.Run();
        _trace.IsExactly("3 brief");
        Assert.AreEqual(new Instant(3), _simulation.Now);
    }

    private IEnumerator<Wait> Once(Process self, Wait wait)
    {
        yield return wait;
        _trace.Add(self.Name);
    }
}
