// In steady state neither a timeout nor a signal nor a request allocates: a replay has hundreds of millions of them.
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;

namespace Sigma.Sim.Tests.Engine;

[TestClass]
public sealed class AllocationTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(64)]
    [DataRow(2048)]
    public void A_timeout_allocates_nothing(int processes)
    {
        var result = EngineBench.Measure(processes, timeouts: 200_000, warmup: 200_000);
        Assert.IsGreaterThan(190_000, result.Timeouts);
        Assert.AreEqual(0.0, result.BytesPerTimeout);
    }

    [TestMethod]
    public void Firing_awaiting_and_rearming_a_signal_allocate_nothing() => AllocatesNothing(simulation =>
    {
        var news = simulation.NewSignal("news");
        for (var i = 0; i < 64; i++) simulation.Start("listener", _ => Listen(news));
        simulation.Start("source", _ => Tell(news));

        static IEnumerator<Wait> Listen(Signal news)
        {
            while (true) yield return news;
        }

        static IEnumerator<Wait> Tell(Signal news)
        {
            while (true)
            {
                yield return new Duration(5);
                news.Fire();
                news.Rearm();
            }
        }
    });

    [TestMethod]
    public void A_scheduled_fire_allocates_nothing() => AllocatesNothing(simulation =>
    {
        for (var i = 1; i <= 64; i++)
        {
            var delay = new Duration(i);
            simulation.Start("self-made", _ => Wake(simulation.NewSignal("wake"), delay));
        }

        static IEnumerator<Wait> Wake(Signal wake, Duration delay)
        {
            while (true)
            {
                wake.FireAfter(delay);
                yield return wake;
                wake.Rearm();
            }
        }
    });

    [TestMethod]
    public void A_request_allocates_nothing() => AllocatesNothing(simulation =>
    {
        var crews = new Resource(simulation, "crews", 3);
        for (var i = 0; i < 16; i++) simulation.Start("user", _ => Use(crews));

        static IEnumerator<Wait> Use(Resource crews)
        {
            while (true)
            {
                yield return crews.Request();
                yield return new Duration(7);
                crews.Release();
            }
        }
    });

    private static void AllocatesNothing(Action<Simulation> start)
    {
        var simulation = new Simulation();
        start(simulation);
        for (var i = 1; i <= 10; i++) simulation.RunUntil(new Instant(i * 1_000));
        var events = simulation.EventsProcessed;
        var before = GC.GetAllocatedBytesForCurrentThread();
        simulation.RunUntil(new Instant(100_000));
        Assert.AreEqual(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.IsGreaterThan(events * 8, simulation.EventsProcessed);
    }
}
