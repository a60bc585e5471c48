// The closed form that `check` shows against lives that are really drawn: units that are mended at their age.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Faults;

[TestClass]
public sealed class ExpectedFailuresTests
{
    private const int Nodes = 256;

    [TestMethod]
    public void The_cumulative_hazard_counts_the_failures_of_mended_units()
    {
        var laws = new Distribution[]
        {
            new Exponential(Duration.FromDays(40)), new Weibull(0.8, Duration.FromDays(60)),
            new Weibull(1.7, Duration.FromDays(50)), new LogNormal(Duration.FromDays(50), 0.9),
        };
        foreach (var law in laws)
        {
            Agrees(FaultOf(law, null));
            Agrees(FaultOf(law, new EarlyLife(3, Duration.FromDays(15))));
        }
    }

    private static void Agrees(FaultSpec fault)
    {
        const int runs = 60;
        var span = Duration.FromDays(75);
        var expected = Nodes * fault.ExpectedFailures(span);
        var counted = Enumerable.Range(0, runs).Average(run => (double)Strikes(fault, span, run));
        Assert.AreEqual(expected, counted, 3.3 * Math.Sqrt(expected / runs), $"{fault.TimeToFailure}");
    }

    private static int Strikes(FaultSpec fault, Duration span, int run)
    {
        var tree = new DomainTree(Nodes, 1, DomainSpec.Common);
        var clock = new FaultClock([fault], tree, null, seed: 11, replication: run);
        for (var node = 0; node < Nodes; node++) clock.Join(node, Duration.Zero);
        var strikes = 0;
        while (clock.Next() is { } next && next.At < span)
        {
            clock.Strike(next);
            strikes++;
        }

        return strikes;
    }

    private static FaultSpec FaultOf(Distribution law, EarlyLife? early) => new(
        "fault", FaultScope.Node, new FailStop(new Constant(Duration.Zero)), law, early,
        new Dictionary<Remedy, double> { [Remedy.Reset] = 1 });
}
