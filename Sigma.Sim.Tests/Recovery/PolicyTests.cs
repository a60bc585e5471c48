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
        new Duration(100_000));

    [TestMethod]
    [DataRow(PolicyKind.Restart, 0, 1L, false, 10_100L, 100_000L)]
    [DataRow(PolicyKind.Restart, 1, 1L, true, 10_100L, 100_000L)]
    [DataRow(PolicyKind.WarmSpare, 0, 1L, false, 11_000L, 100_000L)]
    [DataRow(PolicyKind.WarmSpare, 1, 1L, true, 11_000L, 100_000L)]
    [DataRow(PolicyKind.WarmSpare, 7, 1L, true, 11_000L, 100_000L)]
    public void A_policy_takes_a_standby_when_there_is_one(
        PolicyKind kind, int standby, long before, bool takes, long after, long afterRestore) =>
        Assert.AreEqual(
            new Decision(new(before), takes, new(after), new(afterRestore)),
            RecoveryPolicies.Of(kind).Decide(new Observation(standby), Times));

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
