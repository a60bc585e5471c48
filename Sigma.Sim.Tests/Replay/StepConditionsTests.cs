// The table of a step's conditions: what stands between its points, beyond them and at its edges, by hand.
using Sigma.Sim.Replay;

namespace Sigma.Sim.Tests.Replay;

[TestClass]
public sealed class StepConditionsTests
{
    private static readonly StepConditions Table = new(
        [new(1, 1), new(1.2, 1.1), new(2, 1.9)], [new(1, 1), new(0.5, 1.02), new(0.25, 1.06)], 8, 4, 1.12, 1.05);

    [TestMethod]
    [DataRow(1.0, 1.0)]
    [DataRow(0.9, 1.0)]
    [DataRow(1.1, 1.05)]
    [DataRow(1.2, 1.1)]
    [DataRow(1.6, 1.5)]
    [DataRow(2.0, 1.9)]
    [DataRow(3.0, 2.9)]
    public void Slow_kernels_lie_on_straight_lines_and_the_last_goes_on(double factor, double slowdown) =>
        Assert.AreEqual(slowdown, Table.Slow(factor), 1e-12);

    [TestMethod]
    // Messages take 1, 2 and 4 times as long at the points; at 0.8, 0.4 and 0.1 they take 1.25, 2.5 and 10 times.
    [DataRow(1.0, 1.0)]
    [DataRow(0.8, 1.005)]
    [DataRow(0.5, 1.02)]
    [DataRow(0.4, 1.03)]
    [DataRow(0.25, 1.06)]
    [DataRow(0.1, 1.18)]
    public void Narrow_NICs_lie_on_straight_lines_over_the_time_of_a_message(double share, double slowdown) =>
        Assert.AreEqual(slowdown, Table.Narrow(share), 1e-12);

    [TestMethod]
    // Of eight, one missing is 1/7 more work for the others, two 2/6, four as much again.
    [DataRow(0, 1.0)]
    [DataRow(1, 1.12)]
    [DataRow(2, 1.28)]
    [DataRow(4, 1.84)]
    public void Missing_groups_count_in_proportion_to_the_work_of_the_others(int groups, double slowdown) =>
        Assert.AreEqual(slowdown, Table.Missing(groups, Table.WithoutGroup), 1e-12);

    [TestMethod]
    public void A_single_group_costs_nothing_as_long_as_it_is_there()
    {
        var alone = Table with { Groups = 1, NodesPerGroup = 32, WithoutGroup = 1, WithoutNode = 1 };
        Assert.AreEqual(1, alone.Missing(0, alone.WithoutGroup));
        Assert.AreEqual(1, alone.Missing(1, alone.WithoutNode));
        Assert.AreEqual(1, StepConditions.Proportional(1).Missing(0, 1));
    }

    [TestMethod]
    public void A_step_of_which_only_the_time_is_known_is_as_slow_as_its_slowest_part()
    {
        var table = StepConditions.Proportional(5);
        foreach (var factor in new[] { 1, 1.3, 2, 7 }) Assert.AreEqual(factor, table.Slow(factor), 1e-12);
        foreach (var share in new[] { 1, 0.8, 0.5, 0.3, 0.25, 0.1 })
            Assert.AreEqual(1 / share, table.Narrow(share), 1e-12);
        for (var missing = 0; missing < 5; missing++)
            Assert.AreEqual(5.0 / (5 - missing), table.Missing(missing, table.WithoutGroup), 1e-12);
    }
}
