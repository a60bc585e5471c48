// The lives of units: age is operating time, nobody's fault renews another unit, and each unit has dice of its own.
using Sigma.Sim.Cluster;
using Sigma.Sim.Faults;
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;

namespace Sigma.Sim.Tests.Faults;

[TestClass]
public sealed class FaultClockTests
{
    private static readonly Duration Day = Duration.FromDays(1);

    [TestMethod]
    public void Age_stands_still_outside_the_job()
    {
        var (steady, paused) = (Clock(1, Wear), Clock(1, Wear));
        steady.Join(0, Duration.Zero);
        var expected = steady.Next()!.Value.At;
        paused.Join(0, Day);
        Assert.AreEqual(expected + Day, paused.Next()!.Value.At);
        paused.Leave(0, Day + expected.Scaled(0.25));
        Assert.IsNull(paused.Next());
        paused.Join(0, Day * 100);
        Assert.AreEqual(Day * 100 + expected - expected.Scaled(0.25), paused.Next()!.Value.At);
    }

    [TestMethod]
    public void Lemons_are_whole_nodes()
    {
        foreach (var (share, nodes, lemons) in new[] { (0.29, 100, 29), (0.57, 100, 57), (0.15, 10, 1), (0.999, 1, 0) })
            Assert.AreEqual(lemons, new LemonSpec(new Fraction(share), 5, false).CountOf(nodes), $"{share} of {nodes}");
    }

    [TestMethod]
    public void Only_a_replacement_renews_a_unit()
    {
        // Constant lives show the age: a unit that was not renewed is past its day and fails at once.
        var worn = new FaultSpec(
            "worn", FaultScope.Node, new FailStop(new Constant(default)), new Constant(Day), null, Remedies);
        var clock = Clock(1, worn);
        clock.Join(0, Duration.Zero);
        var first = clock.Next()!.Value;
        Assert.AreEqual(Day, first.At);
        clock.Strike(first);
        Assert.AreEqual(Day + new Duration(1), clock.Next()!.Value.At);
        clock.Leave(0, Day);
        clock.Renew(0, 0, 0);
        clock.Join(0, Day * 3);
        Assert.AreEqual(Day * 4, clock.Next()!.Value.At);
        Assert.AreEqual(1, clock.Next()!.Value.Strike);
    }

    [TestMethod]
    public void A_reboot_leaves_the_age_as_it_was()
    {
        // A unit that only ages: power-law counts, so the n-th failure needs a cumulative hazard that grew by an E
        // each.
        var law = (Weibull)Wear.TimeToFailure;
        var clock = Clock(1, Wear);
        var stream = new StreamKey(1, 0, "fault/wear/life", 0).Open();
        clock.Join(0, Duration.Zero);
        var hazard = 0.0;
        for (var n = 0; n < 30; n++)
        {
            hazard += stream.NextUnitExponential();
            var struck = clock.Next()!.Value;
            var expected = law.ScaleSeconds * Math.Pow(hazard, 1 / law.Shape);
            Assert.AreEqual(expected, struck.At.Seconds, 1e-6 * expected);
            clock.Strike(struck);
        }
    }

    [TestMethod]
    public void A_fault_of_one_unit_never_moves_another()
    {
        var alone = Strikes(nodes: 6, only: 4, renews: false);
        var amongOthers = Strikes(nodes: 6, only: null, renews: false).Where(s => s.Node == 4).ToArray();
        var renewed = Strikes(nodes: 6, only: null, renews: true);
        Assert.IsGreaterThan(20, amongOthers.Length);
        CollectionAssert.AreEqual(alone.Take(amongOthers.Length).ToArray(), amongOthers);
        // Replacing every failed unit of node 0 leaves the others' failures where they were.
        CollectionAssert.AreEqual(
            amongOthers.Take(20).ToArray(), renewed.Where(s => s.Node == 4).Take(20).ToArray());
    }

    [TestMethod]
    public void More_nodes_do_not_move_the_faults_of_the_first()
    {
        var (few, many) = (Strikes(3, null, false), Strikes(9, null, false));
        var ofFew = many.Where(s => s.Node < 3).ToArray();
        CollectionAssert.AreEqual(few.Take(ofFew.Length).ToArray(), ofFew);
    }

    [TestMethod]
    public void The_next_fault_is_the_earliest_of_all_units()
    {
        var clock = Clock(8, Wear, Chance);
        for (var node = 0; node < 8; node++) clock.Join(node, Duration.Zero);
        var last = Duration.Zero;
        for (var i = 0; i < 500; i++)
        {
            var next = clock.Next()!.Value;
            Assert.IsTrue(next.At >= last);
            last = next.At;
            clock.Strike(next);
        }
    }

    [TestMethod]
    public void A_relapse_comes_after_its_operation_unless_something_worse_is_sooner()
    {
        var clock = Clock(1, Wear);
        clock.Relapse(0, 0, 0, new Duration(500), Duration.Zero);
        clock.Join(0, Day);
        Assert.AreEqual(Day + new Duration(500), clock.Next()!.Value.At);
        clock.Leave(0, Day);
        clock.Relapse(0, 0, 0, Day * 100_000, Day);
        clock.Join(0, Day * 2);
        Assert.AreEqual(Day * 2 + new Duration(500), clock.Next()!.Value.At);
    }

    [TestMethod]
    [DataRow(1.5, 584.0)]
    [DataRow(0.7, 780.0)]
    [DataRow(1.0, 655.4)]
    public void Renewed_units_fail_as_often_as_renewal_theory_says(double shape, double expected)
    {
        // E3: 256 units, mean 100 days, 256 days; 400 replications bring the deviation of the mean to a fifth of 1 %.
        var law = new FaultSpec(
            "part", FaultScope.Node, new FailStop(new Constant(default)), new Weibull(shape, Day * 100), null,
            Remedies);
        var failures = 0;
        for (var replication = 0; replication < 400; replication++)
        {
            var clock = new FaultClock([law], Tree(256, 8), null, 5, replication);
            for (var node = 0; node < 256; node++) clock.Join(node, Duration.Zero);
            while (clock.Next() is { } struck && struck.At < Day * 256)
            {
                failures++;
                clock.Strike(struck);
                clock.Leave(struck.Node, struck.At);
                clock.Renew(0, struck.Node, struck.Unit);
                clock.Join(struck.Node, struck.At);
            }
        }

        Assert.AreEqual(expected, failures / 400.0, 0.01 * expected);
    }

    private static Dictionary<Remedy, double> Remedies => new() { [Remedy.Replace] = 1 };

    private static FaultSpec Wear => new(
        "wear", FaultScope.Accelerator, new FailStop(new Constant(default)),
        new Weibull(1.7, Duration.FromDays(30)), null, Remedies);

    private static FaultSpec Chance => new(
        "chance", FaultScope.Node, new FailStop(new Constant(default)),
        new Exponential(Duration.FromDays(10)), null, Remedies);

    private static FaultClock Clock(int nodes, params FaultSpec[] faults) =>
        new(faults, Tree(nodes, 1), null, 1, 0);

    private static DomainTree Tree(int nodes, int perNode) => new(nodes, perNode, DomainSpec.Common);

    /// <summary>All strikes within 400 days, of one node or of all; optionally node 0 is replaced at each of
    /// its.</summary>
    private static (int Node, int Fault, int Unit, Duration At)[] Strikes(int nodes, int? only, bool renews)
    {
        var clock = new FaultClock([Wear, Chance], Tree(nodes, 2), null, 1, 0);
        for (var node = 0; node < nodes; node++)
        {
            if (only is null || node == only) clock.Join(node, Duration.Zero);
        }

        var found = new List<(int, int, int, Duration)>();
        while (clock.Next() is { } struck && struck.At < Day * 400)
        {
            found.Add((struck.Node, struck.Fault, struck.Unit, struck.At));
            clock.Strike(struck);
            if (!renews || struck.Node != 0) continue;
            clock.Leave(0, struck.At);
            clock.Renew(struck.Fault, 0, struck.Unit);
            clock.Join(0, struck.At);
        }

        return [.. found];
    }
}
