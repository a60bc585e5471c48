// E1: queues with known answers, from the textbooks (Kleinrock, Queueing Systems I, 1975). M/D/1 by Pollaczek and
// Khinchine, M/M/c by Erlang's C. Each answer must lie inside the 99 % interval of independent replications.
using MathNet.Numerics.Distributions;
using Sigma.Sim.Engine;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.ClosedForm;

[TestClass]
public sealed class QueueTests
{
    private const int Replications = 20;
    private const double WarmupSeconds = 2_000;
    private const double MeasuredSeconds = 40_000;

    [TestMethod]
    public void A_queue_M_M_1_has_the_known_lengths_and_waits()
    {
        var runs = Replicate("M/M/1", arrivalRate: 0.8, servers: 1, isDeterministic: false);
        Holds("L", 4.0, runs, run => run.InSystem);
        Holds("Lq", 3.2, runs, run => run.InQueue);
        Holds("W", 5.0, runs, run => run.Sojourn);
        Holds("Wq", 4.0, runs, run => run.Waiting);
        Holds("P(wait)", 0.8, runs, run => run.ShareThatWaits);
    }

    [TestMethod]
    public void A_queue_M_D_1_waits_half_as_long()
    {
        var runs = Replicate("M/D/1", arrivalRate: 0.8, servers: 1, isDeterministic: true);
        Holds("Wq", 2.0, runs, run => run.Waiting);
        Holds("Lq", 1.6, runs, run => run.InQueue);
    }

    [TestMethod]
    public void A_queue_M_M_2_follows_Erlang_C()
    {
        var waits = ErlangC(servers: 2, load: 1.6);
        Assert.AreEqual(0.7111, waits, 5e-5);
        var runs = Replicate("M/M/2", arrivalRate: 1.6, servers: 2, isDeterministic: false);
        Holds("P(wait)", waits, runs, run => run.ShareThatWaits);
        Holds("Wq", waits / (2 - 1.6), runs, run => run.Waiting);
    }

    [TestMethod]
    public void Littles_law_holds_in_every_run()
    {
        // L = lambda W for what the run itself measured: the queue's integral is the sum of all waits but for its
        // edges.
        foreach (var run in Replicate("Little", arrivalRate: 0.8, servers: 1, isDeterministic: false))
        {
            Assert.AreEqual(run.Arrivals / MeasuredSeconds * run.Waiting, run.InQueue, 0.02 * run.InQueue);
        }
    }

    /// <summary>The probability that an arrival waits, by the recurrence over Erlang's B.</summary>
    private static double ErlangC(int servers, double load)
    {
        var blocked = 1.0;
        for (var n = 1; n <= servers; n++) blocked = load * blocked / (n + load * blocked);
        return blocked / (1 - load / servers * (1 - blocked));
    }

    private static Measured[] Replicate(string purpose, double arrivalRate, int servers, bool isDeterministic) =>
        [.. Enumerable.Range(0, Replications).Select(replication =>
            new Queue(purpose, replication, arrivalRate, servers, isDeterministic).Measure())];

    /// <summary>Student's interval over the replications' means.</summary>
    private static void Holds(string what, double known, Measured[] runs, Func<Measured, double> measure)
    {
        var means = new Tally();
        foreach (var run in runs) means.Add(measure(run));
        var quantile = StudentT.InvCDF(0, 1, runs.Length - 1, 0.995);
        var half = quantile * means.StandardDeviation / Math.Sqrt(runs.Length);
        Console.WriteLine($"{what}: {means.Mean:F4} +- {half:F4}, known {known:F4}");
        Assert.IsLessThan(half, Math.Abs(means.Mean - known), $"{what}: {means.Mean} +- {half}, known {known}");
        Assert.IsLessThan(0.05 * known, half, $"{what}: an interval of +- {half} would prove little");
    }

    private readonly record struct Measured(
        double InSystem, double InQueue, double Sojourn, double Waiting, double ShareThatWaits, long Arrivals);

    private sealed class Queue
    {
        private readonly Simulation _simulation = new();
        private readonly Resource _servers;
        private readonly TimeWeighted _inSystem;
        private readonly Tally _sojourns = new();
        private readonly Tally _delays = new();
        private readonly double _arrivalRate;
        private readonly bool _isDeterministic;
        private RandomStream _arrivals;
        private RandomStream _services;

        internal Queue(string purpose, int replication, double arrivalRate, int servers, bool isDeterministic)
        {
            _servers = new Resource(_simulation, "servers", servers);
            _inSystem = new TimeWeighted(_simulation, 0);
            _arrivalRate = arrivalRate;
            _isDeterministic = isDeterministic;
            _arrivals = new StreamKey(1, replication, $"{purpose}/arrivals", 0).Open();
            _services = new StreamKey(1, replication, $"{purpose}/services", 0).Open();
        }

        internal Measured Measure()
        {
            _simulation.Start("source", _ => Arrive());
            var measuring = Instant.Start + Duration.FromSeconds(WarmupSeconds);
            _simulation.RunUntil(measuring);
            _inSystem.Reset();
            _sojourns.Reset();
            _delays.Reset();
            _servers.QueueLength.Reset();
            _servers.WaitingSeconds.Reset();
            _simulation.RunUntil(measuring + Duration.FromSeconds(MeasuredSeconds));
            var waits = _servers.WaitingSeconds;
            return new Measured(
                _inSystem.Mean, _servers.QueueLength.Mean, _sojourns.Mean, waits.Mean, _delays.Mean, waits.Count);
        }

        private IEnumerator<Wait> Arrive()
        {
            while (true)
            {
                yield return Duration.FromSeconds(_arrivals.NextUnitExponential() / _arrivalRate);
                _simulation.Start("customer", _ => BeServed());
            }
        }

        private IEnumerator<Wait> BeServed()
        {
            var arrival = _simulation.Now;
            _inSystem.Level++;
            yield return _servers.Request();
            _delays.Add(_simulation.Now > arrival ? 1 : 0);
            yield return Duration.FromSeconds(_isDeterministic ? 1 : _services.NextUnitExponential());
            _servers.Release();
            _inSystem.Level--;
            _sojourns.Add((_simulation.Now - arrival).Seconds);
        }
    }
}
