// What a policy decides, by table, and the checkpoint intervals of Young and Daly (checks C1 and C2).
using Sigma.Sim.Quantities;
using Sigma.Sim.Randomness;
using Sigma.Sim.Recovery;

namespace Sigma.Sim.Tests.Recovery;

[TestClass]
public sealed class PolicyTests
{
    private static readonly RestartTimes Times = new(
        new Duration(1), new Constant(new Duration(10)), new Duration(100), new Duration(1_000), new Duration(10_000),
        new Duration(100_000))
    {
        HotSwap = new Duration(2),
        Reconfigure = new Duration(3),
    };

    [TestMethod]
    // One node of 64 groups is lost: no spare, one of each kind, or no group that is whole.
    [DataRow(PolicyKind.Restart, 0, 1, Move.Replace, false, 1L, 10_100L, 100_000L, true)]
    [DataRow(PolicyKind.Restart, 1, 1, Move.Replace, false, 1L, 10_100L, 100_000L, true)]
    [DataRow(PolicyKind.WarmSpare, 1, 1, Move.Replace, false, 1L, 11_000L, 100_000L, false)]
    [DataRow(PolicyKind.WarmSpare, 1, 64, Move.Replace, false, 1L, 11_000L, 100_000L, false)]
    [DataRow(PolicyKind.HotSpare, 1, 1, Move.Replace, true, 2L, 0L, 0L, false)]
    [DataRow(PolicyKind.HotSpare, 0, 1, Move.Replace, true, 2L, 10_100L, 0L, true)]
    [DataRow(PolicyKind.HotSpare, 1, 64, Move.Replace, false, 1L, 10_100L, 100_000L, true)]
    [DataRow(PolicyKind.Elastic, 1, 1, Move.GoOnWithoutGroups, true, 0L, 3L, 0L, false)]
    [DataRow(PolicyKind.Elastic, 1, 32, Move.GoOnWithoutGroups, true, 0L, 3L, 0L, false)]
    [DataRow(PolicyKind.Elastic, 1, 33, Move.Replace, false, 1L, 11_000L, 100_000L, false)]
    [DataRow(PolicyKind.Reroute, 1, 1, Move.GoOnWithoutNodes, true, 0L, 3L, 0L, false)]
    [DataRow(PolicyKind.Reroute, 1, 33, Move.Replace, false, 1L, 11_000L, 100_000L, false)]
    public void A_policy_decides_by_what_it_sees(
        PolicyKind kind, int hot, int groupsHit, Move move, bool keeps, long before, long after, long afterRestore,
        bool places)
    {
        var seen = new Observation(Occasion.Stopped) { Lost = 1, Hot = hot, Groups = 64, GroupsHit = groupsHit };
        var expected = new Decision(move)
        {
            KeepsState = keeps,
            BeforeNodes = new(before),
            AfterNodes = new(after),
            AfterRestore = new(afterRestore),
            PlacesJob = places,
        };
        Assert.AreEqual(expected, RecoveryPolicies.AfterStop(new RecoverySpec(kind, Times)).Decide(seen));
    }

    [TestMethod]
    [DataRow(Occasion.Warned, 1.0, 0.0, Move.Drain)]
    [DataRow(Occasion.SlowNode, 1.19, 0.0, Move.Ignore)]
    [DataRow(Occasion.SlowNode, 1.2, 0.0, Move.Drain)]
    [DataRow(Occasion.Checkpoint, 1.0, 23.9, Move.Ignore)]
    [DataRow(Occasion.Checkpoint, 1.0, 24.0, Move.Validate)]
    [DataRow(Occasion.Stopped, 9.0, 99.0, Move.Ignore)]
    public void What_is_done_before_anything_stops(Occasion occasion, double slowdown, double hours, Move move)
    {
        var tests = new QuickValidationSpec(Duration.FromHours(24), Duration.FromMinutes(5), Fraction.One);
        var seen = new Observation(occasion) { Slowdown = slowdown, SinceValidation = Duration.FromHours(hours) };
        Assert.AreEqual(move, RecoveryPolicies.WhileRunning(new ProactiveSpec(true, 1.2, tests)).Decide(seen).Move);
        Assert.AreEqual(Move.Ignore, RecoveryPolicies.WhileRunning(ProactiveSpec.None).Decide(seen).Move);
    }

    [TestMethod]
    public void C1_Youngs_interval_is_the_root_of_twice_cost_times_mean_time()
    {
        Assert.AreEqual(2_496, Young(60, 14.42 * 3_600), 2);
        Assert.AreEqual(3_269, Young(60, 24.74 * 3_600), 2);
        Assert.AreEqual(4_160, Young(60, 40.06 * 3_600), 2);
        Assert.AreEqual(Math.Sqrt(2 * 7.5 * 9_000), Young(7.5, 9_000), 1e-9);
    }

    [TestMethod]
    [DataRow(1_440.0, 116.7)]
    [DataRow(360.0, 56.7)]
    [DataRow(15.0, 9.14)]
    public void C2_Dalys_interval_is_the_published_one(double meanMinutes, double expected) =>
        Assert.AreEqual(
            expected,
            CheckpointInterval.Daly(Duration.FromMinutes(5), Duration.FromMinutes(meanMinutes)).Minutes, 0.1);

    [TestMethod]
    public void Dalys_interval_is_the_mean_time_where_a_checkpoint_costs_twice_that()
    {
        var mean = Duration.FromMinutes(10);
        Assert.AreEqual(mean, CheckpointInterval.Daly(Duration.FromMinutes(20), mean));
        Assert.AreEqual(mean, CheckpointInterval.Daly(Duration.FromMinutes(90), mean));
        Assert.AreNotEqual(mean, CheckpointInterval.Daly(Duration.FromMinutes(19), mean));
    }

    [TestMethod]
    public void Daly_tends_to_Young_where_checkpoints_are_cheap()
    {
        var (cost, mean) = (Duration.FromSeconds(0.01), Duration.FromDays(10));
        Assert.AreEqual(1, CheckpointInterval.Daly(cost, mean).Over(CheckpointInterval.Young(cost, mean)), 1e-3);
    }

    private static double Young(double cost, double mean) =>
        CheckpointInterval.Young(Duration.FromSeconds(cost), Duration.FromSeconds(mean)).Seconds;
}
