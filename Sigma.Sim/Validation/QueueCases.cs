// E1: the engine against queueing theory. Independent runs from the same streams, a 99 % Student-t interval as
// tolerance.
using Sigma.Sim.Engine;
using Sigma.Sim.Experiments;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Validation;

/// <summary>M/M/1, M/D/1 and M/M/2 (Erlang, 1917; Pollaczek and Khinchine).</summary>
internal static class QueueCases
{
    private const int Runs = 16;
    private const double Horizon = 40_000, WarmUp = 2_000;

    public static IEnumerable<CaseResult> All()
    {
        yield return Of("M/M/1 wait in queue, lambda 0.8, mu 1 [service times]", 0.8, 1, deterministic: false, 4);
        yield return Of("M/D/1 wait in queue, lambda 0.8, mu 1 [service times]", 0.8, 1, deterministic: true, 2);
        yield return Of("M/M/2 wait in queue, lambda 1.6, mu 1 [service times]", 1.6, 2, deterministic: false, 16d / 9);
    }

    private static CaseResult Of(string quantity, double rate, int servers, bool deterministic, double expected)
    {
        var means = Enumerable.Range(0, Runs).Select(run => MeanWait(rate, servers, deterministic, run)).ToArray();
        var estimate = Estimate.Of(means, 0.99);
        return new CaseResult("E1", quantity, estimate.Mean, expected, (estimate.High - estimate.Low) / 2, "");
    }

    private static double MeanWait(double rate, int servers, bool deterministic, int run)
    {
        var simulation = new Simulation();
        var desk = new Resource(simulation, "desk", servers);
        var arrivals = new StreamKey(1, run, "validate/arrivals", servers).Open();
        var services = new StreamKey(1, run, "validate/services", servers).Open();
        var (waited, customers) = (0.0, 0L);
        simulation.Start("arrivals", _ => Arrive());
        simulation.RunUntil(Instant.Start + Duration.FromSeconds(Horizon));
        return waited / customers;

        IEnumerator<Wait> Arrive()
        {
            while (true)
            {
                yield return Duration.FromSeconds(arrivals.NextUnitExponential() / rate);
                simulation.Start("customer", _ => Customer());
            }
        }

        IEnumerator<Wait> Customer()
        {
            var came = simulation.Now;
            yield return desk.Request();
            if (came.SinceStart.Seconds > WarmUp)
            {
                waited += (simulation.Now - came).Seconds;
                customers++;
            }

            yield return Duration.FromSeconds(deterministic ? 1 : services.NextUnitExponential());
            desk.Release();
        }
    }
}
